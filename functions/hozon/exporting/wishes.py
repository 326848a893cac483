"""What an export is of: which entries, and which WARC objects."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.errors import NotFound
from hozon.nouns.model import Feed, RiverEntry
from hozon.nouns.workspace import Lines, Workspace
from hozon.retrieving.listing import entries_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to have: all, or part of it.

    Entries of `feed` whose place in the river (`river_at`) is not before `since` and
    before `until`, with all their snapshots, whenever they were made; and the documents
    of the feed, or of all feeds, that were captured in that time.
    """

    feed: Feed | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self.feed is None and self.since is None and self.until is None

    def holds(self, instant: datetime) -> bool:
        """Tell whether an instant is within the wish's time."""
        since, until = self.since or instant, self.until
        return since <= instant and (until is None or instant < until)


def entries(wish: Wish, archive: Archive) -> Iterator[RiverEntry]:
    """Yield the entries that are wished for, newest first."""
    return entries_of(
        archive.index,
        feed_id=wish.feed.id if wish.feed else None,
        since=wish.since,
        until=wish.until,
    )


def feeds(wish: Wish, archive: Archive) -> Sequence[Feed]:
    """Return the feeds whose documents are wished for."""
    return [wish.feed] if wish.feed else archive.feeds.all()


def sources(archive: Archive) -> dict[str, Feed]:
    """Return the feeds that are followed, by their ids."""
    return {feed.id: feed for feed in archive.feeds.all()}


def objects(wish: Wish, archive: Archive, disk: Workspace) -> Lines:
    """Return the keys of the WARC objects that are wished for, in ascending order.

    Of a wish for all, every object in the store: also those that no entry leads to.
    """
    keys = disk.sorter()
    found = archive.warcs.keys() if wish.is_all else _of_part(wish, archive)
    for key in found:
        if wish.is_all or archive.sight.lists_object(key):
            keys.add(key.encode())
    return keys.sorted()


def some(found: Lines) -> Lines:
    """Return what was found, or raise `NotFound` if that is nothing."""
    if not found:
        raise NotFound("nothing is held of what was asked for; nothing was written")
    return found


def _of_part(wish: Wish, archive: Archive) -> Iterator[str]:
    for shown in entries(wish, archive):
        if shown.entry.link is not None:
            for snapshot in archive.index.snapshots(shown.entry.link):
                yield snapshot.warc_key
    for feed in feeds(wish, archive):
        for uri in {feed.uri, feed.document_uri or feed.uri}:
            yield from _documents(uri, wish, archive)


def _documents(uri: str, wish: Wish, archive: Archive) -> Iterator[str]:
    key = uris.key(uri)
    # The key itself is the first of all keys that begin with it.
    same = takewhile(
        lambda capture: uris.key(capture.target_uri) == key,
        archive.index.captures(prefix=key),
    )
    for capture in same:
        if wish.holds(capture.captured_at):
            yield capture.location.warc_key
