"""Each port on both sets of adapters: a folder, and AWS as moto plays it in-process."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from hozon.adapters.embedded.accessbook import SqliteAccessBook
from hozon.adapters.embedded.custody import FolderCustody
from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.derived import FolderDerivedStore
from hozon.adapters.embedded.feedbook import SqliteFeedBook
from hozon.adapters.embedded.folder import FolderLogStore, FolderWarcStore
from hozon.adapters.embedded.hostbook import SqliteHostBook
from hozon.adapters.embedded.inbox import SqliteJobInbox
from hozon.adapters.embedded.index import SqliteIndex
from hozon.adapters.embedded.keyfile import KeyFileSigner
from hozon.adapters.embedded.mending import FolderMender
from hozon.adapters.embedded.outbox import SqliteOutbox
from hozon.adapters.embedded.schemas import HOSTS, INDEX, STATE
from hozon.adapters.embedded.scratch import MemoryScratch
from hozon.adapters.embedded.seals import SqliteSeals
from hozon.adapters.embedded.signinbook import SqliteSignInBook
from hozon.adapters.embedded.tallies import SqliteTallies
from hozon.adapters.embedded.watchbook import SqliteWatchBook
from hozon.nouns.access import AccessBook
from hozon.nouns.copies import Mender
from hozon.nouns.custody import Custody
from hozon.nouns.derived import DerivedStore
from hozon.nouns.events import Outbox
from hozon.nouns.hosts import HostBook
from hozon.nouns.ports import FeedBook, Index, JobInbox, JobQueue, WarcStore
from hozon.nouns.scratch import Scratch
from hozon.nouns.seals import LogStore, Seals, Signer
from hozon.nouns.signins import SignInBook
from hozon.nouns.tallies import Tallies
from hozon.nouns.watches import WatchBook
from hozon.nouns.work import Delivery
from tests.fakes import NOON

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

BOTH = ["embedded", "aws"]

SCHEMA: dict[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"}
        for name in ("pk", "sk", "due", "due_at", "river", "river_at")
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": name,
            "KeySchema": [
                {"AttributeName": name, "KeyType": "HASH"},
                {"AttributeName": f"{name}_at", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
        for name in ("due", "river")
    ],
}
"""The keys of the table in infra/storage.yaml."""


def never_waits(_: float) -> None:
    """Pass over the time between two attempts."""


@dataclass(frozen=True, slots=True)
class Aws:
    """An account of nothing but these clients."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    sqs: "SQSClient"
    kms: "KMSClient"
    numbers: Iterator[int]

    def bucket(self) -> str:
        """Make a bucket."""
        name = f"bucket-{next(self.numbers)}"
        self.s3.create_bucket(Bucket=name)
        return name

    def table(self) -> str:
        """Make a table."""
        name = f"table-{next(self.numbers)}"
        self.dynamodb.create_table(TableName=name, **SCHEMA)
        return name

    def locked_bucket(self) -> str:
        """Make a bucket with Object Lock."""
        name = f"locked-{next(self.numbers)}"
        self.s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
        return name

    def queue(self) -> str:
        """Make a queue."""
        name = f"queue-{next(self.numbers)}"
        return self.sqs.create_queue(QueueName=name)["QueueUrl"]


@pytest.fixture(scope="session")
def aws() -> Iterator[Aws]:
    """Yield an account that lives in this process only."""
    import boto3  # noqa: PLC0415 (slow, and not for those who test the folder)
    from moto import mock_aws  # noqa: PLC0415 (the same)

    from tests.aws.atomic import make_atomic  # noqa: PLC0415 (the same)
    from tests.aws.edwards import make_edwards  # noqa: PLC0415 (the same)

    make_atomic()
    make_edwards()
    with mock_aws():
        session = boto3.Session("testing", "testing", region_name="us-east-1")
        yield Aws(
            s3=session.client("s3"),
            dynamodb=session.client("dynamodb"),
            sqs=session.client("sqs"),
            kms=session.client("kms"),
            numbers=count(),
        )


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Database]:
    """Yield an empty ``state.sqlite``."""
    database = Database(tmp_path / "state.sqlite", STATE)
    yield database
    database.close()


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Database]:
    """Yield an empty ``hosts.sqlite``."""
    database = Database(tmp_path / "hosts.sqlite", HOSTS)
    yield database
    database.close()


