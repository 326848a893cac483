"""Following the log: the right leaves, in few reads, and no gap unseen."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.log import places
from hozon.log.tiles import WIDTH
from hozon.nouns.errors import Damaged
from hozon.sealing import following
from tests.logs import MemoryStore, Shelf, shelf

ROUND = 5
ROUNDS = WIDTH // ROUND + 10
LEAVES = ROUND * ROUNDS


class Counted(MemoryStore):
    """Objects in memory that count how often they are asked for."""

    asked = 0

    def read_all(self, key: str) -> bytes:
        """Count, and return the object."""
        self.asked += 1
        return super().read_all(key)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Yield a log that grew by five leaves at a time, beyond its first bundle."""
    with shelf(tmp_path_factory.mktemp("log")) as desk:
        for _ in range(ROUNDS):
            desk.fill(ROUND)
            desk.clock.advance(minutes=5)
            desk.seal()
        yield desk


def counted(desk: Shelf) -> tuple[Shelf, Counted]:
    log = Counted(dict(desk.log.objects))
    return replace(desk, archive=replace(desk.archive, log=log), log=log), log


@given(st.integers(0, LEAVES), st.integers(0, LEAVES))
def test_any_part_of_the_log_is_what_the_whole_has_there(
    sealed: Shelf, start: int, end: int
) -> None:
    """Wherever one begins and ends: at a checkpoint, inside a batch, across bundles."""
    whole = list(following.between(sealed.log, 0, LEAVES))

    assert LEAVES == len(set(whole))
    assert whole[start:end] == list(following.between(sealed.log, start, end))


@pytest.mark.parametrize("round_", [1, ROUNDS // 2, WIDTH // ROUND - 1, ROUNDS - 2])
def test_what_is_new_costs_the_same_early_and_late_in_a_bundle(
    sealed: Shelf, round_: int
) -> None:
    """The checkpoint that was reached, and the batch behind it."""
    desk, log = counted(sealed)
    start = round_ * ROUND

    assert ROUND == len(list(following.between(log, start, start + ROUND)))
    assert log.asked <= 2
    assert ROUND == len(following.since(start, desk.archive, limit=ROUND))


def test_a_batch_that_is_gone_is_damage(sealed: Shelf) -> None:
    """Behind a checkpoint as anywhere: nobody is told that the log ends there."""
    _, log = counted(sealed)
    start = WIDTH + 2 * ROUND - WIDTH % ROUND
    del log.objects[places.batch(start)]

    with pytest.raises(Damaged, match="gone"):
        list(following.between(log, start, LEAVES))
    with pytest.raises(Damaged, match="gone"):
        list(following.between(log, start - 1, LEAVES))


def test_a_batch_that_is_not_of_the_log_is_not_followed(sealed: Shelf) -> None:
    """What a sealer left inside another's batch is no leaf, wherever one begins."""
    _, log = counted(sealed)
    start = WIDTH + 2 * ROUND - WIDTH % ROUND
    inside = start + 2
    log.objects[places.batch(inside)] = log.objects[places.batch(start - ROUND)]

    whole = list(following.between(sealed.log, 0, LEAVES))
    assert whole[inside:] == list(following.between(log, inside, LEAVES))
    assert whole[start:] == list(following.between(log, start, LEAVES))
