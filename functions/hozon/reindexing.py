"""Rebuild the index from the WARC objects alone.

When pages are looked at next follows from what is in them and from the operator's plans.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hozon.archive import Archive
from hozon.errors import Damaged
from hozon.holdings import read
from hozon.looks import of_snapshot
from hozon.model import Holdings
from hozon.planning import planner
from hozon.ports import Index
from hozon.watches import Planner


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexed:
    """What a rebuild came to; `damaged` names the objects that could not be read."""

    objects: int
    damaged: tuple[str, ...]


def reindex(
    archive: Archive, index: Index, *, progress: Callable[[int], None] = lambda _: None
) -> Reindexed:
    """Add the holdings of every WARC object to `index`, oldest first.

    A damaged object is passed over and named; the others are indexed all the same.
    `progress` is called with the number of objects done.
    """
    objects, damaged = 0, []
    for objects, key in enumerate(archive.warcs.keys(), start=1):
        try:
            holdings = read(key, archive.warcs.read_all(key))
            index.add(holdings, planner=_planner(holdings, archive))
        except Damaged:
            damaged.append(key)
        progress(objects)
    return Reindexed(objects=objects, damaged=tuple(damaged))


def _planner(holdings: Holdings, archive: Archive) -> Planner | None:
    """Return what says when the page of an object is looked at next; None: it has none."""
    for found in (*holdings.findings, *map(of_snapshot, holdings.snapshots)):
        return planner(found.feed_id, archive)
    return None
