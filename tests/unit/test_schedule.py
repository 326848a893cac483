from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.model import Feed, Hints
from hozon.timetable import schedule
from hozon.timetable.cadence import LONGEST_S, SHORTEST_S

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FEED = Feed(id="f0", uri="https://example.org/feed", added_at=NOW, due_at=NOW)
NEW_URI = "https://example.net/feed"
DAY_S = 86400
DAY = timedelta(days=1)
DAILY = tuple(NOW - n * DAY for n in range(30))


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


def test_ten_thousand_feeds_come_evenly() -> None:
    """Imported and first polled within a minute, they fill all hours from then on.

    No tick sees twice its share and none goes without, and it is the same every time.
    """
    feeds = [
        replace(FEED, id=f"f{n}", arrivals=(NOW - timedelta(days=100),))
        for n in range(10_000)
    ]
    ticks: Counter[int] = Counter()
    for feed in feeds:
        for at in _polls(feed, NOW + timedelta(days=4)):
            ticks[(at - NOW) // timedelta(minutes=5)] += 1
    del ticks[0]

    days = [sum(ticks[n] for n in range(day, day + 288)) for day in (3, 291, 579)]
    assert all(9_000 <= polls <= 10_500 for polls in days)
    assert set(range(3, 1150)) <= set(ticks)
    assert max(ticks.values()) < 2 * days[-1] / 288
    assert [*_polls(feeds[0], NOW + DAY)] == [*_polls(feeds[0], NOW + DAY)]


def _polls(feed: Feed, until: datetime) -> Iterator[datetime]:
    """Yield the polls of a feed that is polled whenever it is due, from now on."""
    now = NOW
    while now < until:
        yield now
        feed = schedule.after_success(feed, now=now)
        now = feed.due_at


def test_an_unknown_feed_is_learnt_within_days() -> None:
    """Where no entry bears a date, polls start at an hour and come ever more slowly."""
    polls = [*_polls(replace(FEED, window=20), NOW + 10 * DAY)]
    gaps = [other - one for one, other in pairwise(polls)][1:]

    assert gaps == sorted(gaps)
    assert gaps[0] <= timedelta(hours=2)
    assert gaps[-1] >= DAY
    assert len(polls) < 30


def test_the_operators_bounds_are_kept() -> None:
    """An operator may have a feed polled more seldom, or more often, than it needs."""
    hourly = tuple(NOW - timedelta(hours=n) for n in range(30))
    seldom = replace(
        FEED,
        arrivals=hourly,
        polled_at=NOW,
        every_min_s=7 * DAY_S,
        every_max_s=7 * DAY_S,
    )
    often = replace(FEED, arrivals=(NOW - 90 * DAY,), polled_at=NOW, every_max_s=3600)
    rude = replace(often, every_min_s=1, every_max_s=1)

    assert 7 * DAY_S <= wait_s(schedule.after_success(seldom, now=NOW)) <= 7.7 * DAY_S
    assert 3600 <= wait_s(schedule.after_success(often, now=NOW)) <= 3960
    assert SHORTEST_S <= wait_s(schedule.after_success(rude, now=NOW))


@pytest.mark.parametrize(
    ("vouched", "days", "wanted"),
    [(0, 30, False), (1, 0.9, False), (1, 8, True), (9, 1.1, False)],
)
def test_a_server_that_always_says_304(vouched: int, days: float, wanted: bool) -> None:  # noqa: FBT001
    """The whole document is asked for now and then, only once 304 was said for long."""
    feed = replace(
        FEED, candid=True, whole_at=NOW - timedelta(days=days), vouched=vouched
    )

    assert wanted is schedule.wants_whole(feed, now=NOW)


def test_a_busy_feed_that_says_304_for_a_day() -> None:
    """Where entries usually come by the hour, a day of 304 is a reason to look."""
    arrivals = tuple(NOW - timedelta(days=1, hours=n) for n in range(30))
    feed = replace(
        FEED, whole_at=NOW - timedelta(days=1), vouched=20, arrivals=arrivals
    )

    assert schedule.wants_whole(feed, now=NOW)


def test_a_server_that_never_showed_candour_is_looked_at_sooner() -> None:
    """Who has not been seen to end its 304 with news is looked at after a day of it.

    Each look that brings nothing makes the next one later, up to a week; who is candid
    is looked at after the usual gap only.
    """
    weekly = tuple(NOW - n * 7 * DAY for n in range(6))
    feed = replace(FEED, arrivals=weekly, whole_at=NOW, vouched=9)
    gaps, at = [], NOW
    for _ in range(8):
        hours = (at + timedelta(hours=n) for n in count(1))
        looked = next(now for now in hours if schedule.wants_whole(feed, now=now))
        gaps.append(looked - at)
        at, feed = looked, replace(feed, whole_at=looked)

    candid = replace(feed, candid=True, whole_at=NOW)
    assert DAY == gaps[0]
    assert gaps == sorted(gaps)
    assert 3 * DAY <= gaps[-1] <= 7 * DAY
    assert not schedule.wants_whole(candid, now=NOW + 6 * DAY)
    assert schedule.wants_whole(candid, now=NOW + 7 * DAY)


def test_a_poll_comes_when_a_look_is_wanted() -> None:
    """The poll that finds a server out does not wait for the one after it."""
    feed = replace(
        FEED,
        arrivals=DAILY,
        interval_s=DAY_S,
        whole_at=NOW - timedelta(hours=14),
        vouched=1,
        polled_at=NOW,
    )

    after = schedule.after_success(feed, now=NOW)

    assert timedelta(hours=10) <= after.due_at - NOW <= timedelta(hours=11)
    assert schedule.wants_whole(after, now=after.due_at)


def test_a_look_that_was_answered_is_not_repeated_today() -> None:
    """A forced look that met a 503 counts: one a day is what a server is asked."""
    feed = replace(FEED, arrivals=DAILY, whole_at=NOW - 2 * DAY, vouched=3)

    answered = schedule.after_failure(feed, reason="503", now=NOW, status=503)
    unanswered = schedule.after_failure(feed, reason="no route", now=NOW)

    assert not schedule.wants_whole(answered, now=NOW + timedelta(hours=23))
    assert schedule.wants_whole(unanswered, now=NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    ("looked", "etag", "uri", "believed"),
    [
        (False, '"2"', FEED.uri, True),
        (False, '"1"', FEED.uri, True),
        (True, '"2"', FEED.uri, False),
        (False, '"2"', NEW_URI, False),
    ],
)
def test_candour_is_shown(looked: bool, etag: str, uri: str, believed: bool) -> None:  # noqa: FBT001
    """News in answer to a condition is proof; to a forced look, or elsewhere, it is not."""
    feed = _asked(looked=looked)

    assert believed is schedule.candid(
        feed, uri=uri, etag=etag, last_modified=None, now=NOW
    )


@pytest.mark.parametrize(("etag", "believed"), [('"1"', False), ('"2"', True)])
def test_candour_is_lost(etag: str, believed: bool) -> None:  # noqa: FBT001
    """News that only a forced look brought, under the old validators, ends the trust."""
    feed = replace(_asked(looked=True), candid=True, arrivals=DAILY)

    assert believed is schedule.candid(
        feed, uri=FEED.uri, etag=etag, last_modified=None, now=NOW
    )


def _asked(*, looked: bool) -> Feed:
    """Return a feed whose poll, now, is a forced look, or is not."""
    return replace(
        FEED,
        document_uri=FEED.uri,
        etag='"1"',
        whole_at=NOW - 9 * DAY,
        vouched=int(looked),
    )


@pytest.mark.museum(40)
def test_a_move_that_holds_is_adopted() -> None:
    """A permanent redirect that has held for four polls and a day becomes the URI."""
    feed, now = FEED, NOW
    for _ in range(4):
        assert FEED.uri == feed.uri
        feed = schedule.moved(feed, NEW_URI, now=now)
        now += timedelta(hours=9)

    assert NEW_URI == feed.uri
    assert 0 == feed.moves


@pytest.mark.museum(40)
def test_a_move_that_comes_and_goes_is_not() -> None:
    """A redirect that is gone again, or leads elsewhere, starts anew."""
    feed = FEED
    for target in (NEW_URI, NEW_URI, None, NEW_URI, "https://other.example/", NEW_URI):
        feed = schedule.moved(feed, target, now=NOW + timedelta(days=2))

    assert FEED.uri == feed.uri
    assert 1 == feed.moves
