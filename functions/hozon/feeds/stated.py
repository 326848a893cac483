"""What a feed document states: plain frozen values, whatever format it is in."""

from dataclasses import dataclass
from datetime import datetime

from hozon.model import Hints

MAX_BYTES = 20_000_000
"""How much of a feed document is read."""

MAX_ENTRIES = 5_000
"""How many entries of one document are read: the first ones, in its own order."""

MAX_SUMMARY = 2_000
"""Characters of plain text kept of an entry's summary or content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedEntry:
    """One item of a feed, as its document states it.

    `id` and `published` are as written; `link` and `enclosures` are absolute http(s)
    URIs; `title` and `summary` are plain text on one line. `content_html` is the
    longest text given, where that is HTML; it is as hostile as any page.
    """

    id: str | None
    link: str | None
    title: str
    authors: tuple[str, ...] = ()
    summary: str = ""
    content_html: str | None = None
    language: str | None = None
    published: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    categories: tuple[str, ...] = ()
    enclosures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed document read: `kind` is like ``rss20``, ``atom10``, ``json11``.

    `entries` are in document order. `notes` say in words what was wrong with the
    document and what was left out of it.
    """

    kind: str
    title: str
    site_uri: str | None
    language: str | None
    entries: tuple[StatedEntry, ...]
    hints: Hints = Hints()
    notes: tuple[str, ...] = ()
