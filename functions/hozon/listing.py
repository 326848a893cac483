"""Walk the river page by page."""

from collections.abc import Iterator
from datetime import datetime

from hozon.model import RiverEntry
from hozon.ports import Index

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
