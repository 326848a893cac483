"""Logs for tests: a key, leaves, and stores in memory that hold what they promise."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hozon.adapters.embedded.accessbook import SqliteAccessBook
from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.derived import FolderDerivedStore
from hozon.adapters.embedded.feedbook import SqliteFeedBook
from hozon.adapters.embedded.hostbook import SqliteHostBook
from hozon.adapters.embedded.inbox import SqliteJobInbox
from hozon.adapters.embedded.index import SqliteIndex
from hozon.adapters.embedded.outbox import SqliteOutbox
from hozon.adapters.embedded.schemas import HOSTS, INDEX, STATE
from hozon.adapters.embedded.scratch import MemoryScratch
from hozon.adapters.embedded.seals import SqliteSeals
from hozon.adapters.embedded.watchbook import SqliteWatchBook
from hozon.auditing.reindexing import reindex
from hozon.confined.reader import ConfinedReader
from hozon.log import notes, tree
from hozon.log.findings import Finding
from hozon.log.notes import Key
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Conflict, NotFound
from hozon.nouns.seals import Signer
from hozon.sealing import following, verifying
from hozon.sealing.sealing import Sealed, note, seal
from hozon.stored.holdings import read
from tests.fakes import NOON, a_warc_key
from tests.objects import a_snapshot_object
from tests.unit.usecases.conftest import Hands

CORPORA = os.environ.get("CORPORA", Path(__file__).parents[2] / "shared" / "corpora")
VECTORS = Path(CORPORA) / "vectors"


@dataclass(frozen=True, slots=True)
class FakeSigner:
    """A key that is made of a seed."""

    seed: bytes = b"a key of tests".ljust(32, b".")

    @property
    def private(self) -> Ed25519PrivateKey:
        """The private key."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def public_key(self) -> bytes:
        """Return the public key."""
        return self.private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return a signature."""
        return self.private.sign(message)


SIGNER = FakeSigner()
KEY = Key(name="log.example/a", public=SIGNER.public_key())


def checkpoint_of(
    leaves: list[bytes], *, at: datetime = NOON, signer: FakeSigner = SIGNER
) -> str:
    """Return the signed checkpoint of a tree of these leaves."""
    root = tree.root(map(tree.leaf_hash, leaves))
    stated = notes.Checkpoint(origin=KEY.name, size=len(leaves), root=root)
    key = Key(name=KEY.name, public=signer.public_key())
    return notes.sealed(stated, key, signer.sign, at=at)


@dataclass(slots=True)
class MemoryStore:
    """A `LogStore` and a `WarcStore` in memory."""

    objects: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, data: bytes) -> None:
        """Write a new object, or raise `Conflict`."""
        if key in self.objects:
            raise Conflict(key)
        self.objects[key] = data

    def read_all(self, key: str) -> bytes:
        """Return the object, or raise `NotFound`."""
        if key not in self.objects:
            raise NotFound(key)
        return self.objects[key]

    def pieces(self, key: str) -> Iterator[bytes]:
        """Yield the object, in one piece."""
        yield self.read_all(key)

    def read(self, key: str, *, offset: int, length: int) -> bytes:
        """Return a range of an object."""
        return self.read_all(key)[offset : offset + length]

    def holds(self, key: str) -> bool:
        """Tell whether an object is there."""
        return key in self.objects

    def stored_at(self, key: str) -> datetime | None:
        """Return when that was: nobody knows."""
        self.read_all(key)
        return None

    def size(self, key: str) -> int:
        """Return the length of an object."""
        return len(self.read_all(key))

    def lend(self, key: str) -> str | None:
        """Return None: nobody else has the object."""
        self.read_all(key)
        return None

    def keys(self, folder: str = "", *, after: str = "") -> Iterator[str]:
        """Yield keys in ascending order."""
        found = (k for k in sorted(self.objects) if k.startswith(folder) and k > after)
        return iter(list(found))


@dataclass(slots=True, kw_only=True)
class Shelf:
    """An archive whose objects are in memory, with its index in a file that waits for no
    disk. What is held and sealed is as in any other.
    """

    archive: Archive
    warcs: MemoryStore
    log: MemoryStore
    index: Database
    state: Database
    clock: Hands
    signer: Signer = SIGNER

    def hold(self, *names: str, at: datetime | None = None) -> list[str]:
        """Store and index a snapshot of each name; return their keys."""
        keys = [a_warc_key(name) for name in names]
        for name, key in zip(names, keys, strict=True):
            link = f"https://example.com/{name}"
            at_ = at or self.clock()
            data = a_snapshot_object(key, id_=name, link=link, at=at_)
            self.archive.warcs.put(key, data)
            self.archive.index.add(read(key, data))
        return keys

    def fill(self, count: int) -> None:
        """Let so many notes wait: they are quickly made."""
        for number in range(count):
            note("settings", {"n": number}, self.archive)

    def seal(self) -> Sealed:
        """Seal all that waits."""
        return seal(self.archive, self.signer)

    def sealed_keys(self) -> list[str]:
        """Return the keys that have a leaf, in log order."""
        return [leaf.key for leaf in following.since(0, self.archive, limit=10**6)]

    def findings(self, *kept: str) -> list[Finding]:
        """Return what `hozon verify` finds."""
        archive = self.archive
        return verifying.verify_archive(
            archive.warcs, archive.log, index=archive.index, kept=kept
        ).findings

    def forget(self) -> None:
        """Lose the index and all that is known of seals, and make it anew."""
        with self.index.write() as db:
            for table in DERIVED:
                db.execute(f"DELETE FROM {table}")
        reindex(self.archive)

    def dump(self) -> list[str]:
        """Return all that is derived: rows and seals."""
        return [*self.archive.index.dump(), *self.archive.seals.dump()]


DERIVED = (
    "entries",
    "captures",
    "snapshots",
    "findings",
    "watches",
    "seals",
    "log_head",
)


@contextmanager
def shelf(folder: Path, clock: Hands | None = None) -> Iterator[Shelf]:
    """Yield an archive on a shelf; `folder` is for its index."""
    clock = clock or Hands()
    index = Database(folder / "index.sqlite", replace(INDEX, durable=False))
    state = Database(folder / "state.sqlite", replace(STATE, durable=False))
    hosts = Database(folder / "hosts.sqlite", HOSTS)
    warcs, log, inbox = MemoryStore(), MemoryStore(), SqliteJobInbox(state, clock)
    archive = Archive(
        warcs=warcs,
        index=SqliteIndex(index, state),
        feeds=SqliteFeedBook(state),
        queue=inbox,
        hosts=SqliteHostBook(hosts),
        reader=ConfinedReader(),
        derived=FolderDerivedStore(folder),
        log=log,
        seals=SqliteSeals(index),
        watches=SqliteWatchBook(index, state),
        outbox=SqliteOutbox(state),
        access=SqliteAccessBook(state),
        scratch=MemoryScratch(),
        clock=clock,
    )
    try:
        yield Shelf(
            archive=archive, warcs=warcs, log=log, index=index, state=state, clock=clock
        )
    finally:
        for database in (index, state, hosts):
            database.close()


def vectors(folder: str) -> list[Path]:
    """Return the files of a set of published vectors, none where there are no corpora."""
    return sorted((VECTORS / folder).rglob("*.json"))


def wycheproof() -> Iterator[tuple[bytes, bytes, bytes, bool]]:
    """Yield key, message, signature, and whether it is valid, of Wycheproof's Ed25519."""
    found = json.loads(
        (VECTORS / "wycheproof" / "ed25519_test.json").read_text("utf-8")
    )
    for group in found["testGroups"]:
        for test in group["tests"]:
            yield (
                bytes.fromhex(group["publicKey"]["pk"]),
                bytes.fromhex(test["msg"]),
                bytes.fromhex(test["sig"]),
                test["result"] == "valid",
            )
