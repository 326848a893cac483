"""Documents: what is searched. One is one version of one entry. Pure."""

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hozon.nouns.errors import Damaged
from hozon.search.folding import folded

_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)

FIELD_END = "\0"
"""Stands between the fields of a document in its folded text: no phrase spans two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One version of an entry: its page as a snapshot holds it, or the feed's words.

    `at` is the entry's place in the river, `version_at` when the page was captured, or
    when the feed was seen to say so. `snapshot_id` and `page_uri` are those of the
    snapshot, None where `text` is what the feed says. `is_other`: the page was captured
    for another entry, so that this one is only found among those of its feed.
    """

    entry_key: str
    feed_id: str
    at: datetime
    version_at: datetime
    title: str
    text: str
    authors: tuple[str, ...] = ()
    link: str | None = None
    language: str | None = None
    snapshot_id: str | None = None
    page_uri: str | None = None
    is_other: bool = False

    @property
    def id(self) -> tuple[str, str]:
        """What makes this document the same as another: entry and version."""
        return self.entry_key, self.snapshot_id or ""

    def is_of(self, ids: Container[str]) -> bool:
        """Tell whether its entry or its snapshot has one of these ids."""
        return self.entry_key in ids or (self.snapshot_id or "") in ids

    def folded(self) -> str:
        """Return the folded text of all fields: what is searched."""
        return searched(self.title, self.authors, self.text)


def searched(title: str, authors: Iterable[str], text: str) -> str:
    """Return what is searched of a document: the folded text of its fields."""
    return FIELD_END.join(map(folded, (title, ", ".join(authors), text)))


Place = tuple[int, str, int, str]
"""Where a document is among others: the greatest is the first. The milliseconds of `at`,
the entry's key, the milliseconds of `version_at`, the snapshot's id.
"""


def place(document: Document) -> Place:
    """Return a document's place."""
    return (
        milliseconds(document.at),
        document.entry_key,
        milliseconds(document.version_at),
        document.snapshot_id or "",
    )


def is_superseded(document: Document, by: Document | None) -> bool:
    """Tell whether a document is of no use behind the one right before it.

    It is the same, or what the feed said of the entry before another version of it.
    """
    if by is None or by.entry_key != document.entry_key:
        return False
    return document.snapshot_id is None or by.id == document.id


def milliseconds(instant: datetime) -> int:
    """Return the whole milliseconds from the year 1 to an instant, rounded down."""
    return (instant - _EPOCH) // _MS


def from_milliseconds(number: int) -> datetime:
    """Return the instant so many milliseconds after the year 1 began."""
    return _EPOCH + number * _MS


_TITLE, _AUTHORS = 4, 5


def to_row(document: Document) -> list[Any]:
    """Return all of a document but its text, as JSON can hold it."""
    return [
        milliseconds(document.at),
        milliseconds(document.version_at),
        document.entry_key,
        document.feed_id,
        document.title,
        list(document.authors),
        document.link,
        document.language,
        document.snapshot_id,
        document.page_uri,
        int(document.is_other),
    ]


def from_row(row: Sequence[Any], text: str) -> Document:
    """Return the document of a row, or raise `Damaged`."""
    try:
        at, version_at, key, feed, title, authors, *rest = row
        link, language, snapshot, uri, other = rest
        return Document(
            at=from_milliseconds(_exact(at, int)),
            version_at=from_milliseconds(_exact(version_at, int)),
            entry_key=_exact(key, str),
            feed_id=_exact(feed, str),
            title=_exact(title, str),
            authors=tuple(_exact(each, str) for each in _exact(authors, list)),
            link=_maybe(link, str),
            language=_maybe(language, str),
            snapshot_id=_maybe(snapshot, str),
            page_uri=_maybe(uri, str),
            is_other=bool(_exact(other, int)),
            text=text,
        )
    except (ValueError, TypeError, OverflowError) as e:
        raise Damaged(f"a document of a search segment is none: {e!r:.200}") from e


def searched_of_row(row: Sequence[Any], text: str) -> str:
    """Return what is searched of the document of a row, or raise `Damaged`."""
    try:
        title, authors = row[_TITLE], row[_AUTHORS]
        named = [_exact(each, str) for each in _exact(authors, list)]
        return searched(_exact(title, str), named, text)
    except (ValueError, IndexError) as e:
        raise Damaged(f"a document of a search segment is none: {e!r:.200}") from e


def _exact(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{kind.__name__} expected, found {value!r:.100}")
    return value


def _maybe(value: Any, kind: type) -> Any:
    return None if value is None else _exact(value, kind)


def loaded(data: bytes) -> Any:
    """Parse JSON, or raise `Damaged`."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as e:
        raise Damaged("what should be JSON in a search segment is none") from e
