"""Ranges of objects, and how to read many of them in few requests. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from hozon.nouns.derived import Range

NEAR = 128 * 1024
"""Two ranges that are no farther apart are read as one: a request takes longer."""

MORE = 16 << 20
"""Bytes that may be read for nothing, to save requests; twice as many as are needed
beside."""


ReadRanges = Callable[[Sequence[Range]], Sequence[bytes]]
"""Reads several ranges at the same time: one round of requests."""


def coalesced(ranges: Iterable[Range], *, most: int) -> list[Range]:
    """Return ranges that hold all these, `most` of them if that costs little.

    Near ones are joined; then the least distant ones of one object, until they are few
    or what lies between them is too much.
    """
    ordered = sorted(set(ranges))
    between = sorted(
        (after.offset - before.end, n)
        for n, (before, after) in enumerate(pairwise(ordered))
        if before.key == after.key
    )
    joined: set[int] = set()
    left = MORE + 2 * sum(each.length for each in ordered)
    for gap, n in between:
        left -= max(gap, 0)
        if gap > NEAR and (len(ordered) - len(joined) <= most or left < 0):
            break
        joined.add(n)
    return _joined(ordered, joined)


def _joined(ordered: Sequence[Range], joined: set[int]) -> list[Range]:
    """Return the ranges, each joined with the one before where `joined` has that."""
    found: list[Range] = []
    for n, each in enumerate(ordered):
        if n - 1 in joined:
            end = max(found[-1].end, each.end)
            found[-1] = found[-1]._replace(length=end - found[-1].offset)
        else:
            found.append(each)
    return found


def read_all(
    ranges: Sequence[Range], read: ReadRanges, *, most: int
) -> Mapping[Range, memoryview]:
    """Return the bytes of each range, read in one round of about `most` requests."""
    wholes = coalesced(ranges, most=most)
    datas = read(wholes)
    found: dict[Range, memoryview] = {}
    for whole, data in zip(wholes, datas, strict=True):
        for each in ranges:
            if (
                each.key == whole.key
                and whole.offset <= each.offset <= each.end <= whole.end
            ):
                begin = each.offset - whole.offset
                found[each] = memoryview(data)[begin : begin + each.length]
    return found
