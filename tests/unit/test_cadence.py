from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hozon import cadence
from hozon.cadence import LONGEST_S, SHORTEST_S

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def every(count: int, **gap: float) -> tuple[datetime, ...]:
    """Return `count` arrivals, one every gap, the latest now."""
    return tuple(NOW - n * timedelta(**gap) for n in range(count))


def interval(arrived: tuple[datetime, ...], window: int, **more: bool) -> int:
    return cadence.interval_s(
        arrived,
        window=window,
        before_s=LONGEST_S,
        rolled=more.get("rolled", False),
        now=NOW,
    )


def test_a_daily_feed_is_asked_twice_a_day() -> None:
    """Half the usual gap: an entry is there within twelve hours on the average."""
    assert 11 * 3600 <= interval(every(30, days=1), window=30) <= 12 * 3600


def test_an_hourly_feed_is_asked_twice_an_hour() -> None:
    """The same by the hour."""
    assert 29 * 60 <= interval(every(40, hours=1), window=30) <= 30 * 60


def test_a_burst_counts_by_its_fastest_hour() -> None:
    """Where half a window once came within twenty minutes, it is asked that often."""
    burst = tuple(NOW - timedelta(minutes=3 * n) for n in range(20))
    quiet = tuple(at - timedelta(days=7) for at in burst)

    assert 7 * 3 * 60 == interval((*burst, *quiet), window=15)


def test_a_window_that_never_rolls_needs_no_hurry() -> None:
    """A window that holds months is no reason to ask often."""
    assert LONGEST_S == interval(every(5, days=10), window=5)


def test_a_rolled_window_is_a_reason_to_hurry() -> None:
    """Nothing of the last document was left: be back as soon as may be."""
    assert SHORTEST_S == interval(every(30, days=1), window=30, rolled=True)


def test_growth_is_slow_and_shrinking_is_not() -> None:
    """After a hurry the interval grows by a quarter at a time."""
    grown = cadence.interval_s(
        every(30, days=1), window=30, before_s=1000, rolled=False, now=NOW
    )

    assert 1250 == grown


def test_a_bulk_import_is_no_pace() -> None:
    """Entries of one instant say nothing of how fast the window rolls."""
    assert SHORTEST_S < interval((NOW,) * 30 + every(3, days=20), window=30)


def test_nothing_known_is_asked_once_a_day() -> None:
    """A feed without any entry in memory is asked most seldom."""
    assert LONGEST_S == interval((), window=0)


def test_silence() -> None:
    """A feed is silent once nothing has come for four of its usual gaps."""
    daily = tuple(at - timedelta(days=3) for at in every(20, days=1))

    assert not cadence.silent(daily, now=NOW)
    assert cadence.silent(daily, now=NOW + timedelta(days=2))
    assert not cadence.silent((), now=NOW)


@given(st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))))  # noqa: DTZ001
def test_arrivals_are_sorted_recent_and_few(stated: list[datetime]) -> None:
    """Dates ahead of now, of long ago and in any order make a clean memory."""
    instants = [at.replace(tzinfo=UTC) for at in stated]

    kept = cadence.arrivals((), instants, now=NOW)

    assert list(kept) == sorted(kept, reverse=True)
    assert len(kept) <= cadence.REMEMBERED
    assert all(NOW - timedelta(days=60) <= at <= NOW for at in kept)
