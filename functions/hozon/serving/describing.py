"""Nouns as JSON for people's programs: the CLI's ``--json`` and the API say the same."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hozon.nouns.claims import Extract
from hozon.nouns.findings import Life, Step
from hozon.nouns.instants import iso
from hozon.nouns.model import Capture, Feed, RiverEntry, Snapshot, Subscription, Trouble
from hozon.serving import memento, river

if TYPE_CHECKING:  # who only lists feeds would start later for them
    from hozon.lives.histories import Compared, Version
    from hozon.search.documents import Document
    from hozon.search.matching import Part

_GONE = frozenset({"missing", "parked"})
_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~]")


def described(shown: RiverEntry, source: str) -> dict[str, Any]:
    """Return an entry of the river as JSON.

    `state` is ``held`` (there is a snapshot of record), ``missing`` (the page is not
    there, or its domain is parked), ``gone`` (it has been missing for good), ``restored``
    (held, and was missing), ``blocked`` (something else came in the page's place: see
    `kind`), ``failed`` or ``refused`` (nothing came: it could not be had, or we will not
    fetch it), ``waiting`` for its capture, or ``linkless``: there is nothing to capture.
    `trouble` says more, and `life` what came of looking again; `versions` counts the
    texts that the article has had.
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
        "state": state(shown),
        "captured_at": held and iso(held.captured_at),
        "status": held and held.status,
        "kind": held and held.kind,
        "page": held and held.page_uri,
        "requisites": held and held.requisites,
        "missing": held and held.missing,
        "trouble": shown.trouble and shown.trouble.reason,
        "versions": shown.life.version if shown.life else 0,
        "life": shown.life and life(shown.life),
    }


def life(lived: Life) -> dict[str, Any]:
    """Return a page's life as JSON: `state` is ``live``, ``missing``, ``gone`` or
    ``restored``.
    """
    return {
        "state": lived.state,
        "since": lived.since and iso(lived.since),
        "version": lived.version,
        "first_at": lived.first_at and iso(lived.first_at),
        "seen_at": lived.seen_at and iso(lived.seen_at),
        "changed_at": lived.changed_at and iso(lived.changed_at),
        "looked_at": lived.looked_at and iso(lived.looked_at),
        "page": lived.page_uri,
        "missed": lived.missed,
        "reason": lived.reason,
    }


def finding(step: Step) -> dict[str, Any]:
    """Return what one look found as JSON, with the state and version behind it."""
    found = step.finding
    return {
        "id": found.id,
        "at": iso(found.at),
        "outcome": found.outcome,
        "event": step.event,
        "state": step.life.state,
        "version": step.life.version,
        "status": found.status,
        "reason": found.reason,
        "change": found.change and {"kind": found.change, "size": found.size},
        "page": found.page_uri,
        "vouched": found.vouched,
        "snapshot": found.held,
        "warc": found.warc_key,
    }


def version(known: "Version") -> dict[str, Any]:
    """Return a version as JSON: what found it, until when it stood, and where it is."""
    first = known.snapshots[0] if known.snapshots else None
    found = known.found
    return {
        "version": known.number,
        "at": iso(found.at),
        "until": iso(known.until.at),
        "kind": found.change,
        "size": found.size,
        "title": first and first.facts.title,
        "page": found.page_uri,
        "captured_at": first and iso(first.captured_at),
        "snapshot": first and first.id,
        "warc": found.warc_key,
    }


def compared(found: "Compared") -> dict[str, Any]:
    """Return how one version became another as JSON: facts that differ, and lines."""
    old, new = found.readings
    facts = {
        "title": (old.title, new.title),
        "authors": (list(old.authors), list(new.authors)),
        "lead_image": (old.lead_image, new.lead_image),
        "canonical": (old.canonical_uri, new.canonical_uri),
    }
    change = found.change
    return {
        "from": {"version": found.before.number, "at": iso(found.before.found.at)},
        "to": {"version": found.after.number, "at": iso(found.after.found.at)},
        "kind": change and change.kind,
        "size": change.size if change else 0.0,
        "added": change.added if change else 0,
        "removed": change.removed if change else 0,
        "facts": {
            name: {"before": pair[0], "after": pair[1]}
            for name, pair in facts.items()
            if change and getattr(change, name)
        },
        "lines": [
            {
                "op": line.op,
                "block": line.block,
                "parts": [{"op": part.op, "text": part.text} for part in line.parts],
            }
            for line in found.lines
        ],
    }


