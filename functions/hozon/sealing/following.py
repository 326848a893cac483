"""Read the log: leaves in their order, tiles, checkpoints. What a follower needs.

Whoever works through all that the archive stores (search, audit, a copy elsewhere) asks
`since` for what comes after the position it has reached, and keeps that position.
Everything below the published size is signed and never changes.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from hozon.log import leaves, notes, places, tiles
from hozon.log.tiles import WIDTH, Reader, Tile
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, NotFound
from hozon.nouns.seals import LogStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A leaf of the log: its index, its bytes, and what they say (`log.leaves`)."""

    index: int
    data: bytes
    said: dict[str, Any]

    @property
    def key(self) -> str:
        """The key of the object that it seals."""
        return str(self.said["key"])


def since(position: int, archive: Archive, *, limit: int) -> Sequence[Leaf]:
    """Return up to `limit` sealed leaves from index `position` on, in log order.

    The next position is that of the last one and 1; nothing: there is no more yet.
    """
    end = min(published(archive), position + limit)
    return [
        Leaf(index=index, data=data, said=leaves.read(data))
        for index, data in enumerate(between(archive.log, position, end), position)
    ]


def leaf(index: int, log: LogStore) -> Leaf:
    """Return one leaf; `NotFound` if the log is shorter."""
    for data in between(log, index, index + 1):
        return Leaf(index=index, data=data, said=leaves.read(data))
    raise NotFound(f"the log has no leaf {index}")


def published(archive: Archive) -> int:
    """Return the size of the tree that was last published."""
    head = archive.seals.head()
    return newest(archive.log) if head is None else head.published


def newest(log: LogStore) -> int:
    """Return the size of the largest checkpoint in the log; reads the list of them."""
    sizes = (places.number(key) for key in log.keys(places.CHECKPOINTS))
    return max(sizes, default=0)


def between(log: LogStore, start: int, end: int) -> Iterator[bytes]:
    """Yield the leaves from `start` up to before `end`, as far as there are any.

    Who follows the log from checkpoint to checkpoint causes no more reads late in a
    bundle than early in it.
    """
    while start < end:
        behind = (start // WIDTH + 1) * WIDTH
        yield from _within(log, start, min(end, behind))
        start = behind


def _within(log: LogStore, start: int, end: int) -> list[bytes]:
    """Return leaves of one bundle: from it, or from the batches it is made of."""
    number, skipped = divmod(start, WIDTH)
    if end % WIDTH == 0:
        with suppress(NotFound):
            whole = log.read_all(places.TILES + tiles.bundle_path(number))
            return tiles.leaves(whole)[skipped:]
    if skipped and _exists(start, log):
        return _from_checkpoint(log, start, end)
    return batched(log, number)[skipped : end - number * WIDTH]


def _from_checkpoint(log: LogStore, start: int, end: int) -> list[bytes]:
    """Return leaves behind a checkpoint: there a batch of the log begins, no other."""
    found: list[bytes] = []
    for batch in committed(log, start):
        found += batch
        if start + len(found) >= end:
            return found[: end - start]
    raise Damaged(f"{places.batch(start + len(found))} is gone from the log")


def batched(
    log: LogStore, number: int, *, stray: list[str] | None = None
) -> list[bytes]:
    """Return the leaves of a bundle as they were sealed, batch by batch.

    A batch that begins inside another is not of the log; its key is added to `stray`.
    Raises `Damaged` for a gap.
    """
    found: list[bytes] = []
    for key in log.keys(places.batches(number)):
        at = places.number(key) - number * WIDTH
        if at == len(found):
            found += tiles.leaves(log.read_all(key))
        elif at > len(found):
            raise Damaged(f"{key}: the leaves before it are gone")
        elif stray is not None:
            stray.append(key)
    return found


def committed(log: LogStore, start: int) -> Iterator[list[bytes]]:
    """Yield the batches from leaf `start` on, where one begins, to the last there is."""
    while True:
        try:
            found = tiles.leaves(log.read_all(places.batch(start)))
        except NotFound:
            return
        yield found
        start += len(found)


def tile(log: LogStore, wanted: Tile) -> bytes:
    """Return the hashes of a tile; of a partial one also where only a wider is held."""
    for path in (wanted.path, Tile(wanted.level, wanted.number).path):
        try:
            data = log.read_all(places.TILES + path)
        except NotFound:
            continue
        return data[: wanted.width * 32]
    raise NotFound(f"the log has no {wanted.path}")


def reader(size: int, log: LogStore) -> Reader:
    """Return the tree of a published size, read from its tiles as they are needed.

    A tile that should be there and is not, is `Damaged`.
    """
    return Reader(size, lambda wanted: tile_of_tree(log, wanted))


def tile_of_tree(log: LogStore, wanted: Tile) -> bytes:
    """Return the hashes of a tile that the log must have, or raise `Damaged`."""
    try:
        return tile(log, wanted)
    except NotFound:
        raise Damaged(f"{wanted.path} is gone from the log") from None


def bundle(log: LogStore, number: int, width: int = WIDTH) -> bytes:
    """Return the bundle of the first `width` leaves of a tile (C2SP), or `NotFound`."""
    found = _within(log, number * WIDTH, (number + 1) * WIDTH)
    if len(found) < width:
        raise NotFound(f"the log has no {tiles.bundle_path(number, width)}")
    return tiles.bundle(found[:width])


def checkpoint(size: int, log: LogStore) -> str:
    """Return the signed checkpoint of a size, or raise `NotFound`."""
    return log.read_all(places.checkpoint(size)).decode()


def checkpoint_after(index: int, log: LogStore) -> int:
    """Return the size of the first checkpoint with leaf `index`, or raise `NotFound`."""
    after = places.behind(places.CHECKPOINTS, index)
    for key in islice(log.keys(places.CHECKPOINTS, after=after), 1):
        return places.number(key)
    raise NotFound(f"no checkpoint has leaf {index} yet")


def checkpoint_before(index: int, log: LogStore) -> int:
    """Return the size of the last checkpoint without leaf `index`; 0: there is none.

    Each checkpoint is at the end of a batch; those of one round of sealing are looked
    through, latest first.
    """
    for number in range(index // WIDTH, -1, -1):
        keys = reversed(list(log.keys(places.batches(number))))
        for start in (places.number(key) for key in keys):
            if 0 < start <= index and _exists(start, log):
                return start
    return 0


def _exists(size: int, log: LogStore) -> bool:
    try:
        checkpoint(size, log)
    except NotFound:
        return False
    return True


def keys(log: LogStore) -> list[notes.Key]:
    """Return the public keys that the log was signed with."""
    return [notes.Key.of(log.read_all(key).decode()) for key in log.keys(places.KEYS)]
