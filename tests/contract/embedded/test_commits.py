"""Writers share commits; each is told of its own work only."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

import pytest

from hozon.adapters.embedded.commits import Commits

WRITERS = 12


class Desk:
    """A table, a way to write into it, and how often that was committed."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False
        )
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("CREATE TABLE said (word INTEGER PRIMARY KEY) STRICT")
        self.connection.set_trace_callback(self._trace)
        self.commits = Commits(self.connection)
        self.committed = 0
        self._path = path

    def _trace(self, statement: str) -> None:
        self.committed += statement == "COMMIT"

    def say(self, word: int, then: Callable[[], None] = lambda: None) -> None:
        """Write one row, durable on return; `then` happens while it is written."""
        with self.commits.turn():
            self.connection.execute("INSERT INTO said VALUES (?)", (word,))
            then()

    def said(self) -> set[int]:
        """Return what anybody else sees."""
        with closing(sqlite3.connect(self._path)) as other:
            return {word for (word,) in other.execute("SELECT word FROM said")}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Yield a database file with one table."""
    made = Desk(tmp_path / "words.sqlite")
    with closing(made.connection):
        yield made


def _together(
    desk: Desk, pool: ThreadPoolExecutor, writers: list[Callable[[], None]]
) -> list["Future[None]"]:
    """Start all writers while the connection is held, so that they wait together."""
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        go.wait(10)

    first = pool.submit(desk.say, -1, hold)
    held.wait(10)
    rest = [pool.submit(writer) for writer in writers]
    while desk.commits.waiting < len(writers):
        threading.Event().wait(0.001)
    go.set()
    wait([first, *rest], timeout=20)
    first.result(0)
    return rest


def test_those_who_wait_share_one_commit(desk: Desk) -> None:
    """Twelve writers and the one they waited for are made durable by one commit."""
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        _together(desk, pool, [lambda n=n: desk.say(n) for n in range(WRITERS)])  # type: ignore[misc]  # a default makes the closure

    assert {-1, *range(WRITERS)} == desk.said()
    assert desk.committed == 1


def test_what_was_told_written_is_seen_by_all(desk: Desk) -> None:
    """Nobody returns before the commit that holds its row: another reader sees it."""

    def say(word: int) -> bool:
        desk.say(word)
        return word in desk.said()

    with ThreadPoolExecutor(WRITERS) as pool:
        seen = list(pool.map(say, range(200)))

    assert all(seen)


def test_who_fails_undoes_its_own_work_only(desk: Desk) -> None:
    """A block that raises takes back its rows; those who waited with it keep theirs."""

    def fail() -> None:
        raise ValueError("changed my mind")

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        first, failed, last = _together(
            desk,
            pool,
            [lambda: desk.say(1), lambda: desk.say(2, fail), lambda: desk.say(3)],
        )

    assert first.exception() is None
    assert isinstance(failed.exception(), ValueError)
    assert last.exception() is None
    assert desk.said() == {-1, 1, 3}


def test_a_failed_commit_is_told_to_all(desk: Desk) -> None:
    """Where the shared commit fails nothing is written, and nobody is told it was."""
    desk.connection.execute("PRAGMA foreign_keys = 1")
    desk.connection.execute(
        "CREATE TABLE heard (word REFERENCES said DEFERRABLE INITIALLY DEFERRED)"
    )

    def orphan() -> None:
        with desk.commits.turn():
            desk.connection.execute("INSERT INTO heard VALUES (99)")

    with ThreadPoolExecutor(WRITERS + 1) as pool, pytest.raises(sqlite3.IntegrityError):
        _together(desk, pool, [orphan, lambda: desk.say(1)])

    assert desk.said() == set()
    desk.say(2)
    assert desk.said() == {2}


def test_a_rollback_by_sqlite_itself_is_told_to_all(desk: Desk) -> None:
    """A full disk undoes the whole transaction: those before hear it, those after not."""

    def full() -> None:
        with desk.commits.turn():
            desk.connection.execute("INSERT OR ROLLBACK INTO said VALUES (-1)")

    with ThreadPoolExecutor(WRITERS + 1) as pool, pytest.raises(sqlite3.IntegrityError):
        _together(desk, pool, [full])

    desk.say(5)
    assert desk.said() == {5}


def test_alone_leaves_nothing_uncommitted(desk: Desk) -> None:
    """Who needs the connection for itself finds the work of others committed."""
    desk.say(1)
    with desk.commits.alone():
        assert not desk.connection.in_transaction
        assert desk.said() == {1}


def test_nobody_waits_for_one_who_never_comes(desk: Desk) -> None:
    """A writer that was interrupted while it waited leaves the commit to others."""
    desk.commits.waiting += 1
    desk.say(1)

    assert desk.said() == {1}
