"""Runs of hashes: what differs is found part by part, however they are cut."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.audits import hashruns
from hozon.audits.hashruns import BUCKETS, EXCUSED, HEADER, OPTIONAL, REQUIRED, SEEN

hashes = st.one_of(st.integers(0, 40), st.integers(0, 2**62 - 1)).map(lambda n: n << 2)
marks = st.sampled_from([REQUIRED, OPTIONAL, EXCUSED, SEEN])
marked = st.lists(st.tuples(hashes, marks).map(sum), max_size=60)


def _differing(runs: Sequence[bytes], most: int) -> tuple[set[int], int]:
    """Compare runs part by part; return what differs, and the largest part there was."""
    headers = [hashruns.header(run[:HEADER]) for run in runs]
    found, first, largest = set[int](), 0, 0
    while first < BUCKETS:
        end = hashruns.part(headers, first, most=most)
        parts = []
        for run, header in zip(runs, headers, strict=True):
            offset, length = hashruns.stretch(header, first, end)
            parts.append(hashruns.hashes(run[offset : offset + length]))
        size = sum(map(len, parts))
        largest = max(largest, size if end > first + 1 else 0)
        found |= hashruns.differing(parts)
        first = end
    return found, largest


@given(all_=marked, size=st.integers(1, 20), most=st.integers(1, 50))
def test_what_differs(all_: list[int], size: int, most: int) -> None:
    """The same as of sets that hold everything, in parts of at most so many."""
    runs = [hashruns.run(all_[at : at + size]) for at in range(0, len(all_), size)]
    by = [{each - mark for each in all_ if each & 3 == mark} for mark in range(4)]
    missed = by[REQUIRED] - by[SEEN] - by[EXCUSED]
    unknown = by[SEEN] - by[REQUIRED] - by[OPTIONAL]

    found, largest = _differing(runs, most)
    assert missed | {each | SEEN for each in unknown} == found
    assert largest <= most


@given(all_=marked)
def test_a_run_has_all_of_them_in_order(all_: list[int]) -> None:
    """Its bytes are the same in whatever order they came."""
    run = hashruns.run(all_)

    assert sorted(all_) == list(hashruns.hashes(run[HEADER:]))
    assert run == hashruns.run(reversed(all_))


@pytest.mark.parametrize("data", [b"", b"123", b"\0" * HEADER + b"\0" * 4])
def test_what_is_no_header(data: bytes) -> None:
    """Somebody else's bytes are refused."""
    with pytest.raises(ValueError, match=r"header|bytes"):
        hashruns.header(data)


def test_a_hash_has_room_for_a_mark() -> None:
    """Two bits of it are given up."""
    assert 2**64 - 4 == hashruns.even(b"\xff" * 8)
