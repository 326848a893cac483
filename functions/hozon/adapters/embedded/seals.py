"""`Seals` over ``index.sqlite``: what is sealed is derived, as the index is."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection

from hozon.adapters.embedded.database import Database
from hozon.nouns import instants
from hozon.nouns.model import Holdings
from hozon.nouns.seals import Head
from hozon.stored import naming

_PENDING = "SELECT key FROM seals WHERE leaf IS NULL ORDER BY at, key LIMIT ?"
_OLDEST = "SELECT at FROM seals WHERE leaf IS NULL ORDER BY at, key LIMIT 1"
_LEAVES = """
    SELECT key, leaf FROM seals
    WHERE leaf IS NOT NULL AND key IN (SELECT value FROM json_each(?))"""
_MARK = """
    INSERT INTO seals (key, object_id, at, leaf) VALUES (?, ?, '', ?)
    ON CONFLICT (key) DO UPDATE SET leaf = excluded.leaf"""
_ADVANCE = """
    INSERT INTO log_head VALUES (1, :published, :marked, :stamped_at)
    ON CONFLICT (one) DO UPDATE SET published = :published, marked = :marked,
        stamped_at = coalesce(:stamped_at, stamped_at)
    WHERE (published, marked) <= (:published, :marked)"""


class SqliteSeals:
    """Which objects of an embedded archive have a leaf, and which wait."""

    def __init__(self, index: Database) -> None:
        self._index = index

    def note(self, key: str, *, at: datetime) -> None:
        """Let an object wait for its leaf, unless it is known already."""
        with self._index.write() as db:
            _insert(db, key, at)

    def pending(self, *, limit: int) -> Sequence[str]:
        """Return the keys of objects without a leaf, longest waiting first."""
        return [key for (key,) in self._index.read(_PENDING, (limit,))]

    def oldest(self) -> datetime | None:
        """Return since when the longest waiting object waits, or None."""
        found = self._index.read(_OLDEST)
        return instants.from_iso(found[0][0]) if found else None

    def leaves(self, keys: Iterable[str]) -> Mapping[str, int]:
        """Return the leaf index of those of the objects that are sealed."""
        return dict(self._index.read(_LEAVES, (json.dumps(list(keys)),)))

    def named(self, object_id: str) -> Mapping[str, int | None]:
        """Return the objects with this id, with their leaf index."""
        query = "SELECT key, leaf FROM seals WHERE object_id = ? ORDER BY key"
        return dict(self._index.read(query, (object_id,)))

    def mark(self, leaves: Mapping[str, int]) -> None:
        """Remember leaf indexes of objects; they wait no more."""
        values = [(key, naming.object_id(key), leaf) for key, leaf in leaves.items()]
        with self._index.write() as db:
            db.executemany(_MARK, values)

    def head(self) -> Head | None:
        """Return how far the log has come, or None if that is not known."""
        found = self._index.read("SELECT published, marked, stamped_at FROM log_head")
        if not found:
            return None
        published, marked, stamped_at = found[0]
        return Head(
            published=published,
            marked=marked,
            stamped_at=stamped_at and instants.from_iso(stamped_at),
        )

    def advance(self, head: Head) -> None:
        """Remember how far the log has come, unless it is known to be further."""
        stamped_at = head.stamped_at and instants.iso(head.stamped_at)
        values = {
            "published": head.published,
            "marked": head.marked,
            "stamped_at": stamped_at,
        }
        with self._index.write() as db:
            db.execute(_ADVANCE, values)

    def dump(self) -> Iterator[str]:
        """Yield a line for every object known, in ascending order."""
        found = self._index.stream("SELECT key, leaf FROM seals ORDER BY key")
        return (f"{key} {'-' if leaf is None else leaf}" for key, leaf in found)


def note(db: Connection, holdings: Holdings) -> None:
    """Let a WARC object wait for its leaf, in the transaction that adds its holdings."""
    if holdings.warc_key is not None:
        at = holdings.held_at or naming.object_at(holdings.warc_key)
        _insert(db, holdings.warc_key, at)


def _insert(db: Connection, key: str, at: datetime) -> None:
    db.execute(
        "INSERT OR IGNORE INTO seals (key, object_id, at) VALUES (?, ?, ?)",
        (key, naming.object_id(key), instants.iso(at)),
    )
