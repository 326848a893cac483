"""The composition root: ports meet their adapters here and nowhere else.

An embedded archive is a folder:

================  ==========================================================
``warcs/…``       the archive itself: WARC files, written once
``log/…``         the signed log of them, written once
``log.key``       the private key that signs it: back it up, and show it to nobody
``index.sqlite``  finds things in it; `hozon reindex` makes it anew
``state.sqlite``  the operator's feeds, and what is under way
``search/…``      what finds text in it; may be deleted, `hozon run` makes it anew
``hosts.sqlite``  what publishers allow, and whose turn it is; may be deleted
``public-url``    where hubs reach it, as `hozon serve --public-url` was told
``settings.json`` what else its operator has settled (`hozon settings`)
``run.lock``      held by the one `hozon run` that is at work
================  ==========================================================
"""

import fcntl
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Self

from hozon import instants, settings, uris
from hozon.adapters.embedded import kept, outlets
from hozon.adapters.embedded.accessbook import SqliteAccessBook
from hozon.adapters.embedded.command import Command
from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.derived import FolderDerivedStore
from hozon.adapters.embedded.feedbook import SqliteFeedBook
from hozon.adapters.embedded.folder import FolderLogStore, FolderWarcStore
from hozon.adapters.embedded.hostbook import SqliteHostBook
from hozon.adapters.embedded.inbox import SqliteJobInbox
from hozon.adapters.embedded.index import SqliteIndex
from hozon.adapters.embedded.keyfile import KeyFileSigner
from hozon.adapters.embedded.keyfile import verify as verify_signature
from hozon.adapters.embedded.outbox import SqliteOutbox
from hozon.adapters.embedded.rebuilding import fresh_index
from hozon.adapters.embedded.schemas import HOSTS, INDEX, STATE
from hozon.adapters.embedded.scratch import MemoryScratch
from hozon.adapters.embedded.seals import SqliteSeals
from hozon.adapters.embedded.watchbook import SqliteWatchBook
from hozon.adapters.embedded.workspace import FolderWorkspace
from hozon.archive import Archive, user_agent
from hozon.confined import ConfinedReader
from hozon.errors import Unusable
from hozon.events import Telling
from hozon.fetch import AllowedHosts, HttpFetcher, Leases
from hozon.instants import Clock
from hozon.log import places
from hozon.log.notes import Verify
from hozon.model import RobotsPolicy
from hozon.permission import Memo
from hozon.planning import replan
from hozon.ports import JobInbox
from hozon.reindexing import Reindexed, reindex
from hozon.seals import Signer
from hozon.settings import Kept, Settings
from hozon.sharing import Commons
from hozon.workspace import NewFolder

_FEED_S = 10.0
"""Seconds that one feed document may take to read on AWS: ten in a batch, which has 180,
and none of which may cost the others theirs.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """How to fetch: which private hosts are allowed, how long a host is left alone.

    `interval_s` None is the usual: 2 s before a page, less before feeds and requisites.
    With `leases`, no two workers ask one host at a time. `own_hosts` are where this very
    archive is served: to capture those would never end. What is too large for memory
    lies in `scratch` while it is under way.
    """

    allowed: AllowedHosts = field(default_factory=AllowedHosts)
    interval_s: float | None = None
    leases: Leases | None = None
    own_hosts: frozenset[str] = frozenset()
    contact: str = ""
    clock: Clock = instants.utcnow
    scratch: Path | None = None

    @asynccontextmanager
    async def fetcher(
        self, *, until_s: float | None = None
    ) -> AsyncIterator[HttpFetcher]:
        """Yield a fetcher for the running loop; its connections end with the block.

        After `until_s` it asks nobody any more.
        """
        fetcher = HttpFetcher(
            user_agent=user_agent(self.contact),
            allowed=self.allowed,
            interval_s=self.interval_s,
            leases=self.leases,
            until_s=until_s,
            clock=self.clock,
            own_hosts=self.own_hosts,
            scratch=self.scratch,
        )
        try:
            yield fetcher
        finally:
            await fetcher.aclose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """An archive in a folder, open. `archive.queue` and `inbox` are the same queue."""

    directory: Path
    archive: Archive
    inbox: JobInbox
    signer: Signer
    state: Database
    index: Database
    hosts: Database
    kept: Kept = field(default_factory=Kept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the databases, and end the readers of pages."""
        self.archive.reader.close()
        self.hosts.close()
        self.index.close()
        self.state.close()

    def fetcher(self, how: Fetching) -> AbstractAsyncContextManager[HttpFetcher]:
        """Return a fetcher that shares hosts with all who work on this archive."""
        leases = Leases(self.archive.hosts, how.clock)
        own = served_at(self.archive.public_uri)
        scratch = self.directory / "tmp"
        scratch.mkdir(exist_ok=True)
        how = replace(how, leases=leases, own_hosts=own, scratch=scratch)
        return how.fetcher()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the archive's lock for the block; `Unusable` where another holds it.

        The lock ends with the process, however that ends.
        """
        lock = os.open(self.directory / "run.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise Unusable(
                f"another run is at work in {self.directory}; wait for it, or end it"
            ) from None
        finally:
            os.close(lock)

    def remove(self, key: str) -> None:
        """Remove a WARC object for good, for a purge."""
        stores(self.directory)[0].remove(key)

    def reindex(self, *, progress: Callable[[int], None]) -> Reindexed:
        """Make the index anew from the WARC files, and put it in the old one's place."""
        with fresh_index(self.index.path, self.state) as fresh:
            anew = replace(self.archive, index=fresh, seals=fresh.seals)
            return reindex(anew, progress=progress)

    def replan(self, feed_id: str | None = None) -> None:
        """Say anew when pages are looked at next, those of a feed or all: because a plan
        was changed.
        """
        archive = replace(self.archive, plan=kept.read(self.directory).recheck_plan)
        for watch in SqliteWatchBook(self.index, self.state).all(feed_id):
            replan(watch, archive)

    def keep(self, settled: Kept) -> None:
        """Keep what the operator has settled, for whoever opens the archive next."""
        kept.write(self.directory, settled)


