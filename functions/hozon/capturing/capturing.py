"""Capture one entry as one snapshot: fetch, compose, store, index.

Commit points: (1) the WARC object is durable (create-only: the first durable object of a
job wins); (2) its captures, read back from the stored bytes, are indexed, and before that
it is told what was found. A worker that dies before (1) has done nothing; between (1) and
(2) the job is done again and meets its own object; after (2) it is done.
"""

from asyncio import to_thread
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from threading import Lock
from typing import Any

from hozon.capturing.composing import compose
from hozon.capturing.gathering import Gathered, gather
from hozon.capturing.permission import Permission, Permitted
from hozon.capturing.sharing import Commons, Shared, claim
from hozon.nouns.archive import Archive
from hozon.nouns.digests import Digest, sha256
from hozon.nouns.errors import Conflict
from hozon.nouns.findings import Finding
from hozon.nouns.model import Capture, Exchange, Holdings, Snapshot
from hozon.nouns.payloads import Payload
from hozon.nouns.ports import Poster
from hozon.nouns.work import CaptureJob
from hozon.settling.settling import finding_of, settle
from hozon.stored import naming
from hozon.stored.holdings import metadata, read, reason
from hozon.warc.reader import record_at

LARGE = 8_000_000
"""Bytes of payload from which on objects are made one after another in a process."""

_LARGE_ONES = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What a capture came to: its snapshot, what that is a finding of, and what was stored
    for it now.

    `adopted` where an object of this job was stored already: that one counts. `reason`
    is what weighed most in the verdict on a page that was not accepted, `stopped` says
    why we would not follow the page's redirect.
    """

    snapshot: Snapshot
    finding: Finding
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
        return await adopted(key, archive, permission.fetcher)
    permitted = Permitted(permission)
    gathered = await gather(
        job,
        fetcher=permitted,
        commons=commons,
        clock=archive.clock,
        reader=archive.reader,
    )
    look = await _found(job, gathered, archive)
    return await keep(job, gathered, archive, permitted, commons, look=look)


async def _found(
    job: CaptureJob, gathered: Gathered, archive: Archive
) -> Mapping[str, Any] | None:
    """Return what the capture of a page has found that was captured before, as JSON."""
    if job.id == naming.first_capture_id(job.link):
        return None
    # Here, as in `gathering`: it reads pages, and first captures have no use for it.
    from hozon.capturing.judging import compared  # noqa: PLC0415  see above

    return await compared(job, gathered, archive)


async def keep(
    job: CaptureJob,
    gathered: Gathered,
    archive: Archive,
    permitted: Permitted,
    commons: Commons,
    *,
    look: Mapping[str, Any] | None = None,
) -> Captured:
    """Make a snapshot of what was gathered: store (1), tell, and index (2) it.

    `look` is what a look found, as JSON, if it is one that makes the snapshot.
    """
    gathered.robots, gathered.asked = permitted.told(), permitted.exchanges()
    poster = permitted.permission.fetcher
    own, others = claim(gathered.completed.wanted)
    try:
        referred = [s for s in others if s.durable is not None and await s.durable]
        mine = [*own, *(s for s in others if s not in referred)]
        stored = await to_thread(
            _store, job, gathered, archive, mine=mine, referred=referred, look=look
        )
        if stored is None:
            return await adopted(naming.warc_key(job), archive, poster)
        await settle(stored.holdings, archive, poster, held=stored.held)
        for shared in own:
            commons.stored(shared, stored.recorded.get(shared.uri, ()))
    finally:
        for shared in own:
            commons.lost(shared)
    return _captured(stored.holdings, gathered, stored.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """What was made durable; `recorded` are the captures of each requisite recorded."""

    data: bytes
    holdings: Holdings
    held: Mapping[Digest, Capture]
    recorded: Mapping[str, tuple[Capture, ...]]


def _store(
    job: CaptureJob,
    gathered: Gathered,
    archive: Archive,
    *,
    mine: Sequence[Shared],
    referred: Sequence[Shared],
    look: Mapping[str, Any] | None,
) -> _Stored | None:
    """Store (1). None: an object of this job is stored already."""
    key = naming.warc_key(job)
    pages = [e for one in (gathered, *gathered.more) for e in one.exchanges]
    first = (*pages, *gathered.asked)
    exchanges = [*first, *(e for s in mine for e in s.fetched.exchanges)]
    with _room(exchanges):
        digests = [sha256(each.payload) for each in exchanges]
        held = archive.index.held(payloads(exchanges, digests))
        composed = compose(
            job,
            gathered,
            mine=mine,
            referred=referred,
            digests=digests,
            held=held,
            archive=archive,
            look=look,
        )
        try:
            archive.warcs.put(key, composed.data)
        except Conflict:
            return None
        holdings = read(key, composed.data)
    captures = {c.record_id: c for c in holdings.captures}
    recorded = {
        uri: tuple(captures[i] for i in ids) for uri, ids in composed.record_ids.items()
    }
    return _Stored(data=composed.data, holdings=holdings, held=held, recorded=recorded)


def payloads(
    exchanges: Iterable[Exchange], digests: Iterable[Digest]
) -> Iterator[Payload]:
    """Yield the payloads that have come in exchanges, with their digests."""
    for each, digest in zip(exchanges, digests, strict=True):
        length = len(each.payload)
        yield Payload(target_uri=each.target_uri, digest=digest, length=length)


def _room(exchanges: Sequence[Exchange]) -> AbstractContextManager[object]:
    """Let one large object at a time be made and stored: it is in memory meanwhile."""
    is_large = sum(len(each.payload) for each in exchanges) > LARGE
    return _LARGE_ONES if is_large else nullcontext()


def _captured(holdings: Holdings, gathered: Gathered, data: bytes) -> Captured:
    return Captured(
        snapshot=holdings.snapshots[0],
        finding=finding_of(holdings),
        reason=_reason(holdings.snapshots[0], data),
        bytes_stored=len(data),
        requisites=len(gathered.completed.wanted),
        revisits=sum(c.record_type == "revisit" for c in holdings.captures),
        refused=sum(r.outcome == "refused" for r in gathered.completed.missing),
        stopped=gathered.refused,
    )


async def adopted(key: str, archive: Archive, poster: Poster) -> Captured:
    """Return the capture whose object is stored already: it is told and indexed (2)."""
    data = await to_thread(archive.warcs.read_all, key)
    holdings = read(key, data)
    finding = await settle(holdings, archive, poster)
    snapshot = holdings.snapshots[0]
    return Captured(
        snapshot=snapshot,
        finding=finding,
        reason=_reason(snapshot, data),
        adopted=True,
    )


def _reason(snapshot: Snapshot, data: bytes) -> str:
    if snapshot.accepted:
        return ""
    place = snapshot.metadata
    record = record_at(data[place.offset : place.offset + place.length])
    return reason(metadata(bytes(record.block)))
