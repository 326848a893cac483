"""Lists of whole numbers as bytes that compress well, and back at the speed of C. Pure.

Numbers are stored by *planes*: the lowest bytes of all of them, then all second bytes,
as many as the largest needs. High planes are nearly all zeros, which deflate takes
away, and no loop over numbers runs in Python.
"""

import struct
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from hozon.nouns.errors import Damaged

_HEAD = struct.Struct("<IB")
_WIDEST = 8

Bytes = bytes | memoryview


def width(numbers: Iterable[int]) -> int:
    """Return how many bytes the largest of these numbers takes, at least one."""
    return (max(numbers, default=0).bit_length() + 7) // 8 or 1


def planes(numbers: Sequence[int], width: int) -> bytes:
    """Return numbers from 0 to 2**64 - 1 as planes."""
    if width == 1:
        return bytes(numbers)
    whole = struct.pack(f"<{len(numbers)}Q", *numbers)
    return b"".join(whole[n::_WIDEST] for n in range(width))


def from_planes(data: Bytes, count: int, width: int) -> Sequence[int]:
    """Return the `count` numbers of these planes; `Damaged` if they are no such ones."""
    if not 1 <= width <= _WIDEST or len(data) != count * width:
        raise Damaged("a list of numbers in a search segment is cut off")
    if width == 1:
        return bytes(data)
    size, kind = (4, "I") if width <= 4 else (_WIDEST, "Q")
    whole = bytearray(size * count)
    for n in range(width):
        whole[n::size] = data[n * count : (n + 1) * count]
    return struct.unpack(f"<{count}{kind}", whole)


def packed(numbers: Sequence[int]) -> bytes:
    """Return a list that says itself how long it is."""
    wide = width(numbers)
    return _HEAD.pack(len(numbers), wide) + planes(numbers, wide)


def unpacked(data: Bytes, offset: int) -> tuple[Sequence[int], int]:
    """Return the packed list at `offset`, and where it ends; `Damaged` if it is none."""
    begin = offset + _HEAD.size
    if len(data) < begin:
        raise Damaged("a list of numbers in a search segment is cut off")
    count, wide = _HEAD.unpack_from(data, offset)
    end = begin + count * wide
    return from_planes(data[begin:end], count, wide), end


def gaps(ascending: Iterable[int]) -> list[int]:
    """Return the distances between ascending numbers; the first is that from -1."""
    return [after - before for before, after in pairwise([-1, *ascending])]


def ascending(distances: Iterable[int]) -> list[int]:
    """Return the numbers that have these distances (`gaps`)."""
    return list(accumulate(distances, initial=-1))[1:]
