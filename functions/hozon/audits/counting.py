"""How far a census has come: what is kept of it between two invocations. Pure.

All of it is one small document, and the runs of hashes that it names (`hashruns`). It is
written anew after each step, so a census that dies goes on behind its last step.
"""

import base64
import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from hozon.audits.audits import finding_of, told
from hozon.audits.hashruns import ORDER
from hozon.log import tree
from hozon.log.findings import Act, Finding
from hozon.nouns import instants
from hozon.nouns.places import Cursor

FORMAT = f"census/1-{ORDER}"
"""Numbers in runs are in the order of the machine: one of another kind begins anew."""

MOST_FINDINGS = 500
MOST_GONE = 10_000
MOST_LOST = 10_000
"""A census that has found so much looks no closer: something is very wrong."""

_BROKEN = frozenset({"rewritten", "rolled back"})

Source = Literal["leaves", "keys", "rows", "later"]
Stage = Source | Literal["comparing", "deciding", "ended"]

BEHIND: Mapping[Source, Stage] = {
    "leaves": "keys",
    "keys": "rows",
    "rows": "later",
    "later": "comparing",
}
"""What is read, and what comes after it: the leaves of the tree; the keys in the store; the
rows of the index; the leaves that were sealed meanwhile.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stored run of hashes: what was read of a source behind the cursor `after`, up to
    `until`.
    """

    key: str
    source: Source
    after: Cursor
    until: Cursor


@dataclass(slots=True, kw_only=True)
class Progress:
    """A census under way, of the tree of `size` leaves with this `root` (hex digits).

    `salt` is its secret, under which it hashes. `stage` is what it does, `at` how far it
    has come in that; `growing` is the tree of the leaves it has read. `later` is the
    size up to which leaves came meanwhile. `rows` and `objects` are counted. The buckets
    before `bucket` are compared. What they differ in is `differing`; `doubtful` are the
    numbers of the runs where that was read. `lost` rows, `gone` leaves (indexes) and
    `findings` are what was found.
    """

    begun_at: datetime
    salt: bytes
    size: int
    root: str = ""
    stage: Stage = "leaves"
    at: Cursor = ()
    growing: tree.Growing = field(default_factory=tree.Growing)
    later: int = 0
    rows: int = 0
    objects: int = 0
    runs: list[Run] = field(default_factory=list)
    bucket: int = 0
    differing: set[int] = field(default_factory=set)
    doubtful: list[int] = field(default_factory=list)
    lost: int = 0
    gone: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    is_settled: bool = False

    @property
    def is_full(self) -> bool:
        """Whether so much is wrong already that it need not look closer."""
        return (
            len(self.findings) >= MOST_FINDINGS
            or self.lost >= MOST_LOST
            or len(self.gone) >= MOST_GONE
        )

    @property
    def is_broken(self) -> bool:
        """Whether the log is not what was signed or seen."""
        return any(each.act in _BROKEN for each in self.findings)

    def find(self, found: Finding) -> None:
        """Keep a finding, once, while there is room."""
        if found not in self.findings and len(self.findings) < MOST_FINDINGS:
            self.findings.append(found)

    def give_up(self) -> None:
        """End without a closer look at the rest: so much is wrong already."""
        act: Act = "row lost" if self.lost else "deleted" if self.gone else "row forged"
        says = (
            "so much is wrong that this census looked no closer; mend it, take another"
        )
        self.findings.append(Finding(act=act, subject="the census", says=says))
        self.stage, self.doubtful, self.differing = "ended", [], set()


def cursor(index: int) -> Cursor:
    """Return the cursor of a leaf."""
    return (f"{index:012}",)


def behind(at: Cursor, first: int) -> int:
    """Return the index of the leaf behind a cursor; `first` where there is none yet."""
    return int(at[0]) + 1 if at else first


def encoded(known: Progress) -> bytes:
    """Return it as JSON."""
    said = {
        "hozon": FORMAT,
        "begun_at": instants.iso(known.begun_at),
        "salt": known.salt.hex(),
        "size": known.size,
        "root": known.root,
        "stage": known.stage,
        "at": known.at,
        "tree": [known.growing.size, [each.hex() for each in known.growing.edge]],
        "later": known.later,
        "rows": known.rows,
        "objects": known.objects,
        "runs": [[r.key, r.source, r.after, r.until] for r in known.runs],
        "bucket": known.bucket,
        "differing": _packed(sorted(known.differing)),
        "doubtful": known.doubtful,
        "lost": known.lost,
        "gone": known.gone,
        "findings": [told(each) for each in known.findings],
        "settled": known.is_settled,
    }
    return json.dumps(said, separators=(",", ":")).encode()


def decoded(data: bytes) -> Progress:
    """Return what such JSON says; ValueError, KeyError or TypeError if it is none."""
    said = json.loads(data)
    if said["hozon"] != FORMAT:
        raise ValueError(said["hozon"])
    size, edge = said["tree"]
    return Progress(
        begun_at=instants.from_iso(said["begun_at"]),
        salt=bytes.fromhex(said["salt"]),
        size=said["size"],
        root=said["root"],
        stage=said["stage"],
        at=tuple(said["at"]),
        growing=tree.Growing(size, map(bytes.fromhex, edge)),
        later=said["later"],
        rows=said["rows"],
        objects=said["objects"],
        runs=_runs(said["runs"]),
        bucket=said["bucket"],
        differing=_unpacked(said["differing"]),
        doubtful=said["doubtful"],
        lost=said["lost"],
        gone=said["gone"],
        findings=[finding_of(each) for each in said["findings"]],
        is_settled=said["settled"],
    )


def _runs(said: Sequence[Sequence[Any]]) -> list[Run]:
    return [
        Run(key=key, source=source, after=tuple(after), until=tuple(until))
        for key, source, after, until in said
    ]


def _packed(numbers: Sequence[int]) -> str:
    return base64.b64encode(array("Q", numbers).tobytes()).decode()


def _unpacked(text: str) -> set[int]:
    return set(array("Q", base64.b64decode(text)))
