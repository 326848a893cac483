"""What the databases of an embedded archive promise beyond the ports."""

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from hozon.adapters.embedded.database import Database, Schema
from hozon.adapters.embedded.index import SqliteIndex
from hozon.adapters.embedded.schemas import INDEX, STATE
from hozon.nouns.errors import NoSpace, Unavailable, Unusable
from hozon.nouns.model import Holdings
from tests.contract.embedded import children
from tests.fakes import a_capture

FIRST = Schema(versions=("CREATE TABLE a (x TEXT)",), remedy="run away")
SECOND = Schema(
    versions=(
        *FIRST.versions,
        "CREATE TABLE b (x TEXT); INSERT INTO b SELECT x FROM a",
    ),
    remedy="run away",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a database may be made."""
    return tmp_path / "archive" / "some.sqlite"


def test_it_is_durable(path: Path) -> None:
    """Every commit is flushed: the settings that say so are on in each connection."""
    database = Database(path, FIRST)

    for connection in (database._writer, database._reader):
        assert ("wal", 2, 1) == tuple(
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        )
    database.close()


def test_a_reader_cannot_write(path: Path) -> None:
    """The connection that reads cannot write, whatever it is asked."""
    database = Database(path, FIRST)

    with pytest.raises(Unusable):
        database.read("INSERT INTO a VALUES ('x')")
    database.close()


def test_it_is_brought_forward(path: Path) -> None:
    """A database of an older version becomes one of ours and keeps what it holds."""
    old = Database(path, FIRST)
    with old.write() as db:
        db.execute("INSERT INTO a VALUES ('kept')")
    old.close()
    new = Database(path, SECOND)

    assert [("kept",)] == new.read("SELECT x FROM b")
    new.close()


def test_a_newer_one(path: Path) -> None:
    """A database of a newer version is refused, untouched, with what to do."""
    Database(path, SECOND).close()

    with pytest.raises(Unusable, match=r"newer version of hozon.*update this program"):
        Database(path, FIRST)


def test_that_of_another_program(path: Path) -> None:
    """The database of another program is left alone."""
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (x)")
    other.close()

    with pytest.raises(Unusable, match="another program"):
        Database(path, FIRST)


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0"])
def test_no_database(path: Path, content: bytes) -> None:
    """A file that is no database is said to be so, with the remedy."""
    path.parent.mkdir()
    path.write_bytes(content)

    with pytest.raises(Unusable, match="damaged or no database; run away"):
        Database(path, FIRST)


def test_a_damaged_one(path: Path) -> None:
    """Damage that is met later is said to be so, too."""
    database = Database(path, FIRST)
    with database.write() as db:
        db.executemany("INSERT INTO a VALUES (?)", [("x" * 1000,)] * 50)
    database.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    database = Database(path, FIRST)

    with pytest.raises(Unusable, match="run away"):
        database.read("SELECT * FROM a")
    database.close()


def test_a_folder_in_its_place(path: Path) -> None:
    """A folder where the file should be is a matter of configuration."""
    path.mkdir(parents=True)

    with pytest.raises(Unusable):
        Database(path, FIRST)


def test_no_folder(tmp_path: Path) -> None:
    """So is a file where its folder should be."""
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(Unusable):
        Database(tmp_path / "file" / "some.sqlite", FIRST)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("mode", [0o444, 0o000])
def test_that_of_somebody_else(path: Path, mode: int) -> None:
    """Who may not write the file is told so before anything else fails."""
    Database(path, STATE).close()
    path.chmod(mode)
    for folder in (path.parent, *path.parent.parents[:3]):
        folder.chmod(0o755)
    code = """
os.setuid(65534)
try: Database(root, STATE)
except Exception as e: print(type(e).__name__)
"""
    assert (0, "Unusable") == children.run(code, path)


def test_a_full_disk(path: Path) -> None:
    """On a full disk a transaction is taken back whole; there is room again later."""
    database = Database(path, FIRST)
    database._writer.execute("PRAGMA max_page_count = 10")

    with pytest.raises(NoSpace, match="free some"), database.write() as db:
        db.executemany("INSERT INTO a VALUES (?)", [("x" * 4000,)] * 50)

    assert [(0,)] == database.read("SELECT count(*) FROM a")
    database._writer.execute("PRAGMA max_page_count = 1000")
    with database.write() as db:
        db.execute("INSERT INTO a VALUES ('x')")
    assert [(1,)] == database.read("SELECT count(*) FROM a")
    database.close()


def test_a_transaction_that_ends_early(path: Path) -> None:
    """What fails in the middle, for whatever reason, changes nothing."""
    database = Database(path, FIRST)

    with suppress(KeyboardInterrupt), database.write() as db:
        db.execute("INSERT INTO a VALUES ('x')")
        raise KeyboardInterrupt

    assert [] == database.read("SELECT * FROM a")
    database.close()


def test_one_that_is_in_use(path: Path) -> None:
    """A writer that waited in vain for another process may try again."""
    database, other = Database(path, FIRST), sqlite3.connect(path)
    database._writer.execute("PRAGMA busy_timeout = 1")
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Unavailable, match="in use"), database.write():
        pass

    assert [] == database.read("SELECT * FROM a")
    other.close()
    database.close()


def test_readers_do_not_wait(path: Path) -> None:
    """Readers see the state before a transaction until it is committed."""
    database = Database(path, FIRST)
    with database.write() as db:
        db.execute("INSERT INTO a VALUES ('x')")

        assert [] == database.read("SELECT * FROM a")
        assert [] == list(database.stream("SELECT * FROM a"))

    assert [("x",)] == database.read("SELECT * FROM a")
    database.close()


def test_a_stream_is_one_view(path: Path) -> None:
    """What is written while a stream is read does not show in it."""
    database = Database(path, FIRST)
    with database.write() as db:
        db.executemany("INSERT INTO a VALUES (?)", [(str(n),) for n in range(1000)])
    stream = database.stream("SELECT x FROM a")
    next(stream)
    with database.write() as db:
        db.execute("DELETE FROM a")

    assert 999 == sum(1 for _ in stream)
    database.close()


def test_opened_by_many_at_once(path: Path) -> None:
    """Of many who open a new archive at once all succeed, and one makes it."""
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: Database(path, SECOND), range(16)))

    assert [[]] * 16 == [each.read("SELECT * FROM b") for each in opened]
    for each in opened:
        each.close()


def test_killed_in_the_middle(tmp_path: Path) -> None:
    """What `add` returned for is there after kill -9, and nothing is there in part."""
    code = """
index = SqliteIndex(Database(root / "index.sqlite", INDEX),
                    Database(root / "state.sqlite", STATE))
for n in range(10_000):
    index.add(Holdings(captures=tuple(a_capture(f"https://e.com/{n}/{i}")
                                      for i in range(5))))
    print(n, flush=True)
"""
    child = subprocess.Popen(
        [sys.executable, "-c", children.PRELUDE + code, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert child.stdout is not None
    added = [int(child.stdout.readline()) for _ in range(30)]
    child.send_signal(signal.SIGKILL)
    added += map(int, child.stdout.read().split())
    child.stdout.close()
    child.wait()

    index = Database(tmp_path / "index.sqlite", INDEX)
    state = Database(tmp_path / "state.sqlite", STATE)
    found = SqliteIndex(index, state).counts()["captures"]
    # One more may be in without its line having come out.
    assert found in (5 * len(added), 5 * len(added) + 5)
    assert [("ok",)] == index.read("PRAGMA integrity_check")
    index.close()
    state.close()


def test_processes_share_an_archive(tmp_path: Path) -> None:
    """Two processes add to one archive at once, and read what the other added."""
    code = """
index = SqliteIndex(Database(root / "index.sqlite", INDEX),
                    Database(root / "state.sqlite", STATE))
for n in range(40):
    index.add(Holdings(captures=(a_capture(f"https://e.com/{os.getpid()}/{n}"),)))
print(index.counts()["captures"])
"""
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda _: children.run(code, tmp_path), range(2)))

    assert ([0, 0], "80") == (
        [status for status, _ in ended],
        max((seen for _, seen in ended), key=int),
    )


def test_it_stays_small(tmp_path: Path) -> None:
    """The index of an article stays small: a kilobyte or so per capture."""
    index = Database(tmp_path / "index.sqlite", INDEX)
    state = Database(tmp_path / "state.sqlite", STATE)
    for n in range(50):
        captures = tuple(a_capture(f"https://e.com/{n}/{i}") for i in range(8))
        SqliteIndex(index, state).add(Holdings(captures=captures))
    index.close()
    state.close()

    assert (tmp_path / "index.sqlite").stat().st_size < 400 * 1500
