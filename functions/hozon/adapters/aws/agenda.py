"""Jobs that are to be queued later than SQS can hold a message back (15 minutes)."""

import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from hozon.adapters.aws import keys
from hozon.adapters.aws.faults import Pause
from hozon.adapters.aws.table import Item, Table, as_item
from hozon.nouns import instants
from hozon.nouns.errors import Conflict
from hozon.nouns.work import CaptureJob
from hozon.stored import jobs

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


_REMEMBERED = timedelta(days=14)
"""As long as a message may live in any of our queues."""


class DynamoDbAgenda:
    """Keeps jobs in the table until they are due; one small item each."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, pause: Pause = time.sleep
    ) -> None:
        self._table = Table(client, table, pause)

    def put(self, job: CaptureJob, at: datetime) -> None:
        """Keep a job until `at`. If it is there, or was sent already, nothing is done."""
        with suppress(Conflict):
            self._table.put(
                _item(job, at), condition="attribute_not_exists(pk)", values={}
            )

    def defer(self, job: CaptureJob, at: datetime) -> None:
        """Keep a job until `at` that is in our hands, whether it was sent or not."""
        self._table.put(_item(job, at), values={})

    def due(self, now: datetime, *, limit: int) -> Sequence[CaptureJob]:
        """Return jobs that are due, longest due first: one query of each shard."""
        found = self._table.query_shards(
            "due",
            keys.shards(keys.JOBS),
            "due_at < :now",
            {":now": {"S": f"{instants.iso(now)}~"}},
            Limit=keys.of_each_shard(keys.JOBS, limit),
        )
        some = (jobs.from_json(item["job"]["S"]) for item in islice(found, limit))
        return [job for job in some if isinstance(job, CaptureJob)]

    def done(self, job: CaptureJob, now: datetime) -> None:
        """Say that a job was sent: it is due no more, and DynamoDB may drop it.

        No function may delete anything, so this one cannot either.
        """
        expires = str(int((now + _REMEMBERED).timestamp()))
        self._table.update(
            keys.job(job.id),
            "SET expires = :expires REMOVE due, due_at",
            values={":expires": {"N": expires}},
        )


def _item(job: CaptureJob, at: datetime) -> Item:
    return {
        **as_item(keys.job(job.id)),
        "job": {"S": jobs.to_json(job)},
        "due": {"S": keys.shard(keys.JOBS, job.id)},
        "due_at": {"S": f"{instants.iso(at)}#{job.id}"},
    }
