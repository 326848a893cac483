"""`DeadLetters` over the two dead-letter queues of a stack."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hozon.adapters.aws.faults import translated
from hozon.nouns.deadletters import DeadLetter, Queue
from hozon.nouns.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_AT_ONCE = 10


class SqsDeadLetters:
    """What lies in `dead` (URLs by queue), and came from `live`."""

    def __init__(
        self,
        client: "SQSClient",
        *,
        dead: Mapping[Queue, str],
        live: Mapping[Queue, str],
    ) -> None:
        self._client = client
        self._dead = dead
        self._live = live

    def depths(self) -> Mapping[Queue, int]:
        """Return how many there are, those that somebody looks at included."""
        return {queue: self._depth(url) for queue, url in self._dead.items()}

    def take(self, queue: Queue, *, hidden_s: int) -> Sequence[DeadLetter]:
        """Return up to ten."""
        url = self._dead[queue]
        with translated(f"queue {url}"):
            got = self._client.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=_AT_ONCE,
                VisibilityTimeout=hidden_s,
                WaitTimeSeconds=1,  # asks all of SQS's machines, not only some
                MessageSystemAttributeNames=["SentTimestamp"],
            )
        return [_letter(queue, each) for each in got.get("Messages", ())]

    def send_back(self, letters: Sequence[DeadLetter]) -> None:
        """Send up to ten of one queue back."""
        if not letters:
            return
        live, dead = self._live[letters[0].queue], self._dead[letters[0].queue]
        entries: Any = [
            {"Id": str(n), "MessageBody": each.body} for n, each in enumerate(letters)
        ]
        with translated(f"queue {live}"):
            sent = self._client.send_message_batch(QueueUrl=live, Entries=entries)
        done = {each["Id"] for each in sent.get("Successful", ())}
        removed: Any = [
            {"Id": str(n), "ReceiptHandle": each.receipt}
            for n, each in enumerate(letters)
            if str(n) in done
        ]
        if removed:
            with translated(f"queue {dead}"):
                self._client.delete_message_batch(QueueUrl=dead, Entries=removed)
        if len(done) < len(letters):
            raise Unavailable(f"queue {live} took {len(done)} of {len(letters)}")

    def _depth(self, url: str) -> int:
        with translated(f"queue {url}"):
            got = self._client.get_queue_attributes(
                QueueUrl=url,
                AttributeNames=[
                    "ApproximateNumberOfMessages",
                    "ApproximateNumberOfMessagesNotVisible",
                ],
            )
        return sum(map(int, got["Attributes"].values()))


def _letter(queue: Queue, message: Any) -> DeadLetter:
    sent_ms = int(message["Attributes"]["SentTimestamp"])
    return DeadLetter(
        queue=queue,
        body=message["Body"],
        sent_at=datetime.fromtimestamp(sent_ms / 1000, UTC),
        receipt=message["ReceiptHandle"],
    )
