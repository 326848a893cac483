"""Poll one feed: ask politely, store the document, read it, queue what is new.

Commit points: (1) the WARC object with the feed document is durable; (2) its entries
are indexed, read back from the stored bytes; (3) their capture jobs are queued; (4)
the feed's state is saved, which is what ends the poll. A worker that dies before (4) leaves
a poll that is done again and then meets its own object at (1).
"""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from hozon.entries import entries, feedstate, identity, statements, websub
from hozon.fetch import follow
from hozon.nouns.archive import Archive
from hozon.nouns.digests import sha256
from hozon.nouns.errors import Busy, Conflict, NotAFeed, NotFound, Refused, Unreachable
from hozon.nouns.feeddocuments import MAX_HUBS, FeedDocument
from hozon.nouns.instants import truncated
from hozon.nouns.model import Entry, Exchange, Feed, Headers, Holdings
from hozon.nouns.ports import Fetcher, Limits
from hozon.nouns.work import BackfillJob, PollJob
from hozon.reading.answers import (
    fresh_s,
    links,
    permanent_target,
    retry_after_s,
    validator,
)
from hozon.reading.codings import decode
from hozon.settling.planning import tell_touched
from hozon.settling.telling import tell_failing
from hozon.stored import naming, rows
from hozon.stored.holdings import Reading, poll_metadata, read, reading
from hozon.stored.recording import Recorder
from hozon.timetable import schedule

LIMITS = Limits(total_s=60, payload_bytes=20_000_000, spacing_s=1.0)
POSTPONED_S = 60.0
"""The least by which a poll is put off whose host is busy."""

ACCEPT: Headers = (
    (
        "Accept",
        "application/atom+xml, application/rss+xml, application/rdf+xml, "
        "application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
    ),
    ("Accept-Encoding", "gzip, br"),
)
MOST_RECENT = 1_000
"""How many of a feed's latest entries new statements are compared with, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What a poll came to.

    ``news``: a document was stored; ``unchanged``: the server vouched for the one we
    hold, or sent it again; ``failed``: see `reason`; ``postponed``: the host was not
    asked, see `reason`; ``stale``: somebody else has done this poll, or the feed is
    paused. `rolled`: none of the entries that the document listed before was left.
    """

    outcome: Literal["news", "unchanged", "failed", "postponed", "stale"]
    feed: Feed
    entries_new: int = 0
    bytes_stored: int = 0
    reason: str | None = None
    rolled: bool = False


async def poll(job: PollJob, archive: Archive, fetcher: Fetcher) -> Polled:
    """Poll the feed of `job`. Safe to do twice.

    Raises `NotFound` if the feed is gone, `Unavailable` if a store failed; the poll is
    then to be done again.
    """
    feed = await to_thread(archive.feeds.get, job.feed_id)
    if feed.paused or feed.due_at != job.due_at:
        return Polled(outcome="stale", feed=feed)
    if feed.polled_at is None and await to_thread(
        archive.warcs.holds, naming.warc_key(job)
    ):
        return await to_thread(_settle, job, feed, archive)
    try:
        exchanges = await ask(feed, archive, fetcher)
    except Busy as e:
        return await to_thread(_postpone, feed, archive, e)
    except (Refused, Unreachable) as e:
        return await to_thread(_fail, feed, feed, archive, e)
    last = exchanges[-1]
    if last.status == 304 or sha256(last.payload) == feed.document_digest:
        return await to_thread(_unchanged, feed, exchanges, archive)
    document = await read_document(last, archive)
    stored = await to_thread(store, job, feed, exchanges, document, archive)
    polled = await to_thread(_settle, job, feed, archive)
    return replace(polled, bytes_stored=stored)


def put_off(job: PollJob, archive: Archive, error: Busy) -> Polled:
    """End a poll that is not to be begun yet; `error` says why, and for how long.

    Raises `NotFound` if the feed is gone.
    """
    feed = archive.feeds.get(job.feed_id)
    if feed.paused or feed.due_at != job.due_at:
        return Polled(outcome="stale", feed=feed)
    return _postpone(feed, archive, error)


async def ask(feed: Feed, archive: Archive, fetcher: Fetcher) -> Sequence[Exchange]:
    """Request the feed document and follow redirects; the last answer is 200 or 304.

    Raises `Refused`, or `Unreachable` (also for any other status), saying why.
    """
    now = archive.clock()
    validators = {} if schedule.wants_whole(feed, now=now) else _validators(feed)
    chain = await follow(
        fetcher, feed.uri, headers=ACCEPT, validators=validators, limits=LIMITS
    )
    last = chain.final
    if chain.stopped:
        if isinstance(chain.cause, (Refused, Busy)):
            raise chain.cause
        raise Unreachable(chain.stopped, status=last.status)
    if last.status == 304 and validators.get(last.target_uri):
        return chain.exchanges
    if last.status == 200 and last.truncated is None:
        return chain.exchanges
    raise Unreachable(
        f"cut off ({last.truncated})" if last.truncated else f"status {last.status}",
        retry_after_s=retry_after_s(last, now=now),
        status=last.status,
    )


