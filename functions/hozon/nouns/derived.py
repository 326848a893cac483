"""The port of what is derived from the archive, and its terms."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple, Protocol


class Range(NamedTuple):
    """A part of an object: `length` bytes from `offset` on."""

    key: str
    offset: int
    length: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.offset + self.length


class Stored(NamedTuple):
    """A whole object, and what tells this version of it from every other."""

    data: bytes
    version: str


class DerivedStore(Protocol):
    """Holds what can be made again from the archive; it may be emptied at any time.

    Keys begin with ``search/``, ``exports/`` or ``tmp/`` (where objects stay for a day,
    if somebody sees to it). An object is written once, but for those that `replace`
    writes. What was written is seen by every later read, whole or not at all.
    """

    def put(self, key: str, data: bytes | BinaryIO) -> None:
        """Write a new object, or raise `Conflict` and leave the old one be.

        A file is read from its beginning and may be larger than memory.
        """

    def replace(self, key: str, data: bytes, *, version: str | None) -> str:
        """Write an object in the place of the `version` that `get` has told (None: of
        none), and return its version. `Conflict` if another has done so meanwhile.
        """

    def get(self, key: str) -> Stored:
        """Return a whole object and its version, or raise `NotFound`."""

    def read(self, ranges: Sequence[Range]) -> Sequence[bytes]:
        """Return the bytes of several ranges, read at the same time; `NotFound`, or
        `Damaged` if an object ends before.
        """

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with `prefix`, in ascending order."""

    def discard(self, key: str) -> None:
        """Give an object up, whether it is there or not: it may be gone from now on, at
        once (in a folder) or after some days (in a bucket).
        """
