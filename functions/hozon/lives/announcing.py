"""From what was found to the events that tell of it, and their JSON. Pure."""

from typing import Any

from hozon.nouns.digests import identifier
from hozon.nouns.events import Event
from hozon.nouns.findings import Step
from hozon.nouns.instants import iso
from hozon.nouns.model import Entry, Feed

FAILING_AFTER = 3
"""A feed is told to be failing when that many polls in a row have failed."""


def of_step(step: Step, *, entry: Entry | None, feed: Feed | None) -> Event | None:
    """Return the event of what a look found, or None where there is nothing to tell."""
    if step.event is None:
        return None
    found, life = step.finding, step.life
    return Event(
        id=identifier("event", found.id, step.event, size=24),
        kind=step.event,
        at=found.at,
        feed_id=found.feed_id,
        feed_uri=feed.uri if feed else "",
        feed_title=(feed.title or "") if feed else "",
        entry_key=found.entry_key,
        link=found.link,
        title=entry.title if entry else "",
        page_uri=found.page_uri or "",
        state=life.state,
        since=life.since,
        version=life.version,
        change=found.change,
        size=found.size,
        status=found.status,
        reason=found.reason or "",
        warc_key=found.warc_key,
    )


def failing(feed: Feed) -> Event | None:
    """Return the event of a feed whose polls have just failed too often in a row."""
    if feed.failures != FAILING_AFTER or feed.polled_at is None:
        return None
    since = feed.succeeded_at or feed.added_at
    return Event(
        id=identifier("event", feed.id, "failing", iso(since), size=24),
        kind="failing",
        at=feed.polled_at,
        since=since,
        feed_id=feed.id,
        feed_uri=feed.uri,
        feed_title=feed.title or "",
        reason=feed.trouble or "",
        failures=feed.failures,
    )


def to_json(event: Event) -> dict[str, Any]:
    """Return an event as those see it who are told (docs/events.md)."""
    feed = {"id": event.feed_id, "uri": event.feed_uri, "title": event.feed_title}
    said: dict[str, Any] = {
        "id": event.id,
        "event": event.kind,
        "at": iso(event.at),
        "feed": {name: text or None for name, text in feed.items()},
        "since": event.since and iso(event.since),
        "reason": event.reason or None,
    }
    if event.kind == "failing":
        return {**said, "failures": event.failures}
    change = event.change and {"kind": event.change, "size": event.size}
    return {
        **said,
        "entry": {
            "id": event.entry_key,
            "link": event.link,
            "title": event.title or None,
        },
        "page": event.page_uri or None,
        "state": event.state,
        "version": event.version,
        "change": change,
        "status": event.status,
        "warc": event.warc_key,
    }
