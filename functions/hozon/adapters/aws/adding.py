"""Add holdings to the table, so that any order and any repetition ends the same.

Captures and digests first, the entries' statements next, then the note that the object
is to be sealed, and last the snapshots: who dies in between leaves a snapshot that is not
there, and so adds all of it again.
"""

from collections.abc import Iterable, Mapping, Sequence

from hozon.adapters.aws import items, keys, lives, originals, seals
from hozon.adapters.aws.faults import Pause, attempts
from hozon.adapters.aws.keys import Key
from hozon.adapters.aws.originals import Originals
from hozon.adapters.aws.table import Item, Table, key_of
from hozon.adapters.capturekeys import capture_key
from hozon.nouns.digests import Digest
from hozon.nouns.errors import Conflict
from hozon.nouns.findings import Finding
from hozon.nouns.model import Capture, Entry, Holdings, Snapshot
from hozon.nouns.watches import Planner
from hozon.stored import naming, rows

_MOST_GROUPS = 10_000
_NO_TROUBLE = "REMOVE trouble, due, due_at"


class Adder:
    """Adds to one table. Remembers which host groups it has marked: most are the same
    from one object to the next.
    """

    def __init__(self, table: Table, named: Originals, pause: Pause) -> None:
        self._table = table
        self._originals = named
        self._pause = pause
        self._groups: set[str] = set()

    def add(
        self,
        holdings: Holdings,
        held: Mapping[Digest, Capture] | None = None,
        planner: Planner | None = None,
    ) -> None:
        """Add what one WARC object holds; `held` of its payloads, if that was asked.

        What says that a job is done comes last: of a capture that is the snapshot, of a
        look when the page is looked at next.
        """
        entries = _merged(holdings.entries)
        unasked = originals.unasked(holdings) if held is None else ()
        known = self._known(entries, unasked)
        if held is None:
            held = originals.rows(unasked, known)
        groups = self._unmarked(holdings.captures)
        self._table.put_all(
            [
                *(items.capture(each) for each in holdings.captures),
                *originals.new_earliest(holdings, held),
                *(items.mark(keys.group(name)) for name in groups),
                *_links(entries, known),
            ]
        )
        self._marked(groups)
        self._originals.name(holdings, held)
        for entry in entries.values():
            item = known.get(keys.entry(entry.key))
            _state_entry(self._table, entry, item, pause=self._pause)
        seals.note(self._table, holdings)
        captured = lives.unlooked(holdings)
        self._live(captured, planner, are_looks=False)
        for snapshot in holdings.snapshots:
            _add_snapshot(self._table, snapshot, pause=self._pause)
        self._live(holdings.findings, planner, are_looks=True)

    def _live(
        self, found: Iterable[Finding], planner: Planner | None, *, are_looks: bool
    ) -> None:
        lives.add(self._table, found, planner, are_looks=are_looks, pause=self._pause)

    def _known(
        self, entries: Iterable[str], digests: Iterable[Digest]
    ) -> Mapping[Key, Item]:
        wanted = [*map(keys.entry, entries), *map(keys.digest, digests)]
        return {key_of(item): item for item in self._table.get_all(wanted)}

    def _unmarked(self, captures: Sequence[Capture]) -> set[str]:
        groups = {keys.host_group(capture_key(each.target_uri)) for each in captures}
        return groups - self._groups

    def _marked(self, groups: set[str]) -> None:
        if len(self._groups) > _MOST_GROUPS:
            self._groups = set()
        self._groups |= groups


def _links(entries: Mapping[str, Entry], known: Mapping[Key, Item]) -> Iterable[Item]:
    """Return the marks of those links that an entry is not known to have."""
    for key, entry in entries.items():
        item = known.get(keys.entry(key))
        old = items.noun(Entry, item, "entry") if item else None
        if entry.link and (old is None or old.link != entry.link):
            yield items.mark(keys.linking(naming.link_id(entry.link), key))


def _merged(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    found: dict[str, Entry] = {}
    for each in entries:
        old = found.get(each.key)
        found[each.key] = rows.merged(old, each) if old else each
    return found


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


def _add_snapshot(table: Table, snapshot: Snapshot, *, pause: Pause) -> None:
    """Make this the page's snapshot of record, or else another one.

    The one of record is the latest that was accepted, or the latest, if none was. Where
    it is new it clears the page's trouble.
    """
    link_id = naming.link_id(snapshot.link)
    row, at = items.packed(rows.to_json(snapshot)), keys.record_place(snapshot)
    change = f"SET latest = :latest, latest_at = :at {_NO_TROUBLE}"
    values = {":latest": row, ":at": {"S": at}}
    condition = "attribute_not_exists(latest_at)"
    for _ in attempts(f"page {link_id}", pause):
        seen = table.update_or_see(
            keys.state(link_id), change, condition=condition, values=values
        )
        if seen is None or seen["latest_at"]["S"] == at:
            return
        last = seen["latest_at"]["S"]
        if last > at:
            _add_earlier(table, link_id, items.snapshot(link_id, snapshot.id, row))
            return
        old = items.snapshot(link_id, keys.taken(last), seen["latest"])
        table.put_all([old])
        condition, values = "latest_at = :last", {**values, ":last": {"S": last}}


def _add_earlier(table: Table, link_id: str, item: Item) -> None:
    # The trouble is cleared first: who dies in between finds the snapshot new again.
    if table.get(key_of(item)) is None:
        table.update(keys.state(link_id), _NO_TROUBLE, values={})
        table.put_all([item])
