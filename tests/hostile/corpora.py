"""Material that nobody here wrote; none of it is committed, tests skip without it."""

import gzip
import json
import os
from pathlib import Path

import pytest

CORPORA = Path(
    os.environ.get("CORPORA", Path(__file__).parents[3] / "shared" / "corpora")
)
needed = pytest.mark.skipif(not CORPORA.is_dir(), reason="no corpora, see CORPORA")


def content(path: Path) -> bytes:
    """Return a file of the corpora, unzipped (but for what is gzip by itself)."""
    data = path.read_bytes()
    is_packed = path.suffix == ".gz" and ".warc" not in path.name
    return gzip.decompress(data) if is_packed else data


def strings() -> list[str]:
    """Return the Big List of Naughty Strings; nothing where it is not here."""
    path = CORPORA / "vectors" / "naughty" / "blns.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else []