@pytest.fixture(params=BOTH)
def warcs(request: pytest.FixtureRequest, tmp_path: Path) -> WarcStore:
    """Return an empty store."""
    if request.param == "embedded":
        return FolderWarcStore(tmp_path)
    from hozon.adapters.aws.s3 import S3WarcStore  # noqa: PLC0415 (as boto3)

    account: Aws = request.getfixturevalue("aws")
    return S3WarcStore(account.s3, account.bucket(), pause=never_waits)


@pytest.fixture(params=BOTH)
def derived(request: pytest.FixtureRequest, tmp_path: Path) -> DerivedStore:
    """Return an empty store."""
    if request.param == "embedded":
        return FolderDerivedStore(tmp_path)
    from hozon.adapters.aws.derived import S3DerivedStore  # noqa: PLC0415 (as boto3)

    account: Aws = request.getfixturevalue("aws")
    return S3DerivedStore(account.s3, account.bucket(), pause=never_waits)


@pytest.fixture(params=BOTH)
def log(request: pytest.FixtureRequest, tmp_path: Path) -> LogStore:
    """Return an empty store of a log."""
    if request.param == "embedded":
        return FolderLogStore(tmp_path)
    from hozon.adapters.aws.s3 import S3LogStore  # noqa: PLC0415 (as boto3)

    account: Aws = request.getfixturevalue("aws")
    return S3LogStore(account.s3, account.bucket(), pause=never_waits)


@pytest.fixture(params=BOTH)
def signer(request: pytest.FixtureRequest, tmp_path: Path) -> Signer:
    """Return what signs with a key of its own."""
    if request.param == "embedded":
        return KeyFileSigner(tmp_path / "log.key", may_make=lambda: True)
    from hozon.adapters.aws.kms import KmsSigner  # noqa: PLC0415 (as boto3)
    from tests.aws.edwards import SPEC  # noqa: PLC0415 (as boto3)

    account: Aws = request.getfixturevalue("aws")
    how: Any = {"KeySpec": SPEC, "KeyUsage": "SIGN_VERIFY"}
    key_id = account.kms.create_key(**how)["KeyMetadata"]["KeyId"]
    return KmsSigner(lambda: account.kms, key_id)


@dataclass(frozen=True, slots=True)
class Kept:
    """An index, and what is sealed of the objects in it."""

    index: Index
    seals: Seals


@pytest.fixture(params=BOTH)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    """Yield an empty index and the seals beside it."""
    if request.param == "aws":
        from hozon.adapters.aws.index import DynamoDbIndex  # noqa: PLC0415 (as boto3)
        from hozon.adapters.aws.seals import DynamoDbSeals  # noqa: PLC0415 (as boto3)

        account: Aws = request.getfixturevalue("aws")
        place = account.dynamodb, account.table()
        yield Kept(
            DynamoDbIndex(*place, pause=never_waits),
            DynamoDbSeals(*place, pause=never_waits),
        )
        return
    index = Database(tmp_path / "index.sqlite", INDEX)
    state = Database(tmp_path / "state.sqlite", STATE)
    yield Kept(SqliteIndex(index, state), SqliteSeals(index))
    index.close()
    state.close()


@pytest.fixture(params=BOTH)
def scratch(request: pytest.FixtureRequest) -> Scratch:
    """Return an empty scratch."""
    if request.param == "embedded":
        return MemoryScratch()
    from hozon.adapters.aws.scratch import S3Scratch  # noqa: PLC0415 (as boto3)

    account: Aws = request.getfixturevalue("aws")
    return S3Scratch(account.s3, account.bucket())


IndexMaker = Callable[[], Index]


@pytest.fixture
def new_embedded_index(tmp_path: Path) -> Iterator[IndexMaker]:
    """Yield a maker of empty indexes in folders of their own."""
    numbers, opened = count(), []

    def make() -> Index:
        folder = tmp_path / str(next(numbers))
        index = Database(folder / "index.sqlite", INDEX)
        state = Database(folder / "state.sqlite", STATE)
        opened.extend([index, state])
        return SqliteIndex(index, state)

    yield make
    for database in opened:
        database.close()


@pytest.fixture
def new_aws_index(aws: Aws) -> IndexMaker:
    """Return a maker of empty indexes in tables of their own."""
    from hozon.adapters.aws.index import DynamoDbIndex  # noqa: PLC0415 (as boto3)

    return lambda: DynamoDbIndex(aws.dynamodb, aws.table(), pause=never_waits)


