"""Real pages and sites as worlds, from the corpora beside the repository."""

import contextlib
import gzip
import html
import json
import mimetypes
import os
import re
from collections.abc import Iterator
from pathlib import Path

from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from tests.browser.chromium import Answered

CORPORA = Path(
    os.environ.get("HOZON_CORPORA") or Path(__file__).parents[3] / "shared" / "corpora"
)
_CANONICAL = re.compile(
    rb"<link[^>]{1,200}rel=[\"']?canonical[\"']?[^>]{1,500}>", re.IGNORECASE
)
_HREF = re.compile(rb"href=[\"']?(https?://[^\"'\s>]{4,500})", re.IGNORECASE)


def articles() -> Iterator[tuple[str, str, Answered]]:
    """Yield each real article: its path in the corpus, its URI, its document."""
    for path in sorted((CORPORA / "articles").rglob("*.html*")):
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
        name = path.relative_to(CORPORA).as_posix()
        yield name, _uri(name, data), Answered(body=data, media_type="text/html")


def _uri(name: str, data: bytes) -> str:
    canonical = _CANONICAL.search(data)
    href = canonical and _HREF.search(canonical[0])
    if href:
        with contextlib.suppress(Misuse):
            stated = href[1].decode("utf-8", "replace")
            return uris.lenient(html.unescape(stated))
    return uris.lenient(f"https://article.example/{name.removesuffix('.gz')}")


def sites() -> Iterator[tuple[str, dict[str, Answered]]]:
    """Yield each real site: its origin, and all its files by URI."""
    for folder in sorted((CORPORA / "sites").iterdir()):
        origins = json.loads((folder / "site.json").read_text("utf-8"))
        yield folder.name, _files(folder, _origin(origins))


def _origin(stated: dict[str, object]) -> str:
    first = stated.get("origins") or stated.get("origin")
    return str(first[0] if isinstance(first, list) else first)


def _files(folder: Path, origin: str) -> dict[str, Answered]:
    host = origin.removeprefix("https://").removeprefix("http://").strip("/")
    found = {}
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        path = file.relative_to(folder).as_posix()
        if path.startswith("_older/"):
            continue
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        uri = f"https://{host}/{path.removesuffix('index.html')}"
        found[uri] = Answered(body=file.read_bytes(), media_type=media_type)
    return found
