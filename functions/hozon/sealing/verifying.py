"""Verify an archive: its objects by the log, the log by its tree and its signatures.

Nothing but what is stored is asked, and nothing of it is trusted but the keys. Every
finding names the act that it looks like. What is only odd is a *doubt*: an object that was
sealed late has an instant that nobody can bound, and is as good as any otherwise.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from hozon.log import ed25519, leaves, places, receipts, tree
from hozon.log.findings import Act, Finding
from hozon.log.notes import Verify
from hozon.nouns import instants
from hozon.nouns.errors import Damaged, HozonError, Misuse, NotFound
from hozon.nouns.ports import Index, WarcStore
from hozon.nouns.seals import LogStore
from hozon.sealing import following
from hozon.sealing.replaying import Replayed, replay
from hozon.stored import holdings, rows
from hozon.warc import reader


@dataclass(slots=True, kw_only=True)
class Verified:
    """What was verified: single `files`; of whole archives sealed `leaves`, WARC
    `objects` and `checkpoints`.
    """

    files: int = 0
    leaves: int = 0
    objects: int = 0
    checkpoints: int = 0
    findings: list[Finding] = field(default_factory=list)

    def __add__(self, other: "Verified") -> "Verified":
        """Return what both verified together."""
        return Verified(
            files=self.files + other.files,
            leaves=self.leaves + other.leaves,
            objects=self.objects + other.objects,
            checkpoints=self.checkpoints + other.checkpoints,
            findings=[*self.findings, *other.findings],
        )

    @property
    def faults(self) -> list[Finding]:
        """The findings that are no mere doubts."""
        return [each for each in self.findings if not each.is_doubt]


def verify_archive(
    warcs: WarcStore,
    log: LogStore,
    *,
    index: Index | None = None,
    kept: Sequence[str] = (),
    vkeys: Collection[str] = (),
    verify: Verify = ed25519.verify,
) -> Verified:
    """Verify a whole archive.

    `kept` are checkpoints of it that somebody else has kept, `vkeys` the only keys that
    may have signed it (none: any); with `index`, its rows are held against the objects.
    """
    replayed = replay(log, kept=kept, vkeys=vkeys, verify=verify)
    objects = _Objects(warcs, log, replayed, with_rows=index is not None)
    objects.sealed()
    objects.unsealed()
    if index is not None:
        objects.index(index)
    return Verified(
        leaves=len(replayed.leaves),
        objects=objects.count,
        checkpoints=replayed.checkpoints,
        findings=[*replayed.findings, *objects.findings],
    )


_HELD = ('{"capture":', '{"snapshot":', '{"finding":')
"""How those lines of a dump begin whose rows an object holds word for word."""


class _Objects:
    """Holds the stored objects against their leaves, and the index against them."""

    def __init__(
        self, warcs: WarcStore, log: LogStore, replayed: Replayed, *, with_rows: bool
    ) -> None:
        self.count = 0
        self.findings: list[Finding] = []
        self._warcs = warcs
        self._log = log
        self._replayed = replayed
        self._with_rows = with_rows
        self._rows: set[bytes] = set()
        self._sound: set[str] = set()

    def _find(self, act: Act, subject: str, says: str, *, doubt: bool = False) -> None:
        found = Finding(act=act, subject=subject, says=says, is_doubt=doubt)
        self.findings.append(found)

    def sealed(self) -> None:
        """Hold each object that has a leaf against it."""
        for key, (number, hashed) in self._replayed.leaves.items():
            self._object(key, number, hashed)

    def _object(self, key: str, number: int, hashed: bytes) -> None:
        is_note = key.startswith(places.NOTES)
        try:
            data = (self._log if is_note else self._warcs).read_all(key)
        except NotFound:
            if key not in self._replayed.purged:
                says = f"is gone; leaf {number} says that it was held"
                self._find("deleted", key, says)
            return
        except HozonError as e:
            self._find("unreadable", key, str(e))
            return
        self.count += not is_note
        if self._is_sound(key, number, hashed, data) and not is_note:
            self._remember(key, data)

    def _is_sound(self, key: str, number: int, hashed: bytes, data: bytes) -> bool:
        """Make the leaf again; where another one comes of it, find what was done.

        If the object is as it was sealed, its leaf says what it does not: whoever
        sealed it has stated something else.
        """
        try:
            if tree.leaf_hash(leaves.made(key, data)) == hashed:
                return True
            says = "says what its object does not"
        except (Damaged, Misuse) as e:
            says = f"cannot be made of its object: {e}"
        leaf = following.leaf(number, self._log).data
        if act := differs(data, leaves.read(leaf), leaf):
            self._find(act, key, f"is not what leaf {number} says that it was")
            return False
        self._find("misstated", key, f"leaf {number} {says}")
        return True

    def unsealed(self) -> None:
        """Look at the objects that have no leaf."""
        for key in self._warcs.keys():  # noqa: SIM118 (a store)
            if key not in self._replayed.leaves:
                self._unsealed(key)

    def _unsealed(self, key: str) -> None:
        try:
            data = self._warcs.read_all(key)
            at = instants.from_iso(leaves.read(leaves.made(key, data))["captured_at"])
        except (HozonError, ValueError) as e:
            self._find("unreadable", key, f"has no leaf, and {e}")
            return
        self.count += 1
        self._remember(key, data)
        sealed_at = self._replayed.sealed_at
        if sealed_at is None or at > sealed_at - receipts.IN_TIME:
            self._find("unsealed", key, "has no leaf yet; see hozon seal", doubt=True)
            return
        says = (
            f"has no leaf, though it says {instants.iso(at)} and the log was sealed "
            "since: it was added later, or its capture was never ended (see hozon run)"
        )
        self._find("added", key, says)

    def _remember(self, key: str, data: bytes) -> None:
        if not self._with_rows:
            return
        try:
            held = holdings.read(key, data)
        except Damaged:
            return
        self._sound.add(key)
        for capture in held.captures:
            self._rows.add(_row("capture", rows.to_json(capture)))
        for snapshot in held.snapshots:
            self._rows.add(_row("snapshot", rows.to_json(snapshot)))
        for found in held.findings:
            self._rows.add(_row("finding", rows.to_json(found)))

    def index(self, index: Index) -> None:
        """Hold each row of captures, snapshots and looks against what the objects hold.

        Those of objects that are not as sealed are passed over: that was told.
        """
        for line in index.dump():
            if not line.startswith(_HELD):
                continue
            digest = hashlib.sha256(line.encode()).digest()
            if digest in self._rows:
                self._rows.discard(digest)
            elif self._is_forged(row := next(iter(json.loads(line).values()))):
                says = "no object holds this row; hozon reindex puts the index right"
                self._find("row forged", _subject(row), says)
        if self._rows:
            says = f"{len(self._rows)} rows that objects make are gone: hozon reindex"
            self._find("row lost", "the index", says)

    def _is_forged(self, row: dict[str, Any]) -> bool:
        key = row.get("warc_key") or row.get("location", {}).get("warc_key")
        return key in self._sound or key not in self._replayed.leaves


def _subject(row: dict[str, Any]) -> str:
    uri = row.get("target_uri") or row.get("link")
    return f"{uri} of {row.get('captured_at') or row.get('at')}"


def _row(kind: Literal["capture", "snapshot", "finding"], text: str) -> bytes:
    return hashlib.sha256(rows.dump_line(kind, text).encode()).digest()


def differs(data: bytes, said: dict[str, Any], leaf: bytes) -> Act | None:
    """Return the act that stored bytes look like, None where they are as sealed: `said`
    is what their `leaf` says.
    """
    if "sha256" not in said:
        return None if data == leaf else "changed"
    if hashlib.sha256(data).hexdigest() == said["sha256"]:
        return None
    is_cut = len(data) < said["length"] and reader.verify(data)
    return "truncated" if is_cut else "changed"
