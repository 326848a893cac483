"""`Tallies`: counting up by many at once, and taking no more than there is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from hozon.nouns.tallies import WHOLE, Tallies

DAY = date(2026, 8, 22)


def test_counts_add_up(tallies: Tallies) -> None:
    """Each adds to what is there; what is nothing leaves nothing."""
    tallies.add(DAY, WHOLE, {"polls": 2, "snapshots": 1, "failed": 0})
    tallies.add(DAY, WHOLE, {"polls": 3, "bytes_stored": 10**12})

    assert {"polls": 5, "snapshots": 1, "bytes_stored": 10**12} == tallies.of(
        DAY, WHOLE
    )


def test_nothing_was_done(tallies: Tallies) -> None:
    """A day without work has no counts; to add nothing changes nothing."""
    tallies.add(DAY, WHOLE, {})
    tallies.add(DAY, WHOLE, {"polls": 0})

    assert {} == tallies.of(DAY, WHOLE)


def test_what_was_taken_too_much_is_given_back(tallies: Tallies) -> None:
    """Counts go down, too."""
    tallies.add(DAY, "f1", {"captures": 10})
    tallies.add(DAY, "f1", {"captures": -4, "bytes": 7})

    assert {"captures": 6, "bytes": 7} == tallies.of(DAY, "f1")


def test_days_and_feeds_are_apart(tallies: Tallies) -> None:
    """What is counted for one feed or day is not for another."""
    tallies.add(DAY, "f1", {"captures": 1})
    tallies.add(DAY, "f2", {"captures": 2})
    tallies.add(DAY + timedelta(days=1), "f1", {"captures": 3})

    assert {"captures": 1} == tallies.of(DAY, "f1")
    assert {"captures": 2} == tallies.of(DAY, "f2")
    assert {"captures": 3} == tallies.of(DAY + timedelta(days=1), "f1")


def test_days_are_listed_in_order(tallies: Tallies) -> None:
    """Both ends are included; days of which nothing is known are not."""
    for day in (25, 22, 31, 21):
        tallies.add(date(2026, 8, day), WHOLE, {"polls": day})

    found = tallies.days(WHOLE, since=DAY, until=date(2026, 8, 25))

    assert [(DAY, {"polls": 22}), (date(2026, 8, 25), {"polls": 25})] == list(
        found.items()
    )


def test_no_more_is_taken_than_there_is(tallies: Tallies) -> None:
    """All or nothing: what would go beyond the limit leaves the count as it was."""
    limits = {"captures": 5}

    assert tallies.take(DAY, "f1", {"captures": 3}, limits=limits)
    assert not tallies.take(DAY, "f1", {"captures": 3}, limits=limits)
    assert tallies.take(DAY, "f1", {"captures": 2}, limits=limits)
    assert not tallies.take(DAY, "f1", {"captures": 1}, limits=limits)
    assert {"captures": 5} == tallies.of(DAY, "f1")


def test_more_at_once_than_the_limit(tallies: Tallies) -> None:
    """The first to ask for more than a whole day has gets nothing, too."""
    assert not tallies.take(DAY, "f1", {"captures": 6}, limits={"captures": 5})
    assert {} == tallies.of(DAY, "f1")


@pytest.mark.parametrize(("stored", "taken"), [(99, True), (100, False), (250, False)])
def test_each_limit_counts(stored: int, taken: bool, tallies: Tallies) -> None:  # noqa: FBT001
    """Where the bytes are used up, no capture is let through."""
    tallies.add(DAY, "f1", {"bytes": stored})
    limits = {"captures": 10, "bytes": 100}

    assert taken is tallies.take(DAY, "f1", {"captures": 1}, limits=limits)


def test_of_many_at_once_no_more_are_let_through(tallies: Tallies) -> None:
    """Workers who come in one moment share what there is."""

    def take(_: int) -> bool:
        return tallies.take(DAY, "f1", {"captures": 1}, limits={"captures": 5})

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(take, range(12)))

    assert 5 == sum(taken)
    assert {"captures": 5} == tallies.of(DAY, "f1")
