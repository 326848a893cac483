"""Records of WARCs that come in pieces are those of the whole."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.errors import Damaged
from hozon.warc import piecewise, reader, writer
from hozon.warc.reader import StoredRecord
from tests.unit.warc import samples

SNAPSHOT = samples.samples()["snapshot"]
GZIPPED = writer.encode_all(SNAPSHOT)
PLAIN = b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 4\r\n\r\nbody\r\n\r\n" * 3
CUTS = st.lists(st.integers(1, 700), min_size=1, max_size=9)


def cut(data: bytes, lengths: list[int]) -> Iterator[bytes]:
    """Yield pieces of data of these lengths, again and again."""
    at = number = 0
    while at < len(data):
        length = lengths[number % len(lengths)]
        yield data[at : at + length]
        at, number = at + length, number + 1


def told(records: Iterator[StoredRecord]) -> tuple[str, list[StoredRecord]]:
    """Return what is said of a damage, and the records before it."""
    found: list[StoredRecord] = []
    try:
        found.extend(records)
    except Damaged as e:
        return str(e), found
    return "", found


@pytest.mark.parametrize("data", [GZIPPED, PLAIN, GZIPPED + PLAIN + GZIPPED])
@given(lengths=CUTS)
def test_wherever_it_is_cut(data: bytes, lengths: list[int]) -> None:
    """Each record is the same, at the same place, and comes with its stored bytes."""
    found = list(piecewise.records(cut(data, lengths)))

    assert list(reader.records(data)) == [record for record, _ in found]
    assert data == b"".join(stored for _, stored in found)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"WARC/1.",
        b"neither" * 99,
        GZIPPED[:-1],
        GZIPPED + b"\x1f",
        PLAIN[:-7],
        PLAIN[:-30],
        GZIPPED[:40] + b"?" + GZIPPED[41:],
        GZIPPED + GZIPPED[:9] + b"?" * 900,
    ],
)
@given(lengths=CUTS)
def test_what_is_damaged(data: bytes, lengths: list[int]) -> None:
    """The same is said of it, with the same offset, behind the same records."""
    said, sound = told(reader.records(data))
    came = piecewise.records(cut(data, lengths))

    assert said
    assert (said, sound) == told(record for record, _ in came)


def test_a_bomb_is_not_asked_for_more() -> None:
    """What is too large is refused as soon as it is known to be."""
    came = []

    def coming() -> Iterator[bytes]:
        for piece in cut(writer.encode_all(SNAPSHOT) * 50, [2000]):
            came.append(piece)
            yield piece

    with pytest.raises(Damaged, match="more than 100 bytes"):
        list(piecewise.records(coming(), limit=100))

    assert 1 == len(came)
