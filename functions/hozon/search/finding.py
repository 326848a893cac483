"""What matches a query, newest first: found in segments with few reads. Pure.

All that is read comes through one function, a round at a time; the manifest with the
directories was the first round. The second reads blocks of terms, and tells which
documents may match (`candidates`); the third reads their texts, newest first, and tells
which do. Only where these are too few, a fourth follows with more texts.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from hozon.nouns.errors import Damaged, Misuse
from hozon.search.candidates import Needs, Segment, candidates
from hozon.search.documents import Document, milliseconds, place
from hozon.search.layout import TextBlock
from hozon.search.matching import Matcher
from hozon.search.query import Query
from hozon.search.reading import ReadRanges, read_all

MOST_READS = 12
"""Requests that a query should take, with the one for the manifest."""

FEWEST_TEXT_READS = 4
"""So many of them may be for texts, even if the terms took the others."""

MOST_BLOCKS = 1024
"""Blocks of text that are read for one page, at most; its cursor leads on."""

MOST_AT_ONCE = 12 << 20
"""Bytes of texts that are read at first, at most, where terms tell little."""

_ALL = 1 << 62

_LAST_KEY = "\U0010ffff"
_CURSOR = 512

Shown = Callable[[Sequence[Document]], Collection[tuple[str, str]]]
"""Returns the ids (`Document.id`) of those documents that may be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Among which documents to look. `since` is inclusive, `until` exclusive, of `at`.

    Without a feed, documents of other entries with the same page are left out
    (`Document.is_other`). `before` is the cursor of an earlier page.
    """

    feed_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of what was found, newest first, an entry each.

    `before` is the cursor of the next page; None: that was all. A page may have fewer
    documents than were asked for, and still not be the last one.
    """

    documents: tuple[Document, ...]
    before: str | None


