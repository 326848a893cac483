"""Parquet by day: pyarrow and DuckDB read it, and find what the index holds."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyarrow import dataset

from hozon.exporting.columns import TABLES
from hozon.exporting.wishes import Wish
from hozon.nouns.errors import NotFound
from hozon.nouns.instants import iso
from hozon.serving import describing
from tests.archives import BEGAN, OTHER
from tests.shelves import Shelf


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    """Return a table's rows as pyarrow reads them."""
    read = dataset.dataset(folder / table, partitioning="hive")
    found: list[dict[str, Any]] = read.to_table().to_pylist()
    return found


@pytest.fixture
def query(shelf: Shelf) -> Iterator["duckdb.DuckDBPyConnection"]:
    """Yield DuckDB in the folder of the shelf."""
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        yield database


def test_pyarrow_reads_what_is_held(shelf: Shelf) -> None:
    """Each entry, snapshot and capture is a row, with the values of the index."""
    folder = shelf.export("parquet")

    listed, _ = shelf.archive.index.river(limit=100)
    assert {(e.entry.key, e.entry.title, e.entry.river_at) for e in listed} == {
        (row["id"], row["title"], row["river_at"]) for row in rows(folder, "entries")
    }
    held = {e.snapshot.id: e.snapshot for e in listed if e.snapshot}
    snapshots = rows(folder, "snapshots")
    assert held.keys() == {row["id"] for row in snapshots}
    for row in snapshots:
        own = held[row["id"]]
        assert (own.warc_key, own.accepted, own.captured_at) == (
            row["warc"],
            row["accepted"],
            row["captured_at"],
        )
    captures = [describing.capture(c) for c in shelf.archive.index.captures()]
    assert sorted(c["record_id"] for c in captures) == sorted(
        row["record_id"] for row in rows(folder, "captures")
    )
    assert [] == shelf.told.said


def test_a_folder_for_each_day(shelf: Shelf) -> None:
    """`dt` is the day of a row, in UTC."""
    folder = shelf.export("parquet")

    for table, place in (("entries", "river_at"), ("captures", "captured_at")):
        days = Counter(str(row["dt"])[:10] for row in rows(folder, table))
        assert days == Counter(iso(row[place])[:10] for row in rows(folder, table))
        names = {path.parent.name for path in (folder / table).rglob("*.parquet")}
        assert names == {f"dt={day}" for day in days}
    assert 6 == len(list((folder / "entries").iterdir()))


def test_duckdb(shelf: Shelf, query: "duckdb.DuckDBPyConnection") -> None:
    """Tables join, and types are what they should be."""
    folder = shelf.export("parquet")
    for table in TABLES:
        query.execute(
            f"CREATE VIEW {table} AS SELECT * FROM "
            f"read_parquet('{folder}/{table}/*/*.parquet', hive_partitioning = true)"
        )

    joined = query.execute(
        "SELECT count(*), min(s.captured_at - e.river_at), max(len(e.authors)) "
        "FROM entries e JOIN snapshots s ON s.id = e.snapshot"
    ).fetchone()
    described = query.execute("DESCRIBE captures").fetchall()
    one_day = query.execute(
        "SELECT count(*) FROM entries WHERE dt = '2026-09-29'"
    ).fetchone()

    assert joined is not None
    assert (20, 120, 2) == (joined[0], joined[1].total_seconds(), joined[2])
    types = {row[0]: row[1] for row in described}
    assert "TIMESTAMP WITH TIME ZONE" == types["captured_at"]
    assert ("BIGINT", "DATE") == (types["offset"], types["dt"])
    assert one_day is not None
    assert 3 <= one_day[0] <= 4


def test_of_a_feed(shelf: Shelf) -> None:
    """Entries of the feed, and what lies in the objects of these and of its polls."""
    folder = shelf.export("parquet", shelf.feed())

    assert 10 == len(rows(folder, "entries")) == len(rows(folder, "snapshots"))
    captures = rows(folder, "captures")
    keys = {row["warc"] for row in captures}
    assert 20 == len(keys)
    assert sorted(row["record_id"] for row in captures) == sorted(
        c.record_id
        for c in shelf.archive.index.captures()
        if c.location.warc_key in keys
    )
    assert {f"{OTHER}/feed.xml"} == {
        row["uri"] for row in captures if row["uri"].endswith(".xml")
    }


def test_nothing_to_write(shelf: Shelf) -> None:
    """No table is made of nothing."""
    with pytest.raises(NotFound):
        shelf.export("parquet", Wish(until=BEGAN))


def test_without_pyarrow(shelf: Shelf) -> None:
    """Who has not installed the extra is told its name; nothing is written."""
    code = """
import sys
sys.modules["pyarrow"] = None
from hozon.cli import main
main()
"""
    out = shelf.folder / "tables"
    place = ["--archive", str(shelf.folder / "archive")]
    command = ["export", "--format", "parquet", "-o", str(out)]
    done = subprocess.run(  # noqa: PLW1510 (the status is what we ask for)
        [sys.executable, "-c", code, *place, *command],
        capture_output=True,
        timeout=60,
        env={"PYTHONPATH": ":".join(sys.path)},
    )

    assert 5 == done.returncode
    assert b"pip install 'hozon[parquet]'" in done.stderr
    assert not out.exists()
