"""One attempt at one job, whoever hands it out: what it came to, and what is next.

What goes wrong with one feed or page is an outcome, never an exception: it is noted,
told, and tried again by plan. Only a failing store (`Unavailable`) is raised.

What a kind of job needs is imported when the first of that kind comes: a function that
polls has no use for what captures, and would start later for it.
"""

from asyncio import to_thread
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hozon.capturing.permission import Permission
from hozon.capturing.sharing import Commons
from hozon.lives.lifecycle import UNKNOWN
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Busy, Conflict, NotFound, Refused, Unreachable
from hozon.nouns.instants import iso, truncated
from hozon.nouns.model import Trouble, TroubleKind
from hozon.nouns.outcomes import COUNTED, Outcome
from hozon.nouns.ports import Fetcher, Poster
from hozon.nouns.work import BackfillJob, CaptureJob, Delivery, HubJob, LookJob, PollJob
from hozon.timetable import schedule
from hozon.working.quotas import Allowance, OverQuota

if TYPE_CHECKING:
    from hozon.capturing.capturing import Captured

_TOMORROW = timedelta(days=1)
POSTPONED_S = 30.0
"""The least by which a job is put off whose host is busy."""


async def attempt(
    delivery: Delivery,
    archive: Archive,
    permission: Permission,
    commons: Commons,
    allowance: Allowance,
) -> Outcome:
    """Do one job as far as it can be done now. Raises `Unavailable` only.

    Feeds are polled because their readers follow them: no robots.txt is asked for that.
    """
    job = delivery.job
    if isinstance(job, PollJob):
        return await _poll(job, archive, permission.fetcher, allowance)
    if isinstance(job, HubJob):
        return await _heard(job, archive, permission.fetcher, allowance)
    if isinstance(job, BackfillJob):
        return await _older(job, delivery.count, archive, permission.fetcher, allowance)
    if isinstance(job, LookJob):
        return await _look(
            job, delivery.count, archive, permission, commons, allowance=allowance
        )
    return await _capture(
        job, delivery.count, archive, permission, commons, allowance=allowance
    )


async def _look(
    job: LookJob,
    count: int,
    archive: Archive,
    permission: Permission,
    commons: Commons,
    *,
    allowance: Allowance,
) -> Outcome:
    """Look once: whatever comes of it, the page's watch says when that is done again."""
    from hozon.rechecking.looking import look  # noqa: PLC0415  see above

    looked = await look(job, archive, permission, commons, again=count > 1)
    finding = looked.finding
    if finding is None:
        told = f"; next try {iso(looked.retry_at)}" if looked.retry_at else ""
        problem = f"{looked.reason}{told}" if looked.reason else None
        return Outcome(subject=job.link, problem=problem)
    counts = Counter(looks=1, bytes_stored=looked.bytes_stored)
    if looked.event in COUNTED:
        counts[looked.event] = 1
    if finding.outcome == "changed" and looked.event != "changed":
        counts["changed"] += 1
    if (made := looked.captured) is not None:
        # Of its feed's bytes; how many looks there are has a budget of its own.
        allowance.stored(job.feed_id, looked.bytes_stored)
        counts.update(
            snapshots=1,
            requisites=made.requisites,
            revisits=made.revisits,
            refused=made.refused,
        )
    if finding.outcome not in UNKNOWN:
        return Outcome(subject=job.link, counts=counts)
    counts["blocked" if finding.outcome == "blocked" else "failed"] = 1
    problem = f"{finding.reason or finding.outcome} (looked again; nothing is known)"
    return Outcome(subject=job.link, counts=counts, problem=problem)


async def broken(delivery: Delivery, error: Exception, archive: Archive) -> Outcome:
    """Return what a job comes to that `attempt` fell over: a mistake of ours.

    It is told and noted as if the page or feed had not answered, so that one document
    which this program cannot cope with stops nobody else's.
    """
    from hozon.polling.polling import fail  # noqa: PLC0415  see above

    problem, job = Unreachable(_mistaken(error)), delivery.job
    if isinstance(job, CaptureJob):
        return await _failed(job, delivery.count, archive, problem)
    if isinstance(job, BackfillJob):
        return _not_backfilled(job, delivery.count, archive, problem)
    if isinstance(job, LookJob):
        return await to_thread(_not_looked, job, archive, problem)
    with suppress(NotFound):
        poll_job = PollJob(feed_id=job.feed_id, due_at=_due(job, archive))
        polled = await to_thread(fail, poll_job, archive, problem)
        told = f"{problem}; next try {iso(polled.feed.due_at)}"
        counts = Counter(polls=1, failed=1)
        return Outcome(subject=polled.feed.uri, counts=counts, problem=told)
    return Outcome(subject=job.feed_id)


