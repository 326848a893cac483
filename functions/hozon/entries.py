"""From what a feed document states to entries and the jobs that capture them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from hozon import rows
from hozon.digests import identifier
from hozon.feeds import FeedDocument, StatedEntry
from hozon.holdings import excerpt
from hozon.model import CaptureJob, Entry, Feed
from hozon.naming import first_capture_id

_TITLE_BYTES = 300
_SUMMARY_BYTES = rows.LIMITS["summary"]


def stated(feed: Feed, document: FeedDocument, *, seen_at: datetime) -> list[Entry]:
    """Return the entries of a feed document, in its order, each key once.

    Identity is (feed, id), where the feed gives no id then (feed, link), else what the
    entry says. An id that stands on several links in one document is no id: the first
    keeps it, the others get one of id and link, so that none is lost.
    """
    found: dict[str, Entry] = {}
    for position, said in enumerate(document.entries):
        entry = _entry(feed, said, document, seen_at=seen_at, position=position)
        if entry.key in found and found[entry.key].link != entry.link:
            entry = _entry(
                feed, said, document, seen_at=seen_at, position=position, reused=True
            )
        found.setdefault(entry.key, entry)
    return list(found.values())


def news(entries: Iterable[Entry], known: Mapping[str, str]) -> list[Entry]:
    """Return those entries that are new or say something new, given the fingerprints
    that are known.
    """
    return [e for e in entries if known.get(e.key) != e.fingerprint]


def capture_jobs(entries: Sequence[Entry]) -> list[CaptureJob]:
    """Return the jobs that first capture the entries seen here for the first time.

    Without a link there is nothing to capture.
    """
    return [
        CaptureJob(
            id=first_capture_id(entry.key),
            feed_id=entry.feed_id,
            entry_key=entry.key,
            link=entry.link,
            title=entry.title,
            due_at=entry.first_seen_at,
            authors=entry.authors,
            published_at=entry.published_at,
        )
        for entry in entries
        if entry.link is not None and entry.first_seen_at == entry.seen_at
    ]


def _entry(
    feed: Feed,
    said: StatedEntry,
    document: FeedDocument,
    *,
    seen_at: datetime,
    position: int,
    reused: bool = False,
) -> Entry:
    stated_id = said.id or said.link or identifier(said.title, said.summary)
    identity = (stated_id, said.link or said.title) if reused else (stated_id,)
    dated = said.published_at or said.updated_at
    placed = seen_at - timedelta(milliseconds=position)
    return Entry(
        feed_id=feed.id,
        key=identifier(feed.id, *identity, size=24),
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
    )


def _fingerprint(said: StatedEntry) -> str:
    """Hash what an entry says, without its dates: feeds touch those for no reason."""
    said_text = said.content_html or said.summary
    return identifier(
        said.title, said.link or "", *said.authors, said_text, *said.enclosures, size=16
    )
