"""When to look again: re-check plans, by the age of an article. Pure.

A plan is written as the ages at which an article is looked at again, counted from its
first capture. Three forms, separated by commas, ages ascending::

    6h        once, at that age
    3h/7d     every 3 hours until that age
    +365d     for ever after, every year

Units are ``m`` (minutes), ``h``, ``d`` (days) and ``y`` (365 days).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, pairwise

from hozon.nouns.digests import fraction
from hozon.nouns.errors import Misuse

NAMED = {
    "standard": "1h,6h,1d,3d,7d,30d,90d,1y,+1y",
    "news": "15m/3h,1h/1d,3h/7d,3d/30d,30d/1y",
    "none": "",
}
LEAST_S = 15 * 60
"""No plan looks at a page more often than this, in seconds."""

MOST_AGES = 1000
SPREAD = 0.1
"""Share of the time since the planned look before, over which looks are spread."""

_UNITS = {"m": 60, "h": 3600, "d": 86_400, "y": 365 * 86_400}
_AGE = r"(\d{1,5})([mhdy])"
_STEP = re.compile(rf"(?:(\+)|(?:{_AGE}/))?{_AGE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Ages of an article, in seconds, at which it is looked at again.

    `ages_s` ascend; beyond the last one it is looked at every `every_s` seconds, or
    never again where that is None.
    """

    ages_s: tuple[int, ...] = ()
    every_s: int | None = None


def parse(text: str) -> Plan:
    """Return the plan of a name (`NAMED`) or of a list as described above.

    Raises `Misuse` with what is wrong and an example.
    """
    ages: list[int] = []
    every = None
    for step in filter(None, NAMED.get(text, text).replace(" ", "").split(",")):
        found = _STEP.fullmatch(step)
        if found is None or every is not None:
            raise _wrong(text, f"{step!r} cannot stand here")
        stated = int(found[4]) * _UNITS[found[5]]
        if found[1]:
            every = stated
        elif found[2]:
            apart = int(found[2]) * _UNITS[found[3]]
            ages += _repeated(ages[-1] if ages else 0, apart, stated) or [0]
        else:
            ages.append(stated)
    _check(text, ages, every)
    return Plan(ages_s=tuple(ages), every_s=every)


def next_at(
    plan: Plan, *, captured_at: datetime, after: datetime, seed: str
) -> datetime | None:
    """Return the first planned look later than `after`; None: there is none left.

    Looks of articles that were captured together are spread by their `seed`, always the
    same way, over a tenth of the time since the look before.
    """
    age_s = (after - captured_at).total_seconds()
    lateness = fraction(seed) * SPREAD
    before = 0
    for planned in _ages(plan, age_s):
        due_s = planned + int((planned - before) * lateness)
        if due_s > age_s:
            return captured_at + timedelta(seconds=due_s)
        before = planned
    return None


def _ages(plan: Plan, age_s: float) -> Iterator[int]:
    """Yield the ages of a plan; those of its endless part from shortly before `age_s`."""
    yield from plan.ages_s
    if plan.every_s is not None:
        last = plan.ages_s[-1] if plan.ages_s else 0
        turns = max(1, int((age_s - last) // plan.every_s) - 1)
        for turn in (turns, turns + 1, turns + 2, turns + 3):
            yield last + turn * plan.every_s


def _repeated(last: int, apart: int, until: int) -> list[int]:
    """Return ages `apart` from one another; of an absurd wish enough to be refused."""
    return list(islice(range(last + apart, until + 1, apart or 1), MOST_AGES + 1))


def _check(text: str, ages: list[int], every: int | None) -> None:
    gaps = [b - a for a, b in pairwise([0, *ages])] + ([every] if every else [])
    if any(gap < LEAST_S for gap in gaps) or every == 0:
        raise _wrong(text, "ages must ascend, by 15 minutes at least")
    if not ages and every is None and text not in NAMED:
        raise _wrong(text, "it holds no look")
    if len(ages) > MOST_AGES:
        raise _wrong(text, f"it holds more than {MOST_AGES} looks")


def _wrong(text: str, reason: str) -> Misuse:
    return Misuse(
        f"not a re-check plan: {text!r}: {reason}; "
        f"write one of {', '.join(NAMED)}, or ages such as 1h,6h,1d/7d,30d,+1y"
    )
