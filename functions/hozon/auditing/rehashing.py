"""Read a sealed object again, and hold it against its leaf and the index against it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from hozon.log import leaves, places
from hozon.log.findings import Act, Finding
from hozon.nouns import instants
from hozon.nouns.archive import Archive
from hozon.nouns.custody import Custody
from hozon.nouns.errors import (
    Damaged,
    HozonError,
    Misuse,
    NotFound,
    Restoring,
    Unavailable,
)
from hozon.nouns.model import Holdings
from hozon.sealing.following import Leaf
from hozon.sealing.verifying import differs
from hozon.stored import holdings


@dataclass(slots=True, kw_only=True)
class Reread:
    """What came of reading one object: `octets` that were read, `is_cold` if it lies
    where reading takes hours, and what is not as it was.
    """

    octets: int = 0
    is_cold: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether the object itself is as it was sealed."""
        return not any(each.act in BODILY for each in self.findings)


BODILY: frozenset[Act] = frozenset({"changed", "truncated", "deleted"})
"""What is wrong with an object itself, and can be mended from a copy of it."""


def reread(leaf: Leaf, archive: Archive, custody: Custody | None = None) -> Reread:
    """Read the object of a leaf; raises `Unavailable` where the store is, not it.

    With `custody` it is also seen whether the object is locked.
    """
    is_note = leaf.key.startswith(places.NOTES)
    came = Reread()
    try:
        data = (archive.log if is_note else archive.warcs).read_all(leaf.key)
    except NotFound:
        says = f"is gone; leaf {leaf.index} says that it was held"
        came.findings.append(_finding("deleted", leaf.key, says))
        return came
    except (Restoring, Unavailable) as e:
        return _cold(leaf, archive, e)
    came.octets = len(data)
    if (found := wrong(leaf, data)) is not None:
        came.findings.append(found)
    if came.is_sound and not is_note:
        came.findings += _rows(leaf.key, data, archive)
        if custody is not None and custody.locks(leaf.key) is False:
            says = "has no lock, though the bucket gives one to each new object"
            came.findings.append(_finding("unlocked", leaf.key, says, doubt=True))
    return came


def wrong(leaf: Leaf, data: bytes) -> Finding | None:
    """Return what is wrong with the bytes of a leaf's object, None: nothing is."""
    try:
        if leaves.made(leaf.key, data) == leaf.data:
            return None
        says = f"leaf {leaf.index} says what its object does not"
    except (Damaged, Misuse) as e:
        says = f"leaf {leaf.index} cannot be made of its object: {e}"
    if act := differs(data, leaf.said, leaf.data):
        says = f"is not what leaf {leaf.index} says that it was"
        return _finding(act, leaf.key, says)
    return _finding("misstated", leaf.key, says)


def is_cold(error: HozonError) -> bool:
    """Tell whether an object was not read because it lies in cold storage."""
    return isinstance(error, Restoring) or "cold storage" in str(error)


def sealed_about(leaf: Leaf) -> datetime:
    """Return when an object was read at the latest to be sealed: not before its capture."""
    stated = leaf.said.get("captured_at") or leaf.said.get("noted_at")
    try:
        return instants.from_iso(str(stated))
    except ValueError:
        return instants.from_iso("1970-01-01T00:00:00.000Z")


def _finding(act: Act, key: str, says: str, *, doubt: bool = False) -> Finding:
    return Finding(act=act, subject=key, says=says, is_doubt=doubt)


def _cold(leaf: Leaf, archive: Archive, error: HozonError) -> Reread:
    """Compare what can be had of an object that must be restored first; else raise."""
    if not is_cold(error):
        raise error
    if archive.warcs.size(leaf.key) == leaf.said.get("length"):
        return Reread(is_cold=True)
    says = f"has not the length that leaf {leaf.index} says"
    return Reread(is_cold=True, findings=[_finding("changed", leaf.key, says)])


def _rows(key: str, data: bytes, archive: Archive) -> Iterator[Finding]:
    """Yield what the index lacks of an object; what it has of captures, counts a census."""
    try:
        held = holdings.read(key, data)
    except Damaged:
        return
    lost = sum(_lost(held, archive))
    if lost:
        says = f"{lost} rows of it are not in the index: hozon reindex"
        yield _finding("row lost", key, says)


def _lost(held: Holdings, archive: Archive) -> Iterator[int]:
    index = archive.index
    for snapshot in held.snapshots:
        yield snapshot not in index.snapshots(snapshot.link)
    for found in held.findings:
        yield found not in index.findings(found.link)
    wanted = {each.key for each in held.entries}
    if wanted:
        yield len(wanted - index.entries(wanted).keys())
