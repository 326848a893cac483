"""Segments made into one: the same answers, from fewer objects, in little memory."""

import random
from collections.abc import Iterator

import pytest

from hozon.nouns.errors import Damaged
from hozon.search import layout, merging, writing
from hozon.search.documents import Document
from tests.fakes import NOON, after
from tests.unit.search.shelf import SMALL, Shelf, a_document


def some(count: int, *, seed: int = 1) -> list[Document]:
    chance = random.Random(seed)
    return [
        a_document(
            f"e{n:04}",
            at=after(-n),
            feed_id=f"f{n % 3}",
            text=" ".join(
                chance.choices(["free", "data", "東京都", "国会", "色"], k=40)
            ),
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("parts", [1, 2, 5])
@pytest.mark.parametrize("how", ["one after the other", "in turn"])
def test_the_same_as_made_at_once(parts: int, how: str) -> None:
    """Whatever came into which segment, the merged one is the same to the byte."""
    held = some(60)
    size = 60 // parts
    split = [
        held[n::parts] if how == "in turn" else held[n * size : (n + 1) * size]
        for n in range(parts)
    ]

    merged = Shelf.of(*split).merged()

    whole, directory = writing.segment(held, SMALL)
    if how == "in turn":
        assert [whole] == list(merged.objects.values())
    assert directory.documents == merged.segments[0].directory.documents
    for query in ("free", "東京 -国会", "色", '"data free"', "da*"):
        assert Shelf.of(held).keys(query) == merged.keys(query)


def test_blocks_that_stay_together_are_copied() -> None:
    """What is not touched is not deflated anew."""
    old, new = some(60)[20:], some(60)[:20]
    before = Shelf.of(old).objects.popitem()[1]
    [segment] = Shelf.of(old).segments
    second = segment.text_range(1)

    merged = Shelf.of(new, old).merged().objects.popitem()[1]

    assert before[second.offset : second.end] in merged


def test_small_blocks_become_larger_ones() -> None:
    """Segments of one document each do not leave a block for each."""
    merged = Shelf.of(*([each] for each in some(30)), sizes=None).merged(sizes=None)

    assert [30] == list(merged.segments[0].directory.text_counts)


def test_a_document_that_came_twice() -> None:
    """Of the same document the newest segment's stays."""
    first = a_document(text="old words")
    again = a_document(text="new words")

    merged = Shelf.of([again], [first]).merged()

    assert 1 == merged.segments[0].directory.documents
    assert ["e1"] == merged.keys("new")
    assert [] == merged.keys("old")


def test_what_a_feed_said_gives_way_to_a_page() -> None:
    """What the feed said before is no version any more; what it says since, is one."""
    before = a_document(snapshot_id=None, page_uri=None, version=0, text="announced")
    page = a_document(version=1, text="published")
    since = a_document(snapshot_id=None, page_uri=None, version=2, text="corrected")

    merged = Shelf.of([since], [page], [before]).merged()

    assert [[], ["e1"], ["e1"]] == [
        merged.keys(query) for query in ("announced", "published", "corrected")
    ]


@pytest.mark.parametrize("sizes", [SMALL, None])
def test_what_is_gone_is_left_out(sizes: writing.Sizes | None) -> None:
    """Neither its terms nor its text are in what is written."""
    held = [*some(30), a_document("bad", at=NOON, text="unheard of")]
    shelf = Shelf.of(held, sizes=sizes)

    merged = shelf.merged(gone=["e0003", "bad-1"], sizes=sizes)

    assert 29 == merged.segments[0].directory.documents
    assert [] == merged.keys("unheard")
    assert "e0003" not in merged.keys("free*")
    blocks = map(
        merged.segments[0].text_range,
        range(len(merged.segments[0].directory.text_sizes)),
    )
    data = merged.objects.popitem()[1]
    raw = b"".join(layout.inflated(data[b.offset : b.end]) for b in blocks)
    assert b"unheard" not in raw
    assert b"e0003" not in raw


def test_where_something_gone_is() -> None:
    """A segment is looked through for it, and is not written anew for nothing."""
    shelf = Shelf.of(some(30))
    source = shelf.source(shelf.segments[0])

    assert merging.holds(source, {"e0029"})
    assert merging.holds(source, {"e0000-1"})
    assert not merging.holds(source, {"e0030"})


def test_nothing_is_left() -> None:
    """All of it may go."""
    merged = Shelf.of(some(5)).merged(gone=[f"e{n:04}" for n in range(5)])

    assert 0 == merged.segments[0].directory.documents
    assert [] == merged.keys("free")


def test_damage_ends_the_merge() -> None:
    """A damaged segment does not become part of a sound one."""
    shelf = Shelf.of(some(30), some(20, seed=2))
    key = shelf.segments[0].key
    shelf.objects[key] = shelf.objects[key][:100] + b"x" + shelf.objects[key][101:]

    with pytest.raises(Damaged):
        shelf.merged()


def test_what_is_held_does_not_grow() -> None:
    """Of a segment no more is read at a time than a block, or what is read ahead."""
    held = some(400)
    shelf = Shelf.of(held[::2], held[1::2])
    lengths: list[int] = []

    def watched(source: merging.Source) -> merging.Source:
        def read(offset: int, length: int) -> bytes:
            lengths.append(length)
            return source.read(offset, length)

        return merging.Source(directory=source.directory, read=read)

    sources = [watched(shelf.source(each)) for each in shelf.segments]
    written = list(_sizes(sources))

    assert max(lengths) <= merging.AHEAD
    assert max(written) < 4 * max(SMALL.texts, SMALL.terms)


def _sizes(sources: list[merging.Source]) -> Iterator[int]:
    sizes: list[int] = []
    merging.merged(sources, lambda part: sizes.append(len(part)), sizes=SMALL)
    yield from sizes[:-2]
