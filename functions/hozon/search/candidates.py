"""Which documents of segments may match, by their terms: one round of reads. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hozon.nouns.derived import Range
from hozon.search.layout import Directory, TermBlock, feed_term
from hozon.search.query import Query, Wanted
from hozon.search.reading import ReadRanges, coalesced, read_all

_BEYOND = "\U0010ffff"

WIDE = 8
"""A prefix that so many blocks of terms begin with is left to the other terms."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as it can be read: the key of its object, and its directory."""

    key: str
    directory: Directory

    def text_range(self, block: int) -> Range:
        """Return where a block of texts lies."""
        offset = self.directory.text_offsets[block]
        return Range(self.key, offset, self.directory.text_sizes[block])

    def term_range(self, block: int) -> Range:
        """Return where a block of terms lies."""
        offset = self.directory.term_offsets[block]
        return Range(self.key, offset, self.directory.term_sizes[block])


@dataclass(frozen=True, slots=True)
class Needs:
    """The terms that a document must have, and those that it must not."""

    required: tuple[Wanted, ...]
    excluded: tuple[Wanted, ...]

    @classmethod
    def of(cls, query: Query, feed_id: str | None) -> "Needs":
        """Return what is to be looked up for a query, among the entries of one feed."""
        feed = [Wanted(feed_term(feed_id))] if feed_id else []
        required = [wanted for each in query.required for wanted in each.wanted]
        excluded = [each.wanted[0] for each in query.excluded if each.is_sure]
        return cls(tuple(dict.fromkeys(feed + required)), tuple(excluded))


@dataclass(frozen=True, slots=True)
class _Lookup:
    """What is to be read of one segment: the blocks of each term."""

    segment: Segment
    required: Mapping[Wanted, range]
    excluded: Mapping[Wanted, range]

    @classmethod
    def of(cls, segment: Segment, needs: Needs) -> "_Lookup":
        """Plan the look-up in one segment. What is wide is read only if all is."""
        required = {each: _blocks(segment.directory, each) for each in needs.required}
        narrow = {
            each: blocks
            for each, blocks in required.items()
            if not each.is_prefix or len(blocks) < WIDE
        }
        excluded = {each: _blocks(segment.directory, each) for each in needs.excluded}
        return cls(segment, narrow or required, excluded)

    def ranges(self) -> Iterator[Range]:
        """Yield where the blocks lie."""
        for blocks in (*self.required.values(), *self.excluded.values()):
            yield from map(self.segment.term_range, blocks)

    def documents(self, found: Mapping[Range, memoryview]) -> list[int]:
        """Return the numbers of the documents that may match, ascending."""
        kept: set[int] | None = None
        for wanted, blocks in self.required.items():
            having = self._having(wanted, blocks, found)
            kept = having if kept is None else kept & having
            if not kept:
                return []
        for wanted, blocks in self.excluded.items():
            kept = (kept or set()) - self._having(wanted, blocks, found)
        return sorted(kept or ())

    def _having(
        self, wanted: Wanted, blocks: range, found: Mapping[Range, memoryview]
    ) -> set[int]:
        having: set[int] = set()
        for n in blocks:
            data = found[self.segment.term_range(n)]
            block = TermBlock(data, self.segment.directory.documents)
            if wanted.is_prefix:
                having.update(*block.beginning(wanted.term))
            else:
                having.update(block.find(wanted.term))
        return having


def _blocks(directory: Directory, wanted: Wanted) -> range:
    """Return the blocks in which a term would be, or those that begin so."""
    firsts = directory.term_firsts
    if not firsts:
        return range(0)
    begin = max(bisect_right(firsts, wanted.term) - 1, 0)
    if not wanted.is_prefix:
        return range(begin, begin + 1)
    return range(begin, max(bisect_left(firsts, wanted.term + _BEYOND), begin + 1))


def candidates(
    segments: Sequence[Segment], needs: Needs, read: ReadRanges, *, most: int
) -> tuple[list[list[int]], int]:
    """Return for each segment the documents that may match, and how many requests
    that took (some `most`): all of them in one round.
    """
    lookups = [_Lookup.of(each, needs) for each in segments]
    ranges = sorted({each for lookup in lookups for each in lookup.ranges()})
    found = read_all(ranges, read, most=most)
    return [each.documents(found) for each in lookups], len(
        coalesced(ranges, most=most)
    )
