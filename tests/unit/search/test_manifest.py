"""What the manifest says, and what it decides."""

import random
from datetime import timedelta

import pytest

from hozon.nouns.errors import Damaged
from hozon.search import manifest
from hozon.search.layout import MOST_DOCUMENTS, Directory
from hozon.search.manifest import Listed, Manifest, decoded, encoded
from tests.fakes import NOON
from tests.unit.search.shelf import Shelf, a_document


def listed(documents: int, key: str = "k", cleansed: int = 0) -> Listed:
    counts = [documents] if documents else []
    directory = Directory(
        text_sizes=counts,
        text_counts=counts,
        text_newest=counts,
        oldest=0,
        term_sizes=[],
        term_firsts=[],
    )
    return Listed(key=key, size=9, directory=directory, cleansed=cleansed)


def of(*counts: int) -> Manifest:
    return Manifest(segments=tuple(listed(n, f"k{i}") for i, n in enumerate(counts)))


def test_it_is_read_back() -> None:
    """All that it says comes back from what is stored."""
    [segment] = Shelf.of([a_document(), a_document("e2")]).segments
    mine = Manifest(
        segments=(Listed(key="k", size=5, directory=segment.directory, cleansed=1),),
        position=7,
        gone={"s1": 2},
        fading={"old": NOON, "older": None},
    )

    found = decoded(encoded(mine))

    assert encoded(mine) == encoded(found)
    assert (mine.position, mine.gone, mine.fading) == (
        found.position,
        found.gone,
        found.fading,
    )
    assert 2 == found.segments[0].documents


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"format": "hozon-search/2"}',
        encoded(of(1)).replace(b'"directory":"', b'"directory":"!'),
        encoded(of(1)).replace(b'"size":9', b'"size":"x"'),
        encoded(of(1))[:-3],
        b"[" * 100_000,
    ],
)
def test_what_is_none(data: bytes) -> None:
    """It says how to make it anew."""
    with pytest.raises(Damaged, match="reindex --search"):
        decoded(data)


@pytest.mark.parametrize(
    ("counts", "merged"),
    [
        ([], 0),
        ([5], 0),
        ([5, 5], 2),
        ([5, 15], 2),
        ([5, 16], 0),
        ([5, 5, 30, 120], 4),
        ([5, 5, 31, 10], 2),
        ([1, MOST_DOCUMENTS], 0),
        ([MOST_DOCUMENTS // 2, MOST_DOCUMENTS // 2], 2),
        ([MOST_DOCUMENTS // 2 + 1, MOST_DOCUMENTS // 2], 0),
        ([1] * 20, 16),
    ],
)
def test_which_are_merged(counts: list[int], merged: int) -> None:
    """The newest, once they are not much smaller than the next; never too many."""
    assert merged == len(of(*counts).to_merge())


def test_how_many_there_are() -> None:
    """20 000 documents, some fifty at a time: few segments, each written a few times."""
    chance, counts = random.Random(1), list[int]()
    written, seen = 0, list[int]()
    while sum(counts) < 20_000:
        counts.insert(0, max(1, int(chance.expovariate(1 / 50))))
        while due := len(of(*counts).to_merge()):
            written += sum(counts[:due])
            counts[:due] = [sum(counts[:due])]
        seen.append(len(counts))

    assert max(seen) <= 8
    assert sum(seen) / len(seen) < 3.5
    assert written / 20_000 < 7


def test_what_was_purged_is_looked_for_once() -> None:
    """Each segment once; then nobody need know of it any more."""
    known = of(10, 20).forgetting(["s1"])
    assert {"s1": 1} == known.gone

    first = known.to_cleanse()
    assert first is not None
    known = known.marking(first)
    second = known.to_cleanse()
    assert second is not None
    assert second.key != first.key
    known = known.merging([second], listed(19, "new", cleansed=1), now=NOON)

    assert known.to_cleanse() is None
    assert {} == known.gone
    assert {second.key: NOON} == known.fading


def test_a_later_purge_is_another() -> None:
    """What was searched for the first is searched again for the second."""
    known = of(10).forgetting(["s1"])
    known = known.marking(known.segments[0]).forgetting(["s2"])

    assert known.to_cleanse() is not None
    assert list(known.gone) == ["s2"]


def test_what_does_not_count_fades() -> None:
    """Left for the queries under way, then discarded, then forgotten."""
    known = of(10).seeing(["k0", "stray"], now=NOON)
    assert {"stray": NOON} == known.fading
    assert [] == known.faded(NOON)
    later = NOON + manifest.FADES_AFTER
    assert ["stray"] == known.seeing(["k0", "stray"], now=later).faded(later)

    known = known.discarding(["stray"])

    assert [] == known.faded(later + timedelta(days=9))
    assert {"stray": None} == known.seeing(["k0", "stray"], now=later).fading
    assert {} == known.seeing(["k0"], now=later).fading


def test_a_segment_that_is_not_there() -> None:
    """It is seen by looking at the keys."""
    assert of(1, 2).lacks(["k0"])
    assert not of(1, 2).lacks(["k0", "k1", "k2"])


def test_the_manifest_is_a_key_of_its_own() -> None:
    """It is not among the segments."""
    assert not manifest.KEY.startswith(manifest.SEGMENTS)
