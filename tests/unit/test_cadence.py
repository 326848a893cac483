from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hozon.timetable import cadence
from hozon.timetable.cadence import LONGEST_S, SHORTEST_S

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


def burst(count: int, *, minutes: float, ago: timedelta) -> tuple[datetime, ...]:
    """Return `count` arrivals within an hour or so, the latest `ago`."""
    return tuple(NOW - ago - n * timedelta(minutes=minutes) for n in range(count))


WEEKLY = burst(20, minutes=3, ago=timedelta(days=5)) + burst(
    20, minutes=3, ago=timedelta(days=12)
)


def test_a_burst_that_fits_the_window_is_no_reason_to_hurry() -> None:
    """Twenty entries in an hour once a week, of which the document keeps thirty."""
    assert LONGEST_S == interval(WEEKLY, window=30)


def test_a_burst_that_does_not_fit_sets_the_pace() -> None:
    """Where three quarters of a window came within half an hour, it is asked that often."""
    assert 11 * 3 * 60 == interval(WEEKLY, window=15)
    assert SHORTEST_S == interval(
        burst(30, minutes=2, ago=timedelta(days=3)), window=10
    )


def test_a_pace_fades() -> None:
    """A burst that did not come again for a month is a memory."""
    waits = [
        interval(burst(20, minutes=3, ago=timedelta(days=days)), window=15)
        for days in (1, 9, 15, 20, 25, 40)
    ]

    assert waits[0] == waits[1] == 1980
    assert waits == sorted(waits)
    assert LONGEST_S == waits[-1]


def test_a_burst_is_news_once() -> None:
    """Five entries within half an hour each day are asked as seldom as one a day."""
    bursts = tuple(
        at for day in range(8) for at in burst(5, minutes=5, ago=timedelta(days=day))
    )

    assert 11 * 3600 <= interval(bursts, window=50) <= 12.5 * 3600


def test_a_server_without_validators_is_asked_once_an_hour() -> None:
    """Each poll costs it a whole document; but no entry is lost for that."""
    busy = every(40, minutes=20)

    def wait(window: int) -> int:
        return cadence.interval_s(
            busy,
            window=window,
            before_s=LONGEST_S,
            rolled=False,
            now=NOW,
            conditional=False,
        )

    assert 3600 == wait(50)
    assert 20 * 60 == wait(2)


def test_entries_without_dates_have_come_since_the_last_poll() -> None:
    """Spread evenly; where the window rolled over, within half the time."""
    since = NOW - timedelta(hours=10)

    spread = list(cadence.undated(5, since=since, now=NOW, rolled=False))
    rolled = list(cadence.undated(5, since=since, now=NOW, rolled=True))

    assert [1, 3, 5, 7, 9] == [(at - since) / timedelta(hours=1) for at in spread]
    assert [5.5, 6.5, 7.5, 8.5, 9.5] == [
        (at - since) / timedelta(hours=1) for at in rolled
    ]
    assert [] == list(cadence.undated(5, since=None, now=NOW, rolled=False))


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


def test_silence_knows_holidays() -> None:
    """Who once paused for two weeks is not called silent after one."""
    known = every(10, days=1) + tuple(
        at - timedelta(days=23) for at in every(10, days=1)
    )

    assert not cadence.silent(known, now=NOW + timedelta(days=10))
    assert cadence.silent(known, now=NOW + timedelta(days=20))


def test_silence_after_bursts() -> None:
    """A week of silence is usual for who publishes twenty entries once a week."""
    assert not cadence.silent(WEEKLY, now=NOW + timedelta(days=1))


@given(st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))))  # noqa: DTZ001
def test_arrivals_are_sorted_recent_and_few(stated: list[datetime]) -> None:
    """Dates ahead of now, of long ago and in any order make a clean memory."""
    instants = [at.replace(tzinfo=UTC) for at in stated]

    kept = cadence.arrivals((), instants, now=NOW)

    assert list(kept) == sorted(kept, reverse=True)
    assert len(kept) <= cadence.REMEMBERED
    assert all(at <= NOW for at in kept)
    assert len(kept) == 1 or all(NOW - timedelta(days=60) <= at for at in kept)
    assert bool(kept) == any(at <= NOW for at in instants)
