"""An embedded archive: a folder, and what opens it.

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
``damaged/…``     what audits have set aside, as it was found
``run.lock``      held by the one `hozon run` that is at work
================  ==========================================================
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    contextmanager,
)
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from hozon.nouns import instants
from hozon.nouns.archive import Archive
from hozon.nouns.custody import Custody
from hozon.nouns.errors import Unusable
from hozon.nouns.events import Telling
from hozon.nouns.instants import Clock
from hozon.nouns.model import RobotsPolicy
from hozon.nouns.ports import JobInbox
from hozon.nouns.seals import Signer
from hozon.nouns.signins import SignInBook
from hozon.nouns.tallies import NO_QUOTAS, Quotas
from hozon.settings import Kept
from hozon.wiring.fetching import Fetching, leases, served_at

if TYPE_CHECKING:
    from hozon.adapters.embedded.database import Database
    from hozon.adapters.embedded.folder import FolderLogStore, FolderWarcStore
    from hozon.adapters.embedded.workspace import FolderWorkspace
    from hozon.auditing.reindexing import Reindexed
    from hozon.fetch import HttpFetcher
    from hozon.nouns.copies import Mender, Remedies, SecondCopy
    from hozon.nouns.workspace import NewFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """An archive in a folder, open. `archive.queue` and `inbox` are the same queue."""

    directory: Path
    archive: Archive
    inbox: JobInbox
    signer: Signer
    state: "Database"
    index: "Database"
    hosts: "Database"
    custody: Custody
    signins: SignInBook
    kept: Kept = field(default_factory=Kept)
    dead: None = None

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

    @property
    def is_copy(self) -> bool:
        """Whether its log is signed by a key that is not here: of `hozon pull`."""
        from hozon.log import places  # noqa: PLC0415  below

        signed = next(self.archive.log.keys(places.KEYS), None) is not None
        return signed and not (self.directory / "log.key").exists()

    def fetcher(self, how: Fetching) -> AbstractAsyncContextManager["HttpFetcher"]:
        """Return a fetcher that shares hosts with all who work on this archive."""
        own = served_at(self.archive.public_uri)
        scratch = self.directory / "tmp"
        scratch.mkdir(exist_ok=True)
        held = leases(self.archive.hosts, how.clock)
        return replace(how, leases=held, own_hosts=own, scratch=scratch).fetcher()

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

    def mender(self) -> "Mender":
        """Return what sets damaged objects aside."""
        from hozon.adapters.embedded.mending import FolderMender  # noqa: PLC0415  below

        return FolderMender(self.directory)

    def remedies(self, copy: Path | None = None) -> "Remedies":
        """Return what an audit may mend with: the archive in the folder `copy`."""
        from hozon.nouns.copies import Remedies  # noqa: PLC0415  below

        return Remedies(
            copy=None if copy is None else second_copy(copy),
            mender=self.mender(),
            keeps=self.custody.keeps,
            keep=self.custody.keep,
        )

    def reindex(self, *, progress: Callable[[int], None]) -> "Reindexed":
        """Make the index anew from the WARC files, and put it in the old one's place."""
        from hozon.adapters.embedded.rebuilding import fresh_index  # noqa: PLC0415  below
        from hozon.auditing.reindexing import reindex  # noqa: PLC0415  as above

        with fresh_index(self.index.path, self.state) as fresh:
            anew = replace(self.archive, index=fresh, seals=fresh.seals)
            return reindex(anew, progress=progress)

    def replan(self, feed_id: str | None = None) -> None:
        """Say anew when pages are looked at next, those of a feed or all: because a plan
        was changed.
        """
        from hozon.adapters.embedded import kept  # noqa: PLC0415  below
        from hozon.adapters.embedded.watchbook import SqliteWatchBook  # noqa: PLC0415  below
        from hozon.settling.planning import replan  # noqa: PLC0415  as above

        archive = replace(self.archive, plan=kept.read(self.directory).recheck_plan)
        for watch in SqliteWatchBook(self.index, self.state).all(feed_id):
            replan(watch, archive)

    def keep(self, settled: Kept) -> None:
        """Keep what the operator has settled, for whoever opens the archive next."""
        from hozon.adapters.embedded import kept  # noqa: PLC0415  below

        kept.write(self.directory, settled)


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature is right, faster than `log.ed25519` does."""
    from hozon.adapters.embedded import keyfile  # noqa: PLC0415  below

    return keyfile.verify(public_key, message, signature)


def stores(directory: Path) -> "tuple[FolderWarcStore, FolderLogStore]":
    """Return what lies in the folder of an archive, which need not be a whole one."""
    from hozon.adapters.embedded.folder import (  # noqa: PLC0415  below
        FolderLogStore,
        FolderWarcStore,
    )

    return FolderWarcStore(directory), FolderLogStore(directory)


def second_copy(directory: Path) -> "SecondCopy":
    """Return what lies in a folder as a second copy, or raise `Unusable`."""
    from hozon.nouns.copies import SecondCopy  # noqa: PLC0415  below

    if not (directory / "warcs").is_dir() and not (directory / "log").is_dir():
        raise Unusable(f"{directory} is no archive: it has neither warcs/ nor log/")
    warcs, log = stores(directory)
    return SecondCopy(what=str(directory), warcs=warcs, log=log)


def publish(directory: Path, uri: str) -> None:
    """Keep where the archive in `directory` can be reached by hubs ("": nowhere)."""
    from hozon.adapters.embedded import kept  # noqa: PLC0415  below

    kept.publish(directory, uri)


def embedded(
    directory: Path,
    *,
    contact: str = "",
    robots: RobotsPolicy = "respect",
    quotas: Quotas = NO_QUOTAS,
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
    # Here, because a function has no use for SQLite, and would start later for it.
    from hozon.adapters.embedded import kept  # noqa: PLC0415  see above
    from hozon.adapters.embedded.accessbook import SqliteAccessBook  # noqa: PLC0415  above
    from hozon.adapters.embedded.custody import FolderCustody  # noqa: PLC0415  see above
    from hozon.adapters.embedded.database import Database  # noqa: PLC0415  see above
    from hozon.adapters.embedded.derived import FolderDerivedStore  # noqa: PLC0415  above
    from hozon.adapters.embedded.feedbook import SqliteFeedBook  # noqa: PLC0415  see above
    from hozon.adapters.embedded.hostbook import SqliteHostBook  # noqa: PLC0415  see above
    from hozon.adapters.embedded.inbox import SqliteJobInbox  # noqa: PLC0415  see above
    from hozon.adapters.embedded.index import SqliteIndex  # noqa: PLC0415  see above
    from hozon.adapters.embedded.keyfile import KeyFileSigner  # noqa: PLC0415  see above
    from hozon.adapters.embedded.outbox import SqliteOutbox  # noqa: PLC0415  see above
    from hozon.adapters.embedded.schemas import HOSTS, INDEX, STATE  # noqa: PLC0415  see above
    from hozon.adapters.embedded.scratch import MemoryScratch  # noqa: PLC0415  see above
    from hozon.adapters.embedded.seals import SqliteSeals  # noqa: PLC0415  see above
    from hozon.adapters.embedded.signinbook import SqliteSignInBook  # noqa: PLC0415  above
    from hozon.adapters.embedded.tallies import SqliteTallies  # noqa: PLC0415  see above
    from hozon.adapters.embedded.watchbook import SqliteWatchBook  # noqa: PLC0415  above
    from hozon.confined.reader import ConfinedReader  # noqa: PLC0415  see above
    from hozon.log import places  # noqa: PLC0415  see above

    _check(directory, create=create, indexed=indexed)
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
        reader=ConfinedReader(children=_processors()),
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
        telling=_telling(chosen),
        is_public=kept.public_uri(directory) is not None,
        tallies=SqliteTallies(state),
        quotas=quotas,
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
        custody=FolderCustody(directory, state),
        signins=SqliteSignInBook(state),
        kept=chosen,
    )


def _check(directory: Path, *, create: bool, indexed: bool) -> None:
    if not create and not (directory / "state.sqlite").exists():
        raise Unusable(
            f"no archive in {directory}; `hozon feeds add URI` makes one, "
            "--archive DIR names another"
        )
    has_index = (directory / "index.sqlite").exists()
    if indexed and not has_index and (directory / "warcs").exists():
        raise Unusable(f"no index in {directory}; `hozon reindex` makes it anew")


def _telling(chosen: Kept) -> Telling:
    from hozon.adapters.embedded.command import Command  # noqa: PLC0415  above

    return Telling(
        crier=Command(chosen.on_event) if chosen.on_event else None,
        webhook=chosen.webhook,
        filter=chosen.filter,
    )


def _processors() -> int:
    """Return how many documents to read at once."""
    return max(1, min(4, os.cpu_count() or 1))


def workspace(folder: Path | None = None) -> "FolderWorkspace":
    """Return room on the file system of `folder` (None: where temporary files are)."""
    from hozon.adapters.embedded.workspace import FolderWorkspace  # noqa: PLC0415  above

    return FolderWorkspace(folder)


def new_file(path: Path) -> AbstractContextManager[BinaryIO]:
    """Return a file that takes its place when it is whole (`outlets.new_file`)."""
    from hozon.adapters.embedded import outlets  # noqa: PLC0415  as above

    return outlets.new_file(path)


def new_folder(path: Path) -> "AbstractContextManager[NewFolder]":
    """Return a folder that appears when it is whole (`outlets.new_folder`)."""
    from hozon.adapters.embedded import outlets  # noqa: PLC0415  as above

    return outlets.new_folder(path)
