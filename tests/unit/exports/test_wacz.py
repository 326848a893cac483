"""WACZ 1.1.1: valid to Webrecorder's own tools, and the same whenever it is made."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from hozon import wiring
from hozon.exporting import wacz
from hozon.exporting.telling import Tally
from hozon.exporting.wishes import Wish
from hozon.stored import cdxj
from hozon.warc import reader
from tests.archives import OTHER, PICTURE
from tests.shelves import Shelf
from tests.unit.exports.conftest import ShelfMaker


def ran(module: str, function: str, *arguments: str) -> str:
    """Return what a tool of Webrecorder's prints; it must end well.

    In a process of its own: its libraries warn of what is an error here.
    """
    code = f"import sys; from {module} import {function} as run; sys.exit(run())"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout


def validated(path: Path) -> str:
    """Return what `wacz validate` says of a valid package."""
    return ran("wacz.main", "main", "validate", "-f", str(path))


def lines(path: Path, name: str) -> list[dict[str, Any]]:
    with ZipFile(path) as package:
        return [json.loads(line) for line in package.read(name).split(b"\n")[:-1]]


def index(path: Path) -> list[str]:
    with ZipFile(path) as package:
        return (
            gzip.decompress(package.read("indexes/index.cdx.gz")).decode().split("\n")
        )


def test_it_is_valid(shelf: Shelf) -> None:
    """`wacz validate` finds nothing wrong with a part of an archive."""
    said = validated(shelf.export("wacz", shelf.feed()))

    assert "Version detected as 1.1.1" in said
    assert "Validation succeeded" in said


def test_what_is_in_it(shelf: Shelf) -> None:
    """WARC files and the compressed index are stored, and so can be read by ranges."""
    with ZipFile(shelf.export("wacz")) as package:
        stored = {
            i.filename for i in package.infolist() if i.compress_type == ZIP_STORED
        }

        assert {"archive/data-00001.warc.gz", "indexes/index.cdx.gz"} == stored
        assert {
            *stored,
            "indexes/index.idx",
            "pages/pages.jsonl",
            "pages/extraPages.jsonl",
            "datapackage.json",
            "datapackage-digest.json",
        } == set(package.namelist())


def test_the_index_leads_to_each_capture(shelf: Shelf) -> None:
    """Each line names the bytes of one record, of the URI and status that it states."""
    path = shelf.export("wacz")

    with ZipFile(path) as package:
        archives = {n.rpartition("/")[2]: package.read(n) for n in package.namelist()}
    captures = list(shelf.archive.index.captures())
    found = [json.loads(line.split(" ", 2)[2]) for line in index(path)[:-1]]
    assert len(captures) == len(found)
    for said in found:
        offset, length = int(said["offset"]), int(said["length"])
        data = archives[said["filename"]][offset : offset + length]
        record = reader.record_at(data)
        assert said["url"] == record.target_uri
        assert said["digest"] == record.field("WARC-Payload-Digest")
        assert said["recordDigest"] == cdxj.hexadecimal(data)
    assert {"warc/revisit"} == {f["mime"] for f in found if f["url"] == PICTURE} - {
        "image/png"
    }


def test_the_index_is_that_of_cdxj_indexer(shelf: Shelf) -> None:
    """Webrecorder's indexer makes the same lines of the same WARC file."""
    path = shelf.export("wacz", shelf.feed())
    name = "archive/data-00001.warc.gz"
    with ZipFile(path) as package:
        package.extract(name, shelf.folder)

    options = ("--sort", "-p", "-d", "--records", "response,revisit")
    theirs = ran("cdxj_indexer.main", "main", *options, str(shelf.folder / name))

    def parsed(line: str) -> tuple[str, str, dict[str, str]]:
        key, at, said = line.split(" ", 2)
        return key, at, json.loads(said)

    expected = [parsed(line) for line in theirs.split("\n")[:-1]]
    assert expected == [parsed(line) for line in index(path)[:-1]]


