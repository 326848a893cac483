"""Tallies: what was done on one day, counted, of the whole archive and of each feed.

Operational, as troubles are: who loses them loses history and the day's quotas, nothing
that is archived. Days are those of UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

WHOLE = "*"
"""What the tally of the whole archive is of; all others are of a feed, by its id."""

CAPTURES, BYTES = "captures", "bytes"
"""What quotas are about: captures begun, and bytes stored."""

Counts = Mapping[str, int]
"""Counts by name (``a-z`` and ``_``). What is not there is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How many captures and bytes a day; 0: as many as there are."""

    captures: int = 0
    bytes: int = 0

    def limits(self) -> Mapping[str, int]:
        """Return the limits that there are, by the names of the tally."""
        stated = {CAPTURES: self.captures, BYTES: self.bytes}
        return {name: limit for name, limit in stated.items() if limit}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """The quota of each feed, and that of the whole archive."""

    feed: Quota = Quota()
    whole: Quota = Quota()


NO_QUOTAS = Quotas()


class Tallies(Protocol):
    """Counts up. Any number of workers may do so at once, and none is lost."""

    def add(self, day: date, whose: str, counts: Counts) -> None:
        """Add `counts`; negative ones take back what was taken too much."""

    def take(self, day: date, whose: str, counts: Counts, *, limits: Counts) -> bool:
        """Add `counts` if no count is above its limit then, and tell whether.

        One conditional write decides: of workers who come at once, no more are let
        through than there is room for. A count that has reached its limit lets nothing
        through, even if nothing is to be added to it.
        """

    def of(self, day: date, whose: str) -> Counts:
        """Return the counts of one day."""

    def days(self, whose: str, *, since: date, until: date) -> Mapping[date, Counts]:
        """Return the counts of the days from `since` to `until`, those that there are."""


class NoTallies:
    """Counts nothing and so limits nothing: for an archive that nobody runs."""

    def add(self, day: date, whose: str, counts: Counts) -> None:
        """Forget it."""

    def take(self, day: date, whose: str, counts: Counts, *, limits: Counts) -> bool:  # noqa: ARG002  the port's
        """Let everything through."""
        return True

    def of(self, day: date, whose: str) -> Counts:  # noqa: ARG002  the port's
        """Return nothing."""
        return {}

    def days(self, whose: str, *, since: date, until: date) -> Mapping[date, Counts]:  # noqa: ARG002  the port's
        """Return nothing."""
        return {}
