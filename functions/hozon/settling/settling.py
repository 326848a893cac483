"""Settle what a stored WARC object holds: tell what was found, then index it.

In this order, for indexing is what ends a job: a worker that dies before has its job done
again, and tells again.
"""

from asyncio import to_thread
from collections.abc import Mapping

from hozon.lives import looks
from hozon.nouns.archive import Archive
from hozon.nouns.digests import Digest
from hozon.nouns.findings import Finding
from hozon.nouns.model import Capture, Holdings
from hozon.nouns.ports import Poster
from hozon.settling.planning import planner
from hozon.settling.telling import found, tell
from hozon.stored import naming


async def settle(
    holdings: Holdings,
    archive: Archive,
    poster: Poster,
    *,
    held: Mapping[Digest, Capture] | None = None,
) -> Finding:
    """Tell and index what the object of one look or capture holds; return the finding.

    `held` is as for `Index.add`.
    """
    finding = finding_of(holdings)
    if archive.telling.is_wanted:
        known = await to_thread(archive.watches.get_all, [finding.link])
        watch = known.get(naming.link_id(finding.link))
        events = await to_thread(found, [finding], watch, archive)
        await tell(events, archive, poster)
    await to_thread(_add, holdings, finding.feed_id, archive, held)
    return finding


def _add(
    holdings: Holdings,
    feed_id: str,
    archive: Archive,
    held: Mapping[Digest, Capture] | None,
) -> None:
    planned = planner(feed_id, archive)
    archive.index.add(holdings, held=held, planner=planned)


def finding_of(holdings: Holdings) -> Finding:
    """Return what the look or capture found whose object this is."""
    if holdings.findings:
        return holdings.findings[0]
    return looks.of_snapshot(holdings.snapshots[0])
