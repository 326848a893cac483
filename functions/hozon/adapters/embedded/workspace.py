"""`Workspace` over files without names: whatever ends their process removes them."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Self, cast

AT_ONCE_BYTES = 16_000_000
"""How much of what is to be sorted is held in memory, at most."""

_LINE_COST = 80
"""What a line takes in memory beside its bytes."""

_MOST_RUNS = 64
_READ_AHEAD = 16 * 1024


class FolderWorkspace:
    """Room on the file system of `folder` (None: where temporary files are kept)."""

    def __init__(
        self, folder: Path | None = None, *, at_once: int = AT_ONCE_BYTES
    ) -> None:
        self._folder = folder
        self._at_once = at_once
        self._files = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Give back all of it."""
        self._files.close()

    def file(self) -> BinaryIO:
        """Return an empty file that has no name."""
        file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 (closed at the end)
        return cast("BinaryIO", self._files.enter_context(file))

    def sorter(self) -> "DiskSorter":
        """Return a sorter that has no lines yet."""
        return DiskSorter(self, self._at_once)


class DiskSorter:
    """Sorts by runs that fit into memory, merged from the disk."""

    def __init__(self, disk: FolderWorkspace, at_once: int) -> None:
        self._disk = disk
        self._at_once = at_once
        self._lines: list[bytes] = []
        self._size = 0
        self._runs: list[StoredLines] = []

    def add(self, line: bytes) -> None:
        """Take a line."""
        self._lines.append(line)
        self._size += len(line) + _LINE_COST
        if self._size > self._at_once:
            self._spill()

    def sorted(self) -> "StoredLines":
        """Return each line once, in ascending order."""
        self._spill()
        return self._merged() if len(self._runs) != 1 else self._runs[0]

    def _spill(self) -> None:
        if self._lines:
            self._lines.sort()
            self._runs.append(self._stored(self._lines))
            self._lines, self._size = [], 0
        if len(self._runs) >= _MOST_RUNS:
            self._runs = [self._merged()]

    def _merged(self) -> "StoredLines":
        merged = self._stored(merge(*self._runs))
        for run in self._runs:
            run.drop()
        return merged

    def _stored(self, lines: Iterable[bytes]) -> "StoredLines":
        file, count = self._disk.file(), 0
        for line, _ in groupby(lines):
            file.write(line + b"\n")
            count += 1
        file.flush()
        return StoredLines(file, count)


class StoredLines:
    """Lines in a file. Several may read them at once, each from the start."""

    def __init__(self, file: BinaryIO, count: int) -> None:
        self._file = file
        self._count = count

    def drop(self) -> None:
        """Give back the disk that they take."""
        self._file.close()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[bytes]:
        position, rest = 0, b""
        # Not through the file: several readers would move its one position.
        while found := os.pread(self._file.fileno(), _READ_AHEAD, position):
            position += len(found)
            *lines, rest = (rest + found).split(b"\n")
            yield from lines
