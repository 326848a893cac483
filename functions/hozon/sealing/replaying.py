"""Seal the leaves of a log again, in memory, and hold what comes of it against the log.

Every tile, every signed tree and every checkpoint that somebody has kept has to follow
from the leaves. Reads each batch, tile and checkpoint once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hozon.log import leaves, notes, places, receipts, tiles, tree
from hozon.log.findings import Act, Finding
from hozon.log.notes import Checkpoint, Key, Note, Verify
from hozon.log.tiles import WIDTH, Tile
from hozon.nouns import instants
from hozon.nouns.errors import Damaged, HozonError, NotFound
from hozon.nouns.seals import LogStore
from hozon.sealing import following


@dataclass(slots=True, kw_only=True)
class Replayed:
    """What a log says: by the key of each object the index of its leaf, and its hash.

    `purged` are the keys whose objects are gone for a reason that the log states,
    `announced` the public keys that it announces, `sealed_at` is when the last
    checkpoint was made.
    """

    leaves: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    purged: set[str] = field(default_factory=set)
    announced: set[str] = field(default_factory=set)
    checkpoints: int = 0
    sealed_at: datetime | None = None
    findings: list[Finding] = field(default_factory=list)

    def find(self, act: Act, subject: str, says: str, *, doubt: bool = False) -> None:
        """Add a finding."""
        found = Finding(act=act, subject=subject, says=says, is_doubt=doubt)
        self.findings.append(found)


def replay(
    log: LogStore,
    *,
    kept: Sequence[str],
    vkeys: Collection[str],
    verify: Verify,
) -> Replayed:
    """Read a whole log; `kept` are checkpoints of it that somebody else has kept, and
    `vkeys` the only keys that may have signed it (none: any).
    """
    found = Replayed()
    try:
        for key in following.keys(log):
            if vkeys and key.vkey not in vkeys:
                says = "signs this log, and is not among the keys asked for"
                found.find("another key", key.vkey, says)
        _Replay(log, found).all(kept, verify)
    except HozonError as e:
        found.find("unreadable", "log/", str(e))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A tree that the leaves have to make."""

    stated: Checkpoint
    made_at: datetime | None = None
    is_kept: bool = False

    @property
    def whose(self) -> str:
        return "the one that was kept" if self.is_kept else "the one here"


