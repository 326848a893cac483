"""What a person asks for, now: capture this page, look again at that one."""

from asyncio import to_thread
from contextlib import suppress

from hozon.capturing.permission import Permission
from hozon.capturing.sharing import Commons
from hozon.entries import entries
from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Conflict, Misuse
from hozon.nouns.instants import truncated
from hozon.nouns.model import Entry
from hozon.nouns.outcomes import Outcome
from hozon.nouns.work import CaptureJob, Delivery, LookJob
from hozon.retrieving.listing import entries_of
from hozon.stored import naming
from hozon.working.attempts import attempt
from hozon.working.quotas import Allowance


async def capture_now(
    uri: str, archive: Archive, permission: Permission, commons: Commons
) -> tuple[str, Outcome]:
    """Capture the page at `uri`, whether a feed has it or not; return its entry's key.

    What cannot be had now is queued: a later run goes on with it. Raises `Misuse`.
    """
    link = uris.normal(uri)
    job = await to_thread(_capture_job, link, archive)
    outcome = await _done(job, archive, permission, commons)
    return job.entry_key, outcome


async def look_now(
    entry: Entry, archive: Archive, permission: Permission, commons: Commons
) -> Outcome:
    """Look again at an entry's page, whatever its plan; what was never had is captured.

    The page is asked for whole. Raises `Misuse` where the entry links to none.
    """
    if entry.link is None:
        raise Misuse(f"this entry links to no page: {entry.title or entry.id}")
    job = await to_thread(_look_job, entry, entry.link, archive)
    return await _done(job, archive, permission, commons)


def entries_to_look_at(feed_id: str, archive: Archive) -> list[Entry]:
    """Return the entries of a feed, one for each page that they link to, newest first."""
    found = (shown.entry for shown in entries_of(archive.index, feed_id=feed_id))
    pages = {naming.link_id(each.link): each for each in found if each.link}
    return list(pages.values())


async def _done(
    job: CaptureJob | LookJob,
    archive: Archive,
    permission: Permission,
    commons: Commons,
) -> Outcome:
    delivery = Delivery(job=job, receipt="")
    allowance = Allowance(
        tallies=archive.tallies, quotas=archive.quotas, clock=archive.clock
    )
    outcome = await attempt(delivery, archive, permission, commons, allowance)
    await allowance.settle({**outcome.counts, "jobs": 1})
    if isinstance(job, CaptureJob) and outcome.retry_at is not None:
        await to_thread(archive.queue.send_at, job, outcome.retry_at)
    return outcome


def _capture_job(link: str, archive: Archive) -> CaptureJob:
    """Return the job to capture a page anew, for the entry that it is known by."""
    watch = archive.watches.get(link)
    if watch is None:
        return _job(naming.NO_FEED, naming.asked_entry_key(link), link, archive)
    return _job(watch.feed_id, watch.entry_key, watch.link, archive)


def _job(feed_id: str, entry_key: str, link: str, archive: Archive) -> CaptureJob:
    now = truncated(archive.clock())
    job = CaptureJob(
        id=naming.asked_capture_id(link, now),
        feed_id=feed_id,
        entry_key=entry_key,
        link=link,
        title="",
        due_at=now,
    )
    entry = archive.index.entries([entry_key]).get(entry_key)
    return entries.worded(job, entry) if entry else job


def _look_job(entry: Entry, link: str, archive: Archive) -> CaptureJob | LookJob:
    watch = archive.watches.get(link)
    if watch is None or watch.record is None:
        return _job(entry.feed_id, entry.key, link, archive)
    now = truncated(archive.clock())
    with suppress(Conflict):
        archive.watches.plan(watch.link, now, was=watch.due_at)
    return LookJob(
        link=watch.link,
        feed_id=watch.feed_id,
        entry_key=watch.entry_key,
        due_at=now,
        whole=True,
    )
