"""RSS, RDF and Atom through feedparser: the only door to that library.

feedparser opens a str or bytes argument as a file or URL first, so it gets a stream. It
gets no base URI either: it would resolve guids against that, and an entry's identity
must not depend on where the feed was fetched from.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from hozon.feeds import paging
from hozon.feeds.stated import content, length, media_type
from hozon.nouns import digests, uris
from hozon.nouns.errors import Misuse, NotAFeed
from hozon.nouns.feeddocuments import (
    CONTENT_FROM,
    MAX_ENCLOSURES,
    MAX_HUBS,
    MAX_SUMMARY,
    FeedDocument,
    StatedEntry,
)
from hozon.nouns.model import Enclosure
from hozon.reading import characters, dates, plain

_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_GEO_TAG = re.compile(r"<(/?)(?:gml|georss|geo):", re.IGNORECASE)
_LINKS_TAG = re.compile(r"<(/?(?:[\w.-]{1,30}:)?)links(?=[\s/>])", re.IGNORECASE)
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_LIKE_A_LINK = re.compile(r"https?://|/", re.IGNORECASE)
_LONGEST_ID = 1_000
_SUMMARISED = 100_000
_MOST_AUTHORS = 20

_Found = Mapping[str, Any]
"""A FeedParserDict: a mapping that knows some keys by several names.

An element that feedparser does not know is a text under its own name, be it ``tags`` or
``links``: what is read as a structure is asked for by `_all_of` and `_detail`.
"""


def read(text: str, *, uri: str) -> FeedDocument | None:
    """Return the feed that an XML document states; None if it states none.

    Raises `NotAFeed` for markup that feedparser cannot cope with.
    """
    found = _parsed(text)
    feed, entries, kind = found["feed"], found["entries"], found.get("version") or ""
    if not entries and not kind:
        return None
    if not entries and found.get("bozo"):
        raise NotAFeed(
            f"a broken {kind} feed without an entry that could be read "
            f"({_problem(found)}): {uri}"
        )
    reader = _EntryReader(uri, _unzoned(feed, entries))
    stated = tuple(reader.entry(entry) for entry in entries)
    return FeedDocument(
        kind=kind or "rss",
        title=_title(feed),
        site_uri=_absolute(str(feed.get("link") or ""), uri),
        language=_language(feed.get("language")),
        entries=stated,
        hubs=tuple(_related(feed, "hub", uri))[:MAX_HUBS],
        self_uri=next(_related(feed, "self", uri), None),
        older_uri=_older(feed, uri),
        is_complete="fh_complete" in feed,
        notes=tuple(_notes(found, stated)),
    )


def _parsed(text: str) -> _Found:
    # feedparser keeps its own list of links where an element of that name would be.
    text = _LINKS_TAG.sub(r"<\1x-links", text)
    # Coordinates are where most of feedparser's exceptions come from; we need none.
    errors = []
    for attempt in (text, _GEO_TAG.sub(r"<\1x-geo-", text)):
        try:
            return _feedparser(attempt)
        except Exception as error:  # noqa: BLE001  whatever its helpers raise
            errors.append(f"{error!r:.200}")
    raise NotAFeed(f"the feed's markup breaks the parser: {errors[0]}")


def _feedparser(text: str) -> _Found:
    import feedparser  # noqa: PLC0415  70 ms that only polling needs

    found: _Found = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers=_HEADERS,
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    return found


def _related(feed: _Found, rel: str, uri: str) -> Iterator[str]:
    """Yield where the feed's own links of a relation lead, each once."""
    found = (_absolute(one, uri) for one in _hrefs(feed, rel))
    yield from dict.fromkeys(one for one in found if one)


def _older(feed: _Found, uri: str) -> str | None:
    detail = _detail(feed, "generator")
    return paging.older(
        uri,
        archive_uri=next(_related(feed, "prev-archive", uri), None),
        next_uri=next(_related(feed, "next", uri), None),
        generator=f"{feed.get('generator') or ''} {detail.get('href') or ''}",
    )


def _problem(found: _Found) -> str:
    return characters.folded(str(found.get("bozo_exception")), limit=200)


def _notes(found: _Found, entries: tuple[StatedEntry, ...]) -> Iterator[str]:
    if found.get("bozo"):
        yield f"not well-formed: {_problem(found)}"
    ids = [entry.id for entry in entries if entry.id]
    if len(set(ids)) < len(ids):
        yield f"entries that have the id of another: {len(ids) - len(set(ids))}"
    if without := sum(1 for entry in entries if not entry.link):
        yield f"entries without an http(s) link: {without}"


def _unzoned(feed: _Found, entries: Iterable[_Found]) -> tzinfo:
    """Return what zone a date without one is in: Japan's in a Japanese feed."""
    language = _language(feed.get("language"))
    if language:
        return dates.JST if language.lower().startswith("ja") else UTC
    titles = [str(feed.get("title"))] + [str(entry.get("title")) for entry in entries]
    return dates.JST if _KANA.search(" ".join(titles)) else UTC


