"""Rules about when a request comes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from hozon.nouns.errors import Misuse
from hozon.nouns.instants import from_http_date
from tests.manners.evidence import SLACK, Evidence, Truth, Visit

SHORTEST = timedelta(minutes=15)
SETTLED = timedelta(days=3)
"""How long a reader may take to learn how often a feed publishes."""

LONGEST_PROMISE = timedelta(hours=24)
"""Wishes for a longer pause than this between two polls need not be granted."""

SILENCE = timedelta(days=3.5)
"""A feed that answers is asked again within this: a weekend that it asks to skip."""

SILENCE_FAILING = timedelta(days=8)
_LIMITED = (429, 503)
_HOUR = timedelta(hours=1)


def leaves_a_quarter_of_an_hour(evidence: Evidence) -> Iterator[str]:
    """No feed is polled twice within 15 minutes."""
    for feed in evidence.feeds:
        for one, other in pairwise(evidence.polls(feed)):
            if other.at - one.at < SHORTEST - SLACK:
                yield f"{feed.name}: {other}, {other.at - one.at} after the poll before"


def stays_within_the_expected_polls(evidence: Evidence) -> Iterator[str]:
    """No feed is polled more often than its rhythm excuses, after the first days."""
    since = evidence.since + SETTLED
    days = (evidence.until - since) / timedelta(days=1)
    if days < 1:
        return
    for feed in evidence.feeds:
        polls = sum(visit.at >= since for visit in evidence.polls(feed))
        if polls > feed.polls_a_day * days:
            yield (
                f"{feed.name}: {polls / days:.1f} polls a day, "
                f"{feed.polls_a_day:g} are expected ({feed.because})"
            )


def waits_while_fresh(evidence: Evidence) -> Iterator[str]:
    """No document is asked for while Cache-Control or Expires say that it is fresh."""
    for target in evidence.feed_targets:
        fresh_until = evidence.since
        for visit in evidence.by_target.get(target, ()):
            if visit.at < fresh_until - SLACK:
                yield f"{visit}: it was fresh until {fresh_until:%d %b %H:%M}"
            if visit.status in {200, 304}:
                fresh_until = visit.at + min(_lifetime(visit), LONGEST_PROMISE)


def _lifetime(visit: Visit) -> timedelta:
    """Return how long an answer is fresh (RFC 9111 §4.2.1)."""
    stated = re.search(r"\bmax-age=(\d+)", visit.gave("Cache-Control") or "")
    if stated:
        return timedelta(seconds=int(stated[1]) - int(visit.gave("Age") or 0))
    expires = visit.gave("Expires")
    if expires is None:
        return timedelta()
    return max(timedelta(), from_http_date(expires) - visit.at)


def keeps_ttl_and_period(evidence: Evidence) -> Iterator[str]:
    """No document is asked for before the pause is over that it asks for itself."""
    for feed in evidence.feeds:
        answered = [v for v in evidence.of(feed) if v.status in {200, 304}]
        for one, other in pairwise(answered):
            if other.at - one.at < feed.asked_gap - SLACK:
                gap = other.at - one.at
                yield f"{feed.name}: {other}, after {gap} instead of {feed.asked_gap}"


def keeps_skip_hours_and_days(evidence: Evidence) -> Iterator[str]:
    """Once a document has asked to be spared hours or days (GMT), it is."""
    for feed in evidence.feeds:
        visits = evidence.of(feed)
        known = next((v.at for v in visits if v.status == 200), evidence.until)
        for visit in visits:
            around = (visit.at - SLACK, visit.at, visit.at + SLACK)
            if visit.at > known and all(_skipped(feed, at) for at in around):
                yield f"{feed.name}: {visit:}, {visit.at:%A}"


def _skipped(feed: Truth, at: datetime) -> bool:
    return at.hour in feed.skip_hours or at.weekday() in feed.skip_days


def keeps_retry_after(evidence: Evidence) -> Iterator[str]:
    """A feed that asked for a pause (429 or 503 with Retry-After) has it."""
    for feed in evidence.feeds:
        until = evidence.since
        for visit in evidence.of(feed):
            if visit.at < until - SLACK:
                yield f"{feed.name}: {visit}, it asked for a pause until {until:%H:%M}"
            until = max(until, _wished(visit) or until)


def keeps_retry_after_of_the_host(evidence: Evidence) -> Iterator[str]:
    """While one feed's pause lasts, nothing else is asked of its host either.

    What was on its way already is excused.
    """
    for visits in evidence.by_host.values():
        for number, limited in enumerate(visits):
            until = _wished(limited)
            if until is None:
                continue
            for visit in visits[number + 1 :]:
                if visit.at >= until - SLACK:
                    break
                if visit.at > limited.at + SLACK and visit.target != limited.target:
                    yield f"{visit}: the host asked for a pause until {until:%H:%M}"


def _wished(visit: Visit) -> datetime | None:
    stated = visit.gave("Retry-After")
    if stated is None or visit.status not in _LIMITED:
        return None
    if stated.isdecimal():
        return visit.at + timedelta(seconds=int(stated))
    try:
        return from_http_date(stated)
    except Misuse as reason:
        raise AssertionError(f"the publisher is at fault: {reason}") from None


def backs_off(evidence: Evidence) -> Iterator[str]:
    """While a feed fails without saying for how long, polls come ever more slowly."""
    for feed in evidence.feeds:
        for spell in evidence.spells(feed, 404, 500, 503):
            if not any(visit.gave("Retry-After") for visit in spell):
                yield from _impatience(feed, spell)


def _impatience(feed: Truth, spell: Sequence[Visit]) -> Iterator[str]:
    gaps = [other.at - one.at for one, other in pairwise(spell)]
    for one, other in pairwise(gaps):
        if other < one * 0.75 and one < 20 * _HOUR:
            yield f"{feed.name}: after a gap of {one}, one of {other}, though it fails"
    if len(gaps) >= 3 and gaps[-1] < min(2 * gaps[0], 20 * _HOUR):
        yield f"{feed.name}: failing, it is asked every {gaps[-1]} and no more slowly"
    days = (spell[-1].at - spell[0].at) / timedelta(days=1)
    if len(spell) > 8 + 1.2 * days:
        yield f"{feed.name}: asked {len(spell)} times in {days:.1f} days of failing"


def keeps_trying(evidence: Evidence) -> Iterator[str]:
    """No feed is given up silently: it is asked within days, failing within a week."""
    for feed in evidence.feeds:
        polls = [v for v in evidence.polls(feed) if v.status != 410]
        if not polls:
            yield f"{feed.name}: never asked"
        gone = any(v.status == 410 for v in evidence.of(feed))
        ends = [v.at for v in polls[1:]] + ([] if gone else [evidence.until])
        for visit, end in zip(polls, ends, strict=False):
            allowed = SILENCE_FAILING if visit.status >= 400 else SILENCE
            if end - visit.at > allowed:
                yield f"{feed.name}: {visit}, and then not for {end - visit.at}"


def spreads_feeds(evidence: Evidence) -> Iterator[str]:
    """Feeds that are alike and were added at once do not come in the same minute."""
    twins = [feed for feed in evidence.feeds if feed.twins]
    minutes = Counter(
        visit.at.replace(second=0, microsecond=0)
        for feed in twins
        for visit in evidence.polls(feed)
        if visit.at >= evidence.since + SETTLED
    )
    for minute, feeds in sorted(minutes.items()):
        if feeds >= len(twins) / 2:
            yield f"{minute:%d %b %H:%M}: {feeds} of {len(twins)} feeds polled at once"


def spaces_requests(evidence: Evidence) -> Iterator[str]:
    """Requests to one host keep their distance, and never overlap (real seconds)."""
    if evidence.spacing_s is None:
        return
    for visits in evidence.by_host.values():
        for one, other in pairwise(sorted(visits, key=lambda visit: visit.at_s)):
            gap_s = other.at_s - one.at_s
            if gap_s < max(evidence.spacing_s - 0.05, one.latency_s):
                yield f"{other}: {gap_s:.2f} s after {one.target}"
