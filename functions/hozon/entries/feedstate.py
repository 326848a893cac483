"""What is known of a feed once a document of it was read. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hozon.nouns.model import Entry, Feed
from hozon.stored.holdings import Reading
from hozon.timetable import cadence, schedule


def validated(feed: Feed, found: Reading, now: datetime) -> Feed:
    """Return the feed with the validators of the document that was read."""
    return replace(
        feed,
        document_uri=found.uri,
        etag=found.etag,
        last_modified=found.last_modified,
        document_digest=found.digest,
        candid=schedule.candid(
            feed,
            uri=found.uri,
            etag=found.etag,
            last_modified=found.last_modified,
            now=now,
        ),
        whole_at=now,
        vouched=0,
    )


def described(feed: Feed, found: Reading, new: Sequence[Entry], now: datetime) -> Feed:
    """Return the feed as its document describes it; `new` are the entries it brought."""
    dated = [e.river_at for e in new if e.published_at or e.updated_at]
    guessed = cadence.undated(
        len(new) - len(dated), since=feed.polled_at, now=now, rolled=found.rolled
    )
    return replace(
        feed,
        title=found.title or feed.title,
        site_uri=found.site_uri or feed.site_uri,
        language=found.language or feed.language,
        window=found.window,
        hints=found.hints,
        hubs=found.hubs,
        self_uri=found.self_uri,
        older_uri=found.older_uri,
        is_complete=found.is_complete,
        arrivals=cadence.arrivals(feed.arrivals, (*dated, *guessed), now=now),
    )
