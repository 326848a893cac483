"""Segments in memory, and a plain scan to hold what is found in them against."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hozon.nouns.derived import Range
from hozon.search import finding, merging, query, writing
from hozon.search.candidates import Segment
from hozon.search.documents import Document, place
from hozon.search.finding import Filters, Found, Shown
from hozon.search.folding import folded
from hozon.search.layout import Directory
from hozon.search.writing import Sizes
from tests.fakes import NOON

SMALL = Sizes(texts=300, terms=200)
"""Sizes of blocks with which a few documents fill several."""

_DENSE = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC")


def a_document(entry_key: str = "e1", **fields: Any) -> Document:
    """Return a version of an entry of noon, captured a minute later."""
    version = fields.pop("version", 1)
    values: dict[str, Any] = {
        "feed_id": "f1",
        "at": NOON,
        "version_at": NOON + timedelta(minutes=version),
        "title": f"Title of {entry_key}",
        "text": "Text",
        "link": f"https://example.com/{entry_key}",
        "snapshot_id": f"{entry_key}-{version}",
        "page_uri": f"https://example.com/{entry_key}",
    }
    return Document(entry_key=entry_key, **{**values, **fields})


@dataclass(slots=True)
class Shelf:
    """Segments by their keys; what is read of them is counted."""

    objects: dict[str, bytes] = field(default_factory=dict)
    segments: list[Segment] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, *parts: Iterable[Document], sizes: Sizes | None = SMALL) -> "Shelf":
        """Return a shelf with a segment of each part; the first one is the newest."""
        shelf = cls()
        for part in parts:
            shelf.add(*writing.segment(part, sizes))
        return shelf

    def add(self, data: bytes, directory: Directory) -> None:
        """Put a segment behind the others."""
        key = f"search/segments/{len(self.objects)}.seg"
        self.objects[key] = data
        self.segments.append(Segment(key, directory))

    def read(self, ranges: Sequence[Range]) -> list[bytes]:
        """Read several ranges: one round."""
        self.counts["rounds"] += 1
        self.counts["reads"] += len(ranges)
        return [self.objects[r.key][r.offset : r.end] for r in ranges]

    def find(
        self,
        text: str,
        *,
        limit: int = 1000,
        shown: Shown | None = None,
        **filters: Any,
    ) -> Found:
        """Return a page of what is found."""
        return finding.find(
            query.parse(text),
            self.segments,
            self.read,
            limit=limit,
            filters=Filters(**filters),
            shown=shown,
        )

    def keys(self, text: str, **filters: Any) -> list[str]:
        """Return the keys of the entries on the first page."""
        return [each.entry_key for each in self.find(text, **filters).documents]

    def pages(self, text: str, *, limit: int, **filters: Any) -> Iterator[Document]:
        """Yield what is found, page by page."""
        before: str | None = None
        while True:
            page = self.find(text, limit=limit, before=before, **filters)
            assert len(page.documents) <= limit
            yield from page.documents
            before = page.before
            if before is None:
                return

    def merged(
        self, *, gone: Iterable[str] = (), sizes: Sizes | None = SMALL
    ) -> "Shelf":
        """Return a shelf with one segment made of all."""
        shelf, data = Shelf(), bytearray()
        directory = merging.merged(
            [self.source(each) for each in self.segments],
            data.extend,
            gone=set(gone),
            sizes=sizes,
        )
        shelf.add(bytes(data), directory)
        return shelf

    def source(self, segment: Segment) -> merging.Source:
        """Return a segment as merging reads it."""
        data = self.objects[segment.key]
        return merging.Source(
            directory=segment.directory,
            read=lambda offset, length: data[offset : offset + length],
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is asked for, as a test means it."""

    text: str
    is_excluded: bool = False
    is_prefix: bool = False

    def typed(self) -> str:
        """Return it as a person types it."""
        return f'{"-" * self.is_excluded}"{self.text}"{"*" * self.is_prefix}'


def scan(
    documents: Iterable[Document],
    asked: Iterable[Asked],
    *,
    feed_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[tuple[str, str]]:
    """Return the ids of what a search must find: each text is looked through.

    Shares with the search how texts are folded and in which order documents come, and
    neither terms nor how a query is read.
    """
    asked, found = list(asked), list[Document]()
    for each in sorted(documents, key=place, reverse=True):
        is_mine = not each.is_other if feed_id is None else each.feed_id == feed_id
        is_then = (not since or since <= each.at) and (not until or each.at < until)
        is_new = not found or found[-1].entry_key != each.entry_key
        if is_mine and is_then and is_new and _matches(each, asked):
            found.append(each)
    return [each.id for each in found]


def _matches(document: Document, asked: Iterable[Asked]) -> bool:
    fields = map(folded, (document.title, ", ".join(document.authors), document.text))
    whole = "\n".join(fields)
    return all(_stands_in(whole, each) != each.is_excluded for each in asked)


def _stands_in(whole: str, asked: Asked) -> bool:
    wanted = folded(asked.text)
    begin = whole.find(wanted)
    while begin >= 0:
        end = begin + len(wanted)
        before, behind = whole[max(begin - 1, 0) : begin], whole[end : end + 1]
        is_begin = not (_is_letter(wanted[0]) and _is_letter(before))
        is_end = not (_is_letter(wanted[-1]) and _is_letter(behind))
        if is_begin and (is_end or asked.is_prefix):
            return True
        begin = whole.find(wanted, begin + 1)
    return False


def _is_letter(character: str) -> bool:
    """Tell whether a character belongs to a word of a script with spaces."""
    return character.isalnum() and not unicodedata.name(character, "").startswith(
        _DENSE
    )
