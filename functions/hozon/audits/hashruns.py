"""Sorted runs of hashes, by which more is compared than fits into memory. Pure.

A hash is a multiple of four, of 64 bits; with one of four *marks* in its last two bits it
says what is known of what was hashed. A run is a sorted list of marked hashes, stored as
one object: where each of its buckets begins, then the hashes. A bucket has those that
begin with the same ten bits. So the same few buckets of all runs, read together, are a
part of everything that can be compared by itself.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

REQUIRED, OPTIONAL, EXCUSED, SEEN = range(4)
"""It has to be there; it may be there; it need not be there any more; it is there."""

BUCKETS = 1024
ORDER = sys.byteorder
"""In what order the bytes of numbers are stored: that of this machine."""

_SHIFT = 54
_HEAD, _WIDE = 4, 8

HEADER = _HEAD * (BUCKETS + 1)
"""Bytes at the beginning of a run that say where its buckets begin."""

Header = Sequence[int]
"""For each bucket of a run, and for its end, how many hashes are before it."""


def even(digest: bytes) -> int:
    """Return the hash that eight bytes are."""
    return int.from_bytes(digest, "big") & ~SEEN


def run(marked: Iterable[int]) -> bytes:
    """Return the bytes of a run of marked hashes, which need not be in order."""
    found = array("Q", sorted(marked))
    begins = [bisect_left(found, bucket << _SHIFT) for bucket in range(BUCKETS)]
    return array("I", [*begins, len(found)]).tobytes() + found.tobytes()


def header(data: bytes) -> Header:
    """Return where the buckets of a run begin; ValueError if these bytes say nothing."""
    found = array("I", data)
    if len(found) != BUCKETS + 1:
        raise ValueError(f"a header of {len(found)} buckets")
    return found


def stretch(found: Header, first: int, end: int) -> tuple[int, int]:
    """Return the offset and the length of the buckets from `first` up to before `end`."""
    return HEADER + _WIDE * found[first], _WIDE * (found[end] - found[first])


def hashes(data: bytes) -> Sequence[int]:
    """Return the marked hashes of some buckets of a run."""
    return array("Q", data)


def part(headers: Sequence[Header], first: int, *, most: int) -> int:
    """Return behind which bucket a part that begins with `first` ends, so that all runs
    have `most` hashes in it, or as many as one bucket has.
    """
    end, size = first, 0
    while end < BUCKETS:
        size += sum(each[end + 1] - each[end] for each in headers)
        if size > most and end > first:
            break
        end += 1
    return end


def differing(some: Iterable[Sequence[int]]) -> set[int]:
    """Return what is not as it has to be in one part of all runs.

    As `REQUIRED`: it is neither there nor excused. As `SEEN`: nothing says it may be.
    """
    all_ = set[int]().union(*some)

    def has(each: int, mark: int) -> bool:
        return each & ~SEEN | mark in all_

    return {
        each
        for each in all_
        if (each & SEEN == REQUIRED and not has(each, SEEN) and not has(each, EXCUSED))
        or (each & SEEN == SEEN and not has(each, REQUIRED) and not has(each, OPTIONAL))
    }
