"""Atom (RFC 4287) with archives (RFC 5005), written piece by piece.

What a feed says of itself comes first, then its entries, then `END`: so a feed of any
length can be written without ever being whole in memory.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from typing import Literal

from hozon.nouns.instants import iso
from hozon.publishing.items import NAMESPACE, Item

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
END = b"</feed>\n"

Relation = Literal["self", "alternate", "current", "prev-archive", "next-archive"]
Mark = Literal["archive", "complete"]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ARCHIVED = "text/html; archived=yes"
# §4.1.2 wants alternates of unlike types. The parameter, which who does not know it
# ignores, keeps feedparser from taking the memento, its last HTML link, for the original.
_HISTORY = "http://purl.org/syndication/history/1.0"
_MEDIA_TYPE = re.compile(r"[^/\s]+/[^/\s]+")


def head(
    *,
    feed_id: str,
    title: str,
    updated_at: datetime,
    links: Iterable[tuple[Relation, str]],
    software: str,
    mark: Mark | None = None,
) -> bytes:
    """Return the feed as far as its first entry.

    `mark` is ``archive`` for a document that stays as it is (RFC 5005 §4), ``complete``
    for one that has all there is (§2).
    """
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="{_HISTORY}" '
        f'xmlns:hozon="{NAMESPACE}">',
        _element("id", feed_id),
        _element("title", title),
        _element("updated", iso(updated_at)),
        "<author><name>Hozon</name></author>",
        _element("generator", software),
        *(_link(rel, href) for rel, href in links),
        *([f"<fh:{mark}/>"] if mark else []),
    ]
    return _encoded(lines)


def entry(item: Item) -> bytes:
    """Return an entry.

    Its ``alternate`` links are the original and, of another type as §4.1.2 demands, the
    memento, which is linked as such, too (RFC 7089 §2.2.4).
    """
    lines = [
        "<entry>",
        _element("id", item.id),
        _element("title", item.title, language=item.language),
        _element("updated", iso(item.updated_at)),
        _element("published", iso(item.published_at)),
        *_authors(item),
        *_links(item),
        *(f"<category term={_quoted(term)}/>" for term in item.categories),
        _element(_words(item), item.summary, language=item.language),
        *_source(item),
        _element("hozon:state", item.state),
        *_optional("hozon:kind", item.kind),
        *_optional(
            "hozon:capturedAt", iso(item.captured_at) if item.captured_at else None
        ),
        *_optional("hozon:trouble", item.trouble),
        "</entry>",
    ]
    return _encoded(lines)


def _words(item: Item) -> str:
    """Return the element for an entry's words: without a link it must have content."""
    return "summary" if item.link else "content"


def _authors(item: Item) -> Iterator[str]:
    """Yield who wrote it: the source, where its feed names nobody."""
    for name in item.authors or (item.source_title,):
        if name.strip():
            yield f"<author>{_element('name', name)}</author>"


def _links(item: Item) -> Iterator[str]:
    if item.link:
        yield _link("alternate", item.link)
    if item.memento:
        if item.is_html:
            yield _link("alternate", item.memento, type=_ARCHIVED)
        yield _link("memento", item.memento)
    for each in item.enclosures:
        stated = each.type or ""
        type_ = stated if _MEDIA_TYPE.fullmatch(stated) else None
        length = None if each.length is None else str(each.length)
        yield _link("enclosure", each.uri, type=type_, length=length)


def _source(item: Item) -> Iterator[str]:
    title = _element("title", item.source_title or item.source_id)
    yield f"<source>{_element('id', item.source_id)}{title}</source>"


def _optional(name: str, text: str | None) -> list[str]:
    return [] if text is None else [_element(name, text)]


def _element(name: str, text: str, *, language: str | None = None) -> str:
    tag = f"{name} xml:lang={_quoted(language)}" if language else name
    return f"<{tag}>{escape(_clean(text), quote=False)}</{name}>"


def _link(rel: str, href: str, **more: str | None) -> str:
    stated = {"rel": rel, "href": href, **more}
    fields = (f"{k}={_quoted(v)}" for k, v in stated.items() if v is not None)
    return f"<link {' '.join(fields)}/>"


def _quoted(text: str) -> str:
    return f'"{escape(_clean(text))}"'


def _clean(text: str) -> str:
    """Drop what XML 1.0 cannot hold (§2.2)."""
    return _FORBIDDEN.sub("", text)


def _encoded(lines: Iterable[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
