"""`JobQueue` over two SQS queues: one for pages, one for all that asks feeds.

What is to be queued later than SQS can hold a message back stands in the table, until
a tick finds it due: `release`.
"""

import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hozon.adapters.aws.agenda import DynamoDbAgenda
from hozon.adapters.aws.faults import Pause, attempts, translated
from hozon.nouns.work import CaptureJob, Job, LookJob
from hozon.stored import jobs

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

LONGEST_DELAY_S = 900
_DEPTHS: "tuple[QueueAttributeNameType, ...]" = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
_AT_ONCE, _BYTES_AT_ONCE = 10, 256 * 1024


class SqsJobQueue:
    """Sends each job to the queue of its kind; the functions receive them."""

    def __init__(
        self,
        client: "SQSClient",
        poll_queue_url: str,
        capture_queue_url: str,
        agenda: DynamoDbAgenda,
        *,
        pause: Pause = time.sleep,
    ) -> None:
        self._client = client
        self._poll_queue_url = poll_queue_url
        self._capture_queue_url = capture_queue_url
        self._agenda = agenda
        self._pause = pause

    def send(self, jobs_: Sequence[Job], *, delay_s: float = 0) -> None:
        """Enqueue jobs, held back for `delay_s` seconds, but 900 at most.

        Raises `Unavailable` if a queue refuses some of them again and again; others
        may have been taken.
        """
        delay = min(math.ceil(delay_s), LONGEST_DELAY_S)
        captures = [each for each in jobs_ if isinstance(each, CaptureJob | LookJob)]
        polls = [each for each in jobs_ if not isinstance(each, CaptureJob | LookJob)]
        for url, some in (
            (self._poll_queue_url, polls),
            (self._capture_queue_url, captures),
        ):
            for bodies in _batches(jobs.to_json(each) for each in some):
                self._send(url, bodies, delay)

    def send_at(self, job: CaptureJob, at: datetime) -> None:
        """Enqueue a job at `at`: one small write now, a tick sends it then."""
        self._agenda.put(job, at)

    def defer(self, job: CaptureJob, at: datetime) -> None:
        """Enqueue a job at `at` that was sent before."""
        self._agenda.defer(job, at)

    def release(self, now: datetime, *, limit: int) -> int:
        """Enqueue what is due; return how many.

        Sent first and forgotten then: who dies in between sends it twice.
        """
        due = self._agenda.due(now, limit=limit)
        self.send(due)
        for job in due:
            self._agenda.done(job, now)
        return len(due)

    def depths(self) -> Mapping[str, int]:
        """Return how many messages there are about, those under way and later included."""
        return {
            "polls": self._depth(self._poll_queue_url),
            "captures": self._depth(self._capture_queue_url),
        }

    def _depth(self, url: str) -> int:
        with translated(f"queue {url}"):
            got = self._client.get_queue_attributes(
                QueueUrl=url, AttributeNames=list(_DEPTHS)
            )
        return sum(int(got["Attributes"][name]) for name in _DEPTHS)

    def _send(self, url: str, bodies: Sequence[str], delay: int) -> None:
        rest: list[Any] = [
            {"Id": str(number), "MessageBody": body, "DelaySeconds": delay}
            for number, body in enumerate(bodies)
        ]
        for _ in attempts(f"queue {url}", self._pause):
            with translated(f"queue {url}"):
                got = self._client.send_message_batch(QueueUrl=url, Entries=rest)
            failed = {each["Id"] for each in got.get("Failed", [])}
            rest = [each for each in rest if each["Id"] in failed]
            if not rest:
                break


def _batches(bodies: Iterable[str]) -> Iterator[list[str]]:
    """Yield the bodies (ASCII) in batches that SQS takes."""
    batch: list[str] = []
    size = 0
    for body in bodies:
        if batch and (len(batch) == _AT_ONCE or size + len(body) > _BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += len(body)
    if batch:
        yield batch
