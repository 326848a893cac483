"""Databases of earlier versions are brought forward, and lose nothing by it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hozon.adapters.embedded.database import Database, Schema
from hozon.adapters.embedded.inbox import SqliteJobInbox
from hozon.adapters.embedded.index import SqliteIndex
from hozon.adapters.embedded.schemas import INDEX, STATE
from hozon.nouns.model import RiverEntry
from hozon.stored import jobs, rows
from tests.fakes import NOON, a_capture_job, a_poll_job, a_snapshot, a_trouble, an_entry

if TYPE_CHECKING:
    from hozon.nouns.work import Job

AT = "2026-08-22T12:00:00.000Z"


def made(path: Path, schema: Schema, version: int, *rows_: tuple[str, str]) -> None:
    """Make a database as an earlier version did, with these rows of tables."""
    database = Database(path, replace(schema, versions=schema.versions[:version]))
    with database.write() as db:
        for insert, row in rows_:
            db.execute(insert, {"at": AT, "row": row})
    database.close()


def test_entries_meet_their_snapshots_and_troubles(tmp_path: Path) -> None:
    """What was joined by the entry is joined by its link."""
    entry, linkless = an_entry(), an_entry("e0", link=None, river_at=NOON)
    into = "INSERT INTO entries VALUES ('{}', 'f1', :at, 'fingerprint', :row)"
    made(
        tmp_path / "index.sqlite",
        INDEX,
        1,
        (into.format("e1"), rows.to_json(entry)),
        (into.format("e0"), rows.to_json(linkless)),
        (
            "INSERT INTO snapshots VALUES ('s1', 'e1', :at, :row)",
            rows.to_json(a_snapshot()),
        ),
    )
    made(
        tmp_path / "state.sqlite",
        STATE,
        2,
        ("INSERT INTO troubles VALUES ('e1', :at, :row)", rows.to_json(a_trouble())),
    )
    files = (
        Database(tmp_path / "index.sqlite", INDEX),
        Database(tmp_path / "state.sqlite", STATE),
    )
    index = SqliteIndex(*files)

    expected = RiverEntry(entry=entry, snapshot=a_snapshot(), trouble=a_trouble())
    assert ([expected, RiverEntry(entry=linkless)], None) == index.river(limit=9)
    assert [a_snapshot()] == index.snapshots("https://example.com/e1")
    assert [a_trouble()] == list(index.troubles())
    for each in files:
        each.close()


def test_jobs_that_wait(tmp_path: Path) -> None:
    """Jobs are still there; of several with one id the first is."""
    old: list[Job] = [
        a_capture_job(),
        a_capture_job(title="Other"),
        a_poll_job(),
        a_poll_job("f2"),
    ]
    into = "INSERT INTO jobs (available_at, job) VALUES (:at, :row)"
    waiting = [(into, jobs.to_json(each)) for each in old]
    made(tmp_path / "state.sqlite", STATE, 2, *waiting)
    database = Database(tmp_path / "state.sqlite", STATE)
    inbox = SqliteJobInbox(database)

    found = [each.job for each in inbox.receive(now=NOON, limit=9)]
    assert [old[0], old[2], old[3]] == found
    database.close()
