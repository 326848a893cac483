"""Ten thousand feeds in a folder: what a tick costs, and what a poll that finds nothing."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hozon import wiring
from hozon.nouns.digests import sha256
from hozon.nouns.model import Feed
from hozon.nouns.work import PollJob
from hozon.polling.polling import poll
from hozon.wiring import Embedded
from hozon.working.scheduling import BATCH, Scheduled, schedule_due
from tests import effort
from tests.fakes import NOON, a_feed
from tests.fetching import Answer, FakeFetcher

MANY = 10_000
DOCUMENT = b"<rss version='2.0'><channel/></rss>"
TICK = timedelta(minutes=5)

STATEMENTS = "SELECT", "BEGIN", "SAVEPOINT", "UPDATE", "RELEASE", "COMMIT"
"""What a poll that finds nothing says to the database: it writes one row, once."""


pytestmark = pytest.mark.xdist_group("ten thousand feeds")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive that follows ten thousand feeds, all due at noon."""
    folder = tmp_path_factory.mktemp("many") / "a"
    with wiring.embedded(folder, clock=lambda: NOON, create=True) as opened:
        opened.archive.feeds.add_all(map(followed, range(MANY)))
    return folder


@pytest.fixture
def opened(made: Path, tmp_path: Path) -> Iterator[Embedded]:
    """Yield an archive like that."""
    shutil.copytree(made, tmp_path / "a")
    with wiring.embedded(tmp_path / "a", clock=lambda: NOON) as opened:
        yield opened


def followed(number: int) -> Feed:
    """Return a feed as it is after some polls."""
    arrivals = tuple(NOON - timedelta(days=n) for n in range(40))
    uri = f"https://h{number}.example.org/feed"
    return a_feed(
        f"f{number:05}",
        uri=uri,
        document_uri=uri,
        title=f"Feed number {number}",
        etag='"1"',
        document_digest=sha256(DOCUMENT),
        whole_at=NOON - timedelta(hours=1),
        polled_at=NOON - timedelta(hours=1),
        arrivals=arrivals,
        window=20,
    )


@contextmanager
def traced(opened: Embedded) -> Iterator[list[str]]:
    """Note all statements that SQLite runs on the state."""
    statements: list[str] = []
    connections = (opened.state._writer, opened.state._reader)
    for connection in connections:
        connection.set_trace_callback(statements.append)
    yield statements
    for connection in connections:
        connection.set_trace_callback(None)


def test_what_is_due_is_one_indexed_query(opened: Embedded) -> None:
    """One SELECT by an index, however many feeds there are."""
    with effort.at_most(seconds=20), traced(opened) as statements:
        due = opened.archive.feeds.due(NOON, limit=BATCH)

    assert 1 == len(statements)
    [(*_, plan)] = opened.state.read(f"EXPLAIN QUERY PLAN {statements[0]}")
    assert plan.startswith("SEARCH feeds USING INDEX")
    assert BATCH == len(due)


def test_a_tick_without_work_writes_nothing(opened: Embedded) -> None:
    """A tick at which nothing is due reads once, and writes nothing at all."""
    idle = replace(opened.archive, clock=lambda: NOON - TICK)

    with traced(opened) as statements:
        assert Scheduled() == schedule_due(idle)

    assert 1 == len(statements)


def test_after_an_import_no_tick_is_flooded(opened: Embedded) -> None:
    """However many are due at once, a tick hands out `BATCH`; all go within the hour."""
    archive, ticks, now = opened.archive, [], NOON
    while found := archive.feeds.due(now, limit=BATCH):
        ticks.append(len(found))
        now += TICK
        for feed in found:
            polled = replace(feed, due_at=feed.due_at + timedelta(days=1))
            archive.feeds.save(polled, due_at=feed.due_at)

    assert [BATCH] * (MANY // BATCH) == ticks
    assert now - NOON <= timedelta(hours=1)


@pytest.mark.parametrize("answer", [Answer(b"", 304), Answer(DOCUMENT)])
async def test_a_poll_that_finds_nothing_is_one_write(
    opened: Embedded, answer: Answer
) -> None:
    """A 304, or the same bytes again: one row of one table is written, and no WARC."""
    fetcher = FakeFetcher({followed(0).uri: answer}, clock=opened.archive.clock)
    changes_before = opened.state._writer.total_changes

    with traced(opened) as statements:
        polled = await poll(
            PollJob(feed_id="f00000", due_at=NOON), opened.archive, fetcher
        )

    kinds = Counter(statement.split()[0] for statement in statements)
    assert "unchanged" == polled.outcome
    assert dict.fromkeys(STATEMENTS, 1) == kinds
    assert 1 == opened.state._writer.total_changes - changes_before
    assert [] == [*opened.archive.warcs.keys()]


def test_the_trace_is_told_of_writes(opened: Embedded) -> None:
    """What counts above is seen by SQLite's trace: an insert is one."""
    with traced(opened) as statements:
        opened.archive.feeds.add(a_feed("another"))

    assert any("INSERT" in statement for statement in statements)
    assert isinstance(opened.state._writer, sqlite3.Connection)
