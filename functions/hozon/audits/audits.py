"""What audits have read, and what they have found: their state and their words. Pure.

Objects are read in stretches: leaves of the log that follow one another. All that is kept
is when which stretch was read, at most one of each day; what is in none was read when it
was sealed. The notes that audits leave in the log say the same, so nothing is lost with
the state.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hozon.log.findings import Finding
from hozon.nouns import instants

PERIOD = timedelta(days=90)
"""Each object is read at least that often."""

AGE = timedelta(days=80)
"""An object is due when it was not read for so long: ten days without audits do no harm.
"""

CENSUS = timedelta(days=7)
"""How often all rows and all keys are held against all leaves."""

SHOWN = 20
"""Findings that a note names one by one; it counts all."""

FORMAT = "audits/1"
_LONGEST = 300
_MOST_FAULTS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The leaves from `begin` up to before `end` were read `at` an instant."""

    begin: int
    end: int
    at: datetime


@dataclass(slots=True, kw_only=True)
class Audits:
    """What all audits so far come to.

    `stretches` are in the order they were read; none is in another. `faults` are the
    findings that stand, by subject: no audit has seen them mended yet. `census_at` is
    when the last census ended; it saw a log of `size` leaves with this `root` (64 hex
    digits).
    """

    stretches: list[Stretch] = field(default_factory=list)
    last_at: datetime | None = None
    begun_at: datetime | None = None
    read: int = 0
    octets: int = 0
    faults: dict[str, Finding] = field(default_factory=dict)
    census_at: datetime | None = None
    size: int = 0
    root: str = ""

    def add(self, stretch: Stretch) -> None:
        """Remember what was read."""
        if stretch.begin < stretch.end:
            self.stretches = merged([*_uncovered(self.stretches, stretch), stretch])

    def unread(self, size: int) -> list[tuple[int, int]]:
        """Return what no audit has read of so many leaves: pairs of begin and end."""
        found, at = [], 0
        for each in sorted(self.stretches, key=lambda s: s.begin):
            if each.begin > at:
                found.append((at, min(each.begin, size)))
            at = max(at, each.end)
        return [*found, (at, size)] if at < size else found

    def due(self, size: int, now: datetime) -> int:
        """Return how many leaves an even pace asks for since the last audit."""
        if self.last_at is None or now <= self.last_at:
            return 0
        share = (now - self.last_at) / AGE
        return min(size, int(size * share))