def store(
    job: PollJob | BackfillJob,
    feed: Feed,
    exchanges: Sequence[Exchange],
    document: FeedDocument | NotAFeed,
    archive: Archive,
    *,
    most: int | None = None,
) -> int:
    """Make the job's WARC object durable (1) and return its length in bytes.

    `document` is what the last exchange brought, read (`read_document`).

    0 where an object of this job is stored already: that one counts. With `most`, only
    the first entries that are not known yet are taken from the document.
    """
    last = exchanges[-1]
    found, news = _read(feed, exchanges, document, archive, most)
    recorder = Recorder.of(archive, naming.warc_key(job), exchanges[0].started_at)
    record_ids = [recorder.exchange(exchange) for exchange in exchanges]
    for key, text in entries.carried(feed, document, news):
        recorder.converted(
            text,
            target_uri=naming.stated_uri(key),
            at=last.started_at,
            refers_to=record_ids[-1],
        )
    said = poll_metadata(feed, polled_at=last.started_at, reading=found, entries=news)
    recorder.metadata(said, about=last, record_id=record_ids[-1])
    data = recorder.encoded()
    try:
        archive.warcs.put(naming.warc_key(job), data)
    except Conflict:
        return 0
    return len(data)


async def read_document(last: Exchange, archive: Archive) -> FeedDocument | NotAFeed:
    """Read the feed document an exchange brought; what it is not, said as a value."""
    decoded = decode(last.payload, last.header("content-encoding"))
    try:
        return await archive.reader.feed(
            decoded.data, uri=last.target_uri, content_type=last.header("content-type")
        )
    except NotAFeed as e:
        return e


def _read(
    feed: Feed,
    exchanges: Sequence[Exchange],
    document: FeedDocument | NotAFeed,
    archive: Archive,
    most: int | None,
) -> tuple[Reading, list[Entry]]:
    last = exchanges[-1]
    found = Reading(
        uri=last.target_uri,
        digest=sha256(last.payload),
        etag=validator(last, "etag"),
        last_modified=validator(last, "last-modified"),
        fresh_s=int(fresh_s(last)),
        moved_uri=permanent_target(exchanges),
    )
    if isinstance(document, NotAFeed):
        return replace(found, problem=str(document)), []
    told = _told(feed, document, last.started_at, archive)
    described = replace(
        found,
        kind=document.kind,
        title=document.title,
        site_uri=document.site_uri,
        language=document.language,
        window=len(told.entries),
        known=told.known,
        hints=document.hints,
        relinked=told.relinked,
        again=told.again,
        touched=told.touched,
        hubs=_hubs(last, document),
        self_uri=next(links(last, "self"), document.self_uri),
        older_uri=document.older_uri,
        is_complete=document.is_complete,
        notes=document.notes,
    )
    if most is not None:
        return described, [e for e in told.news if entries.is_new(e)][:most]
    return described, list(told.news)


def _told(
    feed: Feed, document: FeedDocument, seen_at: datetime, archive: Archive
) -> identity.Told:
    """Say which entries a document states; ask for the feed's latest only if need be."""
    stated = statements.statements(entries.stated(feed, document, seen_at=seen_at))
    known = archive.index.entries(key for each in stated for key in each.keys)
    if feed.window == 0 or identity.are_known(stated, known):
        return identity.told(stated, known)
    limit = min(2 * max(len(stated), feed.window) + 100, MOST_RECENT)
    return identity.told(stated, known, archive.index.recent(feed.id, limit=limit))


def _hubs(last: Exchange, document: FeedDocument) -> tuple[str, ...]:
    """Return the hubs; those of the header come before the document's (WebSub §4)."""
    stated = tuple(islice(links(last, "hub"), MAX_HUBS)) or document.hubs
    return tuple(hub for hub in stated if len(hub) <= rows.MEMBER_LIMIT)


