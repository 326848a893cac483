"""Capture one entry as one snapshot: fetch, compose, store, index.

Commit points: (1) the WARC object is durable (create-only: the first durable object of a
job wins); (2) its captures, read back from the stored bytes, are indexed. A worker that
dies before (1) has done nothing; between (1) and (2) the job is done again and meets its
own object; after (2) it is done.
"""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from threading import Lock

from hozon import naming
from hozon.archive import Archive
from hozon.composing import compose
from hozon.digests import sha256
from hozon.errors import Conflict
from hozon.gathering import Gathered, gather
from hozon.holdings import metadata, read, reason
from hozon.model import Capture, Exchange, Holdings, Snapshot
from hozon.permission import Permission, Permitted
from hozon.sharing import Commons, Shared, claim
from hozon.warc.reader import record_at
from hozon.work import CaptureJob

LARGE = 8_000_000
"""Bytes of payload from which on objects are made one after another in a process."""

_LARGE_ONES = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What a capture came to: its snapshot, and what was stored for it now.

    `adopted` where an object of this job was stored already: that one counts. `reason`
    is what weighed most in the verdict on a page that was not accepted, `stopped` says
    why we would not follow the page's redirect.
    """

    snapshot: Snapshot
    reason: str = ""
    bytes_stored: int = 0
    requisites: int = 0
    revisits: int = 0
    refused: int = 0
    adopted: bool = False
    stopped: str | None = None


async def capture(
    job: CaptureJob,
    archive: Archive,
    permission: Permission,
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
        return await to_thread(_adopted, key, archive)
    permitted = Permitted(permission)
    gathered = await gather(
        job.link,
        fetcher=permitted,
        commons=commons,
        clock=archive.clock,
        reader=archive.reader,
    )
    gathered.robots, gathered.asked = permitted.told(), permitted.exchanges()
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
    first = (*pages, *gathered.asked)
    exchanges = [*first, *(e for s in mine for e in s.fetched.exchanges)]
    with _room(exchanges):
        digests = [sha256(each.payload) for each in exchanges]
        held = archive.index.by_digest(set(digests))
        composed = compose(
            job,
            gathered,
            mine=mine,
            referred=referred,
            digests=digests,
            held=held,
            archive=archive,
        )
        try:
            archive.warcs.put(key, composed.data)
        except Conflict:
            return _adopted(key, archive), {}
        holdings = read(key, composed.data)
    archive.index.add(holdings, held=held)
    captures = {c.record_id: c for c in holdings.captures}
    recorded = {
        uri: tuple(captures[i] for i in ids) for uri, ids in composed.record_ids.items()
    }
    return _captured(holdings, gathered, composed.data), recorded


def _room(exchanges: Sequence[Exchange]) -> AbstractContextManager[object]:
    """Let one large object at a time be made and stored: it is in memory meanwhile."""
    is_large = sum(len(each.payload) for each in exchanges) > LARGE
    return _LARGE_ONES if is_large else nullcontext()


def _captured(holdings: Holdings, gathered: Gathered, data: bytes) -> Captured:
    return Captured(
        snapshot=holdings.snapshots[0],
        reason=_reason(holdings.snapshots[0], data),
        bytes_stored=len(data),
        requisites=len(gathered.completed.wanted),
        revisits=sum(c.record_type == "revisit" for c in holdings.captures),
        refused=sum(r.outcome == "refused" for r in gathered.completed.missing),
        stopped=gathered.refused,
    )


def _index(key: str, data: bytes, archive: Archive) -> Holdings:
    """Index a stored object (2) from its bytes, whoever has stored it."""
    holdings = read(key, data)
    archive.index.add(holdings)
    return holdings


def _adopted(key: str, archive: Archive) -> Captured:
    data = archive.warcs.read_all(key)
    snapshot = _index(key, data, archive).snapshots[0]
    return Captured(snapshot=snapshot, reason=_reason(snapshot, data), adopted=True)


def _reason(snapshot: Snapshot, data: bytes) -> str:
    if snapshot.accepted:
        return ""
    place = snapshot.metadata
    record = record_at(data[place.offset : place.offset + place.length])
    return reason(metadata(bytes(record.block)))
