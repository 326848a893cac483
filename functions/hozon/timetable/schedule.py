"""Decide when: the next poll of a feed, the next try of a capture. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile

from hozon.nouns.digests import identifier
from hozon.nouns.model import Feed, Hints, Kind
from hozon.timetable import cadence
from hozon.timetable.cadence import LONGEST_S, SHORTEST_S

ATTEMPTS = 5
_RETRY_S = (10 * 60, 3600, 6 * 3600, 24 * 3600)
_HOUR_S, _DAY_S = 3600, 86400
_AGAIN_S: Mapping[Kind, Sequence[int]] = {
    "challenge": (_HOUR_S, 6 * _HOUR_S, _DAY_S, 3 * _DAY_S, 7 * _DAY_S),
    "error": (_HOUR_S, 6 * _HOUR_S, _DAY_S, 7 * _DAY_S),
    "missing": (_HOUR_S, _DAY_S, 7 * _DAY_S),
}
"""How long to wait, each time, before an entry is captured again, by verdict.

Bot checks and errors pass; a page may be late, or come back. The others are as they are
until somebody changes the site.
"""
_AGAIN_OTHERS_S = (_DAY_S, 7 * _DAY_S)
_JITTER = 0.1
_LONGEST_WISH_S = 10 * 86400
_WHOLE_AT_LEAST_S = 86400
_WHOLE_AT_MOST_S = 7 * 86400
_MISSING_AT_MOST_S = 7 * 86400
_GONE_AFTER = timedelta(days=1)
_GONE_PROBE_S = 30 * 86400
_HOLDS_POLLS = 4
_HOLDS_FOR = timedelta(days=1)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def after_success(
    feed: Feed, *, now: datetime, fresh_s: float = 0, rolled: bool = False
) -> Feed:
    """Return the feed with its next poll after one that was answered.

    `fresh_s` is how long the server says its answer stays fresh; the document's own
    hints stretch the wait as well, both up to `LONGEST_S`. Hours and days that the
    document asks to skip are skipped. After its first poll a feed finds its own place
    in the interval: thousands that were added at once never come at once again.
    """
    shortest_s, longest_s = bounds_s(feed)
    known = feed.polled_at is not None or not feed.arrivals
    interval_s = cadence.interval_s(
        feed.arrivals,
        window=feed.window,
        before_s=feed.interval_s if known else longest_s,
        rolled=rolled,
        now=now,
        conditional=feed.etag is not None or feed.last_modified is not None,
        bounds_s=(shortest_s, longest_s),
    )
    wish_s = min(max(fresh_s, feed.hints.period_s), max(LONGEST_S, longest_s))
    look_s = max(_until_whole_s(feed, now) or interval_s, shortest_s)
    next_s = min(interval_s, look_s)
    if feed.polled_at is None:
        next_s = shortest_s + _share(feed, "phase") * (interval_s - shortest_s)
    wait_s = max(next_s, wish_s)
    return replace(
        feed,
        interval_s=interval_s,
        due_at=outside(_later(feed, now, wait_s), feed.hints),
        polled_at=now,
        succeeded_at=now,
        rolled=feed.rolled + rolled,
        rolled_at=now if rolled else feed.rolled_at,
        failures=0,
        trouble=None,
        gone_at=None,
    )


def bounds_s(feed: Feed) -> tuple[int, int]:
    """Return the shortest and longest interval of a feed: its operator's, within reason.

    Nobody is asked more often than once in `SHORTEST_S`.
    """
    shortest_s = max(feed.every_min_s or SHORTEST_S, SHORTEST_S)
    return shortest_s, max(feed.every_max_s or LONGEST_S, shortest_s)


def after_failure(
    feed: Feed,
    *,
    reason: str,
    now: datetime,
    retry_after_s: float | None = None,
    status: int | None = None,
) -> Feed:
    """Return the feed with its next poll after a failure: ever more slowly, never not.

    The wait doubles with each failure in a row, from an hour at least up to a day (404:
    a week). The server's own wish (Retry-After) wins where it is longer, up to ten
    days. A feed that has been 410 for a day is looked at once a month. A forced look at
    the whole document counts as one, whatever the answer was.
    """
    gone_at = (feed.gone_at or now) if status == 410 else None
    longest_s = _MISSING_AT_MOST_S if status in {404, 410} else LONGEST_S
    base_s = max(feed.interval_s, 3600)
    wait_s: float = min(base_s * 2 ** min(feed.failures, 10), longest_s)
    if gone_at is not None:
        since = now - gone_at
        wait_s = _GONE_PROBE_S if since >= _GONE_AFTER else _GONE_AFTER.total_seconds()
    wait_s = max(wait_s, min(retry_after_s or 0, _LONGEST_WISH_S))
    looked = status is not None and wants_whole(feed, now=now)
    return replace(
        feed,
        due_at=_later(feed, now, wait_s),
        polled_at=now,
        whole_at=now if looked else feed.whole_at,
        failures=feed.failures + 1,
        trouble=reason,
        gone_at=gone_at,
    )


def wants_whole(feed: Feed, *, now: datetime) -> bool:
    """Tell whether to ask for the whole document, without validators.

    Some servers answer 304 for ever. So where the last whole answer is further back
    than the usual gap between entries, and a day at least (a week at most), and all
    that was said since is 304, we look. Where a server never showed that its 304 ends
    with the next news, we look sooner, and ever more seldom while looks bring nothing.
    """
    left_s = _until_whole_s(feed, now)
    return left_s is not None and left_s <= 0


def candid(
    feed: Feed, *, uri: str, etag: str | None, last_modified: str | None, now: datetime
) -> bool:
    """Tell whether 304 can be believed of a server that has just sent a new document.

    `uri` and the validators are those of the new document, `feed` is as it was before.
    A conditional request that brings news shows a candid server; news under the old
    validators, which only a forced look brought, show one that is not.
    """
    if feed.document_uri != uri or not (feed.etag or feed.last_modified):
        return feed.candid
    if not wants_whole(feed, now=now):
        return True
    changed = (etag, last_modified) != (feed.etag, feed.last_modified)
    return feed.candid and changed


def _until_whole_s(feed: Feed, now: datetime) -> float | None:
    """Return the seconds until a forced look is wanted (≤ 0: now), None without cause."""
    if feed.whole_at is None or not feed.vouched:
        return None
    gap_s = cadence.past_gap_s(feed.arrivals) or _WHOLE_AT_MOST_S
    if not feed.candid:
        newest_at = feed.arrivals[0] if feed.arrivals else feed.added_at
        gap_s = min(gap_s, (feed.whole_at - newest_at).total_seconds()) / 2
    wait_s = min(max(gap_s, _WHOLE_AT_LEAST_S), _WHOLE_AT_MOST_S)
    return wait_s - (now - feed.whole_at).total_seconds()


def moved(feed: Feed, target: str | None, *, now: datetime) -> Feed:
    """Return the feed after a poll whose permanent redirects led to `target`, or nowhere.

    The feed takes the new URI once the same redirect has held for several polls and a
    day; a redirect that came and went was somebody's mistake.
    """
    if target is None or target == feed.uri:
        return replace(feed, moved_uri=None, moved_at=None, moves=0)
    if target != feed.moved_uri or feed.moved_at is None:
        return replace(feed, moved_uri=target, moved_at=now, moves=1)
    moves = feed.moves + 1
    if moves >= _HOLDS_POLLS and now - feed.moved_at >= _HOLDS_FOR:
        return replace(feed, uri=target, moved_uri=None, moved_at=None, moves=0)
    return replace(feed, moves=moves)


def retry_at(
    attempt: int, now: datetime, *, retry_after_s: float | None = None
) -> datetime:
    """Return when to try a capture again that has failed `attempt` (≥ 1) times."""
    wait_s = max(_RETRY_S[min(attempt, len(_RETRY_S)) - 1], retry_after_s or 0)
    return now + timedelta(seconds=wait_s)


def again_at(kind: Kind, again: int, captured_at: datetime) -> datetime | None:
    """Return when to capture an entry again whose page was not accepted; None: no more.

    `again` counts the captures before that one, `captured_at` is its instant. It says
    the same to whoever asks, so that a job done twice asks for one more capture only.
    """
    waits_s = _AGAIN_S.get(kind, _AGAIN_OTHERS_S)
    if again >= len(waits_s):
        return None
    return captured_at + timedelta(seconds=waits_s[again])


def outside(due_at: datetime, hints: Hints) -> datetime:
    """Return the first instant from `due_at` on that the feed does not ask to skip.

    Hours and days are GMT (RSS 2.0). Who asks to skip them all is not believed.
    """
    hours = {int(hour) % 24 for hour in hints.skip_hours if hour.isdecimal()}
    days = {day.lower() for day in hints.skip_days}
    if len(hours) == 24 or days >= set(_DAYS):
        return due_at

    def skipped(at: datetime) -> bool:
        return at.hour in hours or _DAYS[at.weekday()] in days

    later = (due_at + timedelta(hours=n) for n in range(8 * 24))
    return due_at + timedelta(hours=sum(1 for _ in takewhile(skipped, later)))


def _later(feed: Feed, now: datetime, wait_s: float) -> datetime:
    """Add the wait and up to a tenth of it, always the same for the same feed.

    Reproducible, and 10 000 feeds added in one minute do not come due in one minute.
    Only ever later: what a server asked for is kept.
    """
    jitter = _JITTER * _share(feed, "jitter")
    later = now + timedelta(seconds=round(wait_s * (1 + jitter)))
    return later.replace(microsecond=later.microsecond // 1000 * 1000)


def _share(feed: Feed, of: str) -> float:
    """Return a number from 0 to 1 that is a feed's own, and always the same."""
    return int(identifier(feed.id, of, size=8), 16) / 0xFFFFFFFF
