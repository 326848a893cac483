"""`FeedBook` over ``state.sqlite``."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from hozon.adapters import ids
from hozon.adapters.embedded.database import Database
from hozon.nouns import instants
from hozon.nouns.errors import Conflict, NotFound
from hozon.nouns.model import Feed, Subscription
from hozon.stored import rows

_ADD = """
    INSERT OR IGNORE INTO feeds VALUES
    (:id, :added_at, :uri, :due_at, :paused, :feed)"""
_DUE = """
    SELECT feed FROM feeds WHERE paused = 0 AND due_at <= ?
    ORDER BY due_at, id LIMIT ?"""


class SqliteFeedBook:
    """The operator's feeds and their state between two polls."""

    def __init__(self, state: Database) -> None:
        self._state = state

    def add(self, feed: Feed) -> None:
        """Add a feed, or raise `Conflict` if its id is there."""
        if not self.add_all([feed]):
            raise Conflict(f"this feed is subscribed already: {feed.uri}")

    def add_all(self, feeds: Iterable[Feed]) -> Sequence[Feed]:
        """Add those feeds whose ids are not there, and return them."""
        with self._state.write() as db:
            return [f for f in feeds if db.execute(_ADD, _values(f)).rowcount]

    def get(self, feed_id: str) -> Feed:
        """Return one feed, or raise `NotFound`."""
        asked = (ids.known(feed_id, "feed"),)
        found = self._state.read("SELECT feed FROM feeds WHERE id = ?", asked)
        if not found:
            raise NotFound(f"no such feed: {feed_id}")
        return rows.from_json(Feed, found[0][0])

    def all(self) -> Sequence[Feed]:
        """Return all feeds, by `added_at`, then `uri`."""
        return self._feeds("SELECT feed FROM feeds ORDER BY added_at, uri, id")

    def save(self, feed: Feed, *, due_at: datetime) -> None:
        """Replace the state of a feed that is due when it was, or raise `Conflict`."""
        with self._state.write() as db:
            saved = db.execute(
                "UPDATE feeds SET added_at = :added_at, uri = :uri, due_at = :due_at,"
                " paused = :paused, feed = :feed WHERE id = :id AND due_at = :expected",
                _values(feed) | {"expected": instants.iso(due_at)},
            )
            if not saved.rowcount:
                raise Conflict(f"another worker has finished this poll of {feed.uri}")

    def remove(self, feed_id: str) -> None:
        """Forget a feed, or raise `NotFound`."""
        with self._state.write() as db:
            removed = db.execute("DELETE FROM feeds WHERE id = ?", (feed_id,))
            if not removed.rowcount:
                raise NotFound(f"no such feed: {feed_id}")

    def part(self, feed_id: str, subscription: Subscription) -> None:
        """Remember the subscription of a feed that is removed."""
        with self._state.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO partings VALUES (?, ?)",
                (feed_id, rows.to_json(subscription)),
            )

    def parted(self, feed_id: str) -> Subscription | None:
        """Return what was remembered last of a feed that was removed, or None."""
        found = self._state.read(
            "SELECT subscription FROM partings WHERE feed_id = ?", (feed_id,)
        )
        return rows.from_json(Subscription, found[0][0]) if found else None

    def due(self, now: datetime, *, limit: int) -> Sequence[Feed]:
        """Return feeds that are due and not paused, longest due first."""
        return self._feeds(_DUE, instants.iso(now), limit)

    def _feeds(self, query: str, *values: str | int) -> Sequence[Feed]:
        found = self._state.read(query, values)
        return [rows.from_json(Feed, text) for (text,) in found]


def _values(feed: Feed) -> dict[str, Any]:
    return {
        "id": feed.id,
        "added_at": instants.iso(feed.added_at),
        "uri": feed.uri,
        "due_at": instants.iso(feed.due_at),
        "paused": feed.paused,
        "feed": rows.to_json(feed),
    }
