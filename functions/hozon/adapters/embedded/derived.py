"""`DerivedStore` over a folder: one file per object, its key the relative path.

Written as WARC files are (`folder`): whole in a temporary file, durable, then named. A
version is what `digests.sha256` says of the bytes; who replaces one holds the lock of
the folder it is in.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from hozon.adapters import derivedkeys
from hozon.adapters.embedded import folder
from hozon.adapters.embedded.folder import LINKING, READING, WRITING, translated
from hozon.nouns.derived import Range, Stored
from hozon.nouns.digests import sha256
from hozon.nouns.errors import Conflict, Damaged, NotFound


class FolderDerivedStore:
    """Holds derived objects below ``search/``, ``exports/`` and ``tmp/`` of `root`.

    Nobody takes away what is in ``tmp/``: in a folder, whoever put it there does.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._tmp = self._root / "tmp"

    def put(self, key: str, data: bytes | BinaryIO) -> None:
        """Write a new object, or raise `Conflict` and leave the old one be."""
        path = self._path(key)
        with self._written(path, data) as name, translated(path, LINKING):
            os.link(name, path)

    def replace(self, key: str, data: bytes, *, version: str | None) -> str:
        """Write an object in the place of a version, or raise `Conflict`."""
        path = self._path(key)
        with self._written(path, data) as name, _locked(path.parent):
            if self._version(key) != version:
                raise Conflict(f"{path} has been replaced by another process")
            name.replace(path)
        return sha256(data)

    def get(self, key: str) -> Stored:
        """Return a whole object and its version, or raise `NotFound`."""
        path = self._path(key)
        with translated(path, READING):
            data = path.read_bytes()
        return Stored(data, sha256(data))

    def read(self, ranges: Sequence[Range]) -> Sequence[bytes]:
        """Return the bytes of several ranges; `NotFound`, or `Damaged` if cut short."""
        return [self._read(each) for each in ranges]

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with `prefix`, in ascending order."""
        inside = derivedkeys.checked_prefix(prefix).rpartition("/")[0]
        with translated(self._root / inside, READING):
            paths = (self._root / inside).rglob("*")
            found = [str(p.relative_to(self._root)) for p in paths if p.is_file()]
        for key in sorted(found):
            if key.startswith(prefix) and derivedkeys.is_key(key):
                yield key

    def discard(self, key: str) -> None:
        """Remove an object, if it is there."""
        path = self._path(key)
        with translated(path, WRITING), suppress(FileNotFoundError):
            path.unlink()

    def _path(self, key: str) -> Path:
        return self._root / derivedkeys.checked(key)

    def _version(self, key: str) -> str | None:
        try:
            return self.get(key).version
        except NotFound:
            return None

    def _read(self, wanted: Range) -> bytes:
        path = self._path(wanted.key)
        with translated(path, READING), path.open("rb", buffering=0) as file:
            data = folder.read(file.fileno(), wanted.offset, wanted.length)
        if len(data) < wanted.length:
            raise Damaged(
                f"{wanted.key} ends before the end of "
                f"the {wanted.length} bytes at {wanted.offset}"
            )
        return data

    @contextmanager
    def _written(self, path: Path, data: bytes | BinaryIO) -> Iterator[Path]:
        """Yield the name of a durable file with these bytes, to be named `path`."""
        with translated(path, WRITING):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._tmp.mkdir(exist_ok=True)
            with folder.temporary(self._tmp) as (fd, name):
                _fill(fd, data)
                folder.flush(fd)
                yield name
                folder.flush_folder(path.parent)


def _fill(fd: int, data: bytes | BinaryIO) -> None:
    if isinstance(data, bytes):
        folder.write(fd, data)
        return
    data.seek(0)
    with os.fdopen(os.dup(fd), "wb") as file:
        shutil.copyfileobj(data, file, 1 << 20)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of a folder; it ends with the process, however that ends."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
