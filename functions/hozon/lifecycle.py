"""Is the article still there? A state machine over what every look at it found. Pure.

No state is stored: it is folded from the findings, which are on record, so it can be
made anew from the WARC objects at any time, in whatever order they are read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from hozon.findings import Finding, Outcome

State = Literal["live", "missing", "gone", "restored"]
Event = Literal["new", "changed", "moved", "missing", "gone", "restored"]

PRESENT: frozenset[str] = frozenset({"new", "same", "changed", "moved"})
"""Outcomes that show the article."""

UNKNOWN: frozenset[str] = frozenset({"unreachable", "blocked", "failing"})
"""Outcomes that say nothing of the article: trouble of ours, of the server's day."""

ABSENT: frozenset[str] = frozenset(get_args(Outcome)) - PRESENT - UNKNOWN
"""Outcomes that show that it is not there."""

_MISSED = tuple(timedelta(days=d) for d in (0.25, 1, 3, 7, 15, 30))
_GONE_EVERY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """When an article that is missing counts as gone: both numbers must be reached.

    A server that says 410 (RFC 9110 §15.5.11) means it: two such answers suffice.
    """

    after: timedelta = timedelta(days=14)
    looks: int = 5
    looks_410: int = 2


DEFAULT = Threshold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What the findings so far come to.

    `since` is when the state began: of ``missing`` and ``gone`` the first look that did
    not find the article. `seen_at` is when it was last found, `looked_at` when it was
    last looked for. `version` counts the different texts it has had, from 1.
    """

    state: State = "live"
    since: datetime | None = None
    seen_at: datetime | None = None
    looked_at: datetime | None = None
    version: int = 0
    missed: int = 0
    missed_410: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one finding changed: the life behind it, and what is to be told of it."""

    finding: Finding
    life: Life
    event: Event | None


def steps(
    findings: Iterable[Finding], threshold: Threshold = DEFAULT
) -> Iterator[Step]:
    """Yield what each finding came to, oldest first, whatever order they come in."""
    life = Life()
    for finding in sorted(findings, key=lambda f: (f.at, f.snapshot_id)):
        life, event = _after(life, finding, threshold)
        yield Step(finding=finding, life=life, event=event)


def life(findings: Iterable[Finding], threshold: Threshold = DEFAULT) -> Life:
    """Return what the findings come to in the end."""
    last = Life()
    for step in steps(findings, threshold):
        last = step.life
    return last


def look_by(lived: Life) -> datetime | None:
    """Return by when an article that is missing is to be looked for; None: as planned.

    Soon at first, so that a mistake of the publisher's is told from a deletion; one
    that is gone is looked for every month, for it may return.
    """
    if lived.looked_at is None or lived.since is None:
        return None
    if lived.state == "gone":
        return lived.looked_at + _GONE_EVERY
    if lived.state != "missing":
        return None
    planned = (lived.since + age for age in _MISSED)
    return next((at for at in planned if at > lived.looked_at), None)


def _after(
    lived: Life, finding: Finding, threshold: Threshold
) -> tuple[Life, Event | None]:
    lived = replace(lived, looked_at=finding.at)
    if finding.outcome in PRESENT:
        return _found(lived, finding)
    if finding.outcome in UNKNOWN:
        return lived, None
    return _missed(lived, finding, threshold)


def _found(lived: Life, finding: Finding) -> tuple[Life, Event | None]:
    returned = lived.state in {"missing", "gone"}
    first = lived.seen_at is None
    changed = finding.outcome == "changed"
    found = replace(
        lived,
        state="restored" if returned and not first else lived.state,
        since=finding.at if returned or first else lived.since,
        seen_at=finding.at,
        version=lived.version + (changed or first),
        missed=0,
        missed_410=0,
        reason=None,
    )
    if first:
        return replace(found, state="live"), "new"
    if returned:
        return found, "restored"
    return found, "changed" if changed else _moved(finding)


def _moved(finding: Finding) -> Event | None:
    return "moved" if finding.outcome == "moved" else None


def _missed(
    lived: Life, finding: Finding, threshold: Threshold
) -> tuple[Life, Event | None]:
    was_there = lived.state in {"live", "restored"}
    missed = replace(
        lived,
        state="missing" if was_there else lived.state,
        since=finding.at if was_there else lived.since,
        missed=lived.missed + 1,
        missed_410=lived.missed_410 + (finding.outcome == "gone-410"),
        reason=finding.reason or finding.outcome,
    )
    if missed.state == "missing" and _is_over(missed, finding.at, threshold):
        return replace(missed, state="gone"), "gone"
    return missed, "missing" if was_there and lived.seen_at else None


def _is_over(missed: Life, at: datetime, threshold: Threshold) -> bool:
    if missed.missed_410 >= threshold.looks_410:
        return True
    began = missed.since or at
    return missed.missed >= threshold.looks and at - began >= threshold.after