def find(
    query: Query,
    segments: Sequence[Segment],
    read: ReadRanges,
    *,
    limit: int,
    filters: Filters = Filters(),
    shown: Shown | None = None,
) -> Found:
    """Return the first `limit` entries with a version that matches.

    Of each entry it is the latest such version. Raises `Misuse` for a forged cursor,
    and `Damaged` where a segment is not what was written.
    """
    bounds = _Bounds.of(filters)
    looked_in = [each for each in segments if bounds.may_hold(each)]
    needs = Needs.of(query, filters.feed_id)
    numbers, reads = candidates(looked_in, needs, read, most=MOST_READS // 2)
    blocks = [
        block
        for segment, mine in zip(looked_in, numbers, strict=True)
        for block in _blocks(segment, mine)
        if bounds.overlaps(block.newest, block.oldest)
    ]
    blocks.sort(key=attrgetter("newest"), reverse=True)
    page = _Page(
        matcher=Matcher(query), bounds=bounds, feed_id=filters.feed_id, shown=shown
    )
    most = max(MOST_READS - 1 - reads, FEWEST_TEXT_READS)
    for some, behind in _batches(blocks, *_appetite(query, limit, blocks)):
        ranges = [each.segment.text_range(each.number) for each in some]
        datas = read_all(ranges, read, most=most)
        horizons = [*(each.newest for each in some[1:]), behind]
        for each, span, horizon in zip(some, ranges, horizons, strict=True):
            page.take(each, TextBlock(datas[span]), horizon)
            if page.could_be_full(limit) and page.settle(limit):
                return page.found(limit)
        page.settle(limit)
    return page.found(limit)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The instants between which documents are looked for, in milliseconds.

    `lower` ≤ at, and (at, entry key) < `upper`.
    """

    lower: int
    upper: tuple[int, str]

    @classmethod
    def of(cls, filters: Filters) -> "_Bounds":
        upper = (1 << 62, "")
        if filters.until is not None:
            # Rounded up, as a part of a millisecond is before the next one.
            upper = (milliseconds(filters.until), "")
        if filters.before is not None:
            upper = min(upper, _position(filters.before))
        lower = 0 if filters.since is None else milliseconds(filters.since)
        return cls(lower, upper)

    def overlaps(self, newest: int, oldest: int) -> bool:
        """Tell whether there may be such documents between two instants."""
        return newest >= self.lower and (oldest, "") < self.upper

    def may_hold(self, segment: Segment) -> bool:
        """Tell whether a segment may have such documents."""
        newest = segment.directory.text_newest
        return bool(newest) and self.overlaps(newest[0], segment.directory.oldest)

    def holds(self, document: Document) -> bool:
        """Tell whether this is such a document."""
        at = milliseconds(document.at)
        return at >= self.lower and (at, document.entry_key) < self.upper


@dataclass(frozen=True, slots=True)
class _Block:
    """A block of texts with documents that may match: their numbers in the block."""

    segment: Segment
    number: int
    documents: Sequence[int]

    @property
    def size(self) -> int:
        """Its bytes, deflated."""
        return self.segment.directory.text_sizes[self.number]

    @property
    def newest(self) -> int:
        """When its first document was, in milliseconds."""
        return self.segment.directory.text_newest[self.number]

    @property
    def oldest(self) -> int:
        """An instant before which none of its documents was."""
        directory = self.segment.directory
        following = self.number + 1
        if following < len(directory.text_newest):
            return directory.text_newest[following]
        return directory.oldest


def _blocks(segment: Segment, numbers: Sequence[int]) -> Iterator[_Block]:
    """Yield the blocks that have the documents with these ascending numbers."""
    firsts = segment.directory.firsts
    begin = 0
    while begin < len(numbers):
        block = bisect_right(firsts, numbers[begin]) - 1
        end = bisect_left(numbers, firsts[block + 1], begin)
        yield _Block(segment, block, [n - firsts[block] for n in numbers[begin:end]])
        begin = end


def _appetite(query: Query, limit: int, blocks: Sequence[_Block]) -> tuple[int, int]:
    """Return of how many documents, or how many bytes, texts are read at first.

    Where terms tell little, few documents may match: then all texts are read at once,
    if they are not too many; and if they are, documents that match are not far.
    """
    if any(each.is_vague for each in query.required):
        size = sum(each.size for each in blocks)
        return _ALL, size if size <= MOST_AT_ONCE else MOST_AT_ONCE // 4
    is_sure = all(each.is_sure for each in query.clauses)
    return limit + 2 if is_sure else limit * 4 + 2, _ALL


def _batches(
    blocks: Sequence[_Block], documents: int, size: int
) -> Iterator[tuple[Sequence[_Block], int]]:
    """Yield blocks until they have so many documents or bytes; then four times as many.

    With each comes the newest instant of what was not yielded (-1: all was).
    """
    begin = 0
    while begin < min(len(blocks), MOST_BLOCKS):
        end, held, read = begin, 0, 0
        while end < len(blocks) and held < documents and read < size:
            held += len(blocks[end].documents)
            read += blocks[end].size
            end += 1
        yield blocks[begin:end], blocks[end].newest if end < len(blocks) else -1
        begin, documents, size = end, documents * 4, size * 4


@dataclass(slots=True, kw_only=True)
class _Page:
    """What was found so far. `horizon` is the newest instant of which something was not
    read (-1: all was): what is newer cannot change any more, and is `settled`.
    """

    matcher: Matcher
    bounds: _Bounds
    feed_id: str | None
    shown: Shown | None
    horizon: int = -1
    settled: list[Document] = field(default_factory=list)
    _open: list[Document] = field(default_factory=list)

    def take(self, block: _Block, texts: TextBlock, horizon: int) -> None:
        """Take those documents of a block that match; `horizon` is what follows it."""
        if len(texts) != block.segment.directory.text_counts[block.number]:
            raise Damaged("a block of a search segment has lost documents")
        for n in block.documents:
            if self.matcher.matches(texts.searched(n)):
                found = texts.document(n)
                if self._is_among(found):
                    self._open.append(found)
        self.horizon = horizon

    def _is_among(self, document: Document) -> bool:
        if self.feed_id is None:
            return not document.is_other and self.bounds.holds(document)
        return document.feed_id == self.feed_id and self.bounds.holds(document)

    def could_be_full(self, limit: int) -> bool:
        """Tell whether there are enough entries, if all may be shown."""
        found = {e.entry_key for e in self._open if milliseconds(e.at) > self.horizon}
        return len(self.settled) + len(found) >= limit

    def settle(self, limit: int) -> bool:
        """Settle what can be settled; tell whether the page is full."""
        self._open.sort(key=place, reverse=True)
        count = sum(milliseconds(each.at) > self.horizon for each in self._open)
        later, self._open = self._open[:count], self._open[count:]
        if self.shown and later:
            allowed = self.shown(later)
            later = [each for each in later if each.id in allowed]
        for each in later:
            if not self.settled or self.settled[-1].entry_key != each.entry_key:
                self.settled.append(each)
        return len(self.settled) >= limit

    def found(self, limit: int) -> Found:
        """Return the page, and where the next one begins."""
        documents = tuple(self.settled[:limit])
        before = None
        if len(documents) == limit and (len(self.settled) > limit or self.horizon >= 0):
            last = documents[-1]
            before = _cursor(milliseconds(last.at), last.entry_key)
        elif self.horizon >= 0:
            before = _cursor(self.horizon, _LAST_KEY)
        return Found(documents=documents, before=before)


def _cursor(at: int, key: str) -> str:
    said = json.dumps([at, key]).encode()
    return urlsafe_b64encode(said).decode().rstrip("=")


def _position(cursor: str) -> tuple[int, str]:
    """Return what a cursor says, or raise `Misuse` if we never made it."""
    try:
        padded = cursor[:_CURSOR] + "=" * (-len(cursor) % 4)
        at, key = json.loads(urlsafe_b64decode(padded))
    except (ValueError, TypeError, RecursionError):
        at, key = None, None
    if type(at) is int and type(key) is str and _cursor(at, key) == cursor:
        return at, key
    raise Misuse(
        f"not a cursor of this search: {cursor!r:.200}; begin at the first page"
    )
