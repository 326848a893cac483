"""Pull an archive into another place: the second copy, which is an archive itself.

What is pulled is what the source's log has sealed. The log is followed from signed tree to
signed tree: its leaves have to make the tree that was signed, each object has to make its
leaf, and only then does it take its place.

1  the objects of the next signed tree are there, each durable, and indexed
2  its batches of leaves and its tiles are there
3  its checkpoint is there: up to here nothing is asked for again

Whoever is killed goes on behind the last 3; objects that are there are read, not fetched.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from hozon.auditing import reindexing
from hozon.auditing.rehashing import wrong
from hozon.log import ed25519, leaves, notes, places, tiles, tree
from hozon.log.findings import Finding
from hozon.log.notes import Checkpoint, Key, Verify
from hozon.log.tiles import WIDTH, Tile
from hozon.nouns.archive import Archive
from hozon.nouns.copies import Mender, SecondCopy
from hozon.nouns.digests import identifier
from hozon.nouns.errors import Conflict, Damaged, Misuse, NotFound, Restoring, Unusable
from hozon.nouns.seals import Head
from hozon.sealing import following
from hozon.sealing.following import Leaf
from hozon.stored import holdings

AT_ONCE = 8
"""Objects fetched at the same time."""

LACKING = "search/pulled.json"
"""What the source could not give when it was asked: it is asked for again."""

_CHUNK = 32


@dataclass(slots=True, kw_only=True)
class Pulled:
    """What pulling came to: the log's `size`, how many `leaves` of it are new, `objects`
    fetched and their `octets`, how many were `present`. `lacking` are objects that the
    source could not give, `findings` say why where that is a fault; `purged` are gone
    there and, if they were here, here.
    """

    size: int = 0
    leaves: int = 0
    objects: int = 0
    octets: int = 0
    present: int = 0
    lacking: list[str] = field(default_factory=list)
    purged: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def pull(
    source: SecondCopy,
    target: Archive,
    mender: Mender,
    *,
    vkeys: Collection[str] = (),
    verify: Verify = ed25519.verify,
    progress: Callable[[Pulled], None] = lambda _: None,
) -> Pulled:
    """Pull all that was sealed since; `vkeys` are the only keys that may have signed it
    (none: the log's first one, and those that it announces).

    Raises `Damaged` where the source's log is not what was signed, or not the one that
    was pulled before: nothing of it is taken then. `Misuse` where the target is no copy
    of it, `Unusable` where nothing is sealed there.
    """
    pulling = _Pull(source, target, mender, progress)
    return pulling.all(vkeys, verify)


class _Pull:
    def __init__(
        self,
        source: SecondCopy,
        target: Archive,
        mender: Mender,
        progress: Callable[[Pulled], None],
    ) -> None:
        self._source = source
        self._target = target
        self._log = target.log
        self._mender = mender
        self._vkeys: Collection[str] = ()
        self._verify: Verify = ed25519.verify
        self._progress = progress
        self._size = following.newest(target.log)
        self._done = Pulled(size=self._size)
        self._origin = ""
        self._trusted: list[Key] = []
        self._new: list[Key] = []

    def all(self, vkeys: Collection[str], verify: Verify) -> Pulled:
        """Pull all that there is."""
        self._vkeys, self._verify = vkeys, verify
        self._names()
        self._goes_on()
        before = self._size
        with ThreadPoolExecutor(AT_ONCE) as pool:
            self._pool = pool
            self._ask_again()
            for size in self._signed():
                self._step(size)
        self._stamps(before)
        self._settle()
        return self._done

    # --- whose log it is ----------------------------------------------------------------

    def _names(self) -> None:
        """Learn the name of the source's log, and who may have signed it."""
        log, theirs = self._log, self._source.log
        try:
            name = theirs.read_all(places.ORIGIN)
        except NotFound:
            raise Unusable(f"nothing is sealed in {self._source.what} yet") from None
        with suppress(Conflict):
            log.put(places.ORIGIN, name)
        if log.read_all(places.ORIGIN) != name:
            raise Misuse(
                f"this folder is an archive of its own, or a copy of another one than "
                f"{self._source.what}; name a new folder: --archive DIR"
            )
        self._origin = name.decode().strip()
        self._trusted = following.keys(log)
        known = {key.id() for key in self._trusted}
        for place in theirs.keys(places.KEYS):
            if bytes.fromhex(place.rpartition("/")[2]) not in known:
                self._meet(Key.of(theirs.read_all(place).decode()))

    def _meet(self, key: Key) -> None:
        """Take notice of a key that is new here: the first names the log, others have to
        be announced.
        """
        if self._vkeys and key.vkey not in self._vkeys:
            raise Damaged(f"{key.vkey} signs this log, and is not the key asked for")
        first = f"hozon/{identifier('log', key.public.hex())}"
        if first == self._origin and not self._trusted:
            self._trust(key)
        else:
            self._new.append(key)

    def _trust(self, key: Key) -> None:
        self._trusted.append(key)
        with suppress(Conflict):
            self._log.put(places.KEYS + key.id().hex(), f"{key.vkey}\n".encode())

    def _goes_on(self) -> None:
        """See whether the source's log still is the one that was pulled before."""
        if not self._size:
            return
        ours = self._checkpoint(following.checkpoint(self._size, self._log))
        try:
            text = following.checkpoint(self._size, self._source.log)
        except NotFound:
            raise Damaged(
                f"{self._source.what} has no tree of {self._size} leaves any more: its "
                "log was rolled back, or this folder's has gone on by itself. Keep both"
            ) from None
        if self._checkpoint(text) != ours:
            raise Damaged(
                f"{self._source.what} shows another tree of {self._size} leaves than "
                "before: its log is forked. Keep both"
            )

    def _checkpoint(self, text: str) -> Checkpoint:
        note = notes.opened(text, self._trusted, verify=self._verify)
        return notes.checkpoint(note.text)

    # --- from tree to tree --------------------------------------------------------------

    def _signed(self) -> Iterator[int]:
        """Yield the sizes of the trees that were signed since, in ascending order."""
        after = places.behind(places.CHECKPOINTS, self._size)
        for key in self._source.log.keys(places.CHECKPOINTS, after=after):
            yield places.number(key)

    def _step(self, size: int) -> None:
        """Pull what the tree of `size` leaves has more than the one before."""
        old = self._size
        batches = self._batches(old, size)
        found = [data for batch in batches for data in batch]
        added = [
            Leaf(index=index, data=data, said=leaves.read(data))
            for index, data in enumerate(found, old)
        ]
        self._announced(added)
        text = following.checkpoint(size, self._source.log)
        made = self._proven(old, found, text)
        for at in range(0, len(added), _CHUNK):
            self._objects(added[at : at + _CHUNK])
        self._commit(old, batches, made)
        self._put(places.checkpoint(size), text.encode())
        self._target.seals.mark({each.key: each.index for each in added})
        self._target.seals.advance(Head(published=size, marked=size))
        self._size = self._done.size = size
        self._done.leaves += len(added)
        self._progress(self._done)

    def _batches(self, old: int, size: int) -> list[list[bytes]]:
        """Return the batches of leaves from `old` up to before `size`."""
        found, at = [], old
        for batch in following.committed(self._source.log, old):
            found.append(batch)
            at += len(batch)
            if at >= size:
                break
        if at != size:
            raise Damaged(
                f"{self._source.what}: there are no leaves from {old} to {size}, though "
                "they were signed"
            )
        return found

    def _announced(self, added: Sequence[Leaf]) -> None:
        """Trust the keys that these leaves announce."""
        changes = (each.said for each in added if each.said["kind"] == "keychange")
        announced = {str(said.get("new")) for said in changes}
        for key in [each for each in self._new if each.vkey in announced]:
            self._new.remove(key)
            self._trust(key)

    def _proven(self, old: int, added: Sequence[bytes], text: str) -> dict[Tile, bytes]:
        """Return the tiles that leaves make, if the tree is the one that was signed."""
        hashes = [tree.leaf_hash(data) for data in added]
        made, size = tiles.grown(old, hashes, self._tile)
        root = tiles.Reader(size, lambda t: made.get(t) or self._tile(t)).root()
        wanted = Checkpoint(origin=self._origin, size=size, root=root)
        if self._checkpoint(text) != wanted:
            raise Damaged(
                f"{self._source.what}: the leaves up to {size} do not make the tree that "
                "was signed; nothing of them was taken"
            )
        return dict(made)

    def _tile(self, wanted: Tile) -> bytes:
        return following.tile_of_tree(self._log, wanted)

    def _commit(
        self, old: int, batches: Sequence[list[bytes]], made: dict[Tile, bytes]
    ) -> None:
        at = old
        for batch in batches:
            self._put(places.batch(at), tiles.bundle(batch))
            at += len(batch)
        for number in range(old // WIDTH, at // WIDTH):
            data = tiles.bundle(following.batched(self._log, number))
            self._put(places.TILES + tiles.bundle_path(number), data)
        for tile, data in made.items():
            self._put(places.TILES + tile.path, data)

    def _put(self, key: str, data: bytes) -> None:
        try:
            self._log.put(key, data)
        except Conflict:
            if self._log.read_all(key) != data:
                raise Damaged(
                    f"{key} is another one here than in {self._source.what}: this "
                    "folder's log has gone on by itself; pull into a new folder"
                ) from None

    # --- the objects ----------------------------------------------------------------------

    def _objects(self, some: Sequence[Leaf]) -> None:
        """Have the objects of these leaves here, and in the index."""
        for leaf, data in zip(some, self._pool.map(self._object, some), strict=True):
            if leaf.said["kind"] == "purge":
                self._done.purged.add(str(leaf.said.get("object")))
            if data is not None and not leaf.key.startswith(places.NOTES):
                self._index(leaf.key, data)

    def _index(self, key: str, data: bytes) -> None:
        with suppress(Damaged, Misuse):
            held = holdings.read(key, data)
            planner = reindexing.planner_of(held, self._target)
            self._target.index.add(held, planner=planner)

    def _object(self, leaf: Leaf) -> bytes | None:
        """Return the object of a leaf, which is here then; None: the source lacks it."""
        is_note = leaf.key.startswith(places.NOTES)
        here = self._target.log if is_note else self._target.warcs
        there = self._source.log if is_note else self._source.warcs
        with suppress(NotFound):
            data = here.read_all(leaf.key)
            if wrong(leaf, data) is None:
                self._done.present += 1
                return data
            self._mender.set_aside(leaf.key)
        try:
            data = there.read_all(leaf.key)
        except (NotFound, Restoring) as e:
            self._lacks(leaf, e)
            return None
        if (found := wrong(leaf, data)) is not None:
            self._done.findings.append(found)
            self._done.lacking.append(leaf.key)
            return None
        with suppress(Conflict):
            here.put(leaf.key, data)
        self._done.objects += 1
        self._done.octets += len(data)
        return data

    def _lacks(self, leaf: Leaf, error: NotFound | Restoring) -> None:
        self._done.lacking.append(leaf.key)
        if isinstance(error, NotFound):
            says = f"is gone; leaf {leaf.index} says that it was held"
            found = Finding(act="deleted", subject=leaf.key, says=says)
        else:
            found = Finding(
                act="unreadable", subject=leaf.key, says=str(error), is_doubt=True
            )
        self._done.findings.append(found)

    def _ask_again(self) -> None:
        """Ask once more for what the source could not give before."""
        keys, self._version = _lacking(self._target)
        known = self._target.seals.leaves(keys)
        some = [following.leaf(known[key], self._log) for key in keys if key in known]
        self._objects(some)

    # --- the rest -------------------------------------------------------------------------

    def _stamps(self, before: int) -> None:
        """Copy the time stamps of the trees that are new here, and of the one before."""
        after = places.behind(places.STAMPS, max(0, before - 1))
        known = set(self._log.keys(places.STAMPS, after=after))
        for key in self._source.log.keys(places.STAMPS, after=after):
            if key not in known:
                with suppress(Conflict):
                    self._log.put(key, self._source.log.read_all(key))

    def _settle(self) -> None:
        """Forget what is lacking because it was purged; remember the rest."""
        done = self._done
        gone = (
            {str(said.get("object")) for said in self._purges()}
            if done.lacking
            else set()
        )
        done.purged |= gone & {*done.lacking}
        done.lacking = [key for key in done.lacking if key not in done.purged]
        done.findings = [f for f in done.findings if f.subject not in done.purged]
        data = json.dumps(sorted(done.lacking)).encode()
        if done.lacking or self._version is not None:
            self._target.derived.replace(LACKING, data, version=self._version)

    def _purges(self) -> Iterator[leaves.Leaf]:
        for key in self._log.keys(places.NOTES):
            said = leaves.read(self._log.read_all(key))
            if said["kind"] == "purge":
                yield said


def _lacking(target: Archive) -> tuple[list[str], str | None]:
    try:
        data, version = target.derived.get(LACKING)
    except NotFound:
        return [], None
    try:
        return [str(key) for key in json.loads(data)], version
    except ValueError:
        return [], version
