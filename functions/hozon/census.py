"""Take the census of an archive: all its rows and all its keys against all its leaves.

The log is read once, and each row and key once; none of the objects is, unless one of
them has to decide. What is expected is remembered by eight bytes each, of a hash under
the tree's root, which nobody could have known when a row was written: 16 MB for a
million captures.
"""

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from hozon import following, holdings, instants, naming
from hozon.archive import Archive
from hozon.audits import Audits
from hozon.errors import Damaged, HozonError, Misuse, NotFound, Unavailable
from hozon.log import leaves, notes, places, receipts, tree
from hozon.log.findings import Act, Finding
from hozon.model import Capture

_LONGEST_CAPTURE = 4096
"""Bytes of one capture in a leaf, at most: a leaf with so much room left has them all."""

_KNOWN_OBJECTS = 500
_EVEN = ~1
_TICK = timedelta(milliseconds=1)

Facts = tuple[str, str, str, int | None, str, str]
"""What leaf and row both say of a capture: the object's key, URI, instant, status, type,
payload digest.
"""


@dataclass(slots=True, kw_only=True)
class Census:
    """What was counted: `leaves` of the log, `rows` of captures, `objects` in the store.
    `root` is the hash of the tree (64 hex digits); `gone` are the indexes of leaves whose
    objects are not there.
    """

    leaves: int = 0
    rows: int = 0
    objects: int = 0
    root: str = ""
    gone: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class OutOfTime(Exception):
    """The census was given up: it begins anew next time."""


def take(
    archive: Archive, known: Audits, *, has_time: Callable[[], bool] = lambda: True
) -> Census:
    """Return what there is, and what is not as the log says.

    Raises `OutOfTime`; `Damaged` where there is no reading the log.
    """
    return _Census(archive, known, has_time).all()


class _Expected:
    """What there has to be, or may be, by hashes; and which of them were seen.

    Even numbers of 64 bits, in buckets by their first byte: none is long while it is
    sorted. The last bit of what is kept says that it only may be there.
    """

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(256)]
        self._seen: list[bytearray] = []

    def add(self, hashed: int, *, is_optional: bool = False) -> None:
        """Expect this one, as often as it is added."""
        self._buckets[hashed >> 56].append(hashed | is_optional)

    def ready(self) -> None:
        """Let them be found: nothing is added from now on."""
        self._buckets = [array("Q", sorted(each)) for each in self._buckets]
        self._seen = [bytearray(len(each)) for each in self._buckets]

    def see(self, hashed: int) -> bool:
        """Tell whether this one was expected; it is seen now."""
        bucket, seen = self._buckets[hashed >> 56], self._seen[hashed >> 56]
        at = first = bisect_left(bucket, hashed)
        while at < len(bucket) and bucket[at] & _EVEN == hashed:
            seen[at] = 1
            at += 1
        return at > first

    def missed(self) -> set[int]:
        """Return those that had to be seen and were not."""
        pairs = zip(chain(*self._buckets), chain(*self._seen), strict=True)
        return {each for each, is_seen in pairs if not is_seen and not each & 1}


