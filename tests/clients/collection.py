"""What the clients find: an archive of a small site over three days, served."""

import gzip
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hozon import wiring
from hozon.cli.servers import server
from hozon.nouns.archive import Archive
from tests.holding import HTML, store

FIRST = datetime(2025, 10, 27, 3, 4, 5, tzinfo=UTC)
DAYS = [FIRST + timedelta(days=n) for n in range(3)]
HOME = "https://www.example.org/"
QUERY = "https://www.example.org/news/1?id=7&lang=ja"
JAPANESE = "https://www.example.org/%E6%97%A5%E6%9C%AC"
MOVED = "https://www.example.org/old"
MISSING = "https://www.example.org/missing"
STYLE = "https://www.example.org/style.css"
STYLESHEET = b"p { color: green } " * 60


def page(uri: str, day: int) -> bytes:
    """Return the page at a URI on a day."""
    return (
        f"<!doctype html><title>{uri}</title><link rel=stylesheet href=/style.css>"
        f"<p>day {day} of {uri}: {'言葉。' * 40}"
    ).encode()


def filled(archive: Archive) -> None:
    """Store the site as it was on three days; the style sheet never changed."""
    for day, at in enumerate(DAYS):
        for n, uri in enumerate((HOME, QUERY, JAPANESE)):
            coded = (*HTML, ("Content-Encoding", "gzip"))
            moment = at + timedelta(seconds=n)
            if uri == QUERY:
                payload = gzip.compress(page(uri, day), mtime=0)
                store(archive, uri, payload, headers=coded, at=moment)
            else:
                store(archive, uri, page(uri, day), at=moment)
        there = (("Location", QUERY), ("Content-Type", "text/html"))
        store(archive, MOVED, b"moved", headers=there, status=301, at=at)
        store(archive, MISSING, b"not here", status=404, at=at)
    css = (("Content-Type", "text/css"),)
    first = store(archive, STYLE, STYLESHEET, headers=css, at=DAYS[0])
    for at in DAYS[1:]:
        store(archive, STYLE, STYLESHEET, headers=css, at=at, held=first)


@dataclass(frozen=True, slots=True)
class Served:
    """Where the archive is served."""

    base: str

    def expectations(self) -> Mapping[str, str]:
        """Return what a client's script is told."""
        return {"base": self.base, "home": HOME, "query": QUERY, "moved": MOVED}


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve the archive on loopback for the block."""
    with wiring.embedded(folder, create=True) as opened:
        filled(opened.archive)
        serving = server(opened.archive, "127.0.0.1", 0)
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{serving.server_address[1]}")
        finally:
            serving.shutdown()
            thread.join()
            serving.server_close()
