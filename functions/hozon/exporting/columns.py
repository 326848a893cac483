"""The columns of the tables that are exported, and their rows."""

from collections.abc import Mapping
from typing import Any, Literal

from hozon.nouns.instants import iso
from hozon.nouns.model import RiverEntry, Snapshot
from hozon.serving import describing

Kind = Literal["text", "texts", "instant", "number", "truth", "enclosures"]

TABLES: Mapping[str, Mapping[str, Kind]] = {
    "entries": {
        "id": "text",
        "feed": "text",
        "source": "text",
        "title": "text",
        "link": "text",
        "authors": "texts",
        "language": "text",
        "categories": "texts",
        "published": "text",
        "published_at": "instant",
        "updated": "text",
        "updated_at": "instant",
        "first_seen_at": "instant",
        "seen_at": "instant",
        "river_at": "instant",
        "summary": "text",
        "enclosures": "enclosures",
        "state": "text",
        "snapshot": "text",
        "captured_at": "instant",
        "status": "number",
        "kind": "text",
        "page": "text",
        "requisites": "number",
        "missing": "number",
        "trouble": "text",
    },
    "snapshots": {
        "id": "text",
        "feed": "text",
        "entry": "text",
        "link": "text",
        "page": "text",
        "captured_at": "instant",
        "status": "number",
        "kind": "text",
        "accepted": "truth",
        "title": "text",
        "authors": "texts",
        "language": "text",
        "published_at": "instant",
        "modified_at": "instant",
        "site": "text",
        "canonical_uri": "text",
        "lead_image": "text",
        "excerpt": "text",
        "requisites": "number",
        "missing": "number",
        "warc": "text",
        "warc_length": "number",
        "warc_digest": "text",
    },
    "captures": {
        "uri": "text",
        "captured_at": "instant",
        "status": "number",
        "media_type": "text",
        "digest": "text",
        "length": "number",
        "record": "text",
        "record_id": "text",
        "truncated": "text",
        "kind": "text",
        "warc": "text",
        "offset": "number",
        "record_length": "number",
    },
}


def row_of_entry(shown: RiverEntry, source: str) -> dict[str, Any]:
    """Return an entry as `entries list --json` has it, and what joins it to others.

    `snapshot` is the id of the one that stands for it, or else of its latest.
    """
    return {
        **describing.described(shown, source),
        "seen_at": iso(shown.entry.seen_at),
        "snapshot": shown.snapshot and shown.snapshot.id,
    }


def row_of_snapshot(held: Snapshot) -> dict[str, Any]:
    """Return a snapshot; `excerpt` is the beginning of its text."""
    facts = held.facts
    return {
        "id": held.id,
        "feed": held.feed_id,
        "entry": held.entry_key,
        "link": held.link,
        "page": held.page_uri,
        "captured_at": iso(held.captured_at),
        "status": held.status,
        "kind": held.kind,
        "accepted": held.accepted,
        "title": facts.title,
        "authors": list(facts.authors),
        "language": facts.language,
        "published_at": facts.published_at and iso(facts.published_at),
        "modified_at": facts.modified_at and iso(facts.modified_at),
        "site": facts.site,
        "canonical_uri": facts.canonical_uri,
        "lead_image": facts.lead_image,
        "excerpt": facts.text,
        "requisites": held.requisites,
        "missing": held.missing,
        "warc": held.warc_key,
        "warc_length": held.warc_length,
        "warc_digest": held.warc_digest,
    }
