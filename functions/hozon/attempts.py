"""One attempt at one job, whoever hands it out: what it came to, and what is next.

What goes wrong with one feed or page is an outcome, never an exception: it is noted,
told, and tried again by plan. Only a failing store (`Unavailable`) is raised.
"""

from asyncio import to_thread
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from hozon import schedule
from hozon.archive import Archive
from hozon.capturing import Captured, capture
from hozon.entries import next_job
from hozon.errors import NotFound, Refused, Unreachable
from hozon.instants import iso
from hozon.model import CaptureJob, Delivery, PollJob, Trouble
from hozon.polling import poll
from hozon.ports import Fetcher
from hozon.sharing import Commons

COUNTED = (
    "polls",
    "entries_new",
    "snapshots",
    "requisites",
    "revisits",
    "blocked",
    "refused",
    "failed",
    "bytes_stored",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an attempt came to.

    `counts` uses the words of `COUNTED`; `subject` is the URI it was about. `problem`
    says what went wrong, in one line; `retry_at` when to try again, None: it is done.
    """

    subject: str
    counts: Mapping[str, int] = field(default_factory=Counter)
    problem: str | None = None
    retry_at: datetime | None = None


async def attempt(
    delivery: Delivery, archive: Archive, fetcher: Fetcher, commons: Commons
) -> Outcome:
    """Do one job as far as it can be done now. Raises `Unavailable` only."""
    job = delivery.job
    if isinstance(job, PollJob):
        return await _poll(job, archive, fetcher)
    return await _capture(job, delivery.count, archive, fetcher, commons)


async def _poll(job: PollJob, archive: Archive, fetcher: Fetcher) -> Outcome:
    try:
        polled = await poll(job, archive, fetcher)
    except NotFound:
        return Outcome(subject=job.feed_id)
    if polled.outcome == "stale":
        return Outcome(subject=polled.feed.uri)
    counts = Counter(
        polls=1,
        entries_new=polled.entries_new,
        failed=int(polled.outcome == "failed"),
        bytes_stored=polled.bytes_stored,
    )
    problem = polled.reason and f"{polled.reason}; next try {iso(polled.feed.due_at)}"
    return Outcome(subject=polled.feed.uri, counts=counts, problem=problem)


async def _capture(
    job: CaptureJob, count: int, archive: Archive, fetcher: Fetcher, commons: Commons
) -> Outcome:
    held = await to_thread(archive.index.held, [job.id]) if count == 1 else ()
    if held:
        return Outcome(subject=job.link)
    try:
        captured = await capture(job, archive, fetcher, commons, again=count > 1)
    except Refused as e:
        return await _failed(job, count, archive, e, "refused")
    except Unreachable as e:
        return await _failed(job, count, archive, e, "failed")
    return await _held(job, archive, captured)


async def _held(job: CaptureJob, archive: Archive, captured: Captured) -> Outcome:
    counts = Counter(
        snapshots=1,
        requisites=captured.requisites,
        revisits=captured.revisits,
        refused=captured.refused,
        bytes_stored=captured.bytes_stored,
    )
    if captured.snapshot.accepted:
        return Outcome(subject=job.link, counts=counts)
    counts["blocked"] = 1
    counts["failed"] = int(captured.snapshot.status >= 400)
    problem = await _blocked(job, captured, archive)
    return Outcome(subject=job.link, counts=counts, problem=problem)


async def _blocked(job: CaptureJob, captured: Captured, archive: Archive) -> str:
    """Plan another capture of a page that was not accepted, and note why; say so.

    The job first: who dies in between does this again, and it is the same job.
    """
    kind = captured.snapshot.kind
    after = next_job(job, captured.snapshot)
    if after is not None:
        await to_thread(archive.queue.send_at, after, after.due_at)
    then = f"again at {iso(after.due_at)}" if after else "not tried again"
    problem = f"{captured.reason} ({kind}; kept, {then})"
    trouble = _trouble(job, job.again + 1, archive, problem, final=after is None)
    await to_thread(archive.index.trouble, replace(trouble, kind=kind))
    return problem


async def _failed(
    job: CaptureJob,
    count: int,
    archive: Archive,
    error: Refused | Unreachable,
    counted: str,
) -> Outcome:
    wish = error.retry_after_s if isinstance(error, Unreachable) else None
    final = isinstance(error, Refused) or count >= schedule.ATTEMPTS
    trouble = _trouble(job, count, archive, str(error), final=final)
    await to_thread(archive.index.trouble, trouble)
    at = None
    if not final:
        at = schedule.retry_at(count, archive.clock(), retry_after_s=wish)
    return Outcome(
        subject=job.link,
        counts=Counter({counted: 1}),
        problem=f"{error}; " + (f"next try {iso(at)}" if at else "not tried again"),
        retry_at=at,
    )


def _trouble(
    job: CaptureJob, count: int, archive: Archive, reason: str, *, final: bool = True
) -> Trouble:
    return Trouble(
        entry_key=job.entry_key,
        feed_id=job.feed_id,
        link=job.link,
        reason=reason,
        at=archive.clock(),
        attempts=count,
        final=final,
    )
