"""What is written for a person: files and folders that are whole or not there.

Both are made beside their place, under a name that begins with a dot, and get their own
name when they are durable. Who is killed leaves only that; the next one who writes to
the same place takes it away.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from hozon.adapters.embedded.folder import (
    WRITING,
    Meaning,
    flush,
    flush_folder,
    translated,
)
from hozon.nouns.errors import Misuse, NoSpace, Unusable

_FULL = "no space left to write {}; free some and export again, nothing is left of this"
_MEANING: Meaning = {
    **WRITING,
    errno.ENOSPC: (NoSpace, _FULL),
    errno.EDQUOT: (NoSpace, _FULL),
    errno.EISDIR: (Misuse, "{} is a folder; name a file"),
    errno.ENOTEMPTY: (Misuse, "{} is there already, and not empty; name a new folder"),
    errno.ENAMETOOLONG: (Misuse, "{}: the name is too long"),
    errno.ENOENT: (Unusable, "there is no folder to write {} in; make it first"),
    errno.ENOTDIR: (Unusable, "{} cannot be: what it would be in is no folder"),
}


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file that takes the place of `path` when the block has ended well.

    Until then nothing is changed. Raises `NoSpace`, `Misuse`, `Unusable` or
    `Unavailable` for what the operating system says, in the block as well.
    """
    with translated(path, _MEANING):
        if path.is_dir():
            raise Misuse(f"{path} is a folder; name a file")
        with _beside(path) as name:
            with name.open("xb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield file
                file.flush()
                flush(file.fileno())
            name.replace(path)
            flush_folder(path.parent)


@contextmanager
def new_folder(path: Path) -> Iterator["FilesOf"]:
    """Yield a folder that appears as `path` when the block has ended well.

    Raises as `new_file` does, and `Misuse` at once if something is there already.
    """
    with translated(path, _MEANING):
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise Misuse(f"{path} is there already; name a new folder")
        with _beside(path) as name:
            name.mkdir()
            with _locked(name):
                yield FilesOf(name)
                _flush_tree(name)
                name.rename(path)
            flush_folder(path.parent)


class FilesOf:
    """The files of a folder that is being made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def new(self, name: str) -> Iterator[BinaryIO]:
        """Yield a new file, which is durable once the block has ended."""
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            yield file
            file.flush()
            flush(file.fileno())


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Yield a name in the folder of `path`; what is still there in the end is removed."""
    _sweep(path)
    name = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        yield name
    finally:
        with suppress(FileNotFoundError):
            _remove(name)


def _sweep(path: Path) -> None:
    """Remove what those left who died while they wrote to the same place."""
    begin, end = f".{path.name}.", ".part"
    with suppress(OSError):
        for each in path.parent.iterdir():
            middle = each.name.removeprefix(begin).removesuffix(end)
            if each.name == f"{begin}{middle}{end}" and len(middle) == 32:
                with suppress(OSError), _locked(each):
                    _remove(each)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file or folder, or raise `OSError`: its maker is alive."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(fd)


def _flush_tree(folder: Path) -> None:
    for inner, _, _ in os.walk(folder, topdown=False):
        flush_folder(Path(inner))
