"""A deployed archive: a stack in an AWS account, as its functions and operators see it."""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from hozon import settings
from hozon.nouns import instants
from hozon.nouns.archive import Archive
from hozon.nouns.custody import Custody
from hozon.nouns.deadletters import DeadLetters
from hozon.nouns.errors import Unusable
from hozon.nouns.events import Telling
from hozon.nouns.instants import Clock
from hozon.nouns.seals import Signer
from hozon.nouns.signins import SignInBook
from hozon.settings import Settings
from hozon.wiring.fetching import Fetching, LazyReader, commons, leases, memo, served_at

if TYPE_CHECKING:
    from hozon.adapters.aws.removing import Removal
    from hozon.auditing.reindexing import Reindexed
    from hozon.capturing.permission import Memo
    from hozon.capturing.sharing import Commons
    from hozon.fetch import HttpFetcher
    from hozon.nouns.copies import Remedies

_FEED_S = 10.0
"""Seconds that one feed document may take to read on AWS: ten in a batch, which has 180,
and none of which may cost the others theirs.
"""


def _nothing() -> Counter[str]:
    return Counter()


def _no_remedies() -> "Remedies":
    from hozon.nouns.copies import Remedies  # noqa: PLC0415  for audits only

    return Remedies()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """An archive in an AWS account, as a function sees it, or its operator.

    `commons` and `memo` return what the batches of this process share. `used` returns
    what its clients have used since it was asked last, by the names of the tally;
    `remedy` what an audit by its operator may mend with.
    `removal` is what purges, with an operator's rights; no function has it.
    `pages_uri` is where readers sign in ("": nowhere), as far as that is known.
    """

    settings: Settings
    archive: Archive
    fetching: Fetching
    commons: "Callable[[], Commons]"
    memo: "Callable[[], Memo]"
    custody: Custody
    signer: Signer
    signins: SignInBook
    pages_uri: str = ""
    removal: "Removal | None" = None
    used: Callable[[], Counter[str]] = _nothing
    remedy: "Callable[[], Remedies]" = _no_remedies
    inbox: None = None
    dead: DeadLetters | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the readers of pages."""
        self.archive.reader.close()

    def fetcher(self, how: Fetching) -> AbstractAsyncContextManager["HttpFetcher"]:
        """Return a fetcher that shares hosts with all who work on this archive."""
        held = leases(self.archive.hosts, how.clock)
        own = served_at(self.archive.public_uri)
        return replace(how, leases=held, own_hosts=own).fetcher()

    def remedies(self, copy: Path | None = None) -> "Remedies":
        """Return what an audit by the operator may mend with: the archive in the folder
        `copy`, or else the bucket that S3 copies objects to.
        """
        from hozon.wiring.folder import second_copy  # noqa: PLC0415  as above

        found = self.remedy()
        return found if copy is None else replace(found, copy=second_copy(copy))

    def remove(self, key: str) -> None:
        """Remove a WARC object for good, for a purge, and what the table says of it."""
        if self.removal is None:
            raise Unusable("no function may delete")
        self.removal.remove(key)

    def reindex(self, *, progress: Callable[[int], None]) -> "Reindexed":
        """Add to the table what all WARC objects hold; what is there already stays."""
        from hozon.auditing.reindexing import reindex  # noqa: PLC0415  as above

        return reindex(self.archive, progress=progress)


_process: list[Deployed] = []


def deployed() -> Deployed:
    """Return this process's archive, made at first use from the environment."""
    if not _process:
        _process.append(connect(settings.from_environment(os.environ)))
    return _process[0]


def use(chosen: Deployed | None) -> None:
    """Let the handlers of this process work on `chosen` (None: the environment's).

    Rehearsals and tests reach a site on loopback that way; no variable of a deployed
    function can open that door.
    """
    _process[:] = [] if chosen is None else [chosen]


