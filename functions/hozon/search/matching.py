"""Whether a text is what was asked for, and where in it that stands. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from hozon.search.folding import Origin, folded
from hozon.search.query import Query

WIDTH = 220
"""How wide an excerpt is, in columns: characters of East Asia take two."""

_LOOKED_AT = 200
_ELLIPSIS = "…"
_WHITE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text that is shown: what was asked for (`is_hit`), or what is not."""

    text: str
    is_hit: bool = False


Span = tuple[int, int]


class Matcher:
    """Compares texts with one query."""

    def __init__(self, query: Query) -> None:
        self._required = query.required
        self._excluded = query.excluded

    def matches(self, text: str) -> bool:
        """Tell whether a folded text has all that is required, and nothing excluded."""
        return all(each.stands_in(text) for each in self._required) and not any(
            each.stands_in(text) for each in self._excluded
        )

    def marked(self, text: str) -> tuple[Part, ...]:
        """Return a whole text, on one line, in parts."""
        origin = Origin(text)
        spans = _original(self._spans(folded(text)), origin)
        return _parts(origin.text, 0, len(origin.text), spans)

    def excerpt(self, text: str, *, width: int = WIDTH) -> tuple[Part, ...]:
        """Return of a text, in parts, the place with the most of what is required.

        Where nothing of that is in it, its beginning.
        """
        origin = Origin(text)
        spans = self._spans(folded(text))
        first = _best(spans, width)
        begin = 0 if first is None else origin.place(first)
        begin = _back(origin.text, begin, width // 4)
        end = _forth(origin.text, begin, width)
        shown = _parts(origin.text, begin, end, _original(spans, origin, begin, end))
        before = (Part(_ELLIPSIS),) if begin else ()
        behind = (Part(_ELLIPSIS),) if end < len(origin.text.rstrip()) else ()
        return (*before, *shown, *behind)

    def _spans(self, text: str) -> list[tuple[Span, int]]:
        """Return where what is required stands, and the number of each clause."""
        found = [
            (span, n)
            for n, clause in enumerate(self._required)
            for span in islice(clause.spans(text), _LOOKED_AT)
        ]
        return sorted(found)


def _best(spans: Sequence[tuple[Span, int]], width: int) -> int | None:
    """Return the offset from which on the most different clauses are near each other."""
    best, most = None, 0
    for i, ((begin, _), _) in enumerate(spans):
        near = {n for (other, _), n in spans[i : i + 20] if other < begin + width // 2}
        if len(near) > most:
            best, most = begin, len(near)
    return best


def _original(
    spans: Iterable[tuple[Span, int]],
    origin: Origin,
    begin: int = 0,
    end: int | None = None,
) -> list[Span]:
    """Return spans of folded text as spans of the text, without overlaps."""
    found: list[Span] = []
    for (first, last), _ in spans:
        start, stop = origin.place(first), origin.place(last)
        if end is not None and start >= end:
            break
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(stop, found[-1][1])
        elif stop > begin:
            found.append((start, stop))
    return found


def _parts(text: str, begin: int, end: int, spans: Iterable[Span]) -> tuple[Part, ...]:
    """Return the text from `begin` to `end` on one line; no part is empty."""
    cuts = _cuts(begin, end, spans)
    pieces = ((_WHITE.sub(" ", text[a:b]), is_hit) for a, b, is_hit in cuts)
    return tuple(Part(piece, is_hit) for piece, is_hit in pieces if piece)


def _cuts(
    begin: int, end: int, spans: Iterable[Span]
) -> Iterator[tuple[int, int, bool]]:
    for first, last in spans:
        start, stop = max(first, begin), min(last, end)
        if start < stop:
            yield begin, start, False
            yield start, stop, True
            begin = stop
    yield begin, end, False


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _forth(text: str, begin: int, width: int) -> int:
    """Return where a text that begins at `begin` has filled so many columns.

    Not within a word, if one ended shortly before.
    """
    end, left = begin, width
    while end < len(text) and left > 0:
        left -= _columns(text[end])
        end += 1
    if end == len(text):
        return end
    space = max(text.rfind(" ", begin, end), text.rfind("\n", begin, end))
    return space if space > end - 20 and _columns(text[end - 1]) == 1 else end


def _back(text: str, end: int, width: int) -> int:
    """Return where to begin, so many columns before `end`: with a word, or a line."""
    begin, left = end, width
    while begin > 0 and left > 0 and text[begin - 1] != "\n":
        begin -= 1
        left -= _columns(text[begin])
    if begin == 0 or text[begin - 1] == "\n":
        return begin
    space = text.find(" ", begin, end)
    return space + 1 if 0 <= space < begin + 20 else begin
