"""Rules about feeds that move, seem to move, or end."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from tests.manners.evidence import SLACK, Evidence, Truth, Visit

HELD_POLLS = 3
"""A permanent redirect is believed after so many polls at the earliest…"""

HELD_AT_MOST = timedelta(days=14)
"""… and after so long at the latest."""

GONE_REQUESTS = 8
"""Requests in a month that 410 excuses: three to be sure, then one a week."""


def adopts_a_move_that_holds(evidence: Evidence) -> Iterator[str]:
    """Where a permanent redirect has held for two weeks, the old URI is left alone."""
    for feed in _moving(evidence, "holds"):
        led = _led(evidence, feed)
        late = [v for v in led if v.at > led[0].at + HELD_AT_MOST + SLACK]
        if late:
            yield f"{feed.name}: {late[0]} and {len(late) - 1} more, moved {led[0].at}"


def does_not_adopt_too_soon(evidence: Evidence) -> Iterator[str]:
    """A permanent redirect is believed only after it has held for some polls."""
    for feed in (*_moving(evidence, "holds"), *_moving(evidence, "flaps")):
        direct = _direct(evidence, feed)
        if not direct:
            continue
        led = [v for v in _led(evidence, feed) if v.at < direct[0].at]
        if len(led) < HELD_POLLS or feed.move == "flaps":
            yield f"{feed.name}: {direct[0]}, after {len(led)} redirects"


def never_adopts_a_temporary_move(evidence: Evidence) -> Iterator[str]:
    """Each poll starts where the feed is at home, however long 302 or 307 lead away."""
    for feed in _moving(evidence, "temporary"):
        for visit in _direct(evidence, feed)[:1]:
            yield f"{feed.name}: {visit}, without asking {feed.path} first"


def stops_at_410(evidence: Evidence) -> Iterator[str]:
    """A feed that is gone is asked a few times more at most."""
    for feed in evidence.feeds:
        gone = [visit for visit in evidence.of(feed) if visit.status == 410]
        if len(gone) > GONE_REQUESTS:
            yield f"{feed.name}: {len(gone)} requests answered 410"


def _moving(evidence: Evidence, how: str) -> Sequence[Truth]:
    return [feed for feed in evidence.feeds if feed.move == how]


def _led(evidence: Evidence, feed: Truth) -> Sequence[Visit]:
    """Return the visits that were led away."""
    visits = evidence.by_target.get(feed.target, ())
    return [visit for visit in visits if visit.status in {301, 302, 307, 308}]


def _direct(evidence: Evidence, feed: Truth) -> Sequence[Visit]:
    """Return the visits to the new place that were not led there just before."""
    led = [visit.at for visit in _led(evidence, feed)]
    new = evidence.by_target.get(feed.targets[-1], ())
    return [v for v in new if not any(at <= v.at <= at + SLACK for at in led)]
