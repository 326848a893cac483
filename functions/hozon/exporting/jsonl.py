"""Entries with their snapshots and all that is known of them, one JSON object a line."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from hozon.exporting.telling import Tell
from hozon.exporting.wishes import Wish, entries, sources
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, NotFound
from hozon.nouns.instants import iso
from hozon.nouns.model import RiverEntry, Snapshot
from hozon.serving import describing
from hozon.serving.memento import path
from hozon.stored import holdings
from hozon.warc import reader


def write(
    wish: Wish, archive: Archive, out: BinaryIO, *, base: str, tell: Tell
) -> None:
    """Write the entries that are wished for, newest first.

    A line is an entry as `entries list --json` has it, its `memento` below `base`, and
    its `snapshots`, oldest first: each with the `metadata` that was stored with it (the
    whole text, its claims, the verdict, each requisite and what became of it).
    """
    named = sources(archive)
    for shown in entries(wish, archive):
        feed = named.get(shown.entry.feed_id)
        held = [
            snapshot(each, archive, base, tell) for each in _snapshots(shown, archive)
        ]
        said = {
            **describing.described(shown, (feed and (feed.title or feed.uri)) or ""),
            "memento": _memento(shown, base),
            "snapshots": held,
        }
        out.write(_line(said))
        tell.count(entries=1, snapshots=len(held))
        tell.step()


def _memento(shown: RiverEntry, base: str) -> str | None:
    """Return the memento that stands for the entry, as the feeds link it."""
    held = shown.snapshot
    if held is None or not held.accepted:
        return None
    return base + path(held.page_uri, held.captured_at)


def _snapshots(shown: RiverEntry, archive: Archive) -> Iterator[Snapshot]:
    if shown.entry.link is not None:
        yield from archive.index.snapshots(shown.entry.link)


def snapshot(held: Snapshot, archive: Archive, base: str, tell: Tell) -> dict[str, Any]:
    """Return a snapshot as JSON, with its stored metadata."""
    return {
        "id": held.id,
        "captured_at": iso(held.captured_at),
        "status": held.status,
        "kind": held.kind,
        "accepted": held.accepted,
        "link": held.link,
        "page": held.page_uri,
        "memento": base + path(held.page_uri, held.captured_at),
        "requisites": held.requisites,
        "missing": held.missing,
        "warc": held.warc_key,
        "warc_length": held.warc_length,
        "warc_digest": held.warc_digest,
        "metadata": _metadata(held, archive, tell),
    }


def _metadata(held: Snapshot, archive: Archive, tell: Tell) -> dict[str, Any] | None:
    place = held.metadata
    try:
        data = archive.warcs.read(
            place.warc_key, offset=place.offset, length=place.length
        )
        return holdings.metadata(bytes(reader.record_at(data).block))
    except (NotFound, Damaged) as e:
        tell.problem(str(e))
        return None


def _line(said: dict[str, Any]) -> bytes:
    return (json.dumps(said, ensure_ascii=False) + "\n").encode("utf-8", "replace")
