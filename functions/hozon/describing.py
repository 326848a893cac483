"""Nouns as JSON for people's programs: the CLI's ``--json`` and the API say the same."""

from typing import Any

from hozon import river
from hozon.instants import iso
from hozon.model import Capture, RiverEntry


def described(shown: RiverEntry, source: str) -> dict[str, Any]:
    """Return an entry of the river as JSON.

    `state` is ``held`` (there is a snapshot), ``failed`` (see `trouble`), ``waiting``
    for its capture, or ``linkless``: there is nothing to capture.
    """
    entry, held = shown.entry, shown.snapshot
    published = entry.published_at or (held and held.facts.published_at)
    return {
        "id": entry.key,
        "feed": entry.feed_id,
        "source": source,
        "title": entry.title,
        "link": entry.link,
        "authors": list(entry.authors),
        "language": river.language(shown),
        "categories": list(entry.categories),
        "published": entry.published,
        "published_at": published and iso(published),
        "updated": entry.updated,
        "updated_at": entry.updated_at and iso(entry.updated_at),
        "first_seen_at": iso(entry.first_seen_at),
        "river_at": iso(entry.river_at),
        "summary": river.summary(shown),
        "enclosures": [
            {"uri": one.uri, "type": one.type, "length": one.length}
            for one in entry.enclosures
        ],
        "state": _state(shown),
        "captured_at": held and iso(held.captured_at),
        "status": held and held.status,
        "page": held and held.page_uri,
        "requisites": held and held.requisites,
        "missing": held and held.missing,
        "trouble": shown.trouble and shown.trouble.reason,
    }


def _state(shown: RiverEntry) -> str:
    if shown.snapshot is not None and shown.snapshot.status < 400:
        return "held"
    if shown.trouble is not None:
        return "failed"
    return "waiting" if shown.entry.link else "linkless"


def capture(found: Capture) -> dict[str, Any]:
    """Return a capture as JSON."""
    return {
        "uri": found.target_uri,
        "captured_at": iso(found.captured_at),
        "status": found.status,
        "media_type": found.media_type,
        "digest": found.payload_digest,
        "length": found.payload_length,
        "record": found.record_type,
        "record_id": found.record_id,
        "truncated": found.truncated,
        "warc": found.location.warc_key,
        "offset": found.location.offset,
        "record_length": found.location.length,
    }
