"""WARC files that need no other: each record once, and all that is referred to."""

import gzip
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastwarcIterator
from warcio.archiveiterator import ArchiveIterator

from hozon.exporting.wishes import Wish
from hozon.nouns.errors import NotFound
from hozon.warc import reader
from hozon.warc.reader import StoredRecord
from tests.archives import BEGAN, ORIGIN, OTHER, PICTURE, SHEET, STYLE
from tests.shelves import Shelf


def records(path: Path) -> list[StoredRecord]:
    return list(reader.records(path.read_bytes()))


def lacking(found: list[StoredRecord]) -> set[str]:
    """Return what records refer to and is not among them: ids, and payloads."""
    there = {record.record_id for record in found}
    payloads = {r.field("WARC-Payload-Digest") for r in found if r.type == "response"}
    named = {
        (record.field(name) or "").strip("<>")
        for record in found
        for name in ("WARC-Warcinfo-ID", "WARC-Concurrent-To", "WARC-Refers-To")
    }
    wanted = {r.field("WARC-Payload-Digest") for r in found if r.type == "revisit"}
    return {str(one) for one in (named - there - {""}) | (wanted - payloads)}


def test_all_that_is_held(shelf: Shelf) -> None:
    """Every record of every object, as stored, each once, after one that says so."""
    path = shelf.export("warc", name="all.warc.gz")

    first, *rest = records(path)
    stored = [shelf.archive.warcs.read_all(k) for k in shelf.keys]
    assert path.read_bytes()[first.length :] == b"".join(stored)
    assert ("warcinfo", "all.warc.gz") == (first.type, first.field("WARC-Filename"))
    assert set() == lacking(rest)
    assert [] == shelf.told.said
    assert (40, 40) == (shelf.told.of, shelf.told.steps)


def test_readers_of_others(shelf: Shelf) -> None:
    """Both warcio and fastwarc read it, and find each digest right."""
    path = shelf.export("warc", shelf.feed())

    with path.open("rb") as file:
        mine = [r.rec_type for r in ArchiveIterator(file, check_digests="raise")]
    with path.open("rb") as file:
        found = FastwarcIterator(file, parse_http=False)
        theirs = [record.verify_block_digest() for record in found]

    assert len(mine) == len(theirs) == len(records(path))
    assert all(theirs)


def test_a_feed_needs_no_other(shelf: Shelf) -> None:
    """What its pages share with those of another feed is in it, once, and no more."""
    path = shelf.export("warc", shelf.feed())

    found = records(path)
    ids = Counter(record.record_id for record in found)
    pages = {
        record.target_uri
        for record in found
        if record.type == "response" and (record.target_uri or "").endswith(".html")
    }
    responses = [r.target_uri for r in found if r.type == "response"]
    assert set() == lacking(found)
    assert {1} == set(ids.values())
    assert 10 == len(pages)
    assert all((page or "").startswith(OTHER) for page in pages)
    assert 1 == responses.count(STYLE) == responses.count(SHEET)
    assert 1 == responses.count(PICTURE)
    assert 10 == responses.count(f"{OTHER}/feed.xml")
    assert 0 == responses.count(f"{ORIGIN}/feed.xml")


def test_byte_ranges(shelf: Shelf) -> None:
    """A record from elsewhere is the same member, and not compressed anew."""
    data = shelf.export("warc", shelf.feed()).read_bytes()

    (holder,) = (k for k in shelf.keys if _has(shelf, k, SHEET))
    stored = shelf.archive.warcs.read_all(holder)
    (sheet,) = (
        data[record.offset : record.offset + record.length]
        for record in reader.records(data)
        if (SHEET, "response") == (record.target_uri, record.type)
    )
    assert sheet in stored


@pytest.mark.parametrize("days", [(1, 2), (2, 4), (1, None), (None, 3)])
def test_a_time(shelf: Shelf, days: tuple[int | None, int | None]) -> None:
    """Entries by their place in the river, `since` inclusive and `until` exclusive."""
    since, until = (BEGAN + timedelta(days=day) if day else None for day in days)
    wish = Wish(since=since, until=until)
    path = shelf.export("warc", wish)

    found = records(path)
    pages = {r.target_uri for r in found if (r.target_uri or "").endswith(".html")}
    listed, _ = shelf.archive.index.river(limit=100, since=since, until=until)
    assert {e.entry.link for e in listed} == pages
    assert set() == lacking(found)


def test_nothing_to_export(shelf: Shelf) -> None:
    """Who asks for what is not held is told, and finds no file."""
    with pytest.raises(NotFound, match="nothing is held"):
        shelf.export("warc", Wish(until=BEGAN))

    assert ["archive"] == [each.name for each in shelf.folder.iterdir()]


def test_what_is_damaged_is_told(shelf: Shelf) -> None:
    """One object that cannot be read costs itself and nothing else."""
    *_, last = shelf.keys
    broken = shelf.folder / "archive" / last
    broken.chmod(0o644)
    broken.write_bytes(broken.read_bytes()[:-20])

    path = shelf.export("warc")

    (said,) = shelf.told.said
    assert last in said
    assert 39 * 4 < len(records(path))


def test_what_is_lost_is_told(shelf: Shelf) -> None:
    """A sheet that pages share, and that is gone, is named; their own records are there."""
    first = next(k for k in shelf.keys if _has(shelf, k, SHEET))
    (shelf.folder / "archive" / first).unlink()

    path = shelf.export("warc", shelf.feed())

    assert shelf.told.said
    assert all(first in said for said in shelf.told.said)
    assert 10 < len(records(path))


def _has(shelf: Shelf, key: str, uri: str) -> bool:
    return any(
        record.target_uri == uri
        for record in reader.records(shelf.archive.warcs.read_all(key))
    )


def test_the_same_bytes(shelf: Shelf) -> None:
    """The same export is the same file, whenever it is made."""
    one = shelf.export("warc", name="a.warc.gz").read_bytes()
    other = shelf.export("warc", name="a.warc.gz").read_bytes()

    assert one == other
    assert gzip.decompress(one).startswith(b"WARC/1.1\r\nWARC-Type: warcinfo")
