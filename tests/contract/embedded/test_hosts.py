"""The host book of a folder: several workers at once, and nothing kept for ever."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.hostbook import SqliteHostBook
from hozon.adapters.embedded.schemas import HOSTS
from hozon.manners.robots import FORGOTTEN_AFTER
from tests.fakes import NOON, a_robots, after


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[list[SqliteHostBook]]:
    """Yield what eight processes have open on one file."""
    with ExitStack() as opened:
        paths = [tmp_path / "hosts.sqlite"] * 8
        states = [opened.enter_context(closing(Database(p, HOSTS))) for p in paths]
        yield [SqliteHostBook(state) for state in states]


def test_one_of_many_gets_it(workers: list[SqliteHostBook]) -> None:
    """Of many who want a host at once, one gets it, and all others know until when."""
    with ThreadPoolExecutor(8) as pool:
        tries = [
            pool.submit(book.lease, "h", owner=f"w{n}", now=NOON, seconds=60)
            for n, book in enumerate(workers)
        ]
        got = [each.result() for each in tries]

    assert (1, 7) == (got.count(None), got.count(after(60)))


def test_what_is_long_past_is_forgotten(hosts: Database) -> None:
    """Hosts that nobody asks any more take no room for ever, leases least of all."""
    book = SqliteHostBook(hosts)
    book.keep(a_robots("https://old.example", expires_at=NOON))
    book.lease("old.example", owner="a", now=NOON, seconds=9)
    book.keep(a_robots("https://a.example", expires_at=NOON + FORGOTTEN_AFTER))
    still_there = book.robots("https://old.example")
    book.keep(a_robots("https://b.example", expires_at=after(10) + FORGOTTEN_AFTER))

    assert a_robots("https://old.example", expires_at=NOON) == still_there
    assert book.robots("https://old.example") is None
    assert [(0,)] == hosts.read("SELECT count(*) FROM leases")
    assert [(2,)] == hosts.read("SELECT count(*) FROM robots")