def _mistaken(error: Exception) -> str:
    what = f"{type(error).__name__}: {error!s:.200}"
    return f"this program failed at it: {what}; please report it"


def _not_looked(job: LookJob, archive: Archive, problem: Unreachable) -> Outcome:
    """Have a page looked at tomorrow: nothing was found by this look."""
    at = truncated(archive.clock()) + _TOMORROW
    with suppress(Conflict):
        archive.watches.plan(job.link, at, was=job.due_at)
    told = f"{problem}; next try {iso(at)}"
    return Outcome(subject=job.link, counts=Counter(failed=1), problem=told)


def _due(job: PollJob | HubJob, archive: Archive) -> datetime:
    return (
        job.due_at
        if isinstance(job, PollJob)
        else archive.feeds.get(job.feed_id).due_at
    )


async def _heard(
    job: HubJob, archive: Archive, fetcher: Poster, allowance: Allowance
) -> Outcome:
    from hozon.polling.hubs import hear  # noqa: PLC0415  see above

    if news := await hear(job, archive):
        return await _poll(news, archive, fetcher, allowance)
    return Outcome(subject="hub")


async def _older(
    job: BackfillJob,
    count: int,
    archive: Archive,
    fetcher: Poster,
    allowance: Allowance,
) -> Outcome:
    from hozon.polling.backfilling import before  # noqa: PLC0415  see above

    polled = Counter[str]()
    if first := await to_thread(before, job, archive):
        polled.update((await _poll(first, archive, fetcher, allowance)).counts)
    filled = await _backfill(job, count, archive, fetcher, allowance)
    return replace(filled, counts=polled + Counter(filled.counts))


async def _poll(
    job: PollJob, archive: Archive, fetcher: Poster, allowance: Allowance
) -> Outcome:
    from hozon.polling.hubs import tend  # noqa: PLC0415  see above
    from hozon.polling.polling import poll, put_off  # noqa: PLC0415  see above

    try:
        try:
            await allowance.poll(job.feed_id)
        except OverQuota as e:
            polled = await to_thread(put_off, job, archive, e)
        else:
            polled = await poll(job, archive, fetcher)
    except NotFound:
        return Outcome(subject=job.feed_id)
    allowance.stored(job.feed_id, polled.bytes_stored)
    if polled.outcome == "stale":
        return Outcome(subject=polled.feed.uri)
    if polled.outcome != "failed":
        await tend(polled.feed, archive, fetcher)
    is_poll = polled.outcome != "postponed"
    counts = Counter(
        polls=int(is_poll),
        entries_new=polled.entries_new,
        failed=int(polled.outcome == "failed"),
        bytes_stored=polled.bytes_stored,
        windows_rolled=int(polled.rolled),
    )
    counts[f"polls_{polled.outcome}"] += int(is_poll)
    problem = polled.reason and f"{polled.reason}; next try {iso(polled.feed.due_at)}"
    return Outcome(subject=polled.feed.uri, counts=counts, problem=problem)


async def _backfill(
    job: BackfillJob,
    count: int,
    archive: Archive,
    fetcher: Fetcher,
    allowance: Allowance,
) -> Outcome:
    from hozon.polling.backfilling import backfill  # noqa: PLC0415  see above

    try:
        await allowance.poll(job.feed_id)
        done = await backfill(job, archive, fetcher)
    except NotFound:
        return Outcome(subject=job.uri)
    except Busy as e:
        return postponed(job, e, archive)
    except (Refused, Unreachable) as e:
        return _not_backfilled(job, count, archive, e)
    allowance.stored(job.feed_id, done.bytes_stored)
    counts = Counter(entries_new=done.entries_new, bytes_stored=done.bytes_stored)
    if not done.is_problem:
        return Outcome(subject=job.uri, counts=counts)
    counts["failed"] = 1
    problem = f"{done.ended}; the back-fill ends here"
    return Outcome(subject=job.uri, counts=counts, problem=problem)


def _not_backfilled(
    job: BackfillJob, count: int, archive: Archive, error: Refused | Unreachable
) -> Outcome:
    kind = "refused" if isinstance(error, Refused) else "failed"
    at, then = None, "the back-fill ends here"
    if isinstance(error, Unreachable) and count < schedule.ATTEMPTS:
        wish_s = error.retry_after_s
        at = schedule.retry_at(count, archive.clock(), retry_after_s=wish_s)
        then = f"next try {iso(at)}"
    return Outcome(
        subject=job.uri,
        counts=Counter({kind: 1}),
        problem=f"{error}; {then}",
        retry_at=at,
    )


