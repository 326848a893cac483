"""Replace ``index.sqlite`` by one that was built anew from the WARC objects.

The new index grows in a file beside the old one, which answers meanwhile. In the end
its pages are copied over the old ones in one transaction of the old file: other
processes may have that open, and renaming a file over an open database whose
write-ahead log is still there destroys it. A crash leaves the old index or the new one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.index import SqliteIndex
from hozon.adapters.embedded.schemas import INDEX
from hozon.nouns.errors import Unusable


@contextmanager
def fresh_index(path: Path, state: Database) -> Iterator[SqliteIndex]:
    """Yield an empty index that replaces the one at `path` if the block ends well.

    Feeds, jobs and troubles are in `state` and stay. Objects that others store during
    the block are in the old index only: list the keys again after the block, and add
    what is new to the index at `path`. If the old file is damaged or of another
    version, it is removed; then no other process may have it open.
    """
    beside = path.with_name(path.name + ".new")
    _remove(beside)
    fresh = Database(beside, INDEX)
    try:
        yield SqliteIndex(fresh, state, keeps_troubles=True)
        _replace(path, fresh)
    finally:
        fresh.close()
        _remove(beside)


def _replace(path: Path, fresh: Database) -> None:
    try:
        old = Database(path, INDEX)
    except Unusable:
        _remove(path)
        old = Database(path, INDEX)
    try:
        fresh.copy_to(old)
    finally:
        old.close()


def _remove(path: Path) -> None:
    """Remove a database with its log: a log must never meet another database."""
    for suffix in ("-wal", "-shm", ""):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
