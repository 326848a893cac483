"""Nouns as JSON for people's programs: the CLI's ``--json`` and the API say the same."""

from typing import Any

from hozon import river
from hozon.instants import iso
from hozon.model import Capture, RiverEntry, Snapshot, Trouble

_GONE = frozenset({"missing", "parked"})


def described(shown: RiverEntry, source: str) -> dict[str, Any]:
    """Return an entry of the river as JSON.

    `state` is ``held`` (there is a snapshot of record), ``missing`` (the page is gone,
    or its domain is parked), ``blocked`` (something else came in the page's place: see
    `kind`), ``failed`` or ``refused`` (nothing came: it could not be had, or we will not
    fetch it), ``waiting`` for its capture, or ``linkless``: there is nothing to capture.
    `trouble` says more.
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
        "state": state(shown),
        "captured_at": held and iso(held.captured_at),
        "status": held and held.status,
        "kind": held and held.kind,
        "page": held and held.page_uri,
        "requisites": held and held.requisites,
        "missing": held and held.missing,
        "trouble": shown.trouble and shown.trouble.reason,
    }


def state(shown: RiverEntry) -> str:
    """Return in one word how an entry is (see `described`)."""
    held, trouble = shown.snapshot, shown.trouble
    if held is not None and _is_refused(held, trouble):
        return "refused"
    if held is not None and held.accepted:
        return "held"
    if held is not None:
        return "missing" if held.kind in _GONE else "blocked"
    if trouble is not None:
        return trouble.kind
    return "waiting" if shown.entry.link else "linkless"


def _is_refused(held: Snapshot, trouble: Trouble | None) -> bool:
    """Tell whether a redirect is all there is, and one that we would not follow."""
    is_redirect = 300 <= held.status < 400
    return is_redirect and trouble is not None and trouble.kind == "refused"


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
        "kind": found.kind,
        "warc": found.location.warc_key,
        "offset": found.location.offset,
        "record_length": found.location.length,
    }
