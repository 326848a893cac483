"""Rebuild the index from the WARC objects alone."""

from collections.abc import Callable
from dataclasses import dataclass

from hozon.errors import Damaged, Misuse
from hozon.holdings import read
from hozon.ports import Index, WarcStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexed:
    """What a rebuild came to; `damaged` names the objects that could not be read."""

    objects: int
    damaged: tuple[str, ...]


def reindex(
    warcs: WarcStore, index: Index, *, progress: Callable[[int], None] = lambda _: None
) -> Reindexed:
    """Add the holdings of every WARC object to `index`, oldest first.

    A damaged object is passed over and named, and so is one whose URIs no index could
    hold; the others are indexed all the same.
    `progress` is called with the number of objects done.
    """
    objects, damaged = 0, []
    for objects, key in enumerate(warcs.keys(), start=1):
        try:
            index.add(read(key, warcs.read_all(key)))
        except (Damaged, Misuse):
            damaged.append(key)
        progress(objects)
    return Reindexed(objects=objects, damaged=tuple(damaged))
