"""Enforce decisions about access: the ports as a reader gets them (`seeing`).

Every face that reads takes its archive from `guarded`, and nothing else enforces
anything. What is out of sight is in no list; who names it gets `Hidden`. Who was given
the place of a record may read it: places come from the guarded index, and from outside
they are held against `access.Sight.octets`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hozon.guarding.indexguard import GuardedIndex
from hozon.guarding.seeing import Guard, let
from hozon.nouns.archive import Archive
from hozon.nouns.model import Feed, Subscription
from hozon.nouns.ports import FeedBook, WarcStore
from hozon.nouns.seals import Head, Seals


def guarded(archive: Archive) -> Archive:
    """Return the archive as a reader may see it, by the decisions that count now.

    Where none does it is handed over as it is: that costs one query, and nothing more.
    """
    now = archive.clock()
    standing = [each for each in archive.access.all() if each.stands(now)]
    if not standing:
        return archive
    guard = Guard(archive, standing)
    return replace(
        archive,
        index=GuardedIndex(archive.index, guard),
        warcs=GuardedWarcs(archive.warcs, guard),
        feeds=GuardedFeeds(archive.feeds, guard),
        seals=GuardedSeals(archive.seals, guard),
        sight=guard,
    )


class GuardedWarcs:
    """A `WarcStore` without what is out of sight: in its list, and of feed documents."""

    def __init__(self, warcs: WarcStore, guard: Guard) -> None:
        self._warcs = warcs
        self._guard = guard

    def put(self, key: str, data: bytes) -> None:
        """Write a new object."""
        self._warcs.put(key, data)

    def read(self, key: str, *, offset: int, length: int) -> bytes:
        """Return a range, unless it is of a feed document that is out of sight."""
        self._guard.content(key)
        return self._warcs.read(key, offset=offset, length=length)

    def read_all(self, key: str) -> bytes:
        """Return an object, unless it has a feed document that is out of sight."""
        self._guard.content(key)
        return self._warcs.read_all(key)

    def pieces(self, key: str) -> Iterator[bytes]:
        """Yield an object, unless it has a feed document that is out of sight."""
        self._guard.content(key)
        yield from self._warcs.pieces(key)

    def holds(self, key: str) -> bool:
        """Tell whether the object exists."""
        return self._warcs.holds(key)

    def size(self, key: str) -> int:
        """Return the length of the object in bytes."""
        return self._warcs.size(key)

    def lend(self, key: str) -> str | None:
        """Return a URI of the object, unless any of it is out of sight."""
        let(self._guard.of_object(key))
        return self._warcs.lend(key)

    def keys(self, *, after: str = "") -> Iterator[str]:
        """Yield the keys of the objects that may be listed."""
        return filter(self._guard.lists_object, self._warcs.keys(after=after))

    def stored_at(self, key: str) -> datetime | None:
        """Return when the store took the object."""
        return self._warcs.stored_at(key)


class GuardedFeeds:
    """A `FeedBook` without the feeds that are out of sight, or not to be listed."""

    def __init__(self, feeds: FeedBook, guard: Guard) -> None:
        self._feeds = feeds
        self._guard = guard

    def add(self, feed: Feed) -> None:
        """Add a feed."""
        self._feeds.add(feed)

    def add_all(self, feeds: Iterable[Feed]) -> Sequence[Feed]:
        """Add feeds."""
        return self._feeds.add_all(feeds)

    def get(self, feed_id: str) -> Feed:
        """Return one feed, or raise `Hidden`."""
        let(self._guard.of_feed(feed_id))
        return self._feeds.get(feed_id)

    def all(self) -> Sequence[Feed]:
        """Return the feeds that may be listed."""
        return [each for each in self._feeds.all() if self._guard.lists_feed(each)]

    def save(self, feed: Feed, *, due_at: datetime) -> None:
        """Replace the state of a feed."""
        self._feeds.save(feed, due_at=due_at)

    def remove(self, feed_id: str) -> None:
        """Forget a feed."""
        self._feeds.remove(feed_id)

    def part(self, feed_id: str, subscription: Subscription) -> None:
        """Remember the subscription of a feed that is removed."""
        self._feeds.part(feed_id, subscription)

    def parted(self, feed_id: str) -> Subscription | None:
        """Return what was remembered of a feed that was removed."""
        return self._feeds.parted(feed_id)

    def due(self, now: datetime, *, limit: int) -> Sequence[Feed]:
        """Return feeds that are due."""
        return self._feeds.due(now, limit=limit)


class GuardedSeals:
    """`Seals` that name no object which is out of sight: it has no receipt here."""

    def __init__(self, seals: Seals, guard: Guard) -> None:
        self._seals = seals
        self._guard = guard

    def note(self, key: str, *, at: datetime) -> None:
        """Let an object wait for its leaf."""
        self._seals.note(key, at=at)

    def pending(self, *, limit: int) -> Sequence[str]:
        """Return the keys of objects that have no leaf."""
        return self._seals.pending(limit=limit)

    def oldest(self) -> datetime | None:
        """Return since when the longest waiting object waits."""
        return self._seals.oldest()

    def leaves(self, keys: Iterable[str]) -> Mapping[str, int]:
        """Return the leaf index of those of the objects that are sealed."""
        return self._seals.leaves(keys)

    def named(self, object_id: str) -> Mapping[str, int | None]:
        """Return the objects with this id, or raise `Hidden` for one of them."""
        found = self._seals.named(object_id)
        for key in found:
            self._guard.whole(key)
        return found

    def mark(self, leaves: Mapping[str, int]) -> None:
        """Remember leaf indexes of objects."""
        self._seals.mark(leaves)

    def head(self) -> Head | None:
        """Return how far the log has come."""
        return self._seals.head()

    def advance(self, head: Head) -> None:
        """Remember how far the log has come."""
        self._seals.advance(head)

    def dump(self) -> Iterator[str]:
        """Yield a line for every object known."""
        return self._seals.dump()
