"""What replacing the index promises."""

import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.index import SqliteIndex
from hozon.adapters.embedded.rebuilding import fresh_index
from hozon.adapters.embedded.schemas import INDEX
from hozon.nouns.errors import Damaged
from hozon.nouns.model import Holdings
from tests.contract.embedded import children
from tests.fakes import a_capture, a_snapshot, a_trouble, an_entry

OLD, NEW = a_capture("https://old.com/"), a_capture("https://new.com/")
OLDER = a_capture("https://older.com/")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the index is."""
    return tmp_path / "index.sqlite"


@pytest.fixture
def opened(path: Path, state: Database) -> Iterator[SqliteIndex]:
    """Yield the index at `path`, which holds something old."""
    database = Database(path, INDEX)
    index = SqliteIndex(database, state)
    index.add(Holdings(captures=(OLD,)))
    yield index
    database.close()


def captures_at(path: Path, state: Database) -> object:
    """Return the captures that a process which opens the index now would see."""
    database = Database(path, INDEX)
    found = list(SqliteIndex(database, state).captures())
    assert [("ok",)] == database.read("PRAGMA integrity_check")
    database.close()
    return found


def test_it_is_replaced(path: Path, state: Database, opened: SqliteIndex) -> None:
    """The new index takes the place of the old one, also for who has that open."""
    opened.add(Holdings(captures=(OLDER,)))
    stream = opened.captures()
    next(stream)
    with fresh_index(path, state) as fresh:
        fresh.add(Holdings(captures=(NEW,)))

        assert ([NEW], [OLD, OLDER]) == (
            list(fresh.captures()),
            list(opened.captures()),
        )

    assert ([NEW], [NEW], [OLDER]) == (
        captures_at(path, state),
        list(opened.captures()),
        list(stream),
    )
    opened.add(Holdings(captures=(OLD,)))
    assert [NEW, OLD] == captures_at(path, state)


def test_nothing_is_left(path: Path, state: Database, opened: SqliteIndex) -> None:
    """No file of the new index stays beside it."""
    with fresh_index(path, state) as fresh:
        fresh.add(Holdings(captures=(NEW,)))

    assert [] == [each.name for each in path.parent.glob("index.sqlite.new*")]


def test_one_that_fails(path: Path, state: Database, opened: SqliteIndex) -> None:
    """If the new one is not finished, the old one stays."""
    with suppress(Damaged), fresh_index(path, state) as fresh:
        fresh.add(Holdings(captures=(NEW,)))
        raise Damaged

    assert [OLD] == captures_at(path, state) == list(opened.captures())


@pytest.mark.parametrize("at", ["SELECT", "sqlite3.connect"])
def test_killed(path: Path, state: Database, opened: SqliteIndex, at: str) -> None:
    """Whenever it is killed, the old index stays, and the next attempt succeeds."""
    code = f"""
with fresh_index(root / "index.sqlite", Database(root / "state.sqlite", STATE)) as fresh:
    fresh.add(Holdings(captures=(a_capture("https://new.com/"),)))
    if {at!r} == "SELECT":
        os.kill(os.getpid(), signal.SIGKILL)
    die_at("sqlite3.connect", "index.sqlite'")
"""
    status, _ = children.run(code, path.parent)

    assert (-signal.SIGKILL, [OLD]) == (status, captures_at(path, state))
    with fresh_index(path, state) as fresh:
        fresh.add(Holdings(captures=(NEW,)))
    assert [NEW] == captures_at(path, state)


@pytest.mark.parametrize("content", [None, b"", b"no database" * 1000])
def test_no_old_one(path: Path, state: Database, content: bytes | None) -> None:
    """An index that is missing, empty or no database at all is made anew."""
    if content is not None:
        path.write_bytes(content)
    with fresh_index(path, state) as fresh:
        fresh.add(Holdings(captures=(NEW,)))

    assert [NEW] == captures_at(path, state)


def test_a_damaged_one(path: Path, state: Database) -> None:
    """So is one of which half the pages are lost."""
    database = Database(path, INDEX)
    index = SqliteIndex(database, state)
    for n in range(100):
        index.add(Holdings(captures=(a_capture(f"https://old.com/{n}"),)))
    database.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with fresh_index(path, state) as fresh:
        fresh.add(Holdings(captures=(NEW,)))

    assert [NEW] == captures_at(path, state)


def test_notes_stay(path: Path, state: Database, opened: SqliteIndex) -> None:
    """Troubles are not derived, so a rebuild neither loses nor clears them."""
    opened.trouble(a_trouble())
    holdings = Holdings(entries=(an_entry(),), snapshots=(a_snapshot(),))
    with fresh_index(path, state) as fresh:
        fresh.add(holdings)

    [shown] = opened.river(limit=9)[0]
    assert (a_snapshot(), a_trouble()) == (shown.snapshot, shown.trouble)
