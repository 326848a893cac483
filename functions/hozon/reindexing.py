"""Rebuild the index from the WARC objects alone, and what is sealed from the log."""

from collections.abc import Callable
from dataclasses import dataclass

from hozon import sealing
from hozon.archive import Archive
from hozon.errors import Damaged
from hozon.holdings import read


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexed:
    """What a rebuild came to; `damaged` names the objects that could not be read."""

    objects: int
    damaged: tuple[str, ...]


def reindex(
    archive: Archive, *, progress: Callable[[int], None] = lambda _: None
) -> Reindexed:
    """Add the holdings of every WARC object to the archive's index, oldest first.

    What the log has sealed is marked before, so that only what has no leaf waits for
    one. A damaged object is passed over and named, and so is a log that has lost leaves;
    the others are indexed all the same. `progress` is called with the number of objects
    done.
    """
    warcs, index = archive.warcs, archive.index
    objects, damaged = 0, list[str]()
    try:
        sealing.remember(archive)
    except Damaged as e:
        damaged.append(str(e))
    for objects, key in enumerate(warcs.keys(), start=1):
        try:
            index.add(read(key, warcs.read_all(key)))
        except Damaged:
            damaged.append(key)
        progress(objects)
    return Reindexed(objects=objects, damaged=tuple(damaged))