def state(shown: RiverEntry) -> str:
    """Return in one word how an entry is (see `described`)."""
    held, trouble = shown.snapshot, shown.trouble
    if shown.life is not None and shown.life.seen_at and shown.life.state != "live":
        return shown.life.state
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
        "kind": found.kind,
        "warc": found.location.warc_key,
        "offset": found.location.offset,
        "record_length": found.location.length,
    }


def snapshot(found: Snapshot) -> dict[str, Any]:
    """Return a snapshot as JSON. `excerpt` is the beginning of its text."""
    facts = found.facts
    return {
        "id": found.id,
        "feed": found.feed_id,
        "entry": found.entry_key,
        "link": found.link,
        "page": found.page_uri,
        "captured_at": iso(found.captured_at),
        "status": found.status,
        "kind": found.kind,
        "accepted": found.accepted,
        "title": facts.title,
        "authors": list(facts.authors),
        "published_at": facts.published_at and iso(facts.published_at),
        "modified_at": facts.modified_at and iso(facts.modified_at),
        "language": facts.language,
        "excerpt": facts.text,
        "requisites": found.requisites,
        "missing": found.missing,
        "warc": found.warc_key,
        "warc_length": found.warc_length,
        "warc_digest": found.warc_digest,
    }


def feed(known: Feed) -> dict[str, object]:
    """Return what is known of a feed as JSON."""
    return {
        "id": known.id,
        "uri": known.uri,
        "title": known.title,
        "site": known.site_uri,
        "language": known.language,
        "added_at": iso(known.added_at),
        "polled_at": known.polled_at and iso(known.polled_at),
        "succeeded_at": known.succeeded_at and iso(known.succeeded_at),
        "due_at": iso(known.due_at),
        "interval_s": known.interval_s,
        "folder": list(known.folder),
        "every_min_s": known.every_min_s,
        "every_max_s": known.every_max_s,
        "plan": known.plan,
        "paused": known.paused,
        "failures": known.failures,
        "trouble": known.trouble,
        "window": known.window,
        "rolled": known.rolled,
        "rolled_at": known.rolled_at and iso(known.rolled_at),
        "last_entry_at": iso(known.arrivals[0]) if known.arrivals else None,
        "moving_to": known.moved_uri,
        "hubs": list(known.hubs),
        "hub": known.hub and _hub(known.hub),
        "older": known.older_uri,
        "complete": known.is_complete,
    }


def _hub(known: Subscription) -> dict[str, object]:
    """Return a subscription as JSON: without its secret and its callback, one as well."""
    return {
        "uri": known.hub,
        "topic": known.topic,
        "state": known.state,
        "lease_until": known.lease_until and iso(known.lease_until),
        "told_at": known.told_at and iso(known.told_at),
        "proven": known.is_proven,
        "missed": known.missed,
        "reason": known.reason,
    }


def found(
    document: "Document",
    title: Sequence["Part"],
    excerpt: Sequence["Part"],
    source: str,
) -> dict[str, Any]:
    """Return what a search found as JSON.

    `id` is that of the entry, `snapshot` and `captured_at` are those of the version that
    matched; without a snapshot it was what the feed says. `memento` is the path of the
    page as it was then. `hits` and `title_hits` say where in `excerpt` and `title` the
    characters stand that were asked for: from the first to before the second number.
    """
    page, at = document.page_uri, document.version_at
    return {
        "id": document.entry_key,
        "feed": document.feed_id,
        "source": source,
        "title": _text(title),
        "title_hits": _hits(title),
        "link": document.link,
        "authors": list(document.authors),
        "language": document.language,
        "river_at": iso(document.at),
        "snapshot": document.snapshot_id,
        "captured_at": iso(at) if document.snapshot_id else None,
        "memento": memento.path(page, at) if page else None,
        "excerpt": _text(excerpt),
        "hits": _hits(excerpt),
    }


def _text(parts: Sequence["Part"]) -> str:
    return "".join(part.text for part in parts)


def _hits(parts: Sequence["Part"]) -> list[tuple[int, int]]:
    spans, begin = list[tuple[int, int]](), 0
    for part in parts:
        end = begin + len(part.text)
        if part.is_hit:
            spans.append((begin, end))
        begin = end
    return spans