@pytest.fixture(params=BOTH)
def new_index(request: pytest.FixtureRequest) -> IndexMaker:
    """Return a maker of empty indexes."""
    maker: IndexMaker = request.getfixturevalue(f"new_{request.param}_index")
    return maker


@pytest.fixture
def index(new_index: IndexMaker) -> Index:
    """Return an empty index."""
    return new_index()


@dataclass(frozen=True, slots=True)
class Watched:
    """An index, and the book of the pages in it that are looked at again."""

    index: Index
    book: WatchBook


@pytest.fixture(params=BOTH)
def watched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    """Yield an empty index with its watch book."""
    if request.param == "embedded":
        index = Database(tmp_path / "index.sqlite", INDEX)
        state: Database = request.getfixturevalue("state")
        yield Watched(SqliteIndex(index, state), SqliteWatchBook(index, state))
        index.close()
        return
    from hozon.adapters.aws.index import DynamoDbIndex  # noqa: PLC0415 (as boto3)
    from hozon.adapters.aws.watchbook import DynamoDbWatchBook  # noqa: PLC0415 (too)

    account: Aws = request.getfixturevalue("aws")
    client, table = account.dynamodb, account.table()
    yield Watched(
        DynamoDbIndex(client, table, pause=never_waits),
        DynamoDbWatchBook(client, table, pause=never_waits),
    )


@pytest.fixture(params=BOTH)
def outbox(request: pytest.FixtureRequest) -> Outbox:
    """Return an empty outbox."""
    if request.param == "embedded":
        return SqliteOutbox(request.getfixturevalue("state"))
    from hozon.adapters.aws.outbox import DynamoDbOutbox  # noqa: PLC0415 (as boto3)

    account: Aws = request.getfixturevalue("aws")
    return DynamoDbOutbox(account.dynamodb, account.table(), pause=never_waits)


@pytest.fixture(params=BOTH)
def signinbook(request: pytest.FixtureRequest) -> SignInBook:
    """Return a book without a sign-in."""
    if request.param == "embedded":
        state: Database = request.getfixturevalue("state")
        return SqliteSignInBook(state)
    from hozon.adapters.aws.signinbook import DynamoDbSignInBook  # noqa: PLC0415 (boto3)

    account: Aws = request.getfixturevalue("aws")
    return DynamoDbSignInBook(account.dynamodb, account.table(), pause=never_waits)


@pytest.fixture(params=BOTH)
def accessbook(request: pytest.FixtureRequest) -> AccessBook:
    """Return an access book without decisions."""
    if request.param == "embedded":
        return SqliteAccessBook(request.getfixturevalue("state"))
    from hozon.adapters.aws.accessbook import DynamoDbAccessBook  # noqa: PLC0415 (too)

    account: Aws = request.getfixturevalue("aws")
    return DynamoDbAccessBook(account.dynamodb, account.table(), pause=never_waits)


@pytest.fixture(params=BOTH)
def feedbook(request: pytest.FixtureRequest) -> FeedBook:
    """Return a feed book without feeds."""
    if request.param == "embedded":
        return SqliteFeedBook(request.getfixturevalue("state"))
    from hozon.adapters.aws.feedbook import DynamoDbFeedBook  # noqa: PLC0415 (as boto3)

    account: Aws = request.getfixturevalue("aws")
    return DynamoDbFeedBook(account.dynamodb, account.table(), pause=never_waits)


@pytest.fixture(params=BOTH)
def hostbook(request: pytest.FixtureRequest) -> HostBook:
    """Return a host book that knows no host."""
    if request.param == "embedded":
        return SqliteHostBook(request.getfixturevalue("hosts"))
    from hozon.adapters.aws.hostbook import DynamoDbHostBook  # noqa: PLC0415 (as boto3)

    account: Aws = request.getfixturevalue("aws")
    return DynamoDbHostBook(account.dynamodb, account.table(), pause=never_waits)


