"""What a look at an archive found, step by step: plain frozen values, no I/O."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["ok", "warning", "fault", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One step: what was looked at, what was found, and what to do about it.

    ``warning``: it works, but not as it should for long; ``fault``: it does not work;
    ``skipped``: it could not be looked at, or was not to be.
    """

    name: str
    outcome: Outcome
    did: str
    found: str = ""
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is to be done: its name, and how to look."""

    name: str
    look: Callable[[], Check]


def ok(name: str, did: str, found: str = "") -> Check:
    """Return a step at which nothing was wrong."""
    return Check(name=name, outcome="ok", did=did, found=found)


def judged(
    name: str,
    did: str,
    *,
    faults: list[str],
    warnings: list[str] | None = None,
    found: str = "",
    todo: str = "",
) -> Check:
    """Return a step that found these faults, or else these warnings, or else nothing."""
    for outcome, wrong in (("fault", faults), ("warning", warnings or [])):
        if wrong:
            return Check(
                name=name,
                outcome="fault" if outcome == "fault" else "warning",
                did=did,
                found="; ".join(wrong),
                todo=todo,
            )
    return ok(name, did, found)
