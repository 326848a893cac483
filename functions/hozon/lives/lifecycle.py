"""Is the article still there? A state machine over what every look at it found. Pure.

No state is stored that cannot be made anew: it is folded from the findings, which are on
record, so it comes out the same from the WARC objects in whatever order they are read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import get_args

from hozon.nouns.findings import EventKind, Finding, Life, Outcome, State, Step

__all__ = ["ABSENT", "PRESENT", "UNKNOWN", "State", "after", "life", "look_by", "steps"]

PRESENT: frozenset[str] = frozenset({"new", "same", "changed", "moved"})
"""Outcomes that show the article."""

UNKNOWN: frozenset[str] = frozenset({"unreachable", "blocked", "failing"})
"""Outcomes that say nothing of the article: trouble of ours, of the server's day."""

ABSENT: frozenset[str] = frozenset(get_args(Outcome)) - PRESENT - UNKNOWN
"""Outcomes that show that it is not there."""

_MISSED = tuple(timedelta(days=d) for d in (0.25, 1, 3, 7, 15, 30))
_MISSED_EVERY = timedelta(days=7)
_GONE_EVERY = timedelta(days=30)
_LONG_GONE = timedelta(days=365)
_LONG_GONE_EVERY = timedelta(days=90)
_UNKNOWN = tuple(timedelta(hours=h) for h in (1, 6, 24, 72, 168))
_UNKNOWN_EVERY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """When an article that is missing counts as gone: both numbers must be reached.

    A server that says 410 (RFC 9110 §15.5.11) means it: two such answers suffice.
    """

    after: timedelta = timedelta(days=14)
    looks: int = 5
    looks_410: int = 2


DEFAULT = Threshold()


def steps(
    findings: Iterable[Finding], threshold: Threshold = DEFAULT
) -> Iterator[Step]:
    """Yield what each finding came to, oldest first, whatever order they come in."""
    lived = Life()
    for finding in sorted(findings, key=lambda f: f.place):
        step = after(lived, finding, threshold)
        yield step
        lived = step.life


def life(findings: Iterable[Finding], threshold: Threshold = DEFAULT) -> Life:
    """Return what the findings come to in the end."""
    last = Life()
    for step in steps(findings, threshold):
        last = step.life
    return last


def after(lived: Life, finding: Finding, threshold: Threshold = DEFAULT) -> Step:
    """Return what a finding changes that is later than all that `lived` knows of."""
    lived = replace(_answered(lived, finding), looked_at=finding.at, last_id=finding.id)
    event: EventKind | None = None
    if finding.outcome in PRESENT:
        lived, event = _found(lived, finding)
    elif finding.outcome in UNKNOWN:
        lived = replace(lived, unknown=lived.unknown + 1)
    else:
        lived, event = _missed(lived, finding, threshold)
    return Step(finding=finding, life=lived, event=event)


def look_by(lived: Life) -> datetime | None:
    """Return by when an article is to be looked for though no plan says so, or None.

    One that is missing soon at first, so that a mistake of the publisher's is told from
    a deletion; one that is gone every month, for it may return, and after a year every
    quarter. After a look that told nothing soon again, ever more slowly.
    """
    if lived.looked_at is None or lived.since is None:
        return None
    return min(filter(None, (_again(lived), _sought(lived))), default=None)


def _again(lived: Life) -> datetime | None:
    """Return when to try again after looks in a row that told nothing."""
    if not lived.unknown or lived.looked_at is None:
        return None
    waits = dict(enumerate(_UNKNOWN, start=1))
    return lived.looked_at + waits.get(lived.unknown, _UNKNOWN_EVERY)


def _sought(lived: Life) -> datetime | None:
    since, looked_at = lived.since, lived.looked_at
    if since is None or looked_at is None:
        return None
    if lived.state == "gone":
        is_long = looked_at - since > _LONG_GONE
        return looked_at + (_LONG_GONE_EVERY if is_long else _GONE_EVERY)
    if lived.state != "missing":
        return None
    planned = [since + age for age in _MISSED]
    later = (planned[-1] + n * _MISSED_EVERY for n in count(1))
    ahead = next((at for at in planned if at > looked_at), None)
    return ahead or next(at for at in later if at > looked_at)


def _answered(lived: Life, finding: Finding) -> Life:
    if finding.vouched:
        return replace(lived, vouched=lived.vouched + 1)
    if finding.status is None or finding.outcome in UNKNOWN:
        return lived
    return replace(lived, whole_at=finding.at, vouched=0)


def _found(lived: Life, finding: Finding) -> tuple[Life, EventKind | None]:
    first = lived.seen_at is None
    returned = lived.state in {"missing", "gone"} and not first
    edited = finding.outcome == "changed" or first
    found = replace(
        lived,
        state="restored" if returned else "live" if first else lived.state,
        since=finding.at if returned or first else lived.since,
        first_at=lived.first_at or finding.at,
        seen_at=finding.at,
        changed_at=finding.at if edited else lived.changed_at,
        version=lived.version + edited,
        page_uri=finding.page_uri or lived.page_uri,
        missed=0,
        missed_410=0,
        unknown=0,
        reason=None,
    )
    if first:
        return found, "new"
    if returned:
        return found, "restored"
    return found, "changed" if edited else _moved(finding)


def _moved(finding: Finding) -> EventKind | None:
    return "moved" if finding.outcome == "moved" else None


def _missed(
    lived: Life, finding: Finding, threshold: Threshold
) -> tuple[Life, EventKind | None]:
    was_there = lived.state in {"live", "restored"}
    missed = replace(
        lived,
        state="missing" if was_there else lived.state,
        since=finding.at if was_there else lived.since,
        missed=lived.missed + 1,
        missed_410=lived.missed_410 + (finding.outcome == "gone-410"),
        unknown=0,
        reason=finding.reason or finding.outcome,
    )
    if missed.state == "missing" and _is_over(missed, finding.at, threshold):
        return replace(missed, state="gone"), _told(missed, "gone")
    return missed, _told(missed, "missing") if was_there else None


def _told(missed: Life, event: EventKind) -> EventKind | None:
    """Tell only of what was there once."""
    return event if missed.seen_at else None


def _is_over(missed: Life, at: datetime, threshold: Threshold) -> bool:
    if missed.missed_410 >= threshold.looks_410:
        return True
    began = missed.since or at
    return missed.missed >= threshold.looks and at - began >= threshold.after
