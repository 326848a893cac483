"""Capture one entry as one snapshot: fetch, compose, store, index.

Commit points: (1) the WARC object is durable (create-only: the first durable object of a
job wins); (2) its captures, read back from the stored bytes, are indexed. A worker that
dies before (1) has done nothing; between (1) and (2) the job is done again and meets its
own object; after (2) it is done.
"""

from asyncio import to_thread
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hozon import naming
from hozon.archive import Archive
from hozon.composing import compose, payload_key
from hozon.digests import Digest
from hozon.errors import Conflict
from hozon.gathering import Gathered, gather
from hozon.holdings import read
from hozon.model import Capture, CaptureJob, Exchange, Holdings, Snapshot
from hozon.ports import Fetcher
from hozon.sharing import Commons, Shared, claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What a capture came to: its snapshot, and what was stored for it now.

    `adopted` where an object of this job was stored already: that one counts.
    """

    snapshot: Snapshot
    bytes_stored: int = 0
    requisites: int = 0
    revisits: int = 0
    refused: int = 0
    adopted: bool = False


async def capture(
    job: CaptureJob,
    archive: Archive,
    fetcher: Fetcher,
    commons: Commons,
    *,
    again: bool = False,
) -> Captured:
    """Capture the entry of `job`. Safe to do twice, and at once by two workers.

    `again` says that the job was handed out before: a worker may have died behind (1),
    so its object is looked for first. Raises `Refused`, `Unreachable`, `Unavailable`.
    """
    key = naming.warc_key(job)
    if again and await to_thread(archive.warcs.holds, key):
        return _adopted(await to_thread(_index, key, archive))
    gathered = await gather(
        job.link, fetcher=fetcher, commons=commons, clock=archive.clock
    )
    own, others = claim(gathered.completed.wanted)
    try:
        referred = [s for s in others if s.durable is not None and await s.durable]
        mine = [*own, *(s for s in others if s not in referred)]
        captured, recorded = await to_thread(
            _store, job, gathered, mine, referred, archive
        )
        for shared in own:
            commons.stored(shared, recorded.get(shared.uri, ()))
    finally:
        for shared in own:
            commons.lost(shared)
    return captured


def _store(
    job: CaptureJob,
    gathered: Gathered,
    mine: Sequence[Shared],
    referred: Sequence[Shared],
    archive: Archive,
) -> tuple[Captured, Mapping[str, tuple[Capture, ...]]]:
    """Store (1) and index (2); also return the captures of each requisite recorded."""
    key = naming.warc_key(job)
    pages = [e for one in (gathered, *gathered.more) for e in one.exchanges]
    exchanges = [*pages, *(e for s in mine for e in s.fetched.exchanges)]
    composed = compose(
        job,
        gathered,
        mine=mine,
        referred=referred,
        held=_held(exchanges, archive),
        archive=archive,
    )
    try:
        archive.warcs.put(key, composed.data)
    except Conflict:
        return _adopted(_index(key, archive)), {}
    holdings = read(key, composed.data)
    archive.index.add(holdings)
    captures = {c.record_id: c for c in holdings.captures}
    recorded = {
        uri: tuple(captures[i] for i in ids) for uri, ids in composed.record_ids.items()
    }
    return _captured(holdings, gathered, len(composed.data)), recorded


def _captured(holdings: Holdings, gathered: Gathered, stored: int) -> Captured:
    return Captured(
        snapshot=holdings.snapshots[0],
        bytes_stored=stored,
        requisites=len(gathered.completed.wanted),
        revisits=sum(c.record_type == "revisit" for c in holdings.captures),
        refused=sum(r.outcome == "refused" for r in gathered.completed.missing),
    )


def _index(key: str, archive: Archive) -> Holdings:
    """Index a stored object (2) from its bytes, whoever has stored it."""
    holdings = read(key, archive.warcs.read_all(key))
    archive.index.add(holdings)
    return holdings


def _adopted(holdings: Holdings) -> Captured:
    return Captured(snapshot=holdings.snapshots[0], adopted=True)


def _held(exchanges: Iterable[Exchange], archive: Archive) -> Mapping[Digest, Capture]:
    """Return the captures of those payloads that the archive holds already."""
    digests = {key for e in exchanges if (key := payload_key(e)) is not None}
    return archive.index.by_digest(digests) if digests else {}
