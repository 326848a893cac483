"""Jobs that are to be queued later than SQS can hold a message back (15 minutes)."""

import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from hozon import instants, jobs
from hozon.adapters.aws import keys
from hozon.adapters.aws.faults import Pause
from hozon.adapters.aws.table import Table, as_item
from hozon.errors import Conflict
from hozon.model import CaptureJob

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDbAgenda:
    """Keeps jobs in the table until they are due; one small item each."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, pause: Pause = time.sleep
    ) -> None:
        self._table = Table(client, table, pause)

    def put(self, job: CaptureJob, at: datetime) -> None:
        """Keep a job until `at`; over the same job, if it is there."""
        item = {
            **as_item(keys.job(job.id)),
            "job": {"S": jobs.to_json(job)},
            "due": {"S": keys.JOBS},
            "due_at": {"S": f"{instants.iso(at)}#{job.id}"},
        }
        self._table.put_all([item])

    def due(self, now: datetime, *, limit: int) -> Sequence[CaptureJob]:
        """Return jobs that are due, longest due first: one query."""
        found = self._table.query(
            "due = :due AND due_at < :now",
            {":due": {"S": keys.JOBS}, ":now": {"S": f"{instants.iso(now)}~"}},
            IndexName="due",
            Limit=limit,
        )
        some = (jobs.from_json(item["job"]["S"]) for item in islice(found, limit))
        return [job for job in some if isinstance(job, CaptureJob)]

    def done(self, job: CaptureJob) -> None:
        """Forget a job. To forget it twice is no error."""
        with suppress(Conflict):
            self._table.delete(keys.job(job.id))
