"""What a feed document states: plain frozen values, whatever format it is in."""

from dataclasses import dataclass
from datetime import datetime

from hozon.nouns.model import Enclosure, Hints

MAX_BYTES = 20_000_000
"""How much of a feed document is read."""

MAX_ENTRIES = 5_000
"""How many entries of one document are read: the first ones, in its own order."""

MAX_SUMMARY = 2_000
"""Characters of plain text kept of an entry's summary or content."""

MAX_CONTENT = 200_000
"""Characters of plain text kept of an entry that carries its article."""

CONTENT_FROM = 600
"""Of how many characters on a text is more than the summary that is kept of it."""

MAX_ENCLOSURES = 20
"""How many enclosures of one entry are recorded: the first ones."""

MAX_HUBS = 5
"""How many hubs of one feed are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedEntry:
    """One item of a feed, as its document states it.

    `id`, `published` and `updated` are as written; `link` and those of `enclosures` are
    absolute http(s) URIs; `title` and `summary` are plain text on one line.
    `content_html` is the longest text given, where that is HTML; it is as hostile as
    any page. `content` is the longest text given as plain text, a line for each block;
    empty where the summary says as much.
    """

    id: str | None
    link: str | None
    title: str
    authors: tuple[str, ...] = ()
    summary: str = ""
    content_html: str | None = None
    content: str = ""
    language: str | None = None
    published: str | None = None
    published_at: datetime | None = None
    updated: str | None = None
    updated_at: datetime | None = None
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed document read: `kind` is like ``rss20``, ``atom10``, ``json11``.

    `entries` are in document order. `hubs` tell of news (WebSub) about `self_uri`;
    `older_uri` is the document with the entries before these (RFC 5005, ``next_url``);
    `is_complete` says that there are none (``fh:complete``). `notes` say in words what
    was wrong with the document and what was left out of it.
    """

    kind: str
    title: str
    site_uri: str | None
    language: str | None
    entries: tuple[StatedEntry, ...]
    hints: Hints = Hints()
    hubs: tuple[str, ...] = ()
    self_uri: str | None = None
    older_uri: str | None = None
    is_complete: bool = False
    notes: tuple[str, ...] = ()
