"""The ports to a disk while an export is made: room for what memory is too small for."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol


class Lines(Protocol):
    """Lines on a disk; they can be counted, and read again and again."""

    def __len__(self) -> int:
        """Return how many there are."""

    def __iter__(self) -> Iterator[bytes]:
        """Yield them in their order, without line feeds."""


class Sorter(Protocol):
    """Takes lines in any order, each any number of times."""

    def add(self, line: bytes) -> None:
        """Take a line, which has no line feed in it."""

    def sorted(self) -> Lines:
        """Return each line once, in ascending order of their bytes. Call it once."""


class Workspace(Protocol):
    """Disk for what is too much for memory. All of it is gone when its user is."""

    def sorter(self) -> Sorter:
        """Return a sorter that has no lines yet."""

    def file(self) -> BinaryIO:
        """Return an empty file, to be written, then read from its start."""


class NewFolder(Protocol):
    """A folder that is being made; nobody sees it before it is whole."""

    def new(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Yield a new file to be written; `name` is its path in the folder, with ``/``.
        It is durable once the block has ended.
        """
