"""Rebuild the index from the WARC objects alone, and what is sealed from the log.

When pages are looked at next follows from what is in them and from the operator's plans.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hozon.guarding import deciding
from hozon.lives.looks import of_snapshot
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, Misuse
from hozon.nouns.model import Holdings
from hozon.nouns.watches import Planner
from hozon.sealing import sealing
from hozon.settling.planning import planner
from hozon.stored.holdings import read


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexed:
    """What a rebuild came to; `damaged` names the objects that could not be read."""

    objects: int
    damaged: tuple[str, ...]


def reindex(
    archive: Archive, *, progress: Callable[[int], None] = lambda _: None
) -> Reindexed:
    """Add the holdings of every WARC object to the archive's index, oldest first.

    What the log says was decided about access is brought back first, and what it has sealed
    is marked, so that only what has no leaf waits for
    one. A damaged object is passed over and named, and so is one whose URIs no index
    could hold, and a log that has lost leaves; the others are indexed all the same.
    `progress` is called with the number of objects done.
    """
    warcs, index = archive.warcs, archive.index
    objects, damaged = 0, list[str]()
    for remember in (sealing.remember, deciding.restore):
        try:
            remember(archive)
        except Damaged as e:
            damaged.append(str(e))
    for objects, key in enumerate(warcs.keys(), start=1):
        try:
            holdings = read(key, archive.warcs.read_all(key))
            index.add(holdings, planner=planner_of(holdings, archive))
        except (Damaged, Misuse):
            damaged.append(key)
        progress(objects)
    return Reindexed(objects=objects, damaged=tuple(damaged))


def planner_of(holdings: Holdings, archive: Archive) -> Planner | None:
    """Return what says when the page of an object is looked at next; None: it has none."""
    for found in (*holdings.findings, *map(of_snapshot, holdings.snapshots)):
        return planner(found.feed_id, archive)
    return None
