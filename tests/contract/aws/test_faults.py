"""What the errors of AWS mean, at each of the three services."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import (
    EndpointConnectionError,
    FlexibleChecksumError,
    NoCredentialsError,
)

from hozon.adapters.aws.agenda import DynamoDbAgenda
from hozon.adapters.aws.faults import translated
from hozon.adapters.aws.index import DynamoDbIndex
from hozon.adapters.aws.s3 import S3WarcStore
from hozon.adapters.aws.sqs import SqsJobQueue
from hozon.nouns.errors import Conflict, Damaged, HozonError, Unavailable, Unusable
from tests.contract.aws.conftest import Wire
from tests.contract.conftest import Aws, never_waits
from tests.fakes import a_poll_job, a_warc_key

KEY = a_warc_key()


class Bucket:
    """A store whose bucket a test answers for."""

    def __init__(self, client: Any, aws: Aws) -> None:
        self.waits: list[float] = []
        self.wire = Wire(client)
        self.warcs = S3WarcStore(client, aws.bucket(), pause=self.waits.append)


@pytest.fixture
def bucket(client: Callable[[str], Any], aws: Aws) -> Bucket:
    """Return an empty store."""
    return Bucket(client("s3"), aws)


def test_a_put_carries_its_conditions(bucket: Bucket) -> None:
    """A put never replaces, and S3 checks what arrives."""
    bucket.warcs.put(KEY, b"data")

    [(_, params)] = bucket.wire.sent
    assert {
        "IfNoneMatch": "*",
        "ChecksumAlgorithm": "SHA256",
        "ContentType": "application/warc",
    }.items() <= params.items()


def test_a_contended_put_is_repeated(bucket: Bucket) -> None:
    """While another write of the key is under way, a put waits to see who wins."""
    bucket.wire.fail("PutObject", *["ConditionalRequestConflict"] * 3)
    bucket.warcs.put(KEY, b"data")

    assert (b"data", 3) == (bucket.warcs.read_all(KEY), len(bucket.waits))


def test_a_contended_put_that_is_lost(bucket: Bucket) -> None:
    """If the other has won, it is a conflict like any other."""
    bucket.warcs.put(KEY, b"theirs")
    bucket.wire.fail("PutObject", "ConditionalRequestConflict")

    with pytest.raises(Conflict):
        bucket.warcs.put(KEY, b"ours")

    assert b"theirs" == bucket.warcs.read_all(KEY)


def test_a_put_that_is_contended_for_ever(bucket: Bucket) -> None:
    """If nobody wins, nothing was changed, and the job has to come again."""
    bucket.wire.fail("PutObject", *["ConditionalRequestConflict"] * 99)

    with pytest.raises(Unavailable):
        bucket.warcs.put(KEY, b"data")

    assert 7 == len(bucket.waits)


def test_a_lost_answer(bucket: Bucket) -> None:
    """A put whose answer was lost meets its own object when it is repeated."""
    bucket.warcs.put(KEY, b"ours")

    with pytest.raises(Conflict):
        bucket.warcs.put(KEY, b"ours")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("SlowDown", Unavailable),
        ("InternalError", Unavailable),
        ("something new", Unavailable),
        ("AccessDenied", Unusable),
        ("403", Unusable),
        ("NoSuchBucket", Unusable),
        ("ExpiredToken", Unusable),
        ("InvalidRange", Damaged),
    ],
)
def test_errors_of_s3(bucket: Bucket, code: str, expected: type[HozonError]) -> None:
    """An error of S3 says what the caller can do, and names the object."""
    bucket.wire.fail("GetObject", code)

    with pytest.raises(HozonError, match=KEY) as raised:
        bucket.warcs.read_all(KEY)

    assert expected is raised.type


def test_no_bucket(client: Callable[[str], Any], aws: Aws) -> None:
    """A bucket that does not exist is a matter of configuration, in every method."""
    warcs = S3WarcStore(client("s3"), "no-such-bucket", pause=never_waits)
    for use in (
        lambda: warcs.put(KEY, b""),
        lambda: warcs.read_all(KEY),
        lambda: list(warcs.keys()),
    ):
        with pytest.raises(Unusable):
            use()


def test_no_table(client: Callable[[str], Any], aws: Aws) -> None:
    """So is a table."""
    index = DynamoDbIndex(client("dynamodb"), "no-such-table", pause=never_waits)
    for use in (
        lambda: index.entry("e1"),
        lambda: index.snapshots("https://example.com/e1"),
        lambda: index.river(limit=1),
        lambda: list(index.dump()),
    ):
        with pytest.raises(Unusable):
            use()


def agenda(aws: Aws) -> DynamoDbAgenda:
    return DynamoDbAgenda(aws.dynamodb, aws.table(), pause=never_waits)


def test_no_queue(client: Callable[[str], Any], aws: Aws) -> None:
    """So is a queue."""
    url = aws.queue() + "-gone"
    queue = SqsJobQueue(client("sqs"), url, url, agenda(aws), pause=never_waits)

    with pytest.raises(Unusable):
        queue.send([a_poll_job()])


def test_refused_messages_are_sent_again(
    client: Callable[[str], Any], aws: Aws
) -> None:
    """Of a batch only those go again that the queue did not take."""
    waits: list[float] = []
    sqs = client("sqs")
    wire = Wire(sqs)
    wire.answer(
        "SendMessageBatch",
        {"Failed": [{"Id": "1", "Code": "InternalError", "SenderFault": False}]},
    )
    queue = SqsJobQueue(sqs, aws.queue(), aws.queue(), agenda(aws), pause=waits.append)
    queue.send([a_poll_job(f"f{n}") for n in range(3)])

    sent = [[each["Id"] for each in params["Entries"]] for _, params in wire.sent]
    assert ([["0", "1", "2"], ["1"]], 1) == (sent, len(waits))


def test_a_queue_that_takes_nothing(client: Callable[[str], Any], aws: Aws) -> None:
    """When that goes on, nothing more is tried."""
    sqs = client("sqs")
    failed = {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}
    Wire(sqs).answer("SendMessageBatch", *(dict(failed) for _ in range(99)))

    with pytest.raises(Unavailable):
        SqsJobQueue(sqs, aws.queue(), aws.queue(), agenda(aws), pause=never_waits).send(
            [a_poll_job()]
        )


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (EndpointConnectionError(endpoint_url="https://aws.invalid"), Unavailable),
        (NoCredentialsError(), Unusable),
        (FlexibleChecksumError(error_msg="other bytes"), Damaged),
    ],
)
def test_errors_of_the_client(cause: Exception, expected: type[HozonError]) -> None:
    """What goes wrong before or after AWS answers is translated as well."""
    with pytest.raises(expected), translated("s3://bucket/key"):
        raise cause