class _Census:
    def __init__(
        self, archive: Archive, known: Audits, has_time: Callable[[], bool]
    ) -> None:
        self._archive = archive
        self._log = archive.log
        self._known = known
        self._has_time = has_time
        self._size = following.published(archive)
        self._found = Census(leaves=self._size)
        self._salt = b""
        self._rows, self._keys = _Expected(), _Expected()
        self._purged: set[str] = set()
        self._objects: dict[str, set[Facts]] = {}

    def all(self) -> Census:
        if self._size < self._known.size:
            says = (
                f"the log has {self._size} leaves, and an audit has seen "
                f"{self._known.size}: leaves were removed from its end"
            )
            self._find("rolled back", "log/", says)
        if self._size:
            self._leaves()
            self._stored()
            self._captures()
            self._missed()
        return self._found

    def _find(self, act: Act, subject: str, says: str, *, doubt: bool = False) -> None:
        self._found.findings.append(
            Finding(act=act, subject=subject, says=says, is_doubt=doubt)
        )

    # --- the log ------------------------------------------------------------------

    def _each(self) -> Iterator[tuple[int, bytes, dict[str, Any]]]:
        for index, data in enumerate(following.between(self._log, 0, self._size)):
            if index % 256 == 0 and not self._has_time():
                raise OutOfTime
            yield index, data, leaves.read(data)

    def _leaves(self) -> None:
        """Learn what the log expects, and see whether it is the one that was signed."""
        signed = notes.opened(
            following.checkpoint(self._size, self._log), following.keys(self._log)
        )
        stated = notes.checkpoint(signed.text)
        self._salt = stated.root
        growing, old = tree.Growing(), self._known
        for _, data, said in self._each():
            growing.add(tree.leaf_hash(data))
            self._expect(data, said)
            if growing.size == old.size and growing.root().hex() != old.root:
                says = f"the first {old.size} leaves are not those an audit has seen"
                self._find("rewritten", places.checkpoint(old.size), says)
        if growing.size != self._size:
            says = f"the log ends at {growing.size} leaves; {self._size} were signed"
            self._find("rolled back", "log/", says)
        elif growing.root() != stated.root:
            says = "the leaves do not make the tree that was signed"
            self._find("rewritten", places.checkpoint(self._size), says)
        self._found.root = growing.root().hex()
        self._rows.ready()
        self._keys.ready()

    def _expect(self, data: bytes, said: dict[str, Any]) -> None:
        if said["kind"] == "purge":
            self._purged.add(str(said.get("object")))
        if said["key"].startswith(places.NOTES):
            return
        self._keys.add(self._hash(said["key"]))
        # A look that found the article where it was makes no rows (decision 18).
        needed = said["kind"] != "look" and self._is_whole(data)
        for fact in _of_leaf(said):
            self._rows.add(self._hash(*fact), is_optional=not needed)

    def _is_whole(self, data: bytes) -> bool:
        return leaves.LONGEST - len(data) > _LONGEST_CAPTURE

    def _hash(self, *values: object) -> int:
        text = "\0".join(map(str, values)).encode("utf-8", "replace")
        made = hashlib.blake2b(text, key=self._salt, digest_size=8)
        return int.from_bytes(made.digest(), "big") & _EVEN

    # --- the keys -----------------------------------------------------------------

    def _stored(self) -> None:
        for count, key in enumerate(self._archive.warcs.keys(), start=1):
            self._found.objects = count
            if count % 1000 == 0 and not self._has_time():
                raise OutOfTime
            if not self._keys.see(self._hash(key)):
                self._unsealed(key)

    def _unsealed(self, key: str) -> None:
        """Look at an object that the log did not name when it was read."""
        if key in self._archive.seals.leaves([key]):
            return
        try:
            data = self._archive.warcs.read_all(key)
            said = leaves.read(leaves.made(key, data))
            at = instants.from_iso(said["captured_at"])
        except Unavailable:
            at = naming.object_at(key)
        except (HozonError, ValueError) as e:
            self._find("unreadable", key, f"has no leaf, and {e}")
            return
        if at < self._sealed_at() - receipts.IN_TIME:
            says = f"has no leaf, though it says {instants.iso(at)}: it was added later"
            self._find("added", key, says)

    def _sealed_at(self) -> datetime:
        keys = following.keys(self._log)
        note = notes.parsed(following.checkpoint(self._size, self._log))
        times = filter(None, (notes.made_at(note, key) for key in keys))
        return max(times, default=self._archive.clock())

    # --- the rows -----------------------------------------------------------------

    def _captures(self) -> None:
        for count, row in enumerate(self._archive.index.captures(), start=1):
            self._found.rows = count
            if count % 1000 == 0 and not self._has_time():
                raise OutOfTime
            facts = _of_row(row)
            if not self._rows.see(self._hash(*facts)) and not self._is_held(facts):
                subject = f"{row.target_uri} of {instants.iso(row.captured_at)}"
                says = "no object holds this row; hozon reindex puts the index right"
                self._find("row forged", subject, says)

    def _is_held(self, facts: Facts) -> bool:
        """Tell whether a row's object has it, where the leaf does not say so."""
        key = facts[0]
        if key not in self._objects:
            if len(self._objects) >= _KNOWN_OBJECTS:
                self._objects.clear()
            self._objects[key] = self._of_object(key)
        return facts in self._objects[key]

    def _of_object(self, key: str) -> set[Facts]:
        try:
            found = holdings.read(key, self._archive.warcs.read_all(key))
        except (Damaged, NotFound):
            return set()
        return set(map(_of_row, found.captures))

    # --- what was not there ---------------------------------------------------------

    def _missed(self) -> None:
        """Name what the log expects and nobody has seen."""
        rows, keys = self._rows.missed(), self._keys.missed()
        if not rows and not keys:
            return
        lost = 0
        for index, _, said in self._each():
            key = said["key"]
            if key in self._purged or key.startswith(places.NOTES):
                continue
            if self._hash(key) in keys and not self._archive.warcs.holds(key):
                self._found.gone.append(index)
                continue
            lost += sum(self._is_lost(fact, rows) for fact in _of_leaf(said))
        if lost:
            says = f"{lost} rows that objects make are gone: hozon reindex"
            self._find("row lost", "the index", says)

    def _is_lost(self, fact: Facts, missed: set[int]) -> bool:
        if self._hash(*fact) not in missed:
            return False
        at = instants.from_iso(fact[2])
        try:
            found = self._archive.index.timemap(fact[1], since=at, until=at + _TICK)
        except Misuse:
            return True
        return fact not in map(_of_row, found)


def _of_leaf(said: dict[str, Any]) -> Iterator[Facts]:
    for each in said.get("captures", ()):
        yield (
            said["key"],
            each["uri"],
            each["at"],
            each["status"],
            each["type"],
            str(each["payload"]),
        )


def _of_row(row: Capture) -> Facts:
    return (
        row.location.warc_key,
        leaves.clipped(row.target_uri),
        instants.iso(row.captured_at),
        row.status,
        row.record_type,
        str(row.payload_digest),
    )
