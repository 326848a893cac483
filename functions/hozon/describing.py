"""Nouns as JSON for people's programs: the CLI's ``--json`` and the API say the same."""

from typing import Any

from hozon import river
from hozon.instants import iso
from hozon.model import Capture, RiverEntry, Snapshot, Trouble


def described(shown: RiverEntry, source: str) -> dict[str, Any]:
    """Return an entry of the river as JSON.

    `state` is ``held`` (there is a snapshot), ``failed`` or ``refused`` (it could not be
    had, or we will not fetch it: see `trouble`), ``waiting`` for its capture, or
    ``linkless``: there is nothing to capture.
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
        "published_at": published and iso(published),
        "first_seen_at": iso(entry.first_seen_at),
        "river_at": iso(entry.river_at),
        "summary": river.summary(shown),
        "state": _state(shown),
        "captured_at": held and iso(held.captured_at),
        "status": held and held.status,
        "page": held and held.page_uri,
        "requisites": held and held.requisites,
        "missing": held and held.missing,
        "trouble": shown.trouble and shown.trouble.reason,
    }


def _state(shown: RiverEntry) -> str:
    held = shown.snapshot
    if held is not None and (held.status < 300 or _is_answer(held, shown.trouble)):
        return "held"
    if shown.trouble is not None:
        return shown.trouble.kind
    return "waiting" if shown.entry.link else "linkless"


def _is_answer(held: Snapshot, trouble: Trouble | None) -> bool:
    """Tell whether a redirect is all there is, and not one that we would not follow."""
    return held.status < 400 and (trouble is None or trouble.kind != "refused")


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