def test_the_index_has_an_index(shelf: Shelf) -> None:
    """It names the file of the blocks, and the key that its only block begins with."""
    path = shelf.export("wacz")

    with ZipFile(path) as package:
        meta, block, end = package.read("indexes/index.idx").decode().split("\n")
    assert '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}' == meta
    assert block.startswith(index(path)[0].partition("{")[0])
    assert "" == end


def test_pages(shelf: Shelf) -> None:
    """Snapshots of record are the pages, with title and text; the others come apart."""
    path = shelf.export("wacz")

    head, *pages = lines(path, "pages/pages.jsonl")
    _, *extra = lines(path, "pages/extraPages.jsonl")
    assert {"format": "json-pages-1.0", "id": "pages", "title": "Pages"} == {
        k: v for k, v in head.items() if k != "hasText"
    }
    assert (18, 2) == (len(pages), len(extra))
    assert "本文 0。" in pages[0]["text"]
    assert "Page " in pages[0]["title"]
    keys = {f"{said['url']} {said['ts']}" for said in pages}
    assert keys == {
        f"{c.target_uri} {c.captured_at.isoformat(timespec='milliseconds')[:-6]}Z"
        for c in shelf.archive.index.captures()
        if c.target_uri.endswith(".html") and c.kind is None
    }


def test_one_page_is_the_main_one(new_shelf: ShelfMaker) -> None:
    """An export of one article opens at it."""
    path = new_shelf(1).export("wacz")

    (said,) = lines_of(path)
    assert said["mainPageUrl"].endswith("/0.html")
    assert said["created"] >= said["mainPageDate"]


def lines_of(path: Path) -> list[dict[str, Any]]:
    with ZipFile(path) as package:
        return [json.loads(package.read("datapackage.json"))]


def test_the_same_bytes(shelf: Shelf) -> None:
    """No clock and no chance gets into it."""
    one = shelf.export("wacz", name="one.wacz")
    other = shelf.export("wacz", name="other.wacz")

    assert one.read_bytes() == other.read_bytes()


def written(shelf: Shelf, path: Path, *, at: int = 0, part_bytes: int = 1000) -> None:
    with (
        path.open("xb") as file,
        wiring.workspace(shelf.folder) as disk,
    ):
        file.seek(at)
        wacz.write(
            Wish(),
            shelf.archive,
            file,
            title="Hozon",
            disk=disk,
            tell=Tally(),
            part_bytes=part_bytes,
        )


def test_several_warc_files(shelf: Shelf) -> None:
    """One that is long enough is followed by another; all of an archive, and valid."""
    path = shelf.folder / "parts.wacz"
    written(shelf, path, part_bytes=20_000)

    with ZipFile(path) as package:
        parts = [n for n in package.namelist() if n.startswith("archive/")]
        firsts = [next(reader.records(package.read(name))) for name in parts]
        count = sum(len(list(reader.records(package.read(name)))) for name in parts)
    assert len(parts) > 3
    assert parts == [f"archive/{r.field('WARC-Filename')}" for r in firsts]
    assert len({r.record_id for r in firsts}) == len(parts)
    assert {s["filename"] for s in _said(path)} == {p[8:] for p in parts}
    assert "Validation succeeded" in validated(path)
    assert count > 200


def _said(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line.split(" ", 2)[2]) for line in index(path)[:-1]]


def test_beyond_four_gigabytes(shelf: Shelf) -> None:
    """Files that begin behind 4 GiB have ZIP64 offsets, and are found."""
    path = shelf.folder / "large.wacz"
    written(shelf, path, at=5 << 30, part_bytes=1 << 30)

    with ZipFile(path) as package:
        assert package.testzip() is None
        assert all(info.header_offset > 1 << 32 for info in package.infolist())
    with path.open("rb") as file:
        file.seek(-2000, 2)
        assert b"PK\x06\x06" in file.read()  # end of central directory, ZIP64
    path.unlink()


def test_of_a_feed(shelf: Shelf) -> None:
    """Only its pages are pages, though records of others had to come along."""
    path = shelf.export("wacz", shelf.feed())

    _, *pages = lines(path, "pages/pages.jsonl")
    assert 8 == len(pages)
    assert all(page["url"].startswith(OTHER) for page in pages)
