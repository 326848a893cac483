"""`Index` over one DynamoDB table (its grammar: `keys`).

What `add` costs for one new snapshot with 8 captures of new payloads: 4 requests; one
reads, so that nothing is overwritten that came earlier, and three write 19 items: all
that is found by, then the entry's latest snapshot, then the mark that it is whole.

Which of two responses is the earliest of a payload is decided by a read before the
write. If two workers first meet one payload in the same moment, `by_digest` may name
the later one, until the other is added again; nothing else depends on who was first.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Literal

from hozon import instants, rows
from hozon.adapters import cursors
from hozon.adapters.aws import adding, items, keys, listing
from hozon.adapters.aws.faults import Pause
from hozon.adapters.aws.table import Item, Table
from hozon.adapters.capturekeys import capture_key
from hozon.digests import Digest
from hozon.errors import NotFound
from hozon.model import Capture, Entry, Holdings, RiverEntry, Snapshot, Trouble

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LEAST = "!"
"""Less than every instant; a key condition takes no empty text."""


class DynamoDbIndex:
    """Finds captures, entries and snapshots in the table `table`."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, pause: Pause = time.sleep
    ) -> None:
        self._table = Table(client, table, pause)
        self._pause = pause

    def add(self, holdings: Holdings) -> None:
        """Add what one WARC object holds; adding it twice changes nothing."""
        adding.add(self._table, holdings, pause=self._pause)

    def by_digest(self, digests: Iterable[Digest]) -> Mapping[Digest, Capture]:
        """Return the earliest response of each payload that is held."""
        found = self._table.get_all(keys.digest(each) for each in digests)
        captures = (items.noun(Capture, item, "capture") for item in found)
        return {each.payload_digest: each for each in captures}

    def timemap(self, target_uri: str) -> Sequence[Capture]:
        """Return all captures with the key of this URI, oldest first."""
        pk, begin = keys.timemap(capture_key(target_uri))
        found = self._begins(pk, begin)
        return [items.noun(Capture, item, "capture") for item in found]

    def captures(self, *, prefix: str = "") -> Iterator[Capture]:
        """Yield captures by key and instant."""
        return listing.captures(self._table, prefix)

    def entry(self, key: str) -> Entry:
        """Return one entry, or raise `NotFound`."""
        item = self._table.get(keys.entry(key))
        if item is None:
            raise NotFound(f"no such entry: {key}")
        return items.noun(Entry, item, "entry")

    def fingerprints(self, keys_: Iterable[str]) -> Mapping[str, str]:
        """Return the fingerprints of those entries that are known."""
        found = self._table.get_all(keys.entry(each) for each in keys_)
        return {
            item["pk"]["S"].partition("#")[2]: item["fingerprint"]["S"]
            for item in found
        }

    def river(
        self,
        *,
        limit: int,
        before: str | None = None,
        feed_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[Sequence[RiverEntry], str | None]:
        """Return one page of entries, newest first, and the cursor of the next."""
        size = cursors.checked_limit(limit)
        at, key = cursors.upper_bound(before, until)
        upper = f"{at}#{key}" if key else at
        lower = instants.iso(since) if since else _LEAST
        found = list(islice(self._placed(feed_id, lower, upper, size + 1), size + 1))
        page = self._river_entries(found[:size])
        return page, cursors.behind(page[-1].entry) if found[size:] else None

    def snapshots(self, entry_key: str) -> Sequence[Snapshot]:
        """Return the snapshots of one entry, oldest first."""
        found = self._begins(*keys.snapshots(entry_key))
        return [items.noun(Snapshot, item, "snapshot") for item in found]

    def held(self, snapshot_ids: Iterable[str]) -> frozenset[str]:
        """Return those of the ids whose snapshot is indexed, to its last item."""
        found = self._table.get_all(keys.held(each) for each in snapshot_ids)
        return frozenset(item["pk"]["S"].partition("#")[2] for item in found)

    def trouble(self, trouble: Trouble) -> None:
        """Note why an entry could not be captured, over an earlier note."""
        self._table.update(
            keys.state(trouble.entry_key),
            "SET trouble = :trouble, due = :due, due_at = :at",
            values={
                ":trouble": items.packed(rows.to_json(trouble)),
                ":due": {"S": keys.TROUBLES},
                ":at": {"S": keys.river_at(trouble.at, trouble.entry_key)},
            },
        )

    def troubles(self) -> Iterator[Trouble]:
        """Yield the notes that stand, latest first."""
        found = self._table.query(
            "due = :due",
            {":due": {"S": keys.TROUBLES}},
            IndexName="due",
            ScanIndexForward=False,
        )
        return (items.noun(Trouble, item, "trouble") for item in found)

    def counts(self) -> Mapping[str, int]:
        """Return ``entries``, ``snapshots``, ``captures``, ``troubles``.

        Reads the whole table: for a person who asks, not for every visitor of a page.
        """
        counts = dict.fromkeys(("entries", "snapshots", "captures", "troubles"), 0)
        for item in self._table.scan(ProjectionExpression="pk, sk, due"):
            kind = _kind(item)
            if kind in counts:
                counts[kind] += 1
        return counts

    def dump(self) -> Iterator[str]:
        """Yield every row as a line, in ascending order.

        Reads the whole table, and holds the lines in memory: for comparisons.
        """
        found = (_line(item) for item in self._table.scan(ConsistentRead=True))
        return iter(sorted(line for line in found if line is not None))

    def _begins(self, pk: str, begin: str) -> Iterator[Item]:
        """Yield the items of a partition whose range key begins so, as they are now."""
        return self._table.query(
            "pk = :pk AND begins_with(sk, :begin)",
            {":pk": {"S": pk}, ":begin": {"S": begin}},
            ConsistentRead=True,
        )

    def _placed(
        self, feed_id: str | None, lower: str, upper: str, size: int
    ) -> Iterator[Item]:
        """Yield the entries with `lower` ≤ place < `upper`, newest first."""
        if lower >= upper:
            return iter(())
        index, place, of = (
            ("due", "due_at", keys.river_of(feed_id))
            if feed_id
            else ("river", "river_at", keys.RIVER)
        )
        found = self._table.query(
            f"{index} = :of AND {place} BETWEEN :lower AND :upper",
            {":of": {"S": of}, ":lower": {"S": lower}, ":upper": {"S": upper}},
            IndexName=index,
            ScanIndexForward=False,
            Limit=size + 1,
        )
        return (item for item in found if item[place]["S"] != upper)

    def _river_entries(self, found: Iterable[Item]) -> list[RiverEntry]:
        entries = [items.noun(Entry, item, "entry") for item in found]
        states = {
            item["pk"]["S"]: item
            for item in self._table.get_all(
                (keys.state(entry.key) for entry in entries), consistent=False
            )
        }
        return [
            _river_entry(entry, states.get(keys.state(entry.key)[0], {}))
            for entry in entries
        ]


def _river_entry(entry: Entry, state: Item) -> RiverEntry:
    return RiverEntry(
        entry=entry,
        snapshot=items.noun(Snapshot, state, "latest") if "latest" in state else None,
        trouble=items.noun(Trouble, state, "trouble") if "trouble" in state else None,
    )


def _kind(item: Item) -> str:
    """Return what an item counts as."""
    pk, sk = item["pk"]["S"], item["sk"]["S"]
    if pk.startswith("CAP#"):
        return "captures"
    if sk.startswith("SNAP#"):
        return "snapshots"
    if sk == "STATE" and item.get("due", {}).get("S") == keys.TROUBLES:
        return "troubles"
    return "entries" if sk == "ENTRY" else ""


def _line(item: Item) -> str | None:
    """Return the line of a dump for an item that is a row, None for others."""
    kinds: dict[str, Literal["capture", "entry", "snapshot"]] = {
        "captures": "capture",
        "entries": "entry",
        "snapshots": "snapshot",
    }
    kind = kinds.get(_kind(item))
    return rows.dump_line(kind, items.unpacked(item[kind])) if kind else None
