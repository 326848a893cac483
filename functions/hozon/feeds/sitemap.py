"""Sitemaps read as feeds (https://www.sitemaps.org/protocol.html, Google's news).

A news sitemap is a feed in all but name: the articles of the last two days with titles
and dates. A plain one lists URIs, some with ``lastmod``. An index names other sitemaps:
that is no feed, and the refusal says which there are, newest first.

expat reads them as a stream, so that a document which breaks off gives what came
before. It is given markup without entity declarations (`guarding`), its time is linear.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.parsers import expat

from hozon.nouns import uris
from hozon.nouns.errors import Misuse, NotAFeed
from hozon.nouns.feeddocuments import MAX_ENTRIES, FeedDocument, StatedEntry
from hozon.reading import characters, dates, plain

MAX_URIS = 50_000
"""How many ``url`` or ``sitemap`` elements are read: what the protocol allows. The
reading ends there, so that a document of 20 MB costs no more time than these."""

MAX_CHILDREN = 20
_LONGEST_TEXT = 5_000
_DEPTH = 100
_ROOTS = frozenset(("urlset", "sitemapindex"))
_WANTED = frozenset(
    (
        "url/loc",
        "url/lastmod",
        "sitemap/loc",
        "sitemap/lastmod",
        "news/title",
        "news/publication_date",
        "news/keywords",
        "publication/name",
        "publication/language",
    )
)
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)

Said = dict[str, str]
"""What one ``url`` or ``sitemap`` says, by parent's and own local name."""


def is_root(name: str | None) -> bool:
    """Tell whether an element of this name (with prefix) is the root of a sitemap."""
    return (name or "").rpartition(":")[2].lower() in _ROOTS


def read(markup: str, *, uri: str) -> FeedDocument:
    """Return the sitemap as a feed: its newest `MAX_ENTRIES` URIs, in its order.

    `markup` is without XML declaration and entity declarations. Raises `NotAFeed` for
    an index (`feeds` are the sitemaps it names) and where nothing could be read.
    """
    reading = _Reading()
    problem = reading.of(markup)
    if reading.is_index:
        raise _index(reading.said, uri)
    found = [one for one in (_dated(said, uri) for said in reading.said) if one]
    if not found and (reading.said or problem):
        raise NotAFeed(
            f"a sitemap without a URI that could be read "
            f"({problem or 'no http(s) loc'}): {uri}"
        )
    kept = _newest(found)
    news = [said for said in reading.said if "news/title" in said]
    notes = [problem and f"not well-formed: {problem}", _left_out(reading, found)]
    return FeedDocument(
        kind="news-sitemap" if news else "sitemap",
        title=next((_text(s, "publication/name") for s in news), ""),
        site_uri=uris.normal("/", base=uri),
        language=_language(news[0]) if news else None,
        entries=tuple(kept),
        notes=tuple(note for note in notes if note),
    )


@dataclass(slots=True)
class _Reading:
    """One pass of expat over a sitemap."""

    said: list[Said] = field(default_factory=list)
    is_index: bool = False
    has_more: bool = False
    _path: list[str] = field(default_factory=list)
    _text: list[str] | None = None

    def of(self, markup: str) -> str | None:
        """Read it; return what is wrong with it, None if nothing is."""
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(markup.encode("utf-8", "replace"), True)
        except expat.ExpatError as error:
            return characters.folded(str(error), limit=200)
        except _Full:
            self.has_more = True
        except _TooDeep:
            return f"nested deeper than {_DEPTH} levels"
        return None

    def _start(self, name: str, _: dict[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        self.is_index |= not self._path and local == "sitemapindex"
        self._path.append(local)
        if len(self._path) > _DEPTH:
            raise _TooDeep
        if len(self._path) == 2 and local in {"url", "sitemap"}:
            if len(self.said) == MAX_URIS:
                raise _Full
            self.said.append({})
        wanted = "/".join(self._path[-2:]) in _WANTED
        self._text = [] if wanted else None

    def _characters(self, text: str) -> None:
        if self._text is not None and len(self._text) < _LONGEST_TEXT:
            self._text.append(text[:_LONGEST_TEXT])

    def _end(self, _: str) -> None:
        if self._text is not None and self.said:
            name = "/".join(self._path[-2:])
            self.said[-1].setdefault(name, "".join(self._text)[:_LONGEST_TEXT])
        self._text = None
        self._path.pop()


class _Full(Exception):
    """Ends the reading where enough was read."""


class _TooDeep(Exception):
    """Ends the reading of what no sitemap is."""


def _index(said: list[Said], uri: str) -> NotAFeed:
    def changed(one: Said) -> datetime:
        return dates.parse(one.get("sitemap/lastmod", "")) or _LONG_AGO

    named = [(changed(one), _link(one.get("sitemap/loc"), uri)) for one in said]
    # Stable: where no dates are stated, the index's own order stays.
    ordered = sorted(named, key=lambda pair: pair[0], reverse=True)
    found = [link for _, link in ordered if link and link != uri]
    children = tuple(dict.fromkeys(found))
    return NotAFeed(
        f"no feed, but a sitemap index of {len(children)} sitemaps; follow one of "
        f"them (those of news are best): {uri}",
        feeds=children[:MAX_CHILDREN],
    )


def _dated(said: Said, uri: str) -> StatedEntry | None:
    link = _link(said.get("url/loc"), uri)
    if link is None:
        return None
    published, updated = _raw(said, "news/publication_date"), _raw(said, "url/lastmod")
    keywords = (
        characters.folded(k, limit=200) for k in _text(said, "news/keywords").split(",")
    )
    return StatedEntry(
        id=link,
        link=link,
        title=_text(said, "news/title"),
        language=_language(said),
        published=published,
        published_at=_instant(published),
        updated=updated,
        updated_at=_instant(updated),
        categories=tuple(dict.fromkeys(k for k in keywords if k)),
    )


def _newest(entries: list[StatedEntry]) -> Iterator[StatedEntry]:
    """Yield the newest entries in the document's order, which is often oldest first."""
    if len(entries) <= MAX_ENTRIES:
        return iter(entries)

    def age(n: int) -> datetime:
        return entries[n].published_at or entries[n].updated_at or _LONG_AGO

    places = sorted(range(len(entries)), key=age, reverse=True)[:MAX_ENTRIES]
    return (entries[n] for n in sorted(places))


def _left_out(reading: _Reading, found: list[StatedEntry]) -> str | None:
    if len(found) <= MAX_ENTRIES:
        return None
    more = "more than " if reading.has_more else ""
    return f"only the newest {MAX_ENTRIES} of {more}{len(found)} entries were read"


def _link(stated: str | None, uri: str) -> str | None:
    if not stated or not stated.strip():
        return None
    try:
        return uris.lenient(stated, base=uri)
    except Misuse:
        return None


def _text(said: Said, name: str) -> str:
    return plain.of_title(said.get(name, ""))


def _language(said: Said) -> str | None:
    return characters.folded(said.get("publication/language", ""), limit=35) or None


def _raw(said: Said, name: str) -> str | None:
    return characters.folded(said.get(name, ""), limit=100) or None


def _instant(raw: str | None) -> datetime | None:
    return dates.parse(raw) if raw else None
