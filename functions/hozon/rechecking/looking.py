"""Look again at a page: is the article there, and is it as it was?

Commit points, as of a capture: (1) the WARC object of the look is durable (create-only);
then what it found is told; (2) it is indexed from its stored bytes, and with it when the
page is looked at next, which ends the look. A worker that dies before (1) has done nothing;
behind it the look is done again and meets its own object.
"""

from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from hozon.capturing.capturing import Captured, keep, payloads
from hozon.capturing.gathering import Gathered, completed, continued, noted, opened
from hozon.capturing.judging import judge
from hozon.capturing.permission import Permission, Permitted
from hozon.capturing.sharing import Commons
from hozon.entries.entries import worded
from hozon.lives.lifecycle import after
from hozon.lives.looks import Judgement
from hozon.nouns.archive import Archive
from hozon.nouns.digests import sha256
from hozon.nouns.errors import (
    Busy,
    Conflict,
    Damaged,
    HozonError,
    NotFound,
    Refused,
    Unreachable,
)
from hozon.nouns.findings import EventKind, Finding, Outcome
from hozon.nouns.instants import truncated
from hozon.nouns.model import Headers, Kind
from hozon.nouns.ports import Poster
from hozon.nouns.watches import Watch
from hozon.nouns.work import CaptureJob, LookJob
from hozon.rechecking import noting
from hozon.rechecking.noting import Noted
from hozon.retrieving import readings
from hozon.retrieving.readings import Record
from hozon.settling.settling import settle
from hozon.stored import naming, sightings
from hozon.stored.holdings import read as read_holdings
from hozon.timetable import rechecks

_NO_VALIDATORS: Mapping[str, Headers] = MappingProxyType({})
_MENDED_AFTER = timedelta(days=1)
"""When a page is looked at whose snapshot cannot be read; somebody has to mend that."""

