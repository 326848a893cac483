"""`Index` over ``index.sqlite``; every question is one indexed query."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from sqlite3 import Connection

from hozon.adapters import cursors, ids
from hozon.adapters.capturekeys import capture_key
from hozon.adapters.embedded import indexvalues, lives, seals
from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.troubles import Troubles
from hozon.adapters.embedded.watchbook import wish_of
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

_AFTER_ALL = "\U0010ffff"
"""Greater than every key."""

_BY_DIGEST = """
    SELECT value, (
        SELECT capture FROM captures WHERE response_digest = value
        ORDER BY captured_at, record_id LIMIT 1
    ) FROM json_each(?)"""

_TIMEMAP = """
    SELECT capture FROM captures
    WHERE key = ? AND captured_at >= ? AND captured_at < ?
    ORDER BY captured_at {order}, record_id {order} LIMIT ?"""
_EARLIEST, _LATEST = _TIMEMAP.format(order="ASC"), _TIMEMAP.format(order="DESC")

_CAPTURES = """
    SELECT capture FROM captures
    WHERE (key, captured_at, record_id) > (?, ?, ?) AND key < ?
    ORDER BY key, captured_at, record_id"""

_ROWS = """
    SELECT key, captured_at, record_id, capture FROM captures
    WHERE (key, captured_at, record_id) > (?, ?, ?)
    ORDER BY key, captured_at, record_id"""

_COUNT = """
    SELECT count(*) FROM (
        SELECT 1 FROM captures WHERE key >= ? AND key < ? LIMIT ?
    )"""

_RIVER = """
    SELECT entry, (
        SELECT snapshot FROM snapshots WHERE snapshots.link_id = entries.link_id
        ORDER BY accepted DESC, captured_at DESC, id DESC LIMIT 1
    ), (
        SELECT life FROM watches WHERE watches.link_id = entries.link_id
    ) FROM entries
    WHERE {of}(river_at, key) < (:before_at, :before_key) AND river_at >= :since
    ORDER BY river_at DESC, key DESC LIMIT :limit"""
_RIVER_OF_ALL = _RIVER.format(of="")
_RIVER_OF_FEED = _RIVER.format(of="feed_id = :feed_id AND ")

_RECENT = """
    SELECT entry FROM entries WHERE feed_id = ?
    ORDER BY river_at DESC, key DESC LIMIT ?"""

_LINKED = "SELECT entry FROM entries WHERE link_id = ?"

_SNAPSHOTS = "SELECT snapshot FROM snapshots WHERE link_id = ? ORDER BY captured_at, id"

_FINDINGS = "SELECT finding FROM findings WHERE link_id = ? ORDER BY at, id"

_CHANGES = """
    SELECT finding, life, event FROM findings
    WHERE {of}(at, id) < (:before_at, :before_id) AND at >= :since
        AND event IS NOT NULL AND event <> 'new'
    ORDER BY at DESC, id DESC LIMIT :limit"""
_CHANGES_OF_ALL = _CHANGES.format(of="")
_CHANGES_OF_FEED = _CHANGES.format(of="feed_id = :feed_id AND ")

_AMONG = "(SELECT value FROM json_each(?))"
_ENTRIES = f"SELECT key, entry FROM entries WHERE key IN {_AMONG}"  # noqa: S608 (a constant)
_HELD = f"SELECT id FROM snapshots WHERE id IN {_AMONG}"  # noqa: S608 (a constant)

_COUNTS = """
    SELECT (SELECT count(*) FROM entries), (SELECT count(*) FROM snapshots),
           (SELECT count(*) FROM captures)"""

_DUMP = """
    SELECT 'capture' AS kind, capture AS row FROM captures
    UNION ALL SELECT 'entry', entry FROM entries
    UNION ALL SELECT 'finding', finding FROM findings WHERE is_look
    UNION ALL SELECT 'life', life FROM watches
    UNION ALL SELECT 'snapshot', snapshot FROM snapshots
    ORDER BY kind, row"""


class SqliteIndex:
    """Finds captures, entries and snapshots. One `add` is one transaction.

    With `keeps_troubles`, snapshots that are added clear no notes: an index that is
    being rebuilt learns nothing new.
    """

    def __init__(
        self, index: Database, state: Database, *, keeps_troubles: bool = False
    ) -> None:
        self._index = index
        self._state = state
        self._troubles = Troubles(state)
        self._keeps_troubles = keeps_troubles
        self.seals = seals.SqliteSeals(index)

    def add(
        self,
        holdings: Holdings,
        *,
        held: Mapping[Digest, Capture] | None = None,  # noqa: ARG002 (AWS needs it)
        planner: Planner | None = None,
    ) -> None:
        """Add what one WARC object holds; adding it twice changes nothing.

        `held` is not needed here: what is earliest is decided when it is asked for.
        """
        captures = [indexvalues.of_capture(each) for each in holdings.captures]
        snapshots = [indexvalues.of_snapshot(each) for each in holdings.snapshots]
        if not self._keeps_troubles:
            self._clear_troubles(holdings.snapshots)
        with self._index.write() as db:
            seals.note(db, holdings)
            if holdings.entries:
                _add_entries(db, holdings.entries)
            db.executemany(
                "INSERT OR IGNORE INTO captures VALUES (?, ?, ?, ?, ?)", captures
            )
            db.executemany(
                "INSERT OR IGNORE INTO snapshots"
                " (id, link_id, captured_at, snapshot, accepted)"
                " VALUES (?, ?, ?, ?, ?)",
                snapshots,
            )
            lives.add(db, holdings, planner, partial(wish_of, self._state))

    def by_digest(self, digests: Iterable[Digest]) -> Mapping[Digest, Capture]:
        """Return the earliest response of each payload that is held."""
        found = self._index.read(_BY_DIGEST, (json.dumps(list(digests)),))
        return {
            Digest(digest): rows.from_json(Capture, text)
            for digest, text in found
            if text is not None
        }

    def held(self, payloads: Iterable[Payload]) -> Mapping[Digest, Capture]:
        """Return the earliest response with each payload, wherever that came from."""
        return self.by_digest({each.digest for each in payloads})

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
        first = instants.iso(since) if since else ""
        end = instants.iso(until) if until else _AFTER_ALL
        found = self._index.read(
            _LATEST if latest else _EARLIEST,
            (capture_key(target_uri), first, end, -1 if limit is None else limit),
        )
        captures = [rows.from_json(Capture, text) for (text,) in found]
        return captures[::-1] if latest else captures

    def latest(
        self, target_uris: Iterable[str], *, since: datetime
    ) -> Mapping[str, Capture]:
        """Return the latest captures of those of the URIs that have one since then."""
        found = {
            uri: self.timemap(uri, since=since, limit=1, latest=True)
            for uri in target_uris
        }
        return {
            u: some[0] for u, some in found.items() if some and some[0].target_uri == u
        }

    def captures(
        self,
        *,
        prefix: str = "",
        after: Place | None = None,
        at_once: int = 1000,  # noqa: ARG002 (AWS needs it; rows come one by one here)
    ) -> Iterator[Capture]:
        """Yield captures by place, as they were when this began."""
        begin = prefix, "", ""
        if after is not None:
            at = instants.iso(after.captured_at)
            begin = max(begin, (after.key, at, after.record_id))
        found = self._index.stream(_CAPTURES, (*begin, prefix + _AFTER_ALL))
        return (rows.from_json(Capture, text) for (text,) in found)

    def rows(self, *, after: Cursor = ()) -> Iterator[Row]:
        """Yield all rows of captures, as they were when this began."""
        found = self._index.stream(_ROWS, after or ("", "", ""))
        for *cursor, text in found:
            capture = rows.from_json(Capture, text)
            at = tuple(cursor)
            yield Row(at, capture, indexvalues.is_at(capture, at))

    def count(self, *, prefix: str, most: int) -> int:
        """Return how many captures have this prefix, up to `most`."""
        [(found,)] = self._index.read(_COUNT, (prefix, prefix + _AFTER_ALL, most))
        return int(found)

    def entry(self, key: str) -> Entry:
        """Return one entry, or raise `NotFound`."""
        asked = (ids.known(key, "entry"),)
        found = self._index.read("SELECT entry FROM entries WHERE key = ?", asked)
        if not found:
            raise NotFound(f"no such entry: {key}")
        return rows.from_json(Entry, found[0][0])

    def entries(self, keys: Iterable[str]) -> Mapping[str, Entry]:
        """Return those of the entries that are known, by their keys."""
        found = self._index.read(_ENTRIES, (json.dumps(list(keys)),))
        return {key: rows.from_json(Entry, text) for key, text in found}

    def linked(self, link: str) -> Sequence[Entry]:
        """Return the entries whose link leads to this page, by `first_seen_at`."""
        found = self._index.read(_LINKED, (naming.link_id(link),))
        entries = (rows.from_json(Entry, text) for (text,) in found)
        return sorted(entries, key=lambda each: (each.first_seen_at, each.key))

    def recent(self, feed_id: str, *, limit: int) -> Sequence[Entry]:
        """Return the latest entries of a feed, newest first."""
        found = self._index.read(_RECENT, (feed_id, limit))
        return [rows.from_json(Entry, text) for (text,) in found]

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
        before_at, before_key = cursors.upper_bound(before, until)
        found = self._index.read(
            _RIVER_OF_FEED if feed_id else _RIVER_OF_ALL,
            {
                "before_at": before_at,
                "before_key": before_key,
                "since": instants.iso(since) if since else "",
                "feed_id": feed_id,
                "limit": cursors.checked_limit(limit) + 1,
            },
        )
        page = self._river_entries(found[:limit])
        return page, cursors.behind(page[-1].entry) if found[limit:] else None

    def snapshots(self, link: str) -> Sequence[Snapshot]:
        """Return the snapshots of the page that a link leads to, oldest first."""
        found = self._index.read(_SNAPSHOTS, (naming.link_id(link),))
        return [rows.from_json(Snapshot, text) for (text,) in found]

    def findings(self, link: str) -> Sequence[Finding]:
        """Return what all looks at a page have found, oldest first."""
        found = self._index.read(_FINDINGS, (naming.link_id(link),))
        return [rows.from_json(Finding, text) for (text,) in found]

    def changes(
        self,
        *,
        limit: int,
        before: str | None = None,
        feed_id: str | None = None,
        since: datetime | None = None,
    ) -> tuple[Sequence[Step], str | None]:
        """Return one page of what is to be told, newest first, and the next cursor."""
        before_at, before_id = cursors.upper_bound(before, None)
        found = self._index.read(
            _CHANGES_OF_FEED if feed_id else _CHANGES_OF_ALL,
            {
                "before_at": before_at,
                "before_id": before_id,
                "since": instants.iso(since) if since else "",
                "feed_id": feed_id,
                "limit": cursors.checked_limit(limit) + 1,
            },
        )
        page = [
            Step(
                finding=rows.from_json(Finding, finding),
                life=rows.from_json(Life, life),
                event=event,
            )
            for finding, life, event in found[:limit]
        ]
        more = found[limit:]
        return page, cursors.behind_finding(page[-1].finding) if more else None

    def claim(
        self,
        job: CaptureJob,
        *,
        now: datetime,  # noqa: ARG002 (AWS needs it)
    ) -> CaptureJob | None:
        """Return the job, or None if its snapshot is indexed.

        Nothing is noted: the inbox hands out one job with an id at a time.
        """
        return None if self._held([job.id]) else job

    def _held(self, snapshot_ids: Iterable[str]) -> frozenset[str]:
        found = self._index.read(_HELD, (json.dumps(list(snapshot_ids)),))
        return frozenset(id_ for (id_,) in found)

    def trouble(self, trouble: Trouble) -> None:
        """Note why a page could not be captured, over an earlier note."""
        self._troubles.note(trouble)

    def troubles(self) -> Iterator[Trouble]:
        """Yield the notes that stand, latest first."""
        return self._troubles.all()

    def counts(self) -> Mapping[str, int]:
        """Return ``entries``, ``snapshots``, ``captures``, ``troubles``."""
        [(entries, snapshots, captures)] = self._index.read(_COUNTS)
        return {
            "entries": entries,
            "snapshots": snapshots,
            "captures": captures,
            "troubles": self._troubles.count(),
        }

    def dump(self) -> Iterator[str]:
        """Yield every row as a line, in ascending order, as of when this began."""
        return (rows.dump_line(kind, row) for kind, row in self._index.stream(_DUMP))

    def _clear_troubles(self, snapshots: Iterable[Snapshot]) -> None:
        """Clear the notes on pages of which we do not hold these snapshots yet.

        Before they are added, not after: if we die in between, the job comes again.
        """
        links = {each.id: naming.link_id(each.link) for each in snapshots}
        if troubled := self._troubles.of(links.values()):
            new = {links[id_] for id_ in links.keys() - self._held(links)}
            self._troubles.clear(new & troubled.keys())

    def _river_entries(
        self, found: Iterable[tuple[str, str | None, str | None]]
    ) -> list[RiverEntry]:
        page = [
            (
                rows.from_json(Entry, entry),
                rows.from_json(Snapshot, snapshot) if snapshot else None,
                rows.from_json(Life, life) if life else None,
            )
            for entry, snapshot, life in found
        ]
        links = {e.key: naming.link_id(e.link) for e, _, _ in page if e.link}
        troubles = self._troubles.of(links.values())
        return [
            RiverEntry(
                entry=entry,
                snapshot=snapshot,
                trouble=troubles.get(links.get(entry.key, "")),
                life=life,
            )
            for entry, snapshot, life in page
        ]


def _add_entries(db: Connection, entries: Sequence[Entry]) -> None:
    """Merge `entries` into those that are there, inside the transaction of `db`."""
    found = db.execute(_ENTRIES, (json.dumps([each.key for each in entries]),))
    known = {key: rows.from_json(Entry, text) for key, text in found}
    changed: dict[str, Entry] = {}
    for entry in entries:
        old = changed.get(entry.key) or known.get(entry.key)
        new = rows.merged(old, entry) if old else entry
        if new != old:
            changed[entry.key] = new
    db.executemany(
        "INSERT OR REPLACE INTO entries (key, feed_id, river_at, link_id, entry)"
        " VALUES (?, ?, ?, ?, ?)",
        [indexvalues.of_entry(each) for each in changed.values()],
    )
