"""What an export tells of itself while it is made."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol


class Tell(Protocol):
    """Hears how far an export is, and what it had to leave out."""

    def total(self, count: int) -> None:
        """Hear of how many steps there are, as soon as that is known."""

    def step(self) -> None:
        """Hear that a step is done."""

    def count(self, **counts: int) -> None:
        """Hear what was written (``records``, ``bytes``…), to be added up."""

    def problem(self, text: str) -> None:
        """Hear of something that could not be read, and so is not in the export."""


@dataclass(slots=True)
class Tally:
    """Counts what is told, and tells nobody."""

    steps: int = 0
    of: int | None = None
    counts: Counter[str] = field(default_factory=Counter)
    problems: int = 0

    def total(self, count: int) -> None:
        """Remember of how many steps there are."""
        self.of = count

    def step(self) -> None:
        """Count a step."""
        self.steps += 1

    def count(self, **counts: int) -> None:
        """Add up."""
        self.counts.update(counts)

    def problem(self, text: str) -> None:  # noqa: ARG002 (the port's)
        """Count a problem."""
        self.problems += 1
