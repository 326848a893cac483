"""How long a robots.txt counts, and what counts while it cannot be had. Pure.

RFC 9309 §2.3.1.4 and §2.4: a day, or as long as the server says, an hour at least. While
it cannot be had, the last one counts for another day; then all is disallowed, until it
has been so for thirty days: then there is none, and all is allowed.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from hozon.manners import robots
from hozon.manners.robots import LIMIT, Rules, whole_lines
from hozon.nouns.hosts import Robots
from hozon.nouns.model import Exchange
from hozon.reading.answers import fresh_s
from hozon.reading.codings import decode

LONGEST = timedelta(days=1)
SHORTEST = timedelta(hours=1)
GRACE = timedelta(days=1)
ABSENT_AFTER = timedelta(days=30)
_SOONEST = timedelta(minutes=10)
_STATES_AN_AGE = ("max-age", "no-cache", "no-store")


def is_whole(last: Exchange) -> bool:
    """Tell whether an answer says what the rules are.

    Not one that broke off before our own limit: what it would have forbidden is lost.
    """
    return not robots.is_undefined(last.status) and last.truncated in (None, "length")


def answered(origin: str, last: Exchange, *, now: datetime) -> Robots:
    """Return what an answer to the request for ``/robots.txt`` comes to."""
    served = 200 <= last.status < 300
    return Robots(
        host_key=origin,
        fetched_at=now,
        status=last.status,
        document=_document(last) if served else b"",
        expires_at=now + _lifetime(last),
    )


def failed(
    origin: str,
    status: int | None,
    *,
    before: Robots | None,
    now: datetime,
    retry_after_s: float | None = None,
) -> Robots:
    """Return what counts after an attempt that brought no answer, or none of use.

    `before` is what was kept until now, `retry_after_s` the server's own wish.
    """
    since = (before and before.failing_since) or now
    wish = SHORTEST
    if retry_after_s is not None:
        seconds = min(retry_after_s, LONGEST.total_seconds())
        wish = max(timedelta(seconds=round(seconds)), _SOONEST)
    if before is not None and _has_grace(before, since, now):
        expires_at = min(now + wish, since + GRACE)
        return replace(before, expires_at=expires_at, failing_since=since)
    return Robots(
        host_key=origin,
        fetched_at=now,
        status=status,
        document=b"",
        expires_at=now + wish,
        failing_since=since,
    )


def rules(kept: Robots) -> Rules:
    """Return the rules that count as long as `kept` has not expired."""
    since = kept.failing_since
    if since is not None and kept.fetched_at - since >= ABSENT_AFTER:
        return Rules.parse(b"")
    return Rules.from_status(kept.status, kept.document)


def _has_grace(before: Robots, since: datetime, now: datetime) -> bool:
    return not robots.is_undefined(before.status) and now < since + GRACE


def _document(last: Exchange) -> bytes:
    coding = last.header("content-encoding")
    decoded = decode(last.payload, coding, limit=LIMIT + 1)
    is_cut = decoded.problem is not None and decoded.data != last.payload
    if not is_cut and last.truncated is None:
        return whole_lines(decoded.data, LIMIT)
    # What broke off may end in half a rule. A byte more makes that line one that goes on.
    return whole_lines(decoded.data + b"-", min(len(decoded.data), LIMIT))


def _lifetime(last: Exchange) -> timedelta:
    stated_s = fresh_s(last)
    control = (last.header("cache-control") or "").lower()
    if not stated_s and not any(word in control for word in _STATES_AN_AGE):
        return LONGEST
    shortest, longest = SHORTEST.total_seconds(), LONGEST.total_seconds()
    return timedelta(seconds=int(min(max(stated_s, shortest), longest)))