async def _capture(
    job: CaptureJob,
    count: int,
    archive: Archive,
    permission: Permission,
    commons: Commons,
    *,
    allowance: Allowance,
) -> Outcome:
    from hozon.capturing.capturing import capture  # noqa: PLC0415  see above

    try:
        await allowance.capture(job.feed_id)
    except OverQuota as e:
        return postponed(job, e, archive)
    claimed = await to_thread(archive.index.claim, job, now=archive.clock())
    if claimed is None:
        allowance.give_back(job.feed_id)
        return Outcome(subject=job.link)
    again = count > 1 or claimed != job
    try:
        captured = await capture(claimed, archive, permission, commons, again=again)
    except Busy as e:
        allowance.give_back(job.feed_id)
        return postponed(job, e, archive)
    except (Refused, Unreachable) as e:
        return await _failed(job, count, archive, e)
    allowance.stored(job.feed_id, captured.bytes_stored)
    return await _held(job, count, archive, captured)


def postponed(job: CaptureJob | BackfillJob, error: Busy, archive: Archive) -> Outcome:
    """Return the outcome of a job whose host is not to be asked now."""
    wait_s = max(error.retry_after_s or 0.0, POSTPONED_S)
    at = truncated(archive.clock() + timedelta(seconds=wait_s))
    counts = Counter(over_quota=1) if isinstance(error, OverQuota) else Counter()
    return Outcome(
        subject=job.link if isinstance(job, CaptureJob) else job.uri,
        counts=counts,
        problem=f"{error}; next try {iso(at)}",
        retry_at=at,
        postponed=True,
    )


async def _held(
    job: CaptureJob, count: int, archive: Archive, captured: "Captured"
) -> Outcome:
    counts = Counter(
        snapshots=1,
        requisites=captured.requisites,
        revisits=captured.revisits,
        refused=captured.refused,
        bytes_stored=captured.bytes_stored,
    )
    if captured.stopped is not None:
        counts["refused"] += 1
        problem = f"{captured.stopped} (the redirect is kept)"
        trouble = _trouble(job, count, archive, problem, kind="refused")
        await to_thread(archive.index.trouble, trouble)
        return Outcome(subject=job.link, counts=counts, problem=problem)
    if captured.snapshot.accepted:
        return Outcome(subject=job.link, counts=counts)
    counts["blocked"] = counts[f"blocked_{captured.snapshot.kind}"] = 1
    counts["failed"] = int(captured.snapshot.status >= 400)
    problem = await _blocked(job, captured, archive)
    return Outcome(subject=job.link, counts=counts, problem=problem)


async def _blocked(job: CaptureJob, captured: "Captured", archive: Archive) -> str:
    """Plan another capture of a page that was not accepted, and note why; say so.

    The job first: who dies in between does this again, and it is the same job.
    """
    from hozon.entries.entries import next_job  # noqa: PLC0415  see above

    kind = captured.snapshot.kind
    after = next_job(job, captured.snapshot)
    if after is not None:
        await to_thread(archive.queue.send_at, after, after.due_at)
    problem = _kept(captured.reason, kind, after.due_at if after else None)
    final = after is None
    trouble = _trouble(job, job.again + 1, archive, problem, final=final, kind=kind)
    await to_thread(archive.index.trouble, trouble)
    return problem


def _kept(reason: str, kind: TroubleKind, again_at: datetime | None) -> str:
    if again_at is None:
        return f"{reason} ({kind}; kept, not tried again)"
    return f"{reason} ({kind}; kept, again at {iso(again_at)})"


async def _failed(
    job: CaptureJob,
    count: int,
    archive: Archive,
    error: Refused | Unreachable,
) -> Outcome:
    kind: TroubleKind = "refused" if isinstance(error, Refused) else "failed"
    wish = error.retry_after_s if isinstance(error, Unreachable) else None
    final = isinstance(error, Refused) or count >= schedule.ATTEMPTS
    trouble = _trouble(job, count, archive, str(error), final=final, kind=kind)
    await to_thread(archive.index.trouble, trouble)
    at = None
    if not final:
        at = schedule.retry_at(count, archive.clock(), retry_after_s=wish)
    return Outcome(
        subject=job.link,
        counts=Counter({kind: 1}),
        problem=f"{error}; " + (f"next try {iso(at)}" if at else "not tried again"),
        retry_at=at,
    )


def _trouble(
    job: CaptureJob,
    count: int,
    archive: Archive,
    reason: str,
    *,
    final: bool = True,
    kind: TroubleKind = "failed",
) -> Trouble:
    return Trouble(
        entry_key=job.entry_key,
        feed_id=job.feed_id,
        link=job.link,
        reason=reason,
        at=archive.clock(),
        attempts=count,
        final=final,
        kind=kind,
    )
