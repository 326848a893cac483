"""`hozon doctor` on a folder, as a process: it says what is wrong, and what to do."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.e2e.conftest import Hozon
from tests.sites import Site, page, rss


def archived(directory: Path) -> Hozon:
    """Make an archive of one article."""
    with Site({"/feed": rss("/a"), "/a": page("A")}) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))
        hozon("feeds", "add", site.uri("/feed"))
        hozon("run")
    return hozon


def steps(hozon: Hozon, *arguments: str, code: int = 0) -> dict[str, dict[str, Any]]:
    """Return what the doctor found, by the names of its steps."""
    found = hozon.json("doctor", *arguments, code=code)
    return {each["name"]: each for each in found}


def test_an_archive_and_what_can_be_wrong_with_it(directory: Path) -> None:
    """Whole: nothing is a fault. A key for all, an object changed: each is named."""
    hozon = archived(directory)

    found = steps(hozon, "--all")
    assert {
        "versions",
        "folder",
        "disk",
        "databases",
        "keys",
        "work",
        "objects",
        "holds",
        "log",
    } == set(found)
    assert not [each for each in found.values() if each["outcome"] == "fault"], found
    assert "the receipt is right" == found["log"]["found"]

    (directory / "log.key").chmod(0o644)
    [warc, *_] = sorted((directory / "warcs").rglob("*.warc.gz"))
    os.chmod(warc, 0o644)  # noqa: PTH101  of a file that is not to be changed
    warc.write_bytes(warc.read_bytes()[:-40])
    found = steps(hozon, "--all", code=1)
    assert "others may read log.key" == found["keys"]["found"]
    assert "chmod 600" in found["keys"]["todo"]
    assert "fault" == found["objects"]["outcome"]


def test_what_the_index_lacks_is_found(directory: Path) -> None:
    """And `hozon reindex`, which is what it says to do, heals it."""
    hozon = archived(directory)
    with closing(sqlite3.connect(directory / "index.sqlite")) as database, database:
        assert database.execute("DELETE FROM snapshots").rowcount == 1

    found = steps(hozon, "--all", code=1)["objects"]
    assert "is not in the index" in found["found"]
    assert "hozon reindex" in found["todo"]
    hozon("reindex")
    assert "ok" == steps(hozon, "--all")["objects"]["outcome"]


def test_people_can_read_it(directory: Path) -> None:
    """A line for each step, an arrow for what was found; and --stack needs a stack."""
    hozon = archived(directory)

    said = hozon("doctor").stdout.decode()
    assert "ok    versions" in said
    assert "→ hozon " in said
