"""How much came in on each day, counted from what the log seals.

One small object (``search/intake.json``) has the counts and the position in the log that
they reach to. Whoever indexes for search counts on: one writer at a time, and a second
one is told so and leaves it. Lost, it is counted anew.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hozon.log import places
from hozon.nouns import instants
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Conflict, HozonError, NotFound
from hozon.sealing import following
from hozon.sealing.following import Leaf
from hozon.stored import naming

KEY = "search/intake.json"
KINDS = ("snapshot", "poll", "look", "warc")
"""Kinds of WARC objects (`hozon.log.leaves`) that are counted."""

_AT_ONCE = 1000
_FORMAT = "intake/1"


@dataclass(slots=True, kw_only=True)
class Intake:
    """What was sealed up to a `position` in the log: by day (UTC, of the capture) and
    kind the `objects`, by day their `octets`.
    """

    position: int = 0
    objects: Counter[tuple[date, str]] = field(default_factory=Counter)
    octets: Counter[date] = field(default_factory=Counter)

    def of(self, kind: str) -> Mapping[date, int]:
        """Return the objects of one kind by day."""
        return {day: n for (day, each), n in self.objects.items() if each == kind}

    @property
    def days(self) -> list[date]:
        """The days on which something came, latest first."""
        return sorted(self.octets, reverse=True)

    def add(self, leaves: Iterable[Leaf]) -> None:
        """Count what the leaves seal. Notes of the log are passed over."""
        for leaf in leaves:
            self.position = leaf.index + 1
            if leaf.key.startswith(places.NOTES):
                continue
            day = _day(leaf)
            self.objects[day, str(leaf.said["kind"])] += 1
            self.octets[day] += int(leaf.said.get("length", 0))


def _day(leaf: Leaf) -> date:
    try:
        return instants.from_iso(str(leaf.said["captured_at"])).date()
    except (KeyError, ValueError):
        return naming.object_at(leaf.key).date()


def read(archive: Archive) -> Intake:
    """Return what was counted; nothing where nothing was, or where it is not readable."""
    return _stored(archive)[0]


def update(archive: Archive, *, has_time: Callable[[], bool] = lambda: True) -> int:
    """Count what was sealed since; return how many leaves that were."""
    counted, version = _stored(archive)
    begin = counted.position
    if begin > following.published(archive):  # the log was lost, and begun anew
        counted, begin = Intake(), 0
    while has_time():
        leaves = following.since(counted.position, archive, limit=_AT_ONCE)
        if not leaves:
            break
        counted.add(leaves)
    if counted.position == begin:
        return 0
    try:
        archive.derived.replace(KEY, _written(counted), version=version)
    except Conflict:
        return 0  # another one counts; the next round goes on
    return counted.position - begin


def _stored(archive: Archive) -> tuple[Intake, str | None]:
    try:
        data, version = archive.derived.get(KEY)
    except NotFound:
        return Intake(), None
    try:
        return _parsed(json.loads(data)), version
    except (ValueError, KeyError, TypeError, HozonError):
        return Intake(), version


def _parsed(said: dict[str, Any]) -> Intake:
    if said["hozon"] != _FORMAT:
        raise ValueError(said["hozon"])
    found = Intake(position=int(said["position"]))
    for text, counts in said["days"].items():
        day = date.fromisoformat(text)
        found.octets[day] = int(counts["octets"])
        for kind in KINDS:
            if count := int(counts.get(kind, 0)):
                found.objects[day, kind] = count
    return found


def _written(counted: Intake) -> bytes:
    days = {
        day.isoformat(): {
            "octets": counted.octets[day],
            **{k: n for k in KINDS if (n := counted.objects[day, k])},
        }
        for day in counted.days
    }
    said = {"hozon": _FORMAT, "position": counted.position, "days": days}
    return json.dumps(said, separators=(",", ":")).encode()
