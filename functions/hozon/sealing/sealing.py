"""Seal: give every stored object its leaf in the log, and sign the tree.

The log is a chain of batches of leaves. A batch is put, create-only, under the index of
its first leaf: of two sealers one wins, and the other goes on behind what won. That put
is the commit; all else follows from what is stored, and is done again by whoever comes
next if a sealer dies:

1  the batch is durable: its leaves are in the log, for ever, at these indexes
2  the tiles of the tree are there
3  the checkpoint is signed and there (only trees that are stored are ever signed)
4  the objects are marked as sealed
5  the head says that all this is done

No object gets two leaves: objects that wait are looked for only when those of all leaves
before are marked, and a batch lands only if no other has landed since.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from hozon.log import leaves, notes, places, tiles, tree
from hozon.log.notes import Checkpoint, Key
from hozon.log.tiles import WIDTH, Tile
from hozon.nouns.archive import Archive
from hozon.nouns.digests import identifier
from hozon.nouns.errors import Conflict, Damaged, NotFound
from hozon.nouns.seals import Head, LogStore, Signer
from hozon.sealing import following
from hozon.stored import naming

ROUND = 2048
"""How many leaves a round of sealing commits before it signs, at most."""

READ_AT_ONCE = 4
"""Objects read at the same time; each may be some ten megabytes."""

MARKED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What sealing came to: the tree's size, and how many leaves are new.

    `unreadable` are objects that wait but cannot be read, or are not what was written.
    """

    size: int
    leaves: int = 0
    unreadable: tuple[str, ...] = ()


def note(kind: str, said: Mapping[str, Any], archive: Archive) -> str:
    """Put something into the log that is no WARC object; it is durable on return.

    `kind` is one of `leaves.NOTE_KINDS`, `said` whatever JSON holds but fractions.
    Returns the key of the note, whose leaf is sealed with the next ones.
    """
    now = archive.clock()
    key, data = leaves.note(kind, said, at=now)
    with suppress(Conflict):
        archive.log.put(key, data)
    archive.seals.note(key, at=now)
    return key


def seal(
    archive: Archive,
    signer: Signer,
    *,
    goes_on: Callable[[], bool] = lambda: True,
) -> Sealed:
    """Seal all that waits, round by round, as long as `goes_on` says so.

    Safe to do twice, at once, and to be killed. Raises `Unavailable` (do it again),
    `Damaged` where the log is not what was signed: nothing is signed then.
    """
    sealer = _Sealer(archive, signer)
    began = sealer.catch_up()
    size, unreadable = began, dict[str, None]()
    while goes_on():
        found = _waiting(archive, unreadable)
        if not found:
            break
        if sealer.introduces_key():
            found = _waiting(archive, unreadable)
        _commit(archive.log, size, found)
        size = sealer.catch_up()
    return Sealed(size=size, leaves=size - began, unreadable=tuple(unreadable))


def remember(archive: Archive) -> None:
    """Mark all that the published log has sealed, and let its other notes wait.

    What the log states is all that this needs: for archives that have lost the rest.
    """
    head = Head(published=following.newest(archive.log))
    _mark(head, archive)
    for key in archive.log.keys(places.NOTES):
        archive.seals.note(key, at=naming.object_at(key))


def _mark(head: Head, archive: Archive) -> None:
    """Mark what earlier leaves have sealed (4), where that was lost."""
    for start in range(head.marked, head.published, MARKED_AT_ONCE):
        end = min(start + MARKED_AT_ONCE, head.published)
        found = list(following.between(archive.log, start, end))
        if len(found) != end - start:
            raise Damaged(f"the log has lost leaves between {start} and {end}")
        archive.seals.mark(_indexes(found, start))
        archive.seals.advance(replace(head, marked=end))


def _waiting(archive: Archive, unreadable: dict[str, None]) -> list[bytes]:
    """Return the leaves of objects that wait, in the order they go into the log.

    What cannot be read is added to `unreadable`, and holds up no other.
    """
    keys = archive.seals.pending(limit=ROUND + len(unreadable))
    with ThreadPoolExecutor(READ_AT_ONCE) as pool:
        wanted = [key for key in keys if key not in unreadable]
        made = dict(
            zip(wanted, pool.map(lambda k: _leaf(k, archive), wanted), strict=True)
        )
    unreadable |= {key: None for key, leaf in made.items() if leaf is None}
    return sorted(filter(None, made.values()), key=_place)


def _leaf(key: str, archive: Archive) -> bytes | None:
    is_note = key.startswith(leaves.NOTES)
    read = archive.log.read_all if is_note else archive.warcs.read_all
    try:
        return leaves.made(key, read(key))
    except (Damaged, NotFound):
        return None


def _place(leaf: bytes) -> tuple[str, str]:
    said = leaves.read(leaf)
    return said.get("captured_at") or said["noted_at"], said["key"]


