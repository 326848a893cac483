"""Fetch what a feed published before it was followed: one older document at a time.

RFC 5005 archives (``prev-archive``) and pages (``next``), JSON Feed's ``next_url``,
WordPress' ``paged`` (`feeds.paging` chooses). Each page is a job of its own that queues
the next: (1) its WARC object is durable, (2) its entries are indexed from the stored
bytes, (3) their capture jobs are queued, (4) the job of the next page is, (5) this one
is done. A worker that dies in between leaves a job that meets its own object and goes
on from there; nothing is asked for twice.

It ends with the entries wanted, after `MOST_PAGES`, where a page has no new entry (so
loops end), where nothing older is named, or where that lies with strangers.
"""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hozon.entries import entries
from hozon.fetch import follow
from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Busy, Misuse, NotFound, Refused, Unreachable
from hozon.nouns.model import Exchange, Feed
from hozon.nouns.ports import Fetcher
from hozon.nouns.work import BackfillJob, PollJob
from hozon.polling.polling import ACCEPT, LIMITS, read_document, store
from hozon.reading.answers import retry_after_s
from hozon.stored import naming
from hozon.stored.holdings import Reading, read, reading

MOST_ENTRIES = 10_000
MOST_PAGES = 100
_ENDS = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfilled:
    """What one page came to. `ended` says in words why it is the last one, if it is;
    `is_problem` that this is not how it should end.
    """

    uri: str
    entries_new: int = 0
    bytes_stored: int = 0
    ended: str | None = None
    is_problem: bool = False


def start(feed: Feed, archive: Archive, *, most: int) -> BackfillJob:
    """Queue the first page of a back-fill of at most `most` entries, and return it.

    Raises `Misuse` where the feed names nothing older; says so.
    """
    if feed.is_complete:
        raise Misuse(f"{feed.uri} says that it is complete: there is nothing older")
    if feed.older_uri is None:
        raise Misuse(
            f"{feed.uri} names no older entries (RFC 5005, next_url), and is not made "
            "by WordPress: nothing to back-fill"
        )
    job = BackfillJob(
        feed_id=feed.id,
        asked_at=archive.clock(),
        uri=feed.older_uri,
        page=1,
        left=min(most, MOST_ENTRIES),
    )
    archive.queue.send([job])
    return job


def before(job: BackfillJob, archive: Archive) -> PollJob | None:
    """Return the poll that comes before a back-fill: the feed's first, if it is to come.

    What is in the feed now is indexed first, so that it is known what is older.
    """
    try:
        feed = archive.feeds.get(job.feed_id)
    except NotFound:
        return None
    if feed.polled_at is not None:
        return None
    return PollJob(feed_id=feed.id, due_at=feed.due_at)


async def backfill(job: BackfillJob, archive: Archive, fetcher: Fetcher) -> Backfilled:
    """Archive one older page of a feed, and queue the next. Safe to do twice.

    Raises `NotFound` if the feed is gone, `Refused`, `Unreachable` (which a later try
    may mend), `Unavailable` if a store failed.
    """
    feed = await to_thread(archive.feeds.get, job.feed_id)
    stored = 0
    if not await to_thread(archive.warcs.holds, naming.warc_key(job)):
        if not is_near(job.uri, feed):
            return Backfilled(uri=job.uri, ended="the next page lies with strangers")
        asked = await _ask(job, archive, fetcher)
        if isinstance(asked, Backfilled):
            return asked
        if not is_near(asked[-1].target_uri, feed):
            return Backfilled(uri=job.uri, ended="it redirects to strangers")
        document = await read_document(asked[-1], archive)
        stored = await to_thread(
            store, job, feed, asked, document, archive, most=job.left
        )
    settled = await to_thread(_settle, job, feed, archive)
    return replace(settled, bytes_stored=stored)


async def _ask(
    job: BackfillJob, archive: Archive, fetcher: Fetcher
) -> Sequence[Exchange] | Backfilled:
    """Return the exchanges that brought the page, or how it ends here."""
    chain = await follow(fetcher, job.uri, headers=ACCEPT, limits=LIMITS)
    last = chain.final
    if isinstance(chain.cause, (Refused, Busy)):
        raise chain.cause
    if last.status in _ENDS:
        # WordPress does not say how many pages there are: one too many is not found.
        is_guess = "paged=" in job.uri
        ended = f"status {last.status}"
        return Backfilled(uri=job.uri, ended=ended, is_problem=not is_guess)
    if chain.stopped or last.status != 200 or last.truncated is not None:
        cut = last.truncated and f"cut off ({last.truncated})"
        raise Unreachable(
            chain.stopped or cut or f"status {last.status}",
            retry_after_s=retry_after_s(last, now=archive.clock()),
            status=last.status,
        )
    return chain.exchanges


def _settle(job: BackfillJob, feed: Feed, archive: Archive) -> Backfilled:
    """Index the stored page (2), queue its captures (3) and the page before it (4)."""
    key = naming.warc_key(job)
    data = archive.warcs.read_all(key)
    holdings, found = read(key, data), reading(data)
    archive.index.add(holdings)
    if jobs := entries.capture_jobs(holdings.entries, again=found.again):
        archive.queue.send(jobs)
    done = Backfilled(uri=job.uri, entries_new=len(holdings.entries))
    if found.problem:
        return replace(done, ended=found.problem, is_problem=True)
    left = job.left - len(holdings.entries)
    if ended := _ended(job, found, feed, left):
        return replace(done, ended=ended)
    if found.older_uri is not None:
        _go_on(replace(job, uri=found.older_uri, page=job.page + 1, left=left), archive)
    return done


def _go_on(job: BackfillJob, archive: Archive) -> None:
    """Queue the next page, unless a job of it has been at work: of jobs delivered twice
    only one shall have a successor.
    """
    if not archive.warcs.holds(naming.warc_key(job)):
        archive.queue.send([job])


def _ended(job: BackfillJob, found: Reading, feed: Feed, left: int) -> str | None:
    """Say why this page is the last, None if it is not."""
    if found.known >= found.window:
        return "nothing on this page is new"
    if left <= 0:
        return "as many as were wanted"
    if found.older_uri is None:
        return "this is the oldest page"
    if job.page >= MOST_PAGES:
        return f"after {MOST_PAGES} pages"
    return (
        None if is_near(found.older_uri, feed) else "what is older lies with strangers"
    )


def is_near(uri: str, feed: Feed) -> bool:
    """Tell whether `uri` is of the publisher: on a host that the feed is at, or that it
    names as its own (``self``, its site), or on a subdomain of one.
    """
    host = uris.parse(uri).host
    own = (feed.uri, feed.document_uri, feed.self_uri, feed.site_uri)
    hosts = {uris.parse(one).host.removeprefix("www.") for one in own if one}
    return any(host == one or host.endswith(f".{one}") for one in hosts)
