from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon import schedule
from hozon.cadence import LONGEST_S, SHORTEST_S
from hozon.model import Feed, Hints

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FEED = Feed(id="f0", uri="https://example.org/feed", added_at=NOW, due_at=NOW)
NEW_URI = "https://example.net/feed"
DAY_S = 86400


def wait_s(feed: Feed, now: datetime = NOW) -> float:
    return (feed.due_at - now).total_seconds()


@given(
    st.integers(1, 10**6),
    st.lists(st.integers(0, 10**7), max_size=40),
    st.integers(0, 100),
    st.floats(0, 10**7),
)
def test_a_success_stays_in_bounds(
    interval_s: int, ages: list[int], window: int, fresh_s: float
) -> None:
    """Whatever is known, the next poll is 15 minutes to a day (and a tenth) away."""
    arrivals = tuple(NOW - timedelta(seconds=age) for age in sorted(ages))
    feed = replace(
        FEED, interval_s=interval_s, arrivals=arrivals, window=window, polled_at=NOW
    )

    after = schedule.after_success(feed, now=NOW, fresh_s=fresh_s)

    assert SHORTEST_S <= wait_s(after) <= LONGEST_S * 1.1 + 1
    assert 0 == after.failures


def test_a_server_that_knows_is_believed() -> None:
    """No poll comes while the answer is fresh, or inside the document's own period."""
    fresh = schedule.after_success(FEED, now=NOW, fresh_s=6 * 3600)
    hinted = replace(FEED, hints=Hints(period_s=12 * 3600))

    assert wait_s(fresh) >= 6 * 3600
    assert wait_s(schedule.after_success(hinted, now=NOW)) >= 12 * 3600


def test_hours_and_days_to_skip_are_skipped() -> None:
    """A poll that would come in an hour or on a day to skip comes behind it."""
    hints = Hints(skip_hours=("12", "13", "14"), skip_days=("Tuesday",))

    assert NOW + timedelta(hours=3) == schedule.outside(NOW, hints)
    tuesday = NOW + timedelta(hours=13)
    wednesday = schedule.outside(tuesday, hints)
    assert 2 == wednesday.weekday()


@given(st.frozensets(st.integers(0, 23)), st.datetimes(timezones=st.just(UTC)))
def test_skipping_ends(hours: frozenset[int], due_at: datetime) -> None:
    """However many hours are to be skipped, the poll comes, in an hour that is not."""
    if due_at.year > 9000:
        return
    hints = Hints(skip_hours=tuple(map(str, hours)))

    at = schedule.outside(due_at, hints)

    assert due_at <= at <= due_at + timedelta(days=2)
    assert at.hour not in hours or len(hours) == 24


def test_failures_wait_ever_longer_and_never_give_up() -> None:
    """Each failure in a row doubles the wait, from an hour up to a day."""
    feed, waits = FEED, []
    for _ in range(40):
        feed = schedule.after_failure(feed, reason="down", now=NOW, status=503)
        waits.append(wait_s(feed))

    assert waits == sorted(waits)
    assert waits[0] >= 3600
    assert LONGEST_S <= waits[-1] <= LONGEST_S * 1.1
    assert 40 == feed.failures


def test_a_missing_feed_is_asked_once_a_week_in_the_end() -> None:
    """404 is asked ever more slowly, and never given up."""
    feed, now = FEED, NOW
    for _ in range(40):
        feed = schedule.after_failure(feed, reason="status 404", now=now, status=404)
        now = feed.due_at

    assert 7 * DAY_S <= wait_s(feed, now=feed.polled_at or NOW) <= 7.7 * DAY_S


def test_a_feed_that_is_gone_is_looked_at_once_a_month() -> None:
    """410 is asked again after a day; if it holds, once a month, until it is back."""
    first = schedule.after_failure(FEED, reason="status 410", now=NOW, status=410)
    second = schedule.after_failure(
        first, reason="status 410", now=first.due_at, status=410
    )
    back = schedule.after_success(second, now=second.due_at)

    assert DAY_S <= wait_s(first) <= 1.1 * DAY_S
    assert 30 * DAY_S <= wait_s(second, now=first.due_at) <= 33 * DAY_S
    assert back.gone_at is None