def _commit(log: LogStore, start: int, found: Sequence[bytes]) -> None:
    """Put leaves into the log (1), in batches that do not reach over a bundle's end.

    Where another sealer has put one meanwhile, the rest is left for the next round.
    """
    at = 0
    while at < len(found):
        some = found[at : at + WIDTH - (start + at) % WIDTH]
        try:
            log.put(places.batch(start + at), tiles.bundle(some))
        except Conflict:
            return
        at += len(some)


class _Sealer:
    """Does what follows from what is committed: 2 to 5."""

    def __init__(self, archive: Archive, signer: Signer) -> None:
        self._archive = archive
        self._log = archive.log
        self._seals = archive.seals
        self._signer = signer
        self._key: Key | None = None

    def catch_up(self) -> int:
        """Publish and mark all that is committed, and return the tree's size."""
        head = self._seals.head()
        if head is None:
            head = Head(published=following.newest(self._log))
        if head.marked < head.published:
            _mark(head, self._archive)
        batches = following.committed(self._log, head.published)
        added = list(chain.from_iterable(batches))
        if not added:
            return head.published
        size = self._publish(head.published, added)
        self._seals.mark(_indexes(added, head.published))
        self._seals.advance(Head(published=size, marked=size))
        return size

    def _publish(self, old: int, added: Sequence[bytes]) -> int:
        """Write the tiles (2) and the signed checkpoint (3) of the tree with `added`."""
        before = following.reader(old, self._log)
        self._check(old, before)
        hashes = [tree.leaf_hash(leaf) for leaf in added]
        made, size = tiles.grown(old, hashes, self._tile)
        for number in range(old // WIDTH, size // WIDTH):
            data = tiles.bundle(following.batched(self._log, number))
            self._put(places.TILES + tiles.bundle_path(number), data)
        for tile, data in made.items():
            self._put(places.TILES + tile.path, data)
        self._sign(size, self._root(size, made))
        return size

    def _tile(self, tile: Tile) -> bytes:
        return following.tile_of_tree(self._log, tile)

    def _root(self, size: int, made: Mapping[Tile, bytes]) -> bytes:
        """Return the hash of the tree, of its new tiles and of those it had before."""
        return tiles.Reader(size, lambda t: made.get(t) or self._tile(t)).root()

    def _put(self, key: str, data: bytes) -> None:
        try:
            self._log.put(key, data)
        except Conflict:
            if self._log.read_all(key) != data:
                raise Damaged(f"{key} is not what follows from the leaves") from None

    def _check(self, size: int, before: tiles.Reader) -> None:
        """Hold the tree that is to grow against what was signed of it."""
        if not size:
            return
        try:
            signed = following.checkpoint(size, self._log)
        except NotFound:
            raise Damaged(
                f"the checkpoint of {size} leaves is gone, though it was published: "
                "bring log/ back from its newest copy"
            ) from None
        note_ = notes.opened(signed, following.keys(self._log))
        if notes.checkpoint(note_.text).root != before.root():
            raise Damaged(f"the tiles are not those that were signed at {size} leaves")

    def _sign(self, size: int, root: bytes) -> None:
        key = self.key()
        stated = Checkpoint(origin=key.name, size=size, root=root)
        place = places.checkpoint(size)
        try:
            signed = self._log.read_all(place)
        except NotFound:
            at = self._archive.clock()
            text = notes.sealed(stated, key, self._signer.sign, at=at)
            notes.opened(text, [key])
            with suppress(Conflict):
                self._log.put(place, text.encode())
            signed = self._log.read_all(place)
        if notes.checkpoint(notes.parsed(signed.decode()).text) != stated:
            raise Damaged(f"{place} states another tree than its leaves make")

    def key(self) -> Key:
        """Return the key that signs; the log knows it then."""
        if self._key is None:
            self.introduces_key()
        assert self._key is not None
        return self._key

    def introduces_key(self) -> bool:
        """Make the key known to the log; tell whether a change of keys was noted now.

        The note comes before the key: a key that the log knows was announced.
        """
        if self._key is not None:
            return False
        public = self._signer.public_key()
        self._key = Key(name=_origin(self._log, public), public=public)
        earlier = following.keys(self._log)
        if self._key in earlier:
            return False
        if earlier:
            said = {"old": [each.vkey for each in earlier], "new": self._key.vkey}
            note("keychange", said, self._archive)
        place = places.KEYS + self._key.id().hex()
        with suppress(Conflict):
            self._log.put(place, f"{self._key.vkey}\n".encode())
        return bool(earlier)


def _origin(log: LogStore, public: bytes) -> str:
    """Return the log's name: made of its first key, and kept for ever."""
    with suppress(NotFound):
        return log.read_all(places.ORIGIN).decode().strip()
    with suppress(Conflict):
        log.put(places.ORIGIN, f"hozon/{identifier('log', public.hex())}\n".encode())
    return log.read_all(places.ORIGIN).decode().strip()


def _indexes(found: Sequence[bytes], start: int) -> dict[str, int]:
    said = (leaves.read(data)["key"] for data in found)
    return {key: index for index, key in enumerate(said, start)}
