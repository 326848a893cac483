"""Every question of a port is one search of an index: no query reads a whole table."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.feedbook import SqliteFeedBook
from hozon.adapters.embedded.hostbook import SqliteHostBook
from hozon.adapters.embedded.inbox import SqliteJobInbox
from hozon.adapters.embedded.index import _CAPTURES, _COUNT, SqliteIndex
from hozon.adapters.embedded.schemas import HOSTS, INDEX, STATE
from hozon.nouns.digests import sha256
from hozon.nouns.model import Holdings
from hozon.stored import naming
from tests.fakes import (
    NOON,
    a_capture,
    a_capture_job,
    a_feed,
    a_poll_job,
    a_robots,
    a_snapshot,
    a_trouble,
    after,
    an_entry,
)

LINK = "https://example.com/e1"


class Ports:
    """The ports of an archive in a folder."""

    def __init__(self, folder: Path) -> None:
        self.databases = [
            Database(folder / "index.sqlite", INDEX),
            Database(folder / "state.sqlite", STATE),
            Database(folder / "hosts.sqlite", HOSTS),
        ]
        self.index = SqliteIndex(*self.databases[:2])
        self.feeds = SqliteFeedBook(self.databases[1])
        self.inbox = SqliteJobInbox(self.databases[1])
        self.hosts = SqliteHostBook(self.databases[2])

    def statements(
        self, use: Callable[["Ports"], object]
    ) -> list[tuple[Database, str]]:
        """Return the statements that SQLite runs for `use`, their values filled in."""
        seen: list[tuple[Database, str]] = []

        def saw(database: Database, text: str) -> None:
            seen.append((database, text))

        for database, connection in self._connections():
            connection.set_trace_callback(partial(saw, database))
        use(self)
        for _, connection in self._connections():
            connection.set_trace_callback(None)
        return seen

    def _connections(self) -> Iterator[tuple[Database, sqlite3.Connection]]:
        for database in self.databases:
            yield database, database._writer
            yield database, database._reader


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[Ports]:
    """Yield an archive with one of each."""
    ports = Ports(tmp_path)
    ports.index.add(
        Holdings(
            captures=(a_capture(),), entries=(an_entry(),), snapshots=(a_snapshot(),)
        )
    )
    ports.index.trouble(a_trouble())
    ports.feeds.add(a_feed())
    ports.inbox.send([a_poll_job(), a_poll_job()])
    ports.hosts.keep(a_robots())
    ports.hosts.lease("example.com", owner="a", now=NOON, seconds=9)
    yield ports
    for database in ports.databases:
        database.close()


SEARCHES: list[Callable[[Ports], object]] = [
    lambda on: on.index.by_digest([sha256(b"a"), sha256(b"b")]),
    lambda on: on.index.timemap("https://example.com/"),
    lambda on: on.index.timemap("https://example.com/", since=NOON, until=after(1)),
    lambda on: on.index.timemap("https://example.com/", limit=9, latest=True),
    lambda on: on.index.entry("e1"),
    lambda on: on.index.entries(["e1", "e2"]),
    lambda on: on.index.river(limit=9),
    lambda on: on.index.river(limit=9, feed_id="f1"),
    lambda on: on.index.river(limit=9, since=NOON, until=after(1)),
    lambda on: on.index.river(limit=9, feed_id="f1", since=NOON, until=after(1)),
    lambda on: on.index.recent("f1", limit=9),
    lambda on: on.index.snapshots(LINK),
    lambda on: on.index.claim(a_capture_job(), now=NOON),
    lambda on: on.index.trouble(a_trouble("e2")),
    lambda on: on.index.add(
        Holdings(
            captures=(a_capture(),),
            entries=(an_entry(title="new", seen_at=after(1)), an_entry("e2")),
            snapshots=(a_snapshot("s2"),),
        )
    ),
    lambda on: on.feeds.add_all([a_feed("f2"), a_feed("f3")]),
    lambda on: on.feeds.get("f1"),
    lambda on: on.feeds.save(a_feed(due_at=after(1)), due_at=NOON),
    lambda on: on.feeds.due(after(9), limit=9),
    lambda on: on.feeds.remove("f1"),
    lambda on: on.inbox.receive(now=after(10**9), limit=1),
    lambda on: on.inbox.next_at(),
    lambda on: on.inbox.done("1.1"),
    lambda on: on.inbox.retry("1.1", at=NOON),
    lambda on: on.inbox.release_all(),
    lambda on: on.hosts.robots("https://example.com"),
    lambda on: on.hosts.keep(a_robots()),
    lambda on: on.hosts.lease("example.com", owner="b", now=NOON, seconds=9),
    lambda on: on.hosts.release("example.com", owner="a", next_at=NOON),
    lambda on: on.hosts.paused("example.com", now=NOON),
    lambda on: on.hosts.hold("example.com", now=NOON, until=after(9)),
]


@pytest.mark.parametrize("use", SEARCHES)
def test_no_table_is_scanned(ports: Ports, use: Callable[[Ports], object]) -> None:
    """SQLite plans a search for every table, and needs no sorting of its own."""
    plans = [
        step
        for database, statement in ports.statements(use)
        if not statement.startswith(("BEGIN", "COMMIT"))
        for *_, step in database.read(f"EXPLAIN QUERY PLAN {statement}")
    ]

    assert [] == [
        step
        for step in plans
        if ("SCAN" in step and "VIRTUAL TABLE" not in step) or "TEMP B-TREE" in step
    ]


@pytest.mark.parametrize("query", [_CAPTURES, _COUNT])
def test_lists_are_one_search(ports: Ports, query: str) -> None:
    """What is read row by row, or counted, begins at its place and needs no sorting."""
    [index, *_] = ports.databases
    values = ("a", "", "", "b") if query == _CAPTURES else ("a", "b", 9)
    plan = [step for *_, step in index.read(f"EXPLAIN QUERY PLAN {query}", values)]

    searches = [step for step in plan if "SEARCH captures" in step]
    assert 1 == len(searches)
    assert "captures_by_key" in searches[0]
    assert not any("TEMP B-TREE" in step or "SCAN captures" in step for step in plan)


def test_the_trace_sees_them(ports: Ports) -> None:
    """The test above looks at the statements that matter, values and all."""
    statements = ports.statements(lambda on: on.index.river(limit=9, feed_id="f1"))

    assert 2 == len(statements)
    assert all("f1" in text or naming.link_id(LINK) in text for _, text in statements)


def test_a_scan_would_be_seen(ports: Ports) -> None:
    """SQLite's plans still call a scan a scan."""
    [index, *_] = ports.databases
    plan = index.read("EXPLAIN QUERY PLAN SELECT * FROM entries WHERE entry = 'x'")

    assert "SCAN" in plan[0][-1]
    assert sqlite3.sqlite_version_info >= (3, 38)
