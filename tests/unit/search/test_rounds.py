"""How much is read to answer a query: what a cold reader waits and pays for."""

import random

import pytest

from tests.fakes import after
from tests.unit.search.shelf import Shelf, a_document

WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """Return four segments, each smaller than the one behind it, with real blocks."""
    chance = random.Random(7)
    count, parts = 0, []
    for size in (10, 60, 300, 1500):
        part = []
        for _ in range(size):
            words = chance.choices(WORDS, k=30) + [f"rare{count % 97}"] * (
                count % 3 == 0
            )
            noise = [f"n{chance.getrandbits(24):x}" for _ in range(120)]
            text = " ".join(words + noise) + "。東京都知事は予算案を発表した。" * 4
            text += f"{chr(0x4E00 + count % 500)}{chr(0x5E00 + count % 400)}"
            part.append(a_document(f"e{count}", at=after(-count), text=text))
            count += 1
        parts.append(part)
    return Shelf.of(*parts, sizes=None)


@pytest.mark.parametrize(
    "query",
    [
        "alpha",
        "rare7",
        "予算",
        "東京都知事",
        "国",
        "aleph*",
        "alp*",
        "alpha beta -rare1",
    ],
)
def test_two_rounds_after_the_manifest(shelf: Shelf, query: str) -> None:
    """Terms, then texts: eleven requests at most, over four segments."""
    shelf.counts.clear()

    shelf.find(query, limit=10)

    assert shelf.counts["rounds"] <= 2
    assert shelf.counts["reads"] <= 11


def test_nothing_to_read(shelf: Shelf) -> None:
    """A word that nobody wrote ends with the terms; another time, with the directory."""
    shelf.counts.clear()

    assert [] == shelf.keys("unheard")
    assert 1 == shelf.counts["rounds"]
    assert [] == shelf.keys("alpha", since=after(1))
    assert 2 == shelf.counts["rounds"]


def test_the_newest_come_first_and_the_rest_is_left(shelf: Shelf) -> None:
    """Of what is everywhere only the beginning is read."""
    shelf.counts.clear()

    assert [f"e{n}" for n in range(5)] == shelf.keys("alpha", limit=5)
    assert shelf.counts["reads"] <= 6


def test_a_span_of_time(shelf: Shelf) -> None:
    """Blocks of other times are not read."""
    keys = shelf.keys("東京", since=after(-1000), until=after(-990))

    assert [f"e{n}" for n in range(991, 1001)] == keys
