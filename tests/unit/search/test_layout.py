"""Segments are read back as they were written, or said to be damaged."""

import random
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.errors import Damaged
from hozon.search import layout, numberlists
from hozon.search.candidates import Segment
from hozon.search.layout import TermBlock, TextBlock
from tests.fakes import after
from tests.unit.search.shelf import Shelf, a_document

DOCUMENTS = [
    a_document(f"e{n}", at=after(n), text=f"common words and 東京都 number{n} " * 9)
    for n in range(40)
]


@given(st.lists(st.integers(0, 2**64 - 1)))
def test_lists_of_numbers(numbers: list[int]) -> None:
    """Any numbers come back, and where the list ends."""
    data = b"before" + numberlists.packed(numbers) + b"behind"

    found, end = numberlists.unpacked(data, 6)

    assert numbers == list(found)
    assert b"behind" == data[end:]


@given(st.sets(st.integers(0, 10**6)))
def test_gaps(numbers: set[int]) -> None:
    """Ascending numbers are what their gaps make."""
    ascending = sorted(numbers)

    assert ascending == numberlists.ascending(numberlists.gaps(ascending))


def test_a_directory() -> None:
    """A directory is read back from what is stored of it."""
    [segment] = Shelf.of(DOCUMENTS).segments

    found = layout.read_directory(layout.directory_bytes(segment.directory))

    assert len(segment.directory.text_sizes) > 3
    assert len(segment.directory.term_sizes) > 3
    assert 40 == found.documents
    assert [list(getattr(segment.directory, name)) for name in NAMES] == [
        list(getattr(found, name)) for name in NAMES
    ]


NAMES = ("text_sizes", "text_counts", "text_newest", "term_sizes", "term_firsts")


def test_the_trailer_leads_to_the_directory() -> None:
    """A segment says itself what is in it."""
    shelf = Shelf.of(DOCUMENTS)
    [(key, data)] = shelf.objects.items()

    at, size, crc, magic = layout.TRAILER.unpack(data[-layout.TRAILER.size :])
    directory = data[at : at + size]

    assert (zlib.crc32(directory), layout.MAGIC) == (crc, magic)
    assert 40 == layout.read_directory(directory).documents
    assert shelf.segments[0].key == key


@pytest.mark.parametrize("seed", range(40))
def test_any_damage_is_said(seed: int) -> None:
    """A flipped bit, a cut, a hole: `Damaged`, or the answer is right all the same."""
    chance = random.Random(seed)
    shelf = Shelf.of(DOCUMENTS)
    [(key, data)] = shelf.objects.items()
    expected = shelf.keys("common 東京都")
    broken, at = bytearray(data), chance.randrange(len(data))
    match seed % 3:
        case 0:
            broken[at] ^= 1 << chance.randrange(8)
        case 1:
            del broken[at:]
        case _:
            broken[at : at + 50] = bytes(50)
    shelf.objects[key] = bytes(broken)

    try:
        found = shelf.keys("common 東京都")
    except Damaged:
        found = expected
    assert expected == found


def _raw(head: bytes, rest: bytes = b"") -> bytes:
    return layout.deflated(struct.pack("<I", len(head)) + head + rest)


def _list(count: int, width: int, data: bytes = b"") -> bytes:
    return struct.pack("<IB", count, width) + data


@pytest.mark.parametrize(
    "block",
    [
        layout.deflated(b""),
        layout.deflated(b"\xff\xff\xff\xff"),
        b"no deflate",
        b"",
        layout.deflated(bytes(17 << 20)),
        layout.deflated(b"x") + b"more",
        _raw(b"a"),
        _raw(b"a", _list(2**32 - 1, 0)),
        _raw(b"a", _list(2**32 - 1, 9)),
        _raw(b"a", _list(1, 1, b"\x09") + _list(1, 1, b"\x00")),
        _raw(b"a", _list(1, 1, b"\x09") + _list(1, 1, b"\xff")),
        _raw(b"a\nb", _list(1, 1, b"\x01") + _list(1, 1, b"\x01") + b"\x01"),
        _raw(b"a", _list(1, 1, b"\x01") + _list(1, 1, b"\x01") + b"\x07"),
        _raw(b"a", _list(1, 1, b"\x01") + _list(1, 1, b"\x01") + b"\x00"),
    ],
)
def test_hostile_terms(block: bytes) -> None:
    """Counts and sizes that lie are found before anything is made by them."""
    with pytest.raises(Damaged):
        TermBlock(block, documents=5).find("a")


ROW = [1, 1, "e", "f", "title", [], None, None, None, None, 0]


@pytest.mark.parametrize(
    "block",
    [
        _raw(b"{}"),
        _raw(b"[1]"),
        _raw(b"[[]]"),
        _raw(b"[[-1]]"),
        _raw(b"[[true]]", b"x"),
        _raw(b"[[1e400]]"),
        _raw(b"[" * 100_000),
        _raw(b"\xff"),
        _raw(b"[[5]]", b"four"),
        _raw(b"[[4]]", b"four"),
        *(
            _raw(
                str([*ROW[:n], wrong, *ROW[n + 1 :], 0])
                .replace("None", "null")
                .replace("'", '"')
                .encode()
            )
            for n, wrong in [
                (0, "x"),
                (0, 10**30),
                (2, 5),
                (4, [1]),
                (5, "x"),
                (10, "x"),
            ]
        ),
    ],
)
def test_hostile_texts(block: bytes) -> None:
    """Rows that are none are found when they are looked at."""

    def look() -> object:
        texts = TextBlock(block)
        return [texts.document(n) for n in range(len(texts))]

    with pytest.raises(Damaged):
        look()


def _directory(change: Callable[[dict[str, Any]], None]) -> bytes:
    [segment] = Shelf.of(DOCUMENTS).segments
    values = {name: list(getattr(segment.directory, name)) for name in NAMES}
    change(values)
    return layout.directory_bytes(layout.Directory(**values, oldest=0))


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values["text_counts"].pop(),
        lambda values: values["text_newest"].append(1),
        lambda values: values["term_sizes"].pop(),
        lambda values: values["text_counts"].__setitem__(0, layout.MOST_DOCUMENTS),
        lambda values: values["text_counts"].__setitem__(0, 0),
    ],
)
def test_directories_that_lie(change: Callable[[dict[str, Any]], None]) -> None:
    """What a directory says must add up."""
    with pytest.raises(Damaged):
        layout.read_directory(_directory(change))


@pytest.mark.parametrize("size", [0, 10, 30, 100])
def test_directories_that_are_cut(size: int) -> None:
    """And be whole."""
    [segment] = Shelf.of(DOCUMENTS).segments
    raw = layout.inflated(layout.directory_bytes(segment.directory))

    with pytest.raises(Damaged):
        layout.read_directory(layout.deflated(raw[:size]))


def test_a_segment_with_other_documents_than_it_says() -> None:
    """A block that has lost a document does not answer for it."""
    shelf = Shelf.of(DOCUMENTS, [a_document("other", text="common 東京都")])
    mine, other = shelf.segments
    shelf.segments = [Segment(other.key, mine.directory)]
    shelf.objects[other.key] = shelf.objects[other.key].ljust(99_999, b"\0")

    with pytest.raises(Damaged):
        shelf.keys("common")
