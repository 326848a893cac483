"""``hozon export`` as a process, and docs/exports.md word by word."""

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from hozon import wiring
from hozon.exporting.columns import TABLES
from hozon.warc import reader
from tests.archives import ORIGIN, stocked
from tests.contract.embedded import children
from tests.e2e.conftest import ROOT, Hozon, environment
from tests.shelves import NOW

pytestmark = pytest.mark.e2e

PAGE = (ROOT / "docs" / "exports.md").read_text("utf-8")


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of 20 snapshots, over six days."""
    folder = tmp_path_factory.mktemp("stock") / "archive"
    with wiring.embedded(folder, clock=lambda: NOW, create=True) as opened:
        stocked(opened.archive, 20)
    return folder


@pytest.fixture
def hozon(stock: Path, tmp_path: Path) -> Hozon:
    """``hozon`` on the same archive in each test."""
    shutil.copytree(stock, tmp_path / "archive")
    return Hozon(directory=tmp_path / "archive")


def test_what_it_says(hozon: Hozon, tmp_path: Path) -> None:
    """The summary is data; without a terminal nothing is drawn."""
    out = tmp_path / "x.wacz"
    (said,) = hozon.json("export", "--format", "wacz", "-o", str(out))
    done = hozon("export", "--format", "wacz", "-o", str(out))

    assert ("wacz", str(out), 40, 0) == tuple(
        said[name] for name in ("format", "output", "objects", "problems")
    )
    assert said["bytes"] > 10_000
    assert b"40 objects" in done.stdout
    assert b"" == done.stderr


def test_a_bar_on_a_terminal(hozon: Hozon, tmp_path: Path) -> None:
    """Who watches sees how far it is."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        hozon.command("export", "--format", "warc", "-o", str(tmp_path / "x.warc.gz")),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        process.communicate(timeout=60)
    drawn = os.read(ours, 100_000).decode()
    os.close(ours)

    assert re.search(r"\[#*\.*\] \d+/40", drawn)
    assert drawn.endswith("\r\x1b[K")


def test_to_a_pipe(hozon: Hozon, tmp_path: Path) -> None:
    """Stdout is the export alone; what cannot be written there says so."""
    done = hozon("export", "--format", "warc", "-o", "-")

    assert 200 < len(list(reader.records(done.stdout)))
    assert b"40 objects" in done.stderr
    failed = hozon("export", "--format", "wacz", "-o", "-", code=2)
    assert b"cannot be written to standard output" in failed.stderr
    assert ["archive"] == [each.name for each in tmp_path.iterdir()]


def test_exit_codes(hozon: Hozon, tmp_path: Path) -> None:
    """Nothing held 3, damaged 4, usage 2, no place 5; each says what is wrong."""
    out = str(tmp_path / "x.warc.gz")

    def failed(code: int, *options: str, place: str = out) -> str:
        command = ("export", "--format", "warc", *options, "-o", place)
        return hozon(*command, code=code).stderr.decode()

    assert "nothing is held" in failed(3, "--until", "2020-01-01")
    assert "no such feed" in failed(3, "--feed", "https://nobody.example/")
    assert "not an instant" in failed(2, "--since", "soon")
    assert "is a folder" in failed(2, place=str(tmp_path))
    assert "no folder" in failed(5, place=str(tmp_path / "no" / "x.warc.gz"))
    broken = next(hozon.directory.glob("warcs/**/*.warc.gz"))
    broken.write_bytes(broken.read_bytes()[:-9])
    assert f"left out: warcs/{broken.relative_to(hozon.directory / 'warcs')}" in failed(
        4
    )
    assert (tmp_path / "x.warc.gz").exists()


def test_killed(hozon: Hozon, tmp_path: Path) -> None:
    """Who dies in the middle leaves nothing that looks whole; the next one is whole."""
    key = sorted(hozon.directory.glob("warcs/**/*.warc.gz"))[30].name
    out = tmp_path / "x.wacz"
    options = ["hozon", "--archive", str(hozon.directory), "export"]
    options += ["--format", "wacz", "-o", str(out)]
    code = f"""
from hozon.cli import main
die_at("open", {key!r})
sys.argv = {options!r}
main()
"""
    status, _ = children.run(code, tmp_path)

    left = sorted(each.name for each in tmp_path.iterdir())
    assert -signal.SIGKILL == status
    assert ["archive"] == [name for name in left if not name.startswith(".x.wacz.")]
    assert 2 == len(left)
    hozon("export", "--format", "wacz", "-o", str(out))
    assert ["archive", "x.wacz"] == sorted(each.name for each in tmp_path.iterdir())


def examples() -> list[str]:
    """Return the commands of the page, in their order."""
    lines = re.findall(r"^    (.+)$", PAGE, re.MULTILINE)
    return [line for line in lines if "FORMAT" not in line]


def test_the_page_has_an_example_of_each_format() -> None:
    """No format is left out, and the table names them all."""
    from hozon.cli.exporting import FORMATS  # noqa: PLC0415 (click: only here)

    for form in FORMATS:
        assert any(f"--format {form} " in line for line in examples())
        assert f"| `{form}` |" in PAGE


def test_the_examples_of_the_page(hozon: Hozon, tmp_path: Path) -> None:
    """Each command works as it stands, and each question in SQL has an answer."""
    assert ORIGIN in PAGE
    script = "\n".join(["set -eu", "export HOZON_ARCHIVE=archive", *examples()])
    paths = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**environment(), "PATH": paths},
        check=True,
        capture_output=True,
        timeout=300,
    )

    places = set(re.findall(r"-o (\S+)", "\n".join(examples()))) - {"-"}
    assert {each.name for each in tmp_path.iterdir()} >= {*places, "feed.warc.gz"}
    restored = Hozon(directory=tmp_path / "restored")
    (before,), (after,) = hozon.json("status"), restored.json("status")
    assert [before[k] for k in ("feeds", "entries", "snapshots", "captures")] == [
        after[k] for k in ("feeds", "entries", "snapshots", "captures")
    ]
    for statement in re.findall(r"```sql\n(.+?)```", PAGE, re.DOTALL):
        asked = statement.replace("'tables/", f"'{tmp_path}/tables/")
        with duckdb.connect() as database:
            assert database.execute(asked).fetchall()


def test_the_statements_for_athena() -> None:
    """They have the columns of the tables, in their order, with their types."""
    types = {
        "text": "string",
        "texts": "array<string>",
        "instant": "timestamp",
        "number": "bigint",
        "truth": "boolean",
        "enclosures": "array<struct<uri:string,type:string,length:bigint>>",
    }
    found = dict(
        re.findall(r"EXTERNAL TABLE (\w+) \(\n(.+?)\n\)\nPARTITIONED", PAGE, re.DOTALL)
    )

    for table, columns in TABLES.items():
        stated = " ".join(found.pop(table).split())
        assert stated == ", ".join(f"{n} {types[k]}" for n, k in columns.items())
        assert f"tables/{table}/dt=${{dt}}/" in PAGE
    assert {} == found