verify: Verify = verify_signature  # faster than `log.ed25519`


def stores(directory: Path) -> tuple[FolderWarcStore, FolderLogStore]:
    """Return what lies in the folder of an archive, which need not be a whole one."""
    return FolderWarcStore(directory), FolderLogStore(directory)


def served_at(public_uri: str | None) -> frozenset[str]:
    """Return the hosts and ports by which an archive leads to itself."""
    if not public_uri:
        return frozenset()
    parsed = uris.parse(public_uri)
    ports = {80, 443} if parsed.port in {80, 443} else {parsed.port}
    return frozenset(f"{parsed.host.removesuffix('.')}:{port}" for port in ports)


publish = kept.publish  # keeps where an archive can be reached by hubs


def embedded(
    directory: Path,
    *,
    contact: str = "",
    robots: RobotsPolicy = "respect",
    clock: Clock = instants.utcnow,
    create: bool = False,
    indexed: bool = True,
    settled: Callable[[Kept], Kept] = lambda kept: kept,
    new_key: bool = False,
) -> Embedded:
    """Open the archive in `directory`; `create` makes it where there is none.

    An index that was lost is not taken for an empty one, unless `indexed` is false.
    `settled` makes the settings to work with of those that are kept. With `new_key` a log
    whose key was lost is gone on with by a new one. Raises `Unusable`, saying what to do.
    """
    if not create and not (directory / "state.sqlite").exists():
        raise Unusable(
            f"no archive in {directory}; `hozon feeds add URI` makes one, "
            "--archive DIR names another"
        )
    has_index = (directory / "index.sqlite").exists()
    if indexed and not has_index and (directory / "warcs").exists():
        raise Unusable(f"no index in {directory}; `hozon reindex` makes it anew")
    warcs, log = stores(directory)
    state = Database(directory / "state.sqlite", STATE)
    index = Database(directory / "index.sqlite", INDEX)
    hosts = Database(directory / "hosts.sqlite", HOSTS)
    inbox = SqliteJobInbox(state, clock)
    chosen = settled(kept.read(directory))
    archive = Archive(
        warcs=warcs,
        index=SqliteIndex(index, state),
        feeds=SqliteFeedBook(state),
        queue=inbox,
        reader=ConfinedReader(children=max(1, min(4, os.cpu_count() or 1))),
        scratch=MemoryScratch(),
        hosts=SqliteHostBook(hosts),
        watches=SqliteWatchBook(index, state),
        outbox=SqliteOutbox(state),
        log=log,
        seals=SqliteSeals(index),
        derived=FolderDerivedStore(directory),
        access=SqliteAccessBook(state),
        clock=clock,
        contact=contact,
        robots=robots,
        public_uri=kept.public_uri(directory),
        plan=chosen.recheck_plan,
        budget=chosen.recheck_budget,
        telling=Telling(
            crier=Command(chosen.on_event) if chosen.on_event else None,
            webhook=chosen.webhook,
            filter=chosen.filter,
        ),
        is_public=kept.public_uri(directory) is not None,
    )
    signer = KeyFileSigner(
        directory / "log.key",
        may_make=lambda: new_key or next(log.keys(places.KEYS), None) is None,
    )
    return Embedded(
        directory=directory,
        archive=archive,
        inbox=inbox,
        signer=signer,
        state=state,
        index=index,
        hosts=hosts,
        kept=chosen,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """An archive in an AWS account, as a function sees it."""

    settings: Settings
    archive: Archive
    fetching: Fetching
    commons: Commons
    signer: Signer
    memo: Memo = field(default_factory=Memo)


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
    import boto3  # noqa: PLC0415  0.2 s, which an embedded archive does without

    from hozon.adapters.aws.accessbook import DynamoDbAccessBook  # noqa: PLC0415  see above
    from hozon.adapters.aws.agenda import DynamoDbAgenda  # noqa: PLC0415  see above
    from hozon.adapters.aws.derived import S3DerivedStore  # noqa: PLC0415  see above
    from hozon.adapters.aws.eventbridge import EventBus  # noqa: PLC0415  see above
    from hozon.adapters.aws.feedbook import DynamoDbFeedBook  # noqa: PLC0415  see above
    from hozon.adapters.aws.hostbook import DynamoDbHostBook  # noqa: PLC0415  see above
    from hozon.adapters.aws.index import DynamoDbIndex  # noqa: PLC0415  see above
    from hozon.adapters.aws.kms import KmsSigner  # noqa: PLC0415  see above
    from hozon.adapters.aws.lending import SIGNING  # noqa: PLC0415  see above
    from hozon.adapters.aws.outbox import DynamoDbOutbox  # noqa: PLC0415  see above
    from hozon.adapters.aws.s3 import S3LogStore, S3WarcStore  # noqa: PLC0415  see above
    from hozon.adapters.aws.scratch import S3Scratch  # noqa: PLC0415  see above
    from hozon.adapters.aws.seals import DynamoDbSeals  # noqa: PLC0415  see above
    from hozon.adapters.aws.sqs import SqsJobQueue  # noqa: PLC0415  see above
    from hozon.adapters.aws.watchbook import DynamoDbWatchBook  # noqa: PLC0415  see above

    dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3", config=SIGNING)
    events: Any = boto3.client  # its types are not installed
    bus = EventBus(events("events"), found.event_bus) if found.event_bus else None
    archive = Archive(
        warcs=S3WarcStore(s3, found.bucket),
        log=S3LogStore(s3, found.bucket),
        seals=DynamoDbSeals(dynamodb, found.table),
        index=DynamoDbIndex(dynamodb, found.table),
        feeds=DynamoDbFeedBook(dynamodb, found.table),
        queue=SqsJobQueue(
            boto3.client("sqs"),
            found.poll_queue_url,
            found.capture_queue_url,
            DynamoDbAgenda(dynamodb, found.table),
        ),
        reader=ConfinedReader(feed_s=_FEED_S),
        scratch=S3Scratch(s3, found.derived_bucket),
        hosts=DynamoDbHostBook(dynamodb, found.table),
        watches=DynamoDbWatchBook(dynamodb, found.table),
        outbox=DynamoDbOutbox(dynamodb, found.table),
        derived=S3DerivedStore(boto3.client("s3"), found.derived_bucket),
        access=DynamoDbAccessBook(dynamodb, found.table),
        clock=clock,
        contact=found.contact,
        robots=found.robots,
        public_uri=found.public_url or None,
        plan=found.recheck_plan,
        budget=found.recheck_budget,
        telling=Telling(crier=bus),
        is_public=found.public_read,
    )
    how = fetching or Fetching(contact=found.contact, clock=clock)
    return Deployed(
        settings=found,
        archive=archive,
        fetching=replace(
            how,
            leases=Leases(archive.hosts, clock, lets_go=False),
            own_hosts=served_at(archive.public_uri),
        ),
        commons=Commons(clock=clock),
        signer=KmsSigner(lambda: boto3.client("kms"), found.signing_key),
    )


def workspace(folder: Path | None = None) -> FolderWorkspace:
    """Return room on the file system of `folder` (None: where temporary files are)."""
    return FolderWorkspace(folder)


def new_file(path: Path) -> AbstractContextManager[BinaryIO]:
    """Return a file that takes its place when it is whole (`outlets.new_file`)."""
    return outlets.new_file(path)


def new_folder(path: Path) -> AbstractContextManager[NewFolder]:
    """Return a folder that appears when it is whole (`outlets.new_folder`)."""
    return outlets.new_folder(path)