@pytest.fixture(params=BOTH)
def tallies(request: pytest.FixtureRequest) -> Tallies:
    """Return tallies of nothing."""
    if request.param == "embedded":
        return SqliteTallies(request.getfixturevalue("state"))
    from hozon.adapters.aws.tallies import DynamoDbTallies  # noqa: PLC0415 (as boto3)

    account: Aws = request.getfixturevalue("aws")
    return DynamoDbTallies(account.dynamodb, account.table(), pause=never_waits)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A store, and who keeps it."""

    warcs: WarcStore
    custody: Custody


@pytest.fixture(params=BOTH)
def guarded(request: pytest.FixtureRequest, tmp_path: Path) -> Guarded:
    """Return an empty store in which nothing is held."""
    if request.param == "embedded":
        state: Database = request.getfixturevalue("state")
        return Guarded(FolderWarcStore(tmp_path), FolderCustody(tmp_path, state))
    from hozon.adapters.aws.custody import S3Custody  # noqa: PLC0415 (as boto3)
    from hozon.adapters.aws.s3 import S3WarcStore  # noqa: PLC0415 (as boto3)

    account: Aws = request.getfixturevalue("aws")
    bucket = account.locked_bucket()
    return Guarded(
        S3WarcStore(account.s3, bucket, pause=never_waits),
        S3Custody(account.s3, bucket, account.dynamodb, account.table()),
    )


@dataclass(frozen=True, slots=True)
class Mendable:
    """A store, who sets its objects aside, and a look at what was set aside of a key."""

    warcs: WarcStore
    log: LogStore
    mender: Mender
    aside: Callable[[str], list[bytes]]


@pytest.fixture(params=BOTH)
def mendable(request: pytest.FixtureRequest, tmp_path: Path) -> Mendable:
    """Return an empty store."""
    if request.param == "embedded":
        return Mendable(
            FolderWarcStore(tmp_path),
            FolderLogStore(tmp_path),
            FolderMender(tmp_path),
            lambda key: [
                path.read_bytes()
                for path in (tmp_path / "damaged").rglob("*")
                if path.name.startswith(key.rpartition("/")[2])
            ],
        )
    from hozon.adapters.aws.mending import S3Mender  # noqa: PLC0415 (as boto3)
    from hozon.adapters.aws.s3 import (  # noqa: PLC0415 (as boto3)
        S3LogStore,
        S3WarcStore,
    )

    account: Aws = request.getfixturevalue("aws")
    bucket, s3 = account.locked_bucket(), account.s3

    def aside(key: str) -> list[bytes]:
        versions = s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
        return [
            s3.get_object(Bucket=bucket, Key=key, VersionId=each["VersionId"])[
                "Body"
            ].read()
            for each in versions
        ]

    return Mendable(
        S3WarcStore(s3, bucket, pause=never_waits),
        S3LogStore(s3, bucket, pause=never_waits),
        S3Mender(s3, bucket),
        aside,
    )


@pytest.fixture
def inbox(state: Database) -> JobInbox:
    """Return an inbox without jobs, at noon."""
    return SqliteJobInbox(state, lambda: NOON)


class Receive(Protocol):
    """Takes what is in a queue at an instant; SQS has a clock of its own."""

    def __call__(self, now: datetime = NOON) -> list[Delivery]: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """A queue, and a way to look at what is in it."""

    queue: JobQueue
    receive: Receive


@pytest.fixture(params=BOTH)
def sent(request: pytest.FixtureRequest) -> Sent:
    """Return an empty queue."""
    if request.param == "embedded":
        inbox: JobInbox = request.getfixturevalue("inbox")
        return Sent(inbox, lambda now=NOON: list(inbox.receive(now=now, limit=1000)))
    return _sent_to_sqs(request.getfixturevalue("aws"))


def _sent_to_sqs(account: Aws) -> Sent:
    from hozon.adapters.aws.agenda import DynamoDbAgenda  # noqa: PLC0415 (as boto3)
    from hozon.adapters.aws.sqs import SqsJobQueue  # noqa: PLC0415 (as boto3)
    from hozon.stored import jobs  # noqa: PLC0415 (as below)

    urls = account.queue(), account.queue()
    agenda = DynamoDbAgenda(account.dynamodb, account.table(), pause=never_waits)

    def received() -> Iterator[Delivery]:
        for url in urls:
            while messages := account.sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10
            ).get("Messages", []):
                for each in messages:
                    receipt = each["ReceiptHandle"]
                    yield Delivery(job=jobs.from_json(each["Body"]), receipt=receipt)

    queue = SqsJobQueue(account.sqs, *urls, agenda, pause=never_waits)
    return Sent(queue, lambda now=NOON: list(received()))  # noqa: ARG005