class _Replay:
    """A tree that grows by the leaves of a log, and is looked at where it was signed."""

    def __init__(self, log: LogStore, found: Replayed) -> None:
        self._log = log
        self._found = found
        self._size = 0
        self._growing = tree.Growing()
        self._bundle: list[bytes] = []
        self._last: _Wanted | None = None
        self._tiled = 0
        self._tiles: dict[Tile, bytes] = {}
        self._hashes: list[bytes] = []
        self._said: list[tuple[int, dict[str, Any]]] = []

    def all(self, kept: Sequence[str], verify: Verify) -> None:
        """Replay it to its end."""
        keys = following.keys(self._log)
        for wanted in self._wanted(kept, keys, verify):
            self._up_to(wanted.stated.size)
            if self._size < wanted.stated.size:
                self._cut(wanted)
            elif self._growing.root() != wanted.stated.root:
                self._rewritten(wanted)
            elif not wanted.is_kept:
                self._published(wanted)
        self._up_to(None)
        self._announced(keys)

    # --- what was signed ----------------------------------------------------------

    def _wanted(
        self, kept: Sequence[str], keys: list[Key], verify: Verify
    ) -> list[_Wanted]:
        """Return the trees that were signed, smallest first, ours before those kept."""
        ours = {w.stated.size: w for w in self._signed(keys, verify)}
        wanted = list(ours.values())
        for text in kept:
            stated = notes.checkpoint(notes.opened(text, keys, verify=verify).text)
            same = ours.get(stated.size)
            if same is not None and same.stated != stated:
                says = (
                    f"there is another signed tree of {stated.size} leaves, the one that "
                    "was kept: who has the key has shown two logs"
                )
                self._found.find("forked", places.checkpoint(stated.size), says)
            wanted.append(_Wanted(stated=stated, is_kept=True))
        return sorted(wanted, key=lambda each: (each.stated.size, each.is_kept))

    def _signed(self, keys: list[Key], verify: Verify) -> list[_Wanted]:
        signed = []
        for place in self._log.keys(places.CHECKPOINTS):
            try:
                text = self._log.read_all(place).decode()
                note = notes.opened(text, keys, verify=verify)
                stated = notes.checkpoint(note.text)
                made_at = _made_at(note, keys, verify)
            except (Damaged, UnicodeDecodeError) as e:
                says = f"signed by another key, or altered: {e}"
                self._found.find("not signed", place, says)
                continue
            if places.checkpoint(stated.size) != place:
                says = f"is the checkpoint of {stated.size} leaves"
                self._found.find("changed", place, says)
                continue
            signed.append(_Wanted(stated=stated, made_at=made_at))
        self._found.checkpoints = len(signed)
        return signed

    def _cut(self, wanted: _Wanted) -> None:
        says = (
            f"the log ends at {self._size} leaves, but there is a checkpoint of "
            f"{wanted.stated.size}, {wanted.whose}: leaves were removed from its end"
        )
        self._found.find("rolled back", "log/", says)

    def _rewritten(self, wanted: _Wanted) -> None:
        good = self._last.stated.size if self._last else 0
        says = (
            f"{wanted.whose} is not of the first {wanted.stated.size} leaves: one from "
            f"{good} on was altered, removed or inserted"
        )
        self._found.find("rewritten", places.checkpoint(wanted.stated.size), says)

    def _announced(self, keys: list[Key]) -> None:
        """Hold each key but the first against the leaves that announce keys."""
        announced = self._found.announced
        unknown = [key.vkey for key in keys if key.vkey not in announced]
        for vkey in unknown[1:]:
            says = "no leaf of the log announces this key"
            self._found.find("key unannounced", vkey, says)

    # --- the leaves ---------------------------------------------------------------

    def _up_to(self, size: int | None) -> None:
        """Take in leaves until there are `size`, or no more."""
        while size is None or self._size < size:
            at = self._size % WIDTH
            if not at:
                self._bundle = self._read(self._size // WIDTH)
            if at >= len(self._bundle):
                return
            self._take(self._bundle[at])

    def _read(self, number: int) -> list[bytes]:
        stray: list[str] = []
        try:
            found = following.batched(self._log, number, stray=stray)
        except Damaged as e:
            self._found.find("rolled back", places.batches(number), str(e))
            return []
        for key in stray:
            self._found.find("added", key, "the log's batches do not lead to it")
        if len(found) == WIDTH:
            path = tiles.bundle_path(number)
            self._compare(path, tiles.bundle(found), is_due=False)
        return found

    def _take(self, leaf: bytes) -> None:
        hashed = tree.leaf_hash(leaf)
        self._look(leaf, hashed)
        self._growing.add(hashed)
        self._hashes.append(hashed)
        self._size += 1

    def _look(self, leaf: bytes, hashed: bytes) -> None:
        found, index = self._found, self._size
        try:
            said = leaves.read(leaf)
        except Damaged as e:
            found.find("unreadable", f"leaf {index}", str(e))
            return
        key = said["key"]
        if key in found.leaves:
            says = f"is leaf {found.leaves[key][0]}, and leaf {index}"
            found.find("sealed twice", key, says)
            return
        found.leaves[key] = index, hashed
        if said["kind"] == "purge":
            found.purged.add(str(said.get("object")))
        if said["kind"] == "keychange":
            found.announced.add(str(said.get("new")))
        self._said.append((index, said))

    # --- what follows from them ---------------------------------------------------

    def _published(self, wanted: _Wanted) -> None:
        """Compare the tiles of a tree that was signed, look at its new leaves' times."""
        made, size = tiles.grown(self._tiled, self._hashes, self._tiles.__getitem__)
        for tile, data in made.items():
            self._compare(tile.path, data, is_due=True)
        known = {**self._tiles, **made}
        self._tiles = {tile: known[tile] for tile in tiles.partial(size)}
        self._tiled, self._hashes = size, []
        self._dated(wanted)
        self._last = wanted

    def _dated(self, wanted: _Wanted) -> None:
        before = self._last.made_at if self._last else None
        for index, said in self._said:
            try:
                stated = instants.from_iso(said.get("captured_at") or said["noted_at"])
            except (ValueError, KeyError, TypeError, AttributeError):
                says = f"leaf {index} states no instant"
                self._found.find("misstated", said["key"], says)
                continue
            for doubt in receipts.late(stated, before, wanted.made_at):
                says = f"leaf {index}: {doubt}"
                self._found.find("late", said["key"], says, doubt=True)
        self._said = []
        self._found.sealed_at = wanted.made_at or self._found.sealed_at

    def _compare(self, path: str, expected: bytes, *, is_due: bool) -> None:
        key = places.TILES + path
        try:
            if self._log.read_all(key) != expected:
                self._found.find("tile changed", key, "is not what the leaves make")
        except NotFound:
            if is_due:
                self._found.find("tile changed", key, "is gone; the leaves make it")


def _made_at(note: Note, keys: list[Key], verify: Verify) -> datetime | None:
    times = (notes.made_at(note, key, verify=verify) for key in keys)
    return next(filter(None, times), None)
