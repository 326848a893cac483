"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from hozon.feeds import paging
from hozon.feeds.stated import content, length, media_type
from hozon.nouns import uris
from hozon.nouns.errors import Misuse, NotAFeed
from hozon.nouns.feeddocuments import (
    MAX_ENCLOSURES,
    MAX_ENTRIES,
    MAX_HUBS,
    MAX_SUMMARY,
    FeedDocument,
    StatedEntry,
)
from hozon.nouns.model import Enclosure
from hozon.reading import characters, dates, plain

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/(1(?:\.\d)?)/?\Z")
_Object = Mapping[str, Any]


def read(text: str, *, uri: str) -> FeedDocument:
    """Return the feed that a JSON document states. Raises `NotAFeed`.

    An item without an id is left out, as the specification demands.
    """
    feed = _object(text, uri)
    version = _VERSION.match(str(feed.get("version")))
    if version is None or not isinstance(feed.get("items"), list):
        raise NotAFeed(
            f"no feed, but JSON without a JSON Feed's version and items: {uri}"
        )
    items = [item for item in feed["items"] if isinstance(item, dict)]
    identified = [item for item in items if _id(item)]
    if feed["items"] and not identified:
        raise NotAFeed(
            f"a JSON Feed none of whose {len(feed['items'])} items has an id, as the "
            f"specification demands: {uri}"
        )
    return FeedDocument(
        kind="json" + version[1].ljust(3, "0").replace(".", "")[:2],
        title=_string(feed, "title"),
        site_uri=_absolute(feed.get("home_page_url"), uri),
        language=_string(feed, "language") or None,
        entries=tuple(_entry(item, feed, uri) for item in identified[:MAX_ENTRIES]),
        hubs=_hubs(feed, uri),
        self_uri=_absolute(feed.get("feed_url"), uri),
        older_uri=paging.older(uri, next_uri=_absolute(feed.get("next_url"), uri)),
        notes=tuple(_notes(len(feed["items"]), len(identified))),
    )


def _object(text: str, uri: str) -> _Object:
    try:
        found = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"no feed, but broken JSON ({error!s:.100}): {uri}") from None
    if not isinstance(found, dict):
        raise NotAFeed(f"no feed, but JSON that is no object: {uri}")
    return found


def _notes(stated: int, identified: int) -> Iterable[str]:
    if identified < stated:
        yield f"items without an id, left out: {stated - identified}"
    if identified > MAX_ENTRIES:
        yield f"only the first {MAX_ENTRIES} entries were read; there are more"


def _hubs(feed: _Object, uri: str) -> tuple[str, ...]:
    """Return the hubs that speak WebSub; others (rssCloud) are of no use."""
    stated = feed.get("hubs")
    listed = stated if isinstance(stated, list) else []
    found = (
        _absolute(one.get("url"), uri)
        for one in listed[:MAX_HUBS]
        if isinstance(one, dict) and str(one.get("type")).lower() == "websub"
    )
    return tuple(dict.fromkeys(one for one in found if one))


def _entry(item: _Object, feed: _Object, uri: str) -> StatedEntry:
    published = _string(item, "date_published") or None
    updated = _string(item, "date_modified") or None
    html = item.get("content_html")
    return StatedEntry(
        id=_id(item),
        link=_absolute(item.get("url"), uri)
        or _absolute(item.get("external_url"), uri),
        title=_string(item, "title"),
        authors=_authors(item) or _authors(feed),
        summary=_summary(item),
        content_html=html if isinstance(html, str) and html.strip() else None,
        content=_content(item),
        language=_string(item, "language") or None,
        published=published,
        published_at=dates.parse(published) if published else None,
        updated=updated,
        updated_at=dates.parse(updated) if updated else None,
        categories=_strings(item.get("tags")),
        enclosures=_enclosures(item, uri),
    )


def _id(item: _Object) -> str | None:
    """Return the id; a number is one too, as readers must allow."""
    stated = item.get("id")
    if isinstance(stated, bool) or not isinstance(stated, str | int | float):
        return None
    return characters.folded(str(stated)) or None


def _string(stated: _Object, name: str) -> str:
    value = stated.get(name)
    return plain.of_title(value) if isinstance(value, str) else ""


def _summary(item: _Object) -> str:
    for name, is_html in (
        ("summary", False),
        ("content_text", False),
        ("content_html", True),
    ):
        value = item.get(name)
        if isinstance(value, str) and value.strip():
            text = plain.of_html(value) if is_html else value
            return characters.folded(text, limit=MAX_SUMMARY)
    return ""


def _content(item: _Object) -> str:
    text, html = item.get("content_text"), item.get("content_html")
    given = [
        characters.cleaned(text) if isinstance(text, str) else "",
        plain.of_html(html) if isinstance(html, str) else "",
    ]
    return content(max(given, key=len))


def _authors(stated: _Object) -> tuple[str, ...]:
    people = stated.get("authors")
    listed = people if isinstance(people, list) else [stated.get("author")]
    return _strings([one.get("name") for one in listed if isinstance(one, dict)])


def _strings(stated: object) -> tuple[str, ...]:
    values = stated if isinstance(stated, list) else []
    folded = (
        characters.folded(one, limit=200) for one in values if isinstance(one, str)
    )
    return tuple(dict.fromkeys(one for one in folded if one))


def _enclosures(item: _Object, uri: str) -> tuple[Enclosure, ...]:
    stated = item.get("attachments")
    attached = stated if isinstance(stated, list) else []
    found: dict[str, Enclosure] = {}
    for one in attached:
        if isinstance(one, dict) and (where := _absolute(one.get("url"), uri)):
            found.setdefault(where, _enclosure(one, where))
    return tuple(found.values())[:MAX_ENCLOSURES]


def _enclosure(one: _Object, where: str) -> Enclosure:
    size: Any = one.get("size_in_bytes")
    is_number = isinstance(size, int | float) and not isinstance(size, bool)
    stated = str(int(size)) if is_number and 0 <= size < 1e18 else ""
    return Enclosure(
        uri=where,
        type=media_type(_string(one, "mime_type")),
        length=length(stated),
    )


def _absolute(link: object, base: str) -> str | None:
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        return uris.lenient(link, base=base)
    except Misuse:
        return None
