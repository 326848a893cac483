"""`WarcStore` over a folder: one file per object, its key the relative path.

A put writes a temporary file, makes it durable, and only then gives it its name by a
hard link: a link never replaces, and it shows the object whole or not at all. A crash
at any point leaves no object and no other trace than a file in ``tmp/``, which the
next process sweeps.
"""

import errno
import fcntl
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from hozon.adapters import logkeys, warckeys
from hozon.nouns.errors import (
    Conflict,
    Damaged,
    HozonError,
    Misuse,
    NoSpace,
    NotFound,
    Unavailable,
    Unusable,
)

Meaning = Mapping[int, tuple[type[HozonError], str]]

_FULL = "no space left for {}; free some and run again, nothing is lost"
_FORBIDDEN = "not allowed to use {}; give this user the folder, or name another archive"
_NO_LINKS = "the file system of {} has no hard links; keep the archive on one that has"
_NO_FOLDER = "{} cannot be made: there is no folder to make it in"
_GONE = "no such object: {}"

READING: Meaning = {
    errno.EACCES: (Unusable, _FORBIDDEN),
    errno.EPERM: (Unusable, _FORBIDDEN),
    errno.ENOENT: (NotFound, _GONE),
    errno.ENOTDIR: (NotFound, _GONE),
    errno.EISDIR: (NotFound, _GONE),
    errno.ENAMETOOLONG: (NotFound, _GONE),
    errno.EINVAL: (Misuse, "no such range of {}"),
}
WRITING: Meaning = {
    errno.ENOSPC: (NoSpace, _FULL),
    errno.EDQUOT: (NoSpace, _FULL),
    errno.EFBIG: (NoSpace, "{} is larger than the limit set for this process"),
    errno.EACCES: (Unusable, _FORBIDDEN),
    errno.EPERM: (Unusable, _FORBIDDEN),
    errno.EROFS: (Unusable, "{} lies on a read-only file system"),
    errno.ENOENT: (Unusable, _NO_FOLDER),
    errno.ENOTDIR: (Unusable, _NO_FOLDER),
    errno.EEXIST: (Unusable, _NO_FOLDER),
}
LINKING: Meaning = {
    **WRITING,
    errno.EEXIST: (Conflict, "{} is stored already"),
    errno.EPERM: (Unusable, _NO_LINKS),
    errno.EOPNOTSUPP: (Unusable, _NO_LINKS),
    errno.EXDEV: (Unusable, "{} must lie on one file system with the folder tmp"),
}


_PIECE = 1 << 20


class FolderWarcStore:
    """Holds WARC objects as files under `root`, which is made by the first put.

    Any number of processes may use the same folder at once.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._tmp = self._root / "tmp"
        self._durable: set[Path] = set()
        self._folders = threading.Lock()
        _sweep(self._tmp)

    def put(self, key: str, data: bytes) -> None:
        """Write a new object, or raise `Conflict` and leave the old one be."""
        path = self._path(key)
        with translated(path, WRITING):
            self._make_durable(path.parent)
            try:
                self._link_new(path, data)
            finally:
                # Also after a conflict: its writer may have died, or not come to this.
                flush_folder(path.parent)

    def _link_new(self, path: Path, data: bytes) -> None:
        if path.exists():
            raise Conflict(f"{path} is stored already")
        self._tmp.mkdir(exist_ok=True)
        with temporary(self._tmp) as (fd, name):
            write(fd, data)
            flush(fd)
            with translated(path, LINKING):
                os.link(name, path)

    def remove(self, key: str) -> None:
        """Remove an object for good, or raise `NotFound`. For a purge, and nothing else:
        no port has this.
        """
        path = self._path(key)
        with translated(path, READING):
            path.unlink()
            flush_folder(path.parent)

    def read(self, key: str, *, offset: int, length: int) -> bytes:
        """Return `length` bytes of an object; `NotFound`, or `Damaged` if cut short."""
        path = self._path(key)
        with translated(path, READING), path.open("rb", buffering=0) as file:
            data = read(file.fileno(), offset, length)
        if len(data) < length:
            raise Damaged(
                f"{key} ends {length - len(data)} bytes before "
                f"the end of the {length} bytes at {offset}"
            )
        return data

    def read_all(self, key: str) -> bytes:
        """Return the whole object, or raise `NotFound`."""
        path = self._path(key)
        with translated(path, READING):
            return path.read_bytes()

    def pieces(self, key: str) -> Iterator[bytes]:
        """Yield the whole object a piece at a time, or raise `NotFound`."""
        path = self._path(key)
        with translated(path, READING), path.open("rb", buffering=0) as file:
            while piece := file.read(_PIECE):
                yield piece

    def holds(self, key: str) -> bool:
        """Tell whether the object exists."""
        path = self._path(key)
        with translated(path, READING):
            return path.is_file()

    def stored_at(self, key: str) -> datetime | None:
        """Return None: a folder has no clock but this machine's; `NotFound`."""
        if not self.holds(key):
            raise NotFound(_GONE.format(key))
        return None

    def size(self, key: str) -> int:
        """Return the length of the object in bytes, or raise `NotFound`."""
        path = self._path(key)
        with translated(path, READING):
            found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise NotFound(_GONE.format(path))
        return found.st_size

    def lend(self, key: str) -> str | None:
        """Return None: whoever has the folder serves the object."""
        self._path(key)
        return None

    def keys(self, *, after: str = "") -> Iterator[str]:
        """Yield the keys that are greater than `after`, in ascending order."""
        folder = self._root / warckeys.PREFIX
        with translated(folder, READING):
            found = _walk(folder, warckeys.PREFIX, warckeys.is_key)
            yield from (key for key in found if key > after)

    def _path(self, key: str) -> Path:
        return self._root / warckeys.checked(key)

    def _make_durable(self, folder: Path) -> None:
        """Make `folder`, and see to it that it and all above outlive a power cut.

        Each is flushed once in every process, even if it was there: who made it may
        not have come to that yet.
        """
        with self._folders:
            if folder.is_dir() and folder in self._durable:
                return
            if not folder.is_dir():
                self._durable.clear()
                folder.mkdir(parents=True, exist_ok=True)
            for each in (folder, *folder.parents):
                if each in self._durable:
                    break
                # Those above the archive may be closed to us; then they are not ours.
                with suppress(PermissionError):
                    flush_folder(each)
                self._durable.add(each)