_STORED = frozenset({"changed", "moved"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look came to: its finding, None where there was nothing to do, and what is to
    be told of it.

    `captured` is the snapshot that it made, if it made one; `retry_at` says when the look
    is made that could not be made now, for `reason`: it found nothing.
    """

    finding: Finding | None = None
    event: EventKind | None = None
    captured: Captured | None = None
    bytes_stored: int = 0
    retry_at: datetime | None = None
    reason: str | None = None


@dataclass(slots=True, kw_only=True)
class _Look:
    """One look under way."""

    job: LookJob
    named: CaptureJob
    watch: Watch
    record: Record
    archive: Archive
    permitted: Permitted

    @property
    def key(self) -> str:
        return naming.warc_key(self.job)

    @property
    def poster(self) -> Poster:
        return self.permitted.permission.fetcher


async def look(
    job: LookJob,
    archive: Archive,
    permission: Permission,
    commons: Commons,
    *,
    again: bool = False,
) -> Looked:
    """Look at the page of `job`. Safe to do twice, and at once by two workers.

    `again` says that the job was handed out before: a worker may have died behind (1).
    Raises `Unavailable` only.
    """
    watch = await to_thread(archive.watches.get, job.link)
    if watch is None or watch.due_at != job.due_at:
        return Looked()
    if again and await to_thread(archive.warcs.holds, naming.warc_key(job)):
        looked = await _adopted(naming.warc_key(job), archive, permission.fetcher)
        return _told(looked, watch)
    try:
        record = await to_thread(_record, watch, archive)
    except (Damaged, NotFound) as e:
        at = truncated(archive.clock()) + _MENDED_AFTER
        return await to_thread(_put_off, job, archive, e, at=at, tries=0)
    under_way = _Look(
        job=job,
        named=await to_thread(_named, job, archive),
        watch=watch,
        record=record,
        archive=archive,
        permitted=Permitted(permission),
    )
    return _told(await _ended(under_way, commons), watch)


def _record(watch: Watch, archive: Archive) -> Record:
    if watch.record is None:
        raise NotFound(f"no snapshot of {watch.link} that it could be compared with")
    return readings.record(watch.record, archive)


def _told(looked: Looked, watch: Watch) -> Looked:
    """Return what a look came to, with what is to be told of it."""
    if looked.finding is None:
        return looked
    return replace(looked, event=after(watch.life, looked.finding).event)


async def _ended(of: _Look, commons: Commons) -> Looked:
    try:
        return await _looked(of, commons)
    except Busy as e:
        now, wish_s = of.archive.clock(), e.retry_after_s
        at = rechecks.retry_at(1, now=now, retry_after_s=wish_s)
        return await to_thread(
            _put_off, of.job, of.archive, e, at=at, tries=of.watch.tries
        )
    except (Refused, Unreachable) as e:
        return await _unanswered(of, e)


def _named(job: LookJob, archive: Archive) -> CaptureJob:
    """Return the look as a capture, with what the feed says of the entry."""
    entry = archive.index.entries([job.entry_key]).get(job.entry_key)
    named = CaptureJob(
        id=naming.look_id(job),
        feed_id=job.feed_id,
        entry_key=job.entry_key,
        link=job.link,
        title="",
        due_at=job.due_at,
    )
    return worded(named, entry) if entry else named


async def _looked(of: _Look, commons: Commons) -> Looked:
    gathered = await _seen(of)
    if isinstance(gathered, Noted):
        return await _note(of, gathered)
    judgement, kind = await judge(of.named, gathered, of.record, of.archive)
    if judgement.outcome in _STORED or judgement.better:
        await completed(gathered, of.permitted, of.archive.reader, commons)
        return await _snapshot(of, gathered, judgement, commons)
    if judgement.outcome not in {"same", "blocked", "failing"}:
        moved = await _where_it_was(of, gathered)
        if moved is not None:
            return await _note(of, moved)
    return await _note(of, _noted(of, gathered, judgement, kind))


async def _seen(of: _Look) -> Gathered | Noted:
    """Fetch the page, and read it, unless it is the same to the byte."""
    gathered = await opened(
        of.job.link,
        of.permitted,
        of.archive.reader,
        of.archive.clock,
        job=of.named,
        validators=_validators(of),
    )
    last = gathered.last
    is_vouched = last.status == 304 and last.target_uri == of.record.snapshot.page_uri
    if is_vouched or _is_identical(of.record, gathered):
        same = Judgement(outcome="same")
        return replace(_noted(of, gathered, same, None), vouched=is_vouched)
    await continued(gathered, of.permitted, of.archive.reader)
    noted(gathered)
    return gathered


def _validators(of: _Look) -> Mapping[str, Headers]:
    """Return what to ask with conditionally: what came with the snapshot of record.

    Articles of several pages are asked for whole, for the others may have changed.
    """
    record, now = of.record, of.archive.clock()
    is_whole = of.job.whole or rechecks.wants_whole(of.watch.life, now=now)
    if is_whole or len(record.documents) > 1:
        return _NO_VALIDATORS
    return {record.snapshot.page_uri: record.validators}


def _is_identical(record: Record, gathered: Gathered) -> bool:
    last = gathered.last
    return (
        len(record.documents) == 1
        and last.target_uri == record.snapshot.page_uri
        and last.status == 200
        and last.truncated is None
        and sha256(last.payload) == record.digest
    )


async def _where_it_was(of: _Look, gathered: Gathered) -> Noted | None:
    """Look where the article was last, if its old link does not lead there any more."""
    page_uri = of.record.snapshot.page_uri
    if naming.link_id(page_uri) == naming.link_id(of.job.link):
        return None
    if any(each.target_uri == page_uri for each in gathered.exchanges):
        return None
    try:
        there = await opened(
            page_uri,
            of.permitted,
            of.archive.reader,
            of.archive.clock,
            job=of.named,
        )
    except (Refused, Unreachable):
        return None
    if not _is_identical(of.record, there):
        judgement, _ = await judge(of.named, there, of.record, of.archive)
        if judgement.outcome != "same":
            return None
    reason = f"its link leads there no more (status {gathered.last.status})"
    return _noted(of, there, Judgement(outcome="same", reason=reason), None)


def _noted(
    of: _Look, gathered: Gathered, judgement: Judgement, kind: Kind | None
) -> Noted:
    return Noted(
        judgement=judgement,
        at=gathered.last.started_at,
        exchanges=gathered.exchanges,
        record=of.record.original,
        compared=of.record.snapshot.id,
        kind=kind,
        notes=gathered.notes,
    )


async def _unanswered(of: _Look, error: Refused | Unreachable) -> Looked:
    """End a look that brought no answer: it is tried again, and in the end noted."""
    at = truncated(of.archive.clock())
    if isinstance(error, Refused):
        is_rule = any(v.forbids for v in of.permitted.verdicts.values())
        judgement = Judgement(
            outcome="withdrawn" if is_rule else "unreachable", reason=str(error)
        )
        return await _note(
            of,
            Noted(
                judgement=judgement,
                at=at,
                compared=of.record.snapshot.id,
                robots=of.permitted.told(),
                asked=of.permitted.exchanges(),
            ),
        )
    tries, wish_s = of.watch.tries + 1, error.retry_after_s
    again = rechecks.retry_at(tries, now=at, retry_after_s=wish_s)
    if again is not None:
        return await to_thread(
            _put_off, of.job, of.archive, error, at=again, tries=tries
        )
    outcome: Outcome = "failing" if error.status else "unreachable"
    judgement = Judgement(outcome=outcome, reason=str(error))
    noted = Noted(
        judgement=judgement,
        at=at,
        compared=of.record.snapshot.id,
        status=error.status,
    )
    return await _note(of, noted)


def _put_off(
    job: LookJob,
    archive: Archive,
    error: HozonError,
    *,
    at: datetime | None,
    tries: int,
) -> Looked:
    """Have a look made later that could not be made now: nothing was found by it."""
    try:
        archive.watches.plan(job.link, at, was=job.due_at, tries=tries)
    except Conflict:
        return Looked()
    return Looked(retry_at=at, reason=str(error))


async def _note(of: _Look, noted: Noted) -> Looked:
    """Store a look without a snapshot (1), tell what it found, and index it (2)."""
    data = await to_thread(_composed, of, noted)
    try:
        await to_thread(of.archive.warcs.put, of.key, data)
    except Conflict:
        return await _adopted(of.key, of.archive, of.poster)
    finding = await settle(read_holdings(of.key, data), of.archive, of.poster)
    return Looked(finding=finding, bytes_stored=len(data))


def _composed(of: _Look, noted: Noted) -> bytes:
    came = (*noted.exchanges, *noted.asked)
    if noted.judgement.outcome == "same":
        return noting.compose(of.named, noted, {}, of.archive)
    digests = [sha256(each.payload) for each in came]
    held = of.archive.index.held(payloads(came, digests))
    return noting.compose(of.named, noted, held, of.archive)


async def _snapshot(
    of: _Look, gathered: Gathered, judgement: Judgement, commons: Commons
) -> Looked:
    """Make a snapshot of what the look has found: a new version, or another place."""
    found = sightings.found(judgement, compared=of.record.snapshot.id)
    captured = await keep(
        of.named, gathered, of.archive, of.permitted, commons, look=found
    )
    return Looked(
        finding=captured.finding, captured=captured, bytes_stored=captured.bytes_stored
    )


async def _adopted(key: str, archive: Archive, poster: Poster) -> Looked:
    """Return the look whose object is stored already: it is told and indexed (2)."""
    data = await to_thread(archive.warcs.read_all, key)
    return Looked(finding=await settle(read_holdings(key, data), archive, poster))