@given(st.floats(0, 20 * 86400))
def test_the_servers_wish_is_kept(wish: float) -> None:
    """No poll comes before a Retry-After of up to ten days has passed."""
    feed = schedule.after_failure(FEED, reason="429", now=NOW, retry_after_s=wish)

    assert wait_s(feed) >= min(wish, 10 * 86400) - 0.502


def test_feeds_spread() -> None:
    """Feeds that were polled in one minute are spread by a tenth of their interval."""
    polled = replace(FEED, arrivals=DAILY, interval_s=86400, polled_at=NOW)
    dues = {
        schedule.after_success(replace(polled, id=f"f{n}"), now=NOW).due_at
        for n in range(1000)
    }

    assert len(dues) > 300
    assert max(dues) - min(dues) > timedelta(minutes=60)


@pytest.mark.parametrize("rounds", [1, 2, 3, 10])
def test_ten_thousand_feeds_come_evenly(rounds: int) -> None:
    """Added and polled within a minute, daily feeds fill all twelve hours from then on.

    No five minutes see twice their share, none goes without, and it is the same again.
    """
    feeds = [replace(FEED, id=f"f{n}", arrivals=DAILY) for n in range(10_000)]
    for _ in range(rounds):
        feeds = [
            schedule.after_success(f, now=f.due_at if f.polled_at else NOW)
            for f in feeds
        ]
        # The rhythm goes on: entries keep coming.
        feeds = [replace(f, arrivals=tuple(_shifted(f))) for f in feeds]
    # By ten past the first interval (and its jitter) all are under way.
    since = NOW + rounds * timedelta(hours=13)
    ticks = Counter(
        (at - since) // timedelta(minutes=5)
        for feed in feeds
        for at in _dues(feed, since, since + timedelta(hours=12))
    )

    fair = sum(ticks.values()) / 144
    assert 9_000 <= sum(ticks.values()) <= 10_500
    assert set(range(144)) == set(ticks)
    assert max(ticks.values()) < 2 * fair
    assert schedule.after_success(feeds[0], now=NOW) == schedule.after_success(
        feeds[0], now=NOW
    )


@pytest.mark.parametrize(
    ("vouched", "days", "wanted"),
    [(0, 30, False), (1, 30, False), (2, 0.9, False), (2, 8, True), (9, 1.1, False)],
)
def test_a_server_that_always_says_304(vouched: int, days: float, wanted: bool) -> None:  # noqa: FBT001
    """The whole document is asked for now and then, only once 304 was said for long."""
    feed = replace(FEED, whole_at=NOW - timedelta(days=days), vouched=vouched)

    assert wanted is schedule.wants_whole(feed, now=NOW)


def test_a_busy_feed_that_says_304_for_a_day() -> None:
    """Where entries usually come by the hour, a day of 304 is a reason to look."""
    arrivals = tuple(NOW - timedelta(days=1, hours=n) for n in range(30))
    feed = replace(
        FEED, whole_at=NOW - timedelta(days=1), vouched=20, arrivals=arrivals
    )

    assert schedule.wants_whole(feed, now=NOW)


def test_a_move_that_holds_is_adopted() -> None:
    """A permanent redirect that has held for four polls and a day becomes the URI."""
    feed, now = FEED, NOW
    for _ in range(4):
        assert FEED.uri == feed.uri
        feed = schedule.moved(feed, NEW_URI, now=now)
        now += timedelta(hours=9)

    assert NEW_URI == feed.uri
    assert 0 == feed.moves


def test_a_move_that_comes_and_goes_is_not() -> None:
    """A redirect that is gone again, or leads elsewhere, starts anew."""
    feed = FEED
    for target in (NEW_URI, NEW_URI, None, NEW_URI, "https://other.example/", NEW_URI):
        feed = schedule.moved(feed, target, now=NOW + timedelta(days=2))

    assert FEED.uri == feed.uri
    assert 1 == feed.moves