def _uncovered(known: Iterable[Stretch], new: Stretch) -> list[Stretch]:
    """Return what is left of stretches that a new one covers in part."""
    left: list[Stretch] = []
    for each in known:
        parts = (
            replace(each, end=min(each.end, new.begin)),
            replace(each, begin=max(each.begin, new.end)),
        )
        left += (part for part in parts if part.begin < part.end)
    return left


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Make one of neighbours that were read on the same day."""
    found: list[Stretch] = []
    for each in stretches:
        last = found[-1] if found else None
        if last and last.end == each.begin and last.at.date() == each.at.date():
            found[-1] = replace(last, end=each.end, at=min(last.at, each.at))
        else:
            found.append(each)
    return found


@dataclass(slots=True, kw_only=True)
class Report:
    """What one audit did: `read` objects and `octets` of them, `cold` ones that lie where
    reading takes hours (their lengths were compared), `mended` keys. `counted` is what a
    census that ended in it has counted. After it, the longest unread object was not
    read for `unread_days`. `faults` stand in all, found by this audit or before.
    """

    at: datetime
    size: int = 0
    stretches: list[Stretch] = field(default_factory=list)
    read: int = 0
    octets: int = 0
    cold: int = 0
    unread_days: int = 0
    findings: list[Finding] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    root: str = ""
    faults: int = 0
    note: str = ""

    @property
    def acts(self) -> Mapping[str, int]:
        """How often each act was found, doubts included."""
        return dict(sorted(Counter(str(f.act) for f in self.findings).items()))

    def note_of(self) -> dict[str, Any]:
        """Return what stands in the log of it (`log.leaves`)."""
        return {
            "size": self.size,
            "read": [
                {"begin": s.begin, "end": s.end, "at": instants.iso(s.at)}
                for s in self.stretches
            ],
            "objects": self.read,
            "octets": self.octets,
            "cold": self.cold,
            "unread_days": self.unread_days,
            "found": dict(self.acts),
            "faults": self.faults,
            "mended": self.mended[:SHOWN],
            "findings": [told(each) for each in self.findings[:SHOWN]],
            **({"census": self.counted, "root": self.root} if self.counted else {}),
        }

    def said(self) -> dict[str, Any]:
        """Return the whole report as JSON."""
        return {
            "at": instants.iso(self.at),
            **self.note_of(),
            "mended": self.mended,
            "findings": [told(each) for each in self.findings],
            "note": self.note,
        }

    def sentence(self) -> str:
        """Return it in one line for people."""
        parts = [f"{self.read} objects read ({self.octets / 1e6:.1f} MB)"]
        if self.counted:
            rows, keys, of = (self.counted[n] for n in ("rows", "objects", "leaves"))
            parts.append(f"{rows} rows and {keys} keys held against {of} leaves")
        if self.cold:
            parts.append(f"{self.cold} in cold storage not read")
        if self.unread_days > PERIOD.days:
            parts.append(f"the next was not read for {self.unread_days} days")
        if self.mended:
            parts.append(f"{len(self.mended)} mended from the second copy")
        parts.append(f"{self.faults} faults" if self.faults else "no fault found")
        return ", ".join(parts)


def told(found: Finding) -> dict[str, Any]:
    """Return what is kept of a finding, as JSON; long texts are cut."""
    return {
        "act": found.act,
        "subject": found.subject[:_LONGEST],
        "says": found.says[:_LONGEST],
        "doubt": found.is_doubt,
    }


def finding_of(said: Mapping[str, Any]) -> Finding:
    """Return the finding that `told` has told."""
    return Finding(
        act=said["act"],
        subject=said["subject"],
        says=said["says"],
        is_doubt=said["doubt"],
    )


def from_notes(notes: Sequence[Mapping[str, Any]]) -> Audits:
    """Return the state that the notes of audits, oldest first, tell."""
    known = Audits()
    for said in notes:
        known.last_at = instants.from_iso(said["noted_at"])
        known.begun_at = known.begun_at or known.last_at
        for each in said["read"]:
            at = instants.from_iso(each["at"])
            stretch = Stretch(begin=each["begin"], end=each["end"], at=at)
            known.add(stretch)
        if "census" in said:
            known.census_at = known.last_at
            size = said["census"].get("leaves", said["size"])
            known.size, known.root = size, said["root"]
    return known


def encoded(known: Audits) -> bytes:
    """Return the state as JSON."""
    said = {
        "hozon": FORMAT,
        "stretches": [[s.begin, s.end, instants.iso(s.at)] for s in known.stretches],
        "last_at": known.last_at and instants.iso(known.last_at),
        "begun_at": known.begun_at and instants.iso(known.begun_at),
        "read": known.read,
        "octets": known.octets,
        "faults": [told(each) for each in [*known.faults.values()][:_MOST_FAULTS]],
        "census_at": known.census_at and instants.iso(known.census_at),
        "size": known.size,
        "root": known.root,
    }
    return json.dumps(said, separators=(",", ":")).encode()


def decoded(data: bytes) -> Audits:
    """Return the state of its JSON; ValueError, KeyError or TypeError if it is none."""
    said = json.loads(data)
    if said["hozon"] != FORMAT:
        raise ValueError(said["hozon"])
    return Audits(
        stretches=[
            Stretch(begin=begin, end=end, at=instants.from_iso(at))
            for begin, end, at in said["stretches"]
        ],
        last_at=said["last_at"] and instants.from_iso(said["last_at"]),
        begun_at=said["begun_at"] and instants.from_iso(said["begun_at"]),
        read=said["read"],
        octets=said["octets"],
        faults={each["subject"]: finding_of(each) for each in said["faults"]},
        census_at=said["census_at"] and instants.from_iso(said["census_at"]),
        size=said["size"],
        root=said["root"],
    )