class FolderLogStore(FolderWarcStore):
    """Holds the objects of the log below ``log/`` of the same folder."""

    def keys(self, folder: str = logkeys.PREFIX, *, after: str = "") -> Iterator[str]:
        """Yield the keys below a folder that are greater than `after`, ascending."""
        path = self._root / logkeys.checked_folder(folder)
        with translated(path, READING):
            found = _walk(path, folder, logkeys.is_key)
            yield from (key for key in found if key > after)

    def _path(self, key: str) -> Path:
        return self._root / logkeys.checked(key)


@contextmanager
def translated(path: Path, meaning: Meaning) -> Iterator[None]:
    """Turn the errors of the operating system into ours."""
    try:
        yield
    except OSError as e:
        unknown = Unavailable, f"{{}} cannot be used now: {e.strerror}"
        kind, sentence = meaning.get(e.errno or 0, unknown)
        raise kind(sentence.format(path)) from e


@contextmanager
def temporary(folder: Path) -> Iterator[tuple[int, Path]]:
    """Open a new file in `folder` that is removed in the end.

    Its lock says that we are alive. Who sweeps between our making the file and locking
    it removes it; then we make another one.
    """
    while True:
        name = folder / f"{uuid4().hex}.part"
        fd = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o644)
        fcntl.flock(fd, fcntl.LOCK_EX)
        if os.fstat(fd).st_nlink:
            break
        os.close(fd)
    try:
        yield fd, name
    finally:
        with suppress(FileNotFoundError):
            name.unlink()
        os.close(fd)


def _sweep(folder: Path) -> None:
    """Remove the temporary files of processes that died.

    What cannot be removed stays: an archive may be read where it cannot be written.
    """
    with suppress(OSError):
        for name in folder.glob("*.part"):
            with suppress(OSError):
                _remove_unlocked(name)


def _remove_unlocked(name: Path) -> None:
    fd = os.open(name, os.O_WRONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        name.unlink()
    finally:
        os.close(fd)


def write(fd: int, data: bytes) -> None:
    """Write all of `data`, however little the system takes at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def read(fd: int, offset: int, length: int) -> bytes:
    """Return `length` bytes from `offset`, or all there are."""
    found = os.pread(fd, length, offset)
    while found and len(found) < length:
        # Linux gives at most 2 GiB at once.
        part = os.pread(fd, length - len(found), offset + len(found))
        if not part:
            break
        found += part
    return found


def flush(fd: int) -> None:
    """Return when the file's bytes are on the medium, not only in the drive."""
    if sys.platform == "darwin":
        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
    else:
        os.fsync(fd)


def flush_folder(folder: Path) -> None:
    """Return when the names in a folder are on the medium."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _walk(folder: Path, prefix: str, is_key: Callable[[str], bool]) -> Iterator[str]:
    """Yield the keys below `folder` in the order of whole keys, as a bucket does."""
    try:
        with os.scandir(folder) as found:
            names = sorted(e.name + "/" if e.is_dir() else e.name for e in found)
    except FileNotFoundError:
        return
    for name in names:
        if name.endswith("/"):
            yield from _walk(folder / name, prefix + name, is_key)
        elif is_key(prefix + name):
            yield prefix + name
