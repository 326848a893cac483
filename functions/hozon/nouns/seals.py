"""What sealing needs from the world: where the log lies, what waits, and who signs.

As for `hozon.nouns.ports`, each has two adapters and one contract suite. What is below
``log/`` is the log and is never lost; `Seals` is derived from it and from the WARC
objects, as the index is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class LogStore(Protocol):
    """Holds the objects of the log. A key is written once and never changes.

    When `put` returns, the object is durable and `read_all` on any machine sees it. Of
    several that put one key at once, one wins: that is how the log grows by one writer
    at a time.
    """

    def put(self, key: str, data: bytes) -> None:
        """Write a new object, or raise `Conflict` and leave the old one be."""

    def read_all(self, key: str) -> bytes:
        """Return the whole object, or raise `NotFound`."""

    def keys(self, folder: str, *, after: str = "") -> Iterator[str]:
        """Yield the keys below a folder (it ends in a slash) that are greater than
        `after`, in ascending order.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far the log has come: a note, nothing depends on it.

    The tree of `published` leaves has a signed checkpoint and all its tiles; the objects
    of the first `marked` leaves are marked as sealed. `stamped_at` is when a time stamp
    was last asked for.
    """

    published: int = 0
    marked: int = 0
    stamped_at: datetime | None = None


class Seals(Protocol):
    """Which objects have a leaf, and which wait for one. Derived: see `sealing`.

    `Index.add` notes each WARC object here, in the same write path; notes of what waits
    and of what is sealed survive being written twice, in any order.
    """

    def note(self, key: str, *, at: datetime) -> None:
        """Let an object wait for its leaf since `at`, unless it is known already."""

    def pending(self, *, limit: int) -> Sequence[str]:
        """Return the keys of objects that have no leaf as of now, longest waiting first.

        An object that was marked before this was called is not among them.
        """

    def oldest(self) -> datetime | None:
        """Return since when the longest waiting object waits; None: none does.
        May lag by a second.
        """

    def leaves(self, keys: Iterable[str]) -> Mapping[str, int]:
        """Return the leaf index of those of the objects that are sealed."""

    def named(self, object_id: str) -> Mapping[str, int | None]:
        """Return the objects with this id (`naming.object_id`) with their leaf index;
        None: waiting. Almost always one.
        """

    def mark(self, leaves: Mapping[str, int]) -> None:
        """Remember leaf indexes of objects; they wait no more."""

    def head(self) -> Head | None:
        """Return how far the log has come, or None if that is not known."""

    def advance(self, head: Head) -> None:
        """Remember how far the log has come, unless it is known to be further."""

    def dump(self) -> Iterator[str]:
        """Yield a line for every object known, in ascending order: equal for equal
        states, as `Index.dump` is.
        """


class Signer(Protocol):
    """Holds the log's private key, and signs with Ed25519 (RFC 8032)."""

    def public_key(self) -> bytes:
        """Return the public key, 32 bytes."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes."""