def connect(
    found: Settings,
    *,
    clock: Clock = instants.utcnow,
    fetching: Fetching | None = None,
) -> Deployed:
    """Return the archive that the settings name, through boto3's default session."""
    from hozon.adapters.aws.accessbook import DynamoDbAccessBook  # noqa: PLC0415  below
    from hozon.adapters.aws.agenda import DynamoDbAgenda  # noqa: PLC0415  below
    from hozon.adapters.aws.clients import client  # noqa: PLC0415  0.2 s for boto3
    from hozon.adapters.aws.custody import S3Custody  # noqa: PLC0415  see above
    from hozon.adapters.aws.derived import S3DerivedStore  # noqa: PLC0415  see above
    from hozon.adapters.aws.eventbridge import EventBus  # noqa: PLC0415  see above
    from hozon.adapters.aws.feedbook import DynamoDbFeedBook  # noqa: PLC0415  see above
    from hozon.adapters.aws.hostbook import DynamoDbHostBook  # noqa: PLC0415  see above
    from hozon.adapters.aws.index import DynamoDbIndex  # noqa: PLC0415  see above
    from hozon.adapters.aws.kms import KmsSigner  # noqa: PLC0415  see above
    from hozon.adapters.aws.lending import SIGNING  # noqa: PLC0415  see above
    from hozon.adapters.aws.metering import Meter  # noqa: PLC0415  see above
    from hozon.adapters.aws.outbox import DynamoDbOutbox  # noqa: PLC0415  see above
    from hozon.adapters.aws.s3 import S3LogStore, S3WarcStore  # noqa: PLC0415  see above
    from hozon.adapters.aws.scratch import S3Scratch  # noqa: PLC0415  see above
    from hozon.adapters.aws.seals import DynamoDbSeals  # noqa: PLC0415  see above
    from hozon.adapters.aws.signinbook import DynamoDbSignInBook  # noqa: PLC0415  above
    from hozon.adapters.aws.sqs import SqsJobQueue  # noqa: PLC0415  see above
    from hozon.adapters.aws.tallies import DynamoDbTallies  # noqa: PLC0415  see above
    from hozon.adapters.aws.watchbook import DynamoDbWatchBook  # noqa: PLC0415  see above

    meter = Meter()
    dynamodb: Any = client("dynamodb", meter)
    s3: Any = client("s3", meter, config=SIGNING)
    archive = Archive(
        warcs=S3WarcStore(s3, found.bucket),
        log=S3LogStore(s3, found.bucket),
        seals=DynamoDbSeals(dynamodb, found.table),
        index=DynamoDbIndex(dynamodb, found.table),
        feeds=DynamoDbFeedBook(dynamodb, found.table),
        queue=SqsJobQueue(
            client("sqs", meter),
            found.poll_queue_url,
            found.capture_queue_url,
            DynamoDbAgenda(dynamodb, found.table),
        ),
        reader=LazyReader(feed_s=_FEED_S),
        scratch=S3Scratch(s3, found.derived_bucket),
        hosts=DynamoDbHostBook(dynamodb, found.table),
        watches=DynamoDbWatchBook(dynamodb, found.table),
        outbox=DynamoDbOutbox(dynamodb, found.table),
        derived=S3DerivedStore(s3, found.derived_bucket),
        access=DynamoDbAccessBook(dynamodb, found.table),
        clock=clock,
        contact=found.contact,
        robots=found.robots,
        public_uri=found.public_url or None,
        plan=found.recheck_plan,
        budget=found.recheck_budget,
        telling=Telling(
            crier=EventBus(lambda: client("events", meter), found.event_bus)
            if found.event_bus
            else None
        ),
        is_public=found.public_read,
        tallies=DynamoDbTallies(dynamodb, found.table),
        quotas=found.quotas,
    )
    custody = S3Custody(s3, found.bucket, dynamodb, found.table)
    how = fetching or Fetching(contact=found.contact, clock=clock)
    return Deployed(
        settings=found,
        archive=archive,
        fetching=replace(
            how,
            leases=leases(archive.hosts, clock, lets_go=False),
            own_hosts=served_at(archive.public_uri),
            clock=clock,
        ),
        commons=commons(archive),
        memo=memo(),
        custody=custody,
        signer=KmsSigner(lambda: client("kms", meter), found.signing_key),
        signins=DynamoDbSignInBook(dynamodb, found.table),
        used=meter.taken,
        remedy=lambda: _remedies(s3, found, custody),
    )


def _remedies(s3: Any, found: Settings, custody: Custody) -> "Remedies":
    from hozon.adapters.aws.mending import S3Mender  # noqa: PLC0415  as above
    from hozon.adapters.aws.s3 import S3LogStore, S3WarcStore  # noqa: PLC0415  as above
    from hozon.nouns.copies import Remedies, SecondCopy  # noqa: PLC0415  as above

    bucket, copy = found.replica_bucket, None
    if bucket:
        warcs, log = S3WarcStore(s3, bucket), S3LogStore(s3, bucket)
        copy = SecondCopy(what=f"s3://{bucket}", warcs=warcs, log=log)
    return Remedies(
        copy=copy,
        mender=S3Mender(s3, found.bucket),
        keeps=custody.keeps,
        keep=custody.keep,
    )


def attached(stack: str, *, clock: Clock = instants.utcnow) -> Deployed:
    """Return the archive of a stack, with the rights of whoever runs this.

    Raises `Unusable` where there is no such stack, or none that we may see.
    """
    from hozon.adapters.aws.clients import client  # noqa: PLC0415  see above
    from hozon.adapters.aws.deadletters import SqsDeadLetters  # noqa: PLC0415  see above
    from hozon.adapters.aws.removing import Removal  # noqa: PLC0415  see above
    from hozon.adapters.aws.stacks import describe  # noqa: PLC0415  see above

    described = describe(stack)
    found = settings.of_stack(described.outputs, described.parameters)
    dead = SqsDeadLetters(
        client("sqs"),
        dead={
            "polls": described.outputs["PollDeadLettersUrl"],
            "captures": described.outputs["CaptureDeadLettersUrl"],
        },
        live={"polls": found.poll_queue_url, "captures": found.capture_queue_url},
    )
    removal = Removal(
        client("s3"),
        found.bucket,
        client("dynamodb"),
        found.table,
        sts=client("sts"),
        break_glass=described.parameters.get("BreakGlassRoleArn", ""),
    )
    pages = described.outputs.get("PagesUrl", "")
    known = connect(found, clock=clock)
    return replace(known, dead=dead, pages_uri=pages, removal=removal)
