"""Feeds: RSS 0.9x to 2.0, RDF, Atom, JSON Feed and sitemaps, read into one form.

A feed is what a stranger wrote. `parse` takes any bytes at all, in bounded time, and
either says what the feed states or says in `NotAFeed` what the document is instead.
"""

from dataclasses import replace

from hozon.feeds import (
    guarding,
    hinting,
    jsonfeed,
    kinds,
    mending,
    sitemap,
    syndication,
)
from hozon.nouns.errors import NotAFeed
from hozon.nouns.feeddocuments import (
    MAX_BYTES,
    MAX_ENTRIES,
    MAX_HUBS,
    MAX_SUMMARY,
    FeedDocument,
    StatedEntry,
)
from hozon.reading import codings, encodings

__all__ = [
    "MAX_BYTES",
    "MAX_ENTRIES",
    "MAX_HUBS",
    "MAX_SUMMARY",
    "FeedDocument",
    "StatedEntry",
    "parse",
]

_GZIP = b"\x1f\x8b"


def parse(
    document: bytes, *, uri: str, content_type: str | None = None
) -> FeedDocument:
    """Read a feed document, whose content coding has been undone.

    `uri` is where it was fetched from after redirects: relative links are resolved
    against it (and ``xml:base``). Raises `NotAFeed`, which says what the document seems
    to be, and nothing else. A document of a known kind without entries is an empty feed,
    and `notes` say so. Files of gzip are unpacked: sitemaps often are some.
    """
    document, packed = _unpacked(document)
    if kind := kinds.by_magic(document):
        raise NotAFeed(f"no feed, but {kind}: {uri}")
    text, encoding = encodings.decode_xml(document[:MAX_BYTES], content_type)
    notes = packed + _notes(document, encoding)
    feed, more = _read(text, uri)
    notes += more
    if not feed.entries:
        notes.append("the feed is empty")
    return replace(feed, notes=tuple(notes) + feed.notes)


def _unpacked(document: bytes) -> tuple[bytes, list[str]]:
    if not document.startswith(_GZIP):
        return document, []
    unpacked = codings.decode(document, "gzip", limit=MAX_BYTES + 1)
    if unpacked.data == document or not unpacked.data:
        return document, []
    problem = f" ({unpacked.problem})" if unpacked.problem else ""
    return unpacked.data, [f"unpacked from gzip{problem}"]


def _notes(document: bytes, encoding: str) -> list[str]:
    notes = [] if encoding == "utf-8" else [f"read as {encoding}"]
    if len(document) > MAX_BYTES:
        notes.append(f"only the first {MAX_BYTES} of {len(document)} bytes were read")
    return notes


def _read(text: str, uri: str) -> tuple[FeedDocument, list[str]]:
    if text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
        try:
            return jsonfeed.read(text.lstrip("\ufeff"), uri=uri), []
        except NotAFeed:
            # What stands before a feed may begin like JSON.
            if not mending.has_feed_root(text):
                raise
    return _read_xml(text, uri)


def _read_xml(text: str, uri: str) -> tuple[FeedDocument, list[str]]:
    feed = None
    notes: list[str | None] = []
    markup, dropped = mending.stripped(text)
    if "<" in text and (mending.has_feed_root(markup) or not kinds.is_html(text)):
        if sitemap.is_root(kinds.root(markup)):
            return _read_sitemap(markup, uri), [dropped] if dropped else []
        bounded, left_out = guarding.bounded(markup)
        whole = mending.mended(bounded)
        # Both: what is mended may declare what the original was too broken to.
        guarding.without_entities(text)
        guarding.without_entities(whole)
        feed = syndication.read(whole, uri=uri)
        if feed is not None:
            feed = replace(feed, hints=hinting.hints(whole))
        notes = [dropped, left_out]
    if feed is None:
        raise NotAFeed(f"no feed, but {kinds.seeming(text)}: {uri}")
    return feed, [note for note in notes if note]


def _read_sitemap(markup: str, uri: str) -> FeedDocument:
    whole = mending.mended(markup)
    guarding.without_entities(markup)
    guarding.without_entities(whole)
    return sitemap.read(whole, uri=uri)
