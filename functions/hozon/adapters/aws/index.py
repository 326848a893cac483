"""`Index` over one DynamoDB table (its grammar: `keys`).

What one new snapshot with 8 captures of new payloads costs: the claim of its job, one
query for the last capture of each URI, one read of what is held of large payloads, and four
requests that write all that is found by, the note that it is to be sealed, the page's life,
then the snapshot. Without what was read before, `add` reads it itself, so that nothing is
overwritten that came earlier.

Which of two large responses is the earliest of a payload is decided by a read before the
write. If two workers first meet one payload in the same moment, `by_digest` may name
the later one, until the other is added again; nothing else depends on who was first.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from hozon.adapters import cursors, ids
from hozon.adapters.aws import claiming, items, keys, listing, lives
from hozon.adapters.aws.adding import Adder
from hozon.adapters.aws.faults import Pause
from hozon.adapters.aws.originals import Originals
from hozon.adapters.aws.table import Item, Table, key_of
from hozon.adapters.capturekeys import capture_key
from hozon.nouns import instants
from hozon.nouns.digests import Digest
from hozon.nouns.errors import NotFound
from hozon.nouns.findings import Finding, Life, Step
from hozon.nouns.model import Capture, Entry, Holdings, RiverEntry, Snapshot, Trouble
from hozon.nouns.payloads import Payload
from hozon.nouns.places import Cursor, Place, Row
from hozon.nouns.watches import Planner
from hozon.nouns.work import CaptureJob
from hozon.stored import naming, rows

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
        self._originals = Originals(self._table)
        self._adder = Adder(self._table, self._originals, pause)

    def add(
        self,
        holdings: Holdings,
        *,
        held: Mapping[Digest, Capture] | None = None,
        planner: Planner | None = None,
    ) -> None:
        """Add what one WARC object holds; adding it twice changes nothing."""
        self._adder.add(holdings, held, planner)

    def by_digest(self, digests: Iterable[Digest]) -> Mapping[Digest, Capture]:
        """Return the earliest response of each payload that is known by its digest."""
        return self._originals.by_digest(digests)

    def held(self, payloads: Iterable[Payload]) -> Mapping[Digest, Capture]:
        """Return the responses that payloads which have come are the same as."""
        return self._originals.held(payloads)

    def timemap(
        self,
        target_uri: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        latest: bool = False,
    ) -> Sequence[Capture]:
        """Return captures with the key of this URI, oldest first."""
        key = capture_key(target_uri)
        found = listing.timemap(
            self._table, key, since, until, limit=limit, latest=latest
        )
        return found[::-1] if latest else found

    def latest(
        self, target_uris: Iterable[str], *, since: datetime
    ) -> Mapping[str, Capture]:
        """Return the latest captures of those of the URIs that have one since then."""
        found = {uri: self._originals.last(uri) for uri in target_uris}
        return {
            uri: last
            for uri, last in found.items()
            if last and last.target_uri == uri and last.captured_at >= since
        }

    def captures(
        self, *, prefix: str = "", after: Place | None = None, at_once: int = 1000
    ) -> Iterator[Capture]:
        """Yield captures by place."""
        return listing.captures(self._table, prefix, after, at_once)

    def rows(self, *, after: Cursor = ()) -> Iterator[Row]:
        """Yield all rows of captures, one host group after another."""
        return listing.rows(self._table, after)

    def count(self, *, prefix: str, most: int) -> int:
        """Return how many captures have this prefix, up to `most`."""
        return listing.count(self._table, prefix, most)

    def entry(self, key: str) -> Entry:
        """Return one entry, or raise `NotFound`."""
        item = self._table.get(keys.entry(ids.known(key, "entry")))
        if item is None:
            raise NotFound(f"no such entry: {key}")
        return items.noun(Entry, item, "entry")

    def entries(self, keys_: Iterable[str]) -> Mapping[str, Entry]:
        """Return those of the entries that are known, by their keys."""
        found = self._table.get_all(keys.entry(each) for each in keys_)
        entries = (items.noun(Entry, item, "entry") for item in found)
        return {each.key: each for each in entries}

    def linked(self, link: str) -> Sequence[Entry]:
        """Return the entries whose link leads to this page, by `first_seen_at`."""
        link_id = naming.link_id(link)
        pk, begin = keys.linking(link_id, "")
        marks = self._table.query(
            "pk = :pk AND begins_with(sk, :begin)",
            {":pk": {"S": pk}, ":begin": {"S": begin}},
            ConsistentRead=True,
        )
        found = self.entries(item["sk"]["S"].partition("#")[2] for item in marks)
        entries = [
            each
            for each in found.values()
            if each.link and naming.link_id(each.link) == link_id
        ]
        return sorted(entries, key=lambda each: (each.first_seen_at, each.key))

    def recent(self, feed_id: str, *, limit: int) -> Sequence[Entry]:
        """Return the latest entries of a feed, newest first."""
        found = self._table.query(
            "due = :of",
            {":of": {"S": keys.river_of(feed_id)}},
            IndexName="due",
            ScanIndexForward=False,
            Limit=limit,
        )
        return [items.noun(Entry, item, "entry") for item in islice(found, limit)]

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
        index = "due" if feed_id else "river"
        of = keys.river_of(feed_id) if feed_id else keys.RIVER
        placed = self._placed(index, of, lower, upper, size + 1)
        found = list(islice(placed, size + 1))
        page = self._river_entries(found[:size])
        return page, cursors.behind(page[-1].entry) if found[size:] else None

    def snapshots(self, link: str) -> Sequence[Snapshot]:
        """Return the snapshots of the page that a link leads to, oldest first."""
        page = keys.state(naming.link_id(link))[0]
        found = self._table.query("pk = :pk", {":pk": {"S": page}}, ConsistentRead=True)
        snapshots = {each.id: each for item in found for each in _snapshots(item)}
        return sorted(snapshots.values(), key=keys.taken_at)

    def findings(self, link: str) -> Sequence[Finding]:
        """Return what all looks at a page have found, oldest first."""
        return lives.findings(self._table, naming.link_id(link))

    def changes(
        self,
        *,
        limit: int,
        before: str | None = None,
        feed_id: str | None = None,
        since: datetime | None = None,
    ) -> tuple[Sequence[Step], str | None]:
        """Return one page of what is to be told, newest first, and the next cursor."""
        size = cursors.checked_limit(limit)
        at, id_ = cursors.upper_bound(before, None)
        index = "due" if feed_id else "river"
        of = keys.changes_of(feed_id) if feed_id else keys.CHANGES
        upper = f"{at}#{id_}" if id_ else at
        lower = instants.iso(since) if since else _LEAST
        placed = self._placed(index, of, lower, upper, size + 1)
        found = [lives.step(item) for item in islice(placed, size + 1)]
        page, more = found[:size], found[size:]
        return page, cursors.behind_finding(page[-1].finding) if more else None

    def claim(self, job: CaptureJob, *, now: datetime) -> CaptureJob | None:
        """Return the job to do when this one is handed out; None: there is none."""
        return claiming.claim(self._table, job, now=now)

    def trouble(self, trouble: Trouble) -> None:
        """Note why a page could not be captured, over an earlier note."""
        self._table.update(
            keys.state(naming.link_id(trouble.link)),
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
        kinds = "captures", "entries", "troubles"
        counts, snapshots = dict.fromkeys(kinds, 0), set[str]()
        for item in self._table.scan(ProjectionExpression="pk, sk, due, latest_at"):
            if (kind := _kind(item)) in counts:
                counts[kind] += 1
            snapshots.update(_snapshot_ids(item))
        return {**counts, "snapshots": len(snapshots)}

    def dump(self) -> Iterator[str]:
        """Yield every row as a line, in ascending order.

        Reads the whole table, and holds the lines in memory: for comparisons.
        """
        found = self._table.scan(ConsistentRead=True)
        return iter(sorted({line for item in found for line in _lines(item)}))

    def _placed(
        self, index: str, of: str, lower: str, upper: str, size: int
    ) -> Iterator[Item]:
        """Yield the items of one hash key with `lower` ≤ place < `upper`, newest first."""
        if lower >= upper:
            return iter(())
        place = f"{index}_at"
        found = self._table.query_shards(
            index,
            keys.shards(of),
            f"{place} BETWEEN :lower AND :upper",
            {":lower": {"S": lower}, ":upper": {"S": upper}},
            newest_first=True,
            Limit=keys.of_each_shard(of, size + 1),
        )
        return (item for item in found if item[place]["S"] != upper)

    def _river_entries(self, found: Iterable[Item]) -> list[RiverEntry]:
        entries = [items.noun(Entry, item, "entry") for item in found]
        pages = [naming.link_id(each.link) if each.link else "" for each in entries]
        wanted = [
            key(page) for page in pages if page for key in (keys.state, keys.watch)
        ]
        known = self._table.get_all(wanted, consistent=False)
        by_key = {key_of(item): item for item in known}
        return [
            _river_entry(
                entry,
                by_key.get(keys.state(page), {}),
                by_key.get(keys.watch(page), {}),
            )
            for entry, page in zip(entries, pages, strict=True)
        ]


def _river_entry(entry: Entry, state: Item, watch: Item) -> RiverEntry:
    return RiverEntry(
        entry=entry,
        snapshot=items.noun(Snapshot, state, "latest") if "latest" in state else None,
        trouble=items.noun(Trouble, state, "trouble") if "trouble" in state else None,
        life=items.noun(Life, watch, "life") if "life" in watch else None,
    )


def _kind(item: Item) -> str:
    """Return what an item counts as, but for snapshots."""
    pk, sk = item["pk"]["S"], item["sk"]["S"]
    if pk.startswith("CAP#"):
        return "captures"
    if sk == "STATE" and item.get("due", {}).get("S") == keys.TROUBLES:
        return "troubles"
    return "entries" if sk == "ENTRY" else ""


def _snapshots(item: Item) -> Iterator[Snapshot]:
    """Yield the snapshot that an item of a page holds, if it holds one."""
    for name in ("latest", "snapshot"):
        if name in item:
            yield items.noun(Snapshot, item, name)


def _snapshot_ids(item: Item) -> Iterator[str]:
    if "latest_at" in item:
        yield keys.taken(item["latest_at"]["S"])
    if item["sk"]["S"].startswith("SNAP#"):
        yield item["sk"]["S"].removeprefix("SNAP#")


def _lines(item: Item) -> Iterator[str]:
    """Yield the lines of a dump for the rows that an item holds."""
    for kind, name in _ROWS[item["pk"]["S"].partition("#")[0]]:
        if name in item:
            yield rows.dump_line(kind, items.unpacked(item[name]))


_ROWS: Mapping[str, Sequence[tuple[rows.Dumped, str]]] = defaultdict(
    tuple,
    {
        "CAP": (("capture", "capture"),),
        "ENTRY": (("entry", "entry"),),
        "LINK": (
            ("snapshot", "latest"),
            ("snapshot", "snapshot"),
            ("finding", "finding"),
            ("life", "life"),
        ),
    },
)