def _settle(job: PollJob, feed: Feed, archive: Archive) -> Polled:
    """Index the stored document (2), queue what is new (3), end the poll (4)."""
    key = naming.warc_key(job)
    data = archive.warcs.read_all(key)
    holdings, found = read(key, data), reading(data)
    archive.index.add(holdings)
    jobs = entries.capture_jobs(
        holdings.entries, relinked=found.relinked, again=found.again
    )
    if jobs:
        archive.queue.send(jobs)
    _tell_touched(found, holdings, archive)
    now = archive.clock()
    held = schedule.moved(
        feedstate.validated(feed, found, now), found.moved_uri, now=now
    )
    if found.problem:
        return _fail(feed, held, archive, NotAFeed(found.problem))
    new = [e for e in holdings.entries if entries.is_new(e)]
    ended = schedule.after_success(
        feedstate.described(held, found, new, now),
        now=now,
        fresh_s=found.fresh_s,
        rolled=found.rolled and feed.window > 0,
    )
    ended = websub.paced(ended, feed, is_news=bool(new), now=now)
    polled = Polled(
        outcome="news",
        feed=ended,
        entries_new=len(new),
        rolled=ended.rolled > feed.rolled,
    )
    return _end(polled, feed, archive)


def _tell_touched(found: Reading, holdings: Holdings, archive: Archive) -> None:
    """Have the pages of entries looked at sooner that say they were updated."""
    if not found.touched:
        return
    stated = {entry.key: entry for entry in holdings.entries}
    known = archive.index.entries(key for key in found.touched if key not in stated)
    entries_ = {**known, **stated}
    links = [entries_[key].link for key in found.touched if key in entries_]
    tell_touched([link for link in links if link], archive)


def _unchanged(feed: Feed, exchanges: Sequence[Exchange], archive: Archive) -> Polled:
    """End a poll that found the document we hold.

    A 304 renews each validator that it carries; a 200 replaces both, and says where the
    document is now.
    """
    last, now = exchanges[-1], archive.clock()
    etag, last_modified = validator(last, "etag"), validator(last, "last-modified")
    if last.status == 304:
        held = replace(
            feed,
            etag=etag or feed.etag,
            last_modified=last_modified or feed.last_modified,
            vouched=feed.vouched + 1,
        )
    else:
        held = replace(
            feed,
            document_uri=last.target_uri,
            etag=etag,
            last_modified=last_modified,
            whole_at=now,
            vouched=0,
        )
    held = schedule.moved(held, permanent_target(exchanges), now=now)
    ended = schedule.after_success(held, now=now, fresh_s=fresh_s(last))
    ended = websub.paced(ended, feed, is_news=False, now=now)
    return _end(Polled(outcome="unchanged", feed=ended), feed, archive)


def fail(job: PollJob, archive: Archive, error: Unreachable) -> Polled:
    """End a poll that came to nothing for a reason that `poll` did not foresee."""
    feed = archive.feeds.get(job.feed_id)
    if feed.due_at != job.due_at:
        return Polled(outcome="stale", feed=feed)
    return _fail(feed, feed, archive, error)


def _fail(
    feed: Feed, held: Feed, archive: Archive, error: Refused | Unreachable | NotAFeed
) -> Polled:
    wish, status = None, None
    if isinstance(error, Unreachable):
        wish, status = error.retry_after_s, error.status
    ended = schedule.after_failure(
        held,
        reason=str(error),
        now=archive.clock(),
        retry_after_s=wish,
        status=status,
    )
    tell_failing(ended, archive)
    return _end(Polled(outcome="failed", feed=ended, reason=str(error)), feed, archive)


def _postpone(feed: Feed, archive: Archive, error: Busy) -> Polled:
    """End a poll that asked nobody: the feed is due later, and has not failed."""
    wait_s = max(error.retry_after_s or 0.0, POSTPONED_S)
    later = truncated(archive.clock() + timedelta(seconds=wait_s))
    held = replace(feed, due_at=later)
    return _end(
        Polled(outcome="postponed", feed=held, reason=str(error)), feed, archive
    )


def _end(polled: Polled, feed: Feed, archive: Archive) -> Polled:
    """Save the feed's new state (4), unless another worker has ended this poll."""
    if feed.hub is not None:
        polled = _reheard(polled, feed, archive)
    try:
        archive.feeds.save(polled.feed, due_at=feed.due_at)
    except Conflict:
        return replace(polled, outcome="stale")
    return polled


def _reheard(polled: Polled, feed: Feed, archive: Archive) -> Polled:
    """Return the poll with what the hub has said while it was under way."""
    with suppress(NotFound):
        hub = archive.feeds.get(feed.id).hub
        if hub != feed.hub:
            return replace(polled, feed=replace(polled.feed, hub=hub))
    return polled


def _validators(feed: Feed) -> Mapping[str, Headers]:
    """Return the validators, byte for byte as given, by the URI that gave them."""
    given = (("If-None-Match", feed.etag), ("If-Modified-Since", feed.last_modified))
    stated = tuple((name, value) for name, value in given if value is not None)
    return {feed.document_uri or feed.uri: stated}
