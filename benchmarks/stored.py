"""What a tool really stored: its WARC files, read by a reader of somebody else."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from fastwarc.warc import ArchiveIterator, WarcRecordType

_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """`paths` are those of URIs with a good ``response`` or a ``revisit`` record."""

    responses: int
    revisits: int
    paths: frozenset[str]
    warc_bytes: int
    all_bytes: int


def stored(folder: Path) -> Stored:
    """Return what lies in `folder`, at any depth."""
    files = [f for f in folder.rglob("*") if f.is_file() and not f.is_symlink()]
    warcs = [f for f in files if f.name.endswith((".warc.gz", ".warc"))]
    records = [record for file in warcs for record in _records(file)]
    revisits = sum(1 for kind, _ in records if kind == "revisit")
    return Stored(
        responses=len(records) - revisits,
        revisits=revisits,
        paths=frozenset(path for _, path in records),
        warc_bytes=sum(f.stat().st_size for f in warcs),
        all_bytes=sum(f.stat().st_size for f in files),
    )


def _records(file: Path) -> Iterator[tuple[str, str]]:
    wanted = WarcRecordType.response | WarcRecordType.revisit
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=wanted, parse_http=True):
            kind = record.headers["WARC-Type"]
            # wget writes the URI in angle brackets, as WARC 1.0 showed it.
            uri = urlsplit(record.headers["WARC-Target-URI"].strip("<>"))
            if kind == "revisit" or record.http_headers.status_code == 200:
                yield kind, uri.path
