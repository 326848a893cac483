"""Nouns as JSON for people's programs: the CLI's ``--json`` and the API say the same."""

import re
from typing import Any

from hozon import river
from hozon.instants import iso
from hozon.model import Capture, Extract, RiverEntry

_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~]")


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
    if shown.snapshot is not None and shown.snapshot.status < 400:
        return "held"
    if shown.trouble is not None:
        return "failed"
    return "waiting" if shown.entry.link else "linkless"


def markdown(found: Extract) -> str:
    """Return a page's text as Markdown, under its title and who wrote it when.

    What was stored before there was Markdown comes as plain text.
    """
    facts = found.facts
    day = facts.published_at and f"{facts.published_at:%Y-%m-%d}"
    byline = ", ".join(one for one in (*facts.authors, day) if one)
    title = facts.title and f"# {_one_line(facts.title)}"
    parts = (title, byline and _one_line(byline), found.markdown or facts.text)
    return "\n\n".join(part for part in parts if part) + "\n"


def _one_line(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


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
