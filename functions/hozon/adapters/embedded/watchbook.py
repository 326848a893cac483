"""`WatchBook` over ``index.sqlite``, with the operator's wishes in ``state.sqlite``."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from hozon.adapters.embedded import lives
from hozon.adapters.embedded.database import Database
from hozon.nouns import instants
from hozon.nouns.errors import Conflict
from hozon.nouns.model import Snapshot
from hozon.nouns.watches import Spent, Watch
from hozon.stored import naming, rows

_COLUMNS = "link, feed_id, entry_key, due_at, tries, life"
_GET = f"""
    SELECT {_COLUMNS}, link_id FROM watches
    WHERE link_id IN (SELECT value FROM json_each(?))"""  # noqa: S608 (a constant)
_DUE = f"""
    SELECT {_COLUMNS}, link_id FROM watches WHERE due_at <= ?
    ORDER BY due_at, link_id LIMIT ?"""  # noqa: S608 (a constant)
_ALL = f"""
    SELECT {_COLUMNS}, link_id FROM watches
    WHERE :feed_id IS NULL OR feed_id = :feed_id"""  # noqa: S608 (a constant)
_PLAN = """
    UPDATE watches SET due_at = ?, tries = ? WHERE link_id = ? AND due_at IS ?"""
_RECORD = """
    SELECT snapshot FROM snapshots WHERE link_id = ?
    ORDER BY accepted DESC, captured_at DESC, id DESC LIMIT 1"""
_WISHES = """
    SELECT link_id, plan FROM wishes WHERE link_id IN (SELECT value FROM json_each(?))"""


class SqliteWatchBook:
    """Which pages are looked at again, and when next."""

    def __init__(self, index: Database, state: Database) -> None:
        self._index = index
        self._state = state

    def get(self, link: str) -> Watch | None:
        """Return the watch of a page with its snapshot of record, if there are any."""
        link_id = naming.link_id(link)
        watch = self._by_id([link_id]).get(link_id)
        return watch and replace(watch, record=self._record(link_id))

    def get_all(self, links: Iterable[str]) -> Mapping[str, Watch]:
        """Return the watches of pages, by their link ids."""
        return self._by_id(list(dict.fromkeys(map(naming.link_id, links))))

    def due(self, now: datetime, *, limit: int) -> Sequence[Watch]:
        """Return watches that are due, longest due first."""
        found = self._index.read(_DUE, (instants.iso(now), limit))
        return list(self._wished(found).values())

    def all(self, feed_id: str | None = None) -> Iterator[Watch]:
        """Yield all watches, or those of a feed's pages. Reads the whole table."""
        for row in self._index.stream(_ALL, {"feed_id": feed_id}):
            yield from self._wished([row]).values()

    def plan(
        self, link: str, at: datetime | None, *, was: datetime | None, tries: int = 0
    ) -> None:
        """Say when a page is looked at next, if it was due at `was`."""
        values = _iso(at), tries, naming.link_id(link), _iso(was)
        with self._index.write() as db:
            if not db.execute(_PLAN, values).rowcount:
                raise Conflict(f"another worker has looked at {link}")

    def wish(self, link: str, plan: str | None) -> None:
        """Keep the operator's plan for a page, or forget it."""
        link_id = naming.link_id(link)
        with self._state.write() as db:
            if plan is None:
                db.execute("DELETE FROM wishes WHERE link_id = ?", (link_id,))
            else:
                db.execute(
                    "INSERT OR REPLACE INTO wishes VALUES (?, ?)", (link_id, plan)
                )

    def spent(self, day: date) -> Spent:
        """Return how many looks were sent on a day."""
        found = self._state.read(
            "SELECT looks, until FROM spent WHERE day = ?", (day.isoformat(),)
        )
        looks, until = found[0] if found else (0, "")
        return Spent(day=day, looks=looks, until=until)

    def spend(self, spent: Spent) -> None:
        """Keep how many looks were sent on a day, and forget all days but this."""
        day = spent.day.isoformat()
        with self._state.write() as db:
            db.execute("DELETE FROM spent WHERE day <> ?", (day,))
            db.execute(
                "INSERT OR REPLACE INTO spent VALUES (?, ?, ?)",
                (day, spent.looks, spent.until),
            )

    def _record(self, link_id: str) -> Snapshot | None:
        found = self._index.read(_RECORD, (link_id,))
        snapshot = rows.from_json(Snapshot, found[0][0]) if found else None
        return snapshot if snapshot and snapshot.accepted else None

    def _by_id(self, link_ids: Sequence[str]) -> dict[str, Watch]:
        return self._wished(self._index.read(_GET, (json.dumps(link_ids),)))

    def _wished(self, found: Iterable[tuple[str, ...]]) -> dict[str, Watch]:
        """Return watches by link id, with the operator's plans for them."""
        watches = {row[-1]: lives.watch(row[:-1]) for row in found}
        if not watches:
            return {}
        plans = dict(self._state.read(_WISHES, (json.dumps(list(watches)),)))
        return {id_: replace(w, plan=plans.get(id_)) for id_, w in watches.items()}


def wish_of(state: Database, link_id: str) -> str | None:
    """Return the operator's plan for a page (its link id), if there is one."""
    found = state.read("SELECT plan FROM wishes WHERE link_id = ?", (link_id,))
    return found[0][0] if found else None


def _iso(at: datetime | None) -> str | None:
    return instants.iso(at) if at else None
