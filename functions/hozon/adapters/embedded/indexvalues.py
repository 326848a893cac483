"""Columns of the rows of ``index.sqlite``: what a row is found by, and its JSON."""

from hozon.adapters.capturekeys import capture_key
from hozon.nouns import instants
from hozon.nouns.errors import Misuse
from hozon.nouns.model import Capture, Entry, Snapshot
from hozon.nouns.places import Cursor
from hozon.stored import naming, rows


def of_entry(entry: Entry) -> tuple[str | None, ...]:
    """Return the columns of an entry's row."""
    return (
        entry.key,
        entry.feed_id,
        instants.iso(entry.river_at),
        naming.link_id(entry.link) if entry.link else None,
        rows.to_json(entry),
    )


def of_snapshot(snapshot: Snapshot) -> tuple[str | int, ...]:
    """Return the columns of a snapshot's row."""
    return (
        snapshot.id,
        naming.link_id(snapshot.link),
        instants.iso(snapshot.captured_at),
        rows.to_json(snapshot),
        snapshot.accepted,
    )


def is_at(capture: Capture, at: Cursor) -> bool:
    """Tell whether a capture's row belongs where one lies: key, instant, record id."""
    try:
        return of_capture(capture)[:3] == at
    except Misuse:
        return False


def of_capture(capture: Capture) -> tuple[str | None, ...]:
    """Return the columns of a capture's row."""
    return (
        capture_key(capture.target_uri),
        instants.iso(capture.captured_at),
        capture.record_id,
        capture.payload_digest if capture.record_type == "response" else None,
        rows.to_json(capture),
    )
