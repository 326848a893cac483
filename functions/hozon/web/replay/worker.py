"""ReplayWeb.page's service worker, as it was fetched: unmodified, and pinned by hash."""

import gzip
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

SCRIPTS = {
    "sw.js": "5d1388d7e29cbbb4e24f5adbbc763a1283a9da43ab6906441e845590c17dab1b",
    "LICENSE": "8486a10c4393cee1c25392769ddd3b2d6c242d6ec7928e1414efff7dfb2f07ef",
}
"""What is fetched of ReplayWeb.page 2.4.6, by SHA-256."""

FOLDER = "replaywebpage"
"""Where it lies, beside this module."""


@dataclass(frozen=True, slots=True)
class Worker:
    """The worker and its licence, as they lie in a folder."""

    folder: Path

    @property
    def is_whole(self) -> bool:
        """Whether it was fetched, and is the one that is pinned."""
        return all(self.script(name) for name in SCRIPTS)

    def script(self, name: str) -> bytes:
        """Return one of the files; nothing, if it is another than the one pinned."""
        path = self.folder / name
        data = path.read_bytes() if path.is_file() else b""
        return data if sha256(data).hexdigest() == SCRIPTS[name] else b""


@cache
def fetched() -> Worker | None:
    """Return the worker that was fetched into this program; None: it was not."""
    worker = Worker(Path(__file__).parent / FOLDER)
    return worker if worker.is_whole else None


@lru_cache(maxsize=2)
def packed(worker: Worker) -> bytes:
    """Return the worker's script with the content coding gzip."""
    return gzip.compress(worker.script("sw.js"), 9, mtime=0)
