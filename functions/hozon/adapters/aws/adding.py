"""Add holdings to the table, so that any order and any repetition ends the same.

Captures, digests and snapshots first, the entries' statements and states next, and
last the marks that say so: who dies in between is found out by the missing mark.
"""

from collections.abc import Iterable, Mapping

from hozon import rows
from hozon.adapters.aws import items, keys
from hozon.adapters.aws.faults import Pause, attempts
from hozon.adapters.aws.keys import Key
from hozon.adapters.aws.table import Item, Table, key_of
from hozon.adapters.capturekeys import capture_key
from hozon.digests import Digest
from hozon.errors import Conflict
from hozon.model import Capture, Entry, Holdings, Snapshot


def add(table: Table, holdings: Holdings, *, pause: Pause) -> None:
    """Add what one WARC object holds."""
    entries = _merged(holdings.entries)
    responses = _earliest(holdings.captures)
    groups = {
        keys.group(keys.host_group(capture_key(each.target_uri)))
        for each in holdings.captures
    }
    marks = [keys.held(each.id) for each in holdings.snapshots]
    wanted = [
        *(keys.digest(each) for each in responses),
        *groups,
        *(keys.entry(each) for each in entries),
        *marks,
    ]
    known = {key_of(item): item for item in table.get_all(wanted)}
    table.put_all(
        [
            *(items.capture(each) for each in holdings.captures),
            *_new_earliest(responses.values(), known),
            *(items.snapshot(each) for each in holdings.snapshots),
            *(items.mark(each) for each in groups - known.keys()),
        ]
    )
    for entry in entries.values():
        _state_entry(table, entry, known.get(keys.entry(entry.key)), pause=pause)
    for snapshot in holdings.snapshots:
        _set_latest(table, snapshot, is_new=keys.held(snapshot.id) not in known)
    table.put_all(items.mark(each) for each in marks)


def _merged(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    found: dict[str, Entry] = {}
    for each in entries:
        old = found.get(each.key)
        found[each.key] = rows.merged(old, each) if old else each
    return found


def _earliest(captures: Iterable[Capture]) -> Mapping[Digest, Capture]:
    """Return the earliest response of each payload."""
    found: dict[Digest, Capture] = {}
    for each in captures:
        if each.record_type == "response":
            first = found.setdefault(each.payload_digest, each)
            found[each.payload_digest] = min(first, each, key=items.place)
    return found


def _new_earliest(
    responses: Iterable[Capture], known: Mapping[Key, Item]
) -> Iterable[Item]:
    """Return the items of those responses that are earlier than what is known."""
    for each in responses:
        item = known.get(keys.digest(each.payload_digest))
        old = items.noun(Capture, item, "capture") if item else None
        if old is None or items.place(each) < items.place(old):
            yield items.digest(each)


def _state_entry(
    table: Table, entry: Entry, item: Item | None, *, pause: Pause
) -> None:
    """Merge a statement into what `item` says, whoever else does so at the time."""
    for _ in attempts(f"entry {entry.key}", pause):
        old = items.noun(Entry, item, "entry") if item else None
        new = rows.merged(old, entry) if old else entry
        if new == old:
            return
        try:
            table.put(
                items.entry(new),
                condition="entry = :old" if item else "attribute_not_exists(pk)",
                values={":old": item["entry"]} if item else {},
            )
        except Conflict:
            item = table.get(keys.entry(entry.key))
        else:
            return


def _set_latest(table: Table, snapshot: Snapshot, *, is_new: bool) -> None:
    """Make this the entry's snapshot of record, if it is; a new one clears its trouble.

    That is the latest one that was accepted, or the latest, if none was.
    """
    key = keys.state(snapshot.entry_key)
    clear = " REMOVE trouble, due, due_at" if is_new else ""
    at = {"S": keys.record_place(snapshot)}
    try:
        table.update(
            key,
            "SET latest = :latest, latest_at = :at" + clear,
            condition="attribute_not_exists(latest_at) OR latest_at < :at",
            values={":latest": items.snapshot(snapshot)["snapshot"], ":at": at},
        )
    except Conflict:
        if is_new:
            table.update(key, clear, values={})
