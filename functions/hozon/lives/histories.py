"""The versions of an article, made of what looks found. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hozon.changes import Change, Reading
from hozon.changes.diffing import Line
from hozon.lives.lifecycle import PRESENT
from hozon.nouns.findings import Finding, Step
from hozon.nouns.model import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One text that an article has had, from 1: what found it first, and last.

    `snapshots` are those that were made of it, oldest first.
    """

    number: int
    found: Finding
    until: Finding
    snapshots: tuple[Snapshot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How one version became another: facts with their values, and the text by lines.

    `change` is None where nobody edited it, whatever the bytes say.
    """

    before: Version
    after: Version
    change: Change | None
    readings: tuple[Reading, Reading]
    lines: Sequence[Line]


def versions(
    steps: Iterable[Step], snapshots: Iterable[Snapshot] = ()
) -> list[Version]:
    """Return the versions that looks have found, oldest first, with their snapshots."""
    held = {each.id: each for each in snapshots}
    found: dict[int, list[Finding]] = {}
    for step in steps:
        if step.finding.outcome in PRESENT:
            found.setdefault(step.life.version, []).append(step.finding)
    return [
        Version(
            number=number,
            found=some[0],
            until=some[-1],
            snapshots=tuple(held[f.id] for f in some if f.id in held),
        )
        for number, some in found.items()
    ]
