"""From what a feed document states to entries and the jobs that capture them. Pure.

Which entries the statements are is said in `identity`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hozon.nouns.digests import identifier
from hozon.nouns.errors import NotAFeed
from hozon.nouns.feeddocuments import FeedDocument, StatedEntry
from hozon.nouns.model import Entry, Facts, Feed, Snapshot
from hozon.nouns.work import CaptureJob
from hozon.stored import naming, rows
from hozon.stored.excerpts import excerpt
from hozon.timetable import schedule

_TITLE_BYTES = 300
_MEMBERS = 20
_SUMMARY_BYTES = rows.LIMITS["summary"]


def stated(feed: Feed, document: FeedDocument, *, seen_at: datetime) -> list[Entry]:
    """Return what a feed document states, in its order, as entries seen for the first
    time, each with the key that its id alone gives.
    """
    return [
        _entry(feed, said, document, seen_at=seen_at, position=position)
        for position, said in enumerate(document.entries)
    ]


def carried(
    feed: Feed, document: FeedDocument | NotAFeed, news: Sequence[Entry]
) -> Iterator[tuple[str, str]]:
    """Yield the keys of those entries whose articles the document carries, and the texts.

    `news` are what its statements were found to be: with other keys, maybe.
    """
    if isinstance(document, NotAFeed) or not news:
        return
    said = stated(feed, document, seen_at=news[0].seen_at)
    texts = {
        (entry.id, entry.fingerprint): each.content
        for entry, each in zip(said, document.entries, strict=True)
        if each.content
    }
    for entry in news:
        if text := texts.get((entry.id, entry.fingerprint)):
            yield entry.key, text


def is_new(entry: Entry) -> bool:
    """Tell whether an entry was first seen when it was stated so."""
    return entry.first_seen_at == entry.seen_at


def capture_jobs(
    entries: Sequence[Entry],
    *,
    relinked: Collection[str] = (),
    again: Collection[str] = (),
) -> list[CaptureJob]:
    """Return the jobs that capture the pages of new entries, one for each page.

    Whoever else states the same link makes the same job. The keys `relinked` are those
    of known entries that have a new link; those in `again` are captured anew, whoever
    has captured their link. Without a link there is nothing to capture.
    """
    jobs: dict[str, CaptureJob] = {}
    for entry in entries:
        if entry.link and (is_new(entry) or entry.key in relinked):
            job = _job(entry, entry.link, is_later=entry.key in again)
            jobs.setdefault(job.id, job)
    return list(jobs.values())


def first_job(entry: Entry) -> CaptureJob | None:
    """Return the job that captures the page of an entry, or None without a link."""
    return _job(entry, entry.link, is_later=False) if entry.link else None


def worded(job: CaptureJob, entry: Entry) -> CaptureJob:
    """Return the job with what the feed says of its entry."""
    return replace(
        job,
        title=entry.title,
        summary=entry.summary,
        authors=entry.authors,
        published_at=entry.published_at,
    )


def next_job(job: CaptureJob, snapshot: Snapshot) -> CaptureJob | None:
    """Return the job that captures a page again that was not accepted.

    None: the plan has come to its end. It is made of the job and of what was stored
    for it, so whoever does the job twice asks for the same one.
    """
    due_at = schedule.again_at(snapshot.kind, job.again, snapshot.captured_at)
    if due_at is None:
        return None
    return replace(
        job,
        id=naming.again_capture_id(job.id),
        due_at=due_at,
        again=job.again + 1,
    )


def asked(job: CaptureJob, facts: Facts, *, seen_at: datetime) -> Entry:
    """Return the entry of a page that a person asked for, by what the page says."""
    return Entry(
        feed_id=job.feed_id,
        key=job.entry_key,
        id=job.link,
        link=job.link,
        title=excerpt(facts.title or "", _TITLE_BYTES),
        authors=tuple(excerpt(a, 100) for a in facts.authors[:10]),
        summary="",
        language=facts.language,
        published=None,
        published_at=facts.published_at,
        updated_at=facts.modified_at,
        river_at=min(facts.published_at or seen_at, seen_at),
        first_seen_at=seen_at,
        seen_at=seen_at,
        fingerprint=identifier(job.link, facts.title or "", size=16),
    )


def _job(entry: Entry, link: str, *, is_later: bool) -> CaptureJob:
    first = naming.first_capture_id(link)
    return CaptureJob(
        id=naming.later_capture_id(link, entry.key) if is_later else first,
        feed_id=entry.feed_id,
        entry_key=entry.key,
        link=link,
        title=entry.title,
        due_at=entry.seen_at,
        summary=entry.summary,
        authors=entry.authors,
        published_at=entry.published_at,
    )


def _entry(
    feed: Feed,
    said: StatedEntry,
    document: FeedDocument,
    *,
    seen_at: datetime,
    position: int,
) -> Entry:
    stated_id = said.id or said.link or identifier(said.title, said.summary)
    placed = seen_at - timedelta(milliseconds=position)
    dated = said.published_at or said.updated_at
    return Entry(
        feed_id=feed.id,
        key=identifier(feed.id, stated_id, size=24),
        id=stated_id[:1000],
        link=said.link,
        title=excerpt(said.title, _TITLE_BYTES),
        authors=tuple(excerpt(a, 100) for a in said.authors[:10]),
        summary=excerpt(said.summary, _SUMMARY_BYTES),
        language=said.language or document.language or feed.language,
        published=said.published and excerpt(said.published, 100),
        published_at=said.published_at,
        updated_at=said.updated_at,
        river_at=min(dated, placed) if dated else placed,
        first_seen_at=seen_at,
        seen_at=seen_at,
        fingerprint=_fingerprint(said),
        updated=said.updated and excerpt(said.updated, 100),
        categories=tuple(excerpt(c, 100) for c in said.categories[:_MEMBERS]),
        enclosures=said.enclosures[:_MEMBERS],
    )


def _fingerprint(said: StatedEntry) -> str:
    """Hash what an entry says, without its dates: feeds touch those for no reason."""
    said_text = said.content_html or said.summary
    where = (enclosure.uri for enclosure in said.enclosures)
    return identifier(
        said.title, said.link or "", *said.authors, said_text, *where, size=16
    )
