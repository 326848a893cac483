"""WARCs that others wrote, read as warcio reads them, or refused where it errs too.

Of 44 files, 33 are read alike to the last field. The others are the two lists below.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from hozon.nouns.errors import Damaged
from hozon.warc import reader

FOLDER = Path(__file__).parents[4] / "shared" / "corpora" / "warcs"
FILES = sorted(
    path
    for path in FOLDER.rglob("*.warc*")
    if path.name.endswith((".warc", ".warc.gz", ".bad", ".lz4"))
)

REFUSED_BY_BOTH = {
    "block-sized-records.warc.lz4": "neither",  # LZ4, which no standard knows
    "warcfile.warc.lz4": "neither",
    "gowarcserver/testdata/example.warc": "neither",  # line ends were changed in it
    "gowarcserver/testdata/example-trunc.warc": "neither",
    "example-bad-non-chunked.warc.gz": "more than one record",
    "example-bad.warc.gz.bad": "more than one record",
    "example-wrong-chunks.warc.gz": "inside a record's block",  # wrong length
}
REFUSED_BY_US = {
    "clipped.warc.gz": "inside a gzip member",  # warcio hands out what there is
    "sample_archive/warcs/example.warc": "neither",  # wrong lengths: warcio warns and
    "warcio/test/data/example-trunc.warc": "neither",  # searches for the next record
    "missing-status-text.warc": "neither",  # its lines end in CR CR LF
}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FILES, reason="no ../shared/corpora"),
]


def why(path: Path, refused: dict[str, str]) -> str | None:
    """Return why a file is refused, if it is in a list."""
    return next((why for end, why in refused.items() if str(path).endswith(end)), None)


def theirs(data: bytes) -> Iterator[tuple[object, ...]]:
    """Yield what warcio finds: type, target, date, place and block of each record."""
    iterator = ArchiveIterator(io.BytesIO(data), no_record_parse=True)
    for record in iterator:
        headers = record.rec_headers
        yield (
            record.rec_type,
            headers.get_header("WARC-Target-URI"),
            headers.get_header("WARC-Date"),
            record.raw_stream.read(),
            iterator.get_record_offset(),
        )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_of_others_are_read_as_warcio_does(path: Path) -> None:
    """A file gives the records that warcio finds, or is refused for a known reason."""
    data = path.read_bytes()
    reason = why(path, REFUSED_BY_BOTH) or why(path, REFUSED_BY_US)
    if reason is not None:
        with pytest.raises(Damaged, match=reason):
            list(reader.records(data))
        return

    assert list(theirs(data)) == [
        (
            found.type,
            found.target_uri,
            found.field("WARC-Date"),
            bytes(found.block),
            found.offset,
        )
        for found in reader.records(data)
    ]


@pytest.mark.parametrize(
    "path", [p for p in FILES if why(p, REFUSED_BY_BOTH)], ids=lambda path: path.name
)
def test_warcio_refuses_these_too(path: Path) -> None:
    """What both refuse is refused by warcio."""
    with pytest.raises(ArchiveLoadFailed):
        list(theirs(path.read_bytes()))


def test_captures_of_others_are_read() -> None:
    """The captures of a whole site that others archived are found with their facts."""
    (path,) = FOLDER.rglob("iana.warc.gz")
    captures = list(reader.captures("iana", path.read_bytes()))

    assert 171 == len(captures)
    assert {"response", "revisit"} == {capture.record_type for capture in captures}
    assert {200, 302, 304} >= {capture.status for capture in captures}
    assert {"sha1"} == {c.payload_digest.partition(":")[0] for c in captures}
