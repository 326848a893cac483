"""Decide when a page is looked at next, and how. Pure."""

from datetime import datetime, timedelta

from hozon.lives import lifecycle
from hozon.nouns.findings import Life
from hozon.nouns.instants import truncated
from hozon.timetable import plans
from hozon.timetable.plans import Plan

SOONEST = timedelta(seconds=plans.LEAST_S)
"""The least between two looks at one page that nobody has planned."""

_AT_ONCE = timedelta(minutes=1)
WHOLE_AFTER = timedelta(days=7)
VOUCHED_MOST = 4
_OF_ITS_AGE = 0.05
_LATEST_WHEN_TOLD = timedelta(hours=6)
_RETRY = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
_ATTEMPTS = len(_RETRY) + 1


def next_look(lived: Life, plan: Plan, *, now: datetime, seed: str) -> datetime | None:
    """Return when to look next after what was found so far; None: never.

    By plan, counted from when the article was first found; sooner where it is missing,
    gone, or nobody knows (`lifecycle.look_by`). Looks that were missed are not made up
    for: one is as good as many. A page that was never found is not looked at by plan:
    its capture is tried again by itself.
    """
    if lived.first_at is None or lived.looked_at is None or _is_empty(plan):
        return None
    after = max(lived.looked_at, now)
    planned = plans.next_at(plan, captured_at=lived.first_at, after=after, seed=seed)
    due = min(filter(None, (planned, lifecycle.look_by(lived))), default=None)
    return None if due is None else truncated(max(due, now + _AT_ONCE))


def told_look(
    lived: Life, due_at: datetime | None, *, now: datetime
) -> datetime | None:
    """Return when to look at a page of which its feed says that it was updated.

    At once, but no sooner after the last look than a twentieth of the article's age, 6
    hours at most: feeds tell of updates for no reason, some in every document. None: it
    is due by then, or will not be looked at by anybody.
    """
    if lived.first_at is None or lived.looked_at is None:
        return None
    apart = min((lived.looked_at - lived.first_at) * _OF_ITS_AGE, _LATEST_WHEN_TOLD)
    at = truncated(max(now, lived.looked_at + max(apart, SOONEST)))
    return None if due_at is not None and due_at <= at else at


def wants_whole(lived: Life, *, now: datetime) -> bool:
    """Tell whether to ask for the whole page, without validators.

    Some servers answer 304 for ever, so their word is taken four times in a row, and
    once where the last whole answer is a week old. What is missing is always asked for
    whole: a 304 would say nothing of what stands there now.
    """
    if lived.state in {"missing", "gone"} or lived.whole_at is None:
        return True
    if not lived.vouched:
        return False
    return lived.vouched >= VOUCHED_MOST or now - lived.whole_at >= WHOLE_AFTER


def retry_at(
    tries: int, *, now: datetime, retry_after_s: float | None
) -> datetime | None:
    """Return when to try a look again that could not be made `tries` (≥ 1) times.

    None: it has been tried often enough, and what it found is that nobody answers. The
    server's own wish wins where it is longer.
    """
    if tries >= _ATTEMPTS:
        return None
    wait = max(_RETRY[tries - 1], timedelta(seconds=retry_after_s or 0))
    return truncated(now + min(wait, timedelta(days=10)))


def _is_empty(plan: Plan) -> bool:
    return not plan.ages_s and plan.every_s is None
