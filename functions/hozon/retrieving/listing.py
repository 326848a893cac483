"""Walk the river page by page."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hozon.nouns.errors import NotFound
from hozon.nouns.model import RiverEntry
from hozon.nouns.ports import Index

PAGE = 100


def entries_of(
    index: Index,
    *,
    feed_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[RiverEntry]:
    """Yield entries, newest first, reading a page whenever one is used up."""
    before: str | None = None
    while True:
        page, before = index.river(
            limit=PAGE, before=before, feed_id=feed_id, since=since, until=until
        )
        yield from page
        if before is None:
            return


def entry_of(index: Index, key: str) -> RiverEntry:
    """Return one entry as the river shows it, or raise `NotFound`."""
    entry = index.entry(key)
    at = entry.river_at
    of_the_moment = entries_of(
        index,
        feed_id=entry.feed_id,
        since=at,
        until=at + timedelta(milliseconds=1),
    )
    for shown in of_the_moment:
        if shown.entry.key == key:
            return shown
    raise NotFound(f"no such entry: {key}")  # it was moved in the meantime