class _EntryReader:
    """Reads the entries of one feed, whose URI and zone they share."""

    def __init__(self, uri: str, unzoned: tzinfo) -> None:
        self._uri = uri
        self._unzoned = unzoned

    def entry(self, found: _Found) -> StatedEntry:
        """Return what one entry states."""
        html, summary, content = _text(found)
        published = _raw_date(found, "published", "created", "updated")
        updated = _raw_date(found, "updated")
        return StatedEntry(
            id=_id(found.get("id")),
            link=self._link(found),
            title=_title(found),
            authors=_authors(found),
            summary=summary,
            content_html=html,
            content=content,
            language=_language(_entry_language(found)),
            published=published,
            published_at=self._instant(published),
            updated=updated,
            updated_at=self._instant(updated),
            categories=_categories(found),
            enclosures=self._enclosures(found),
        )

    def _instant(self, raw: str | None) -> datetime | None:
        return dates.parse(raw, unzoned=self._unzoned) if raw else None

    def _link(self, found: _Found) -> str | None:
        link = str(found.get("link") or "")
        if found.get("guidislink") and not _LIKE_A_LINK.match(link):
            # A guid is a permalink unless it says otherwise, which most forget to.
            link = ""
        alternates = _hrefs(found, "alternate")
        absolute = (_absolute(one, self._uri) for one in (link, *alternates))
        return next((one for one in absolute if one), None)

    def _enclosures(self, found: _Found) -> tuple[Enclosure, ...]:
        links = filter(_is_enclosure, _all_of(found, "links"))
        kept: dict[str, Enclosure] = {}
        for one in (*links, *_all_of(found, "media_content")):
            stated = one.get("href") or one.get("url")
            where = _absolute(str(stated or ""), self._uri)
            if where:
                kept.setdefault(where, _enclosure(one, where))
        return tuple(kept.values())[:MAX_ENCLOSURES]


def _is_enclosure(link: _Found) -> bool:
    return bool(link.get("rel") == "enclosure")


def _enclosure(one: _Found, where: str) -> Enclosure:
    return Enclosure(
        uri=where,
        type=media_type(str(one.get("type") or "")),
        length=length(str(one.get("length") or one.get("filesize") or "")),
    )


def _absolute(link: str | None, base: str) -> str | None:
    if not link or not link.strip():
        return None
    try:
        return uris.lenient(link, base=base)
    except Misuse:
        return None


def _hrefs(found: _Found, rel: str) -> list[str]:
    links = _all_of(found, "links")
    return [str(one.get("href") or "") for one in links if one.get("rel") == rel]


def _all_of(found: _Found, name: str) -> list[_Found]:
    """Return the structures that feedparser made of elements of one kind."""
    stated = found.get(name)
    if not isinstance(stated, list):
        return []
    return [one for one in stated if isinstance(one, Mapping)]


def _detail(found: _Found, name: str) -> _Found:
    """Return what feedparser says of an element beside its text."""
    stated = found.get(f"{name}_detail")
    return stated if isinstance(stated, Mapping) else {}


def _id(stated: str | None) -> str | None:
    """Return the id as stated; of a monstrous one its beginning and a digest."""
    # An ampersand stays escaped where the document is too broken to be parsed strictly.
    whole = characters.folded(stated or "").replace("&amp;", "&")
    if not whole:
        return None
    if len(whole) <= _LONGEST_ID:
        return whole
    return f"{whole[:_LONGEST_ID]}…{digests.identifier(whole)}"


def _title(found: _Found) -> str:
    stated = str(found.get("title") or "")
    if _detail(found, "title").get("type") == "text/plain":
        return plain.of_title(stated)
    return characters.folded(plain.of_html(stated))


def _language(stated: object) -> str | None:
    return (
        characters.folded(str(stated), limit=35).replace("_", "-") if stated else None
    )


def _entry_language(found: _Found) -> object:
    details = (_detail(found, "title"), _detail(found, "summary"))
    inherited = (detail.get("language") for detail in details)
    return found.get("language") or next((one for one in inherited if one), None)


def _raw_date(found: _Found, *names: str) -> str | None:
    # `get` would answer a missing `updated` with `published`, and a warning.
    dated = (str(found[name] or "") for name in names if name in found)
    return next(
        (characters.folded(date, limit=100) for date in dated if date.strip()), None
    )


def _authors(found: _Found) -> tuple[str, ...]:
    people = [one.get("name") or one.get("email") for one in _all_of(found, "authors")]
    names = [str(name) for name in people if name] or [str(found.get("author") or "")]
    folded = (characters.folded(plain.of_html(name), limit=200) for name in names)
    return tuple(dict.fromkeys(name for name in folded if name))[:_MOST_AUTHORS]


def _categories(found: _Found) -> tuple[str, ...]:
    terms = (tag.get("label") or tag.get("term") for tag in _all_of(found, "tags"))
    folded = (characters.folded(str(term), limit=200) for term in terms if term)
    return tuple(dict.fromkeys(term for term in folded if term))


def _text(found: _Found) -> tuple[str | None, str, str]:
    """Return the longest HTML given, and as plain text the summary (else the content),
    and the longest text given.
    """
    contents = [one for one in _all_of(found, "content") if one.get("value")]
    summary = _detail(found, "summary") or {"value": found.get("summary") or ""}
    stated = [
        one for one in (summary, *contents) if str(one.get("value") or "").strip()
    ]
    html = [str(one["value"]) for one in stated if "html" in str(one.get("type"))]
    short = plain_text(stated[0]) if stated else ""
    longest = max(stated, key=lambda one: len(str(one["value"])), default=None)
    whole = _content(longest) if longest is not None else ""
    return max(html, key=len, default=None), short, whole


def _content(stated: _Found) -> str:
    value = str(stated["value"])
    if len(value) <= CONTENT_FROM:
        return ""
    is_html = "html" in str(stated.get("type"))
    return content(plain.of_html(value) if is_html else characters.cleaned(value))


def plain_text(stated: _Found) -> str:
    """Return a text construct as plain text on one line, cut to a summary."""
    value = str(stated["value"])[:_SUMMARISED]
    is_html = "html" in str(stated.get("type"))
    text = plain.of_html(value) if is_html else plain.of_title(value)
    return characters.folded(text, limit=MAX_SUMMARY)
