"""What a leaf and a row both say of a capture, and the hashes of that. Pure."""

import hashlib
from collections.abc import Iterator
from typing import Any

from hozon.audits import hashruns
from hozon.audits.hashruns import EXCUSED, OPTIONAL, REQUIRED, SEEN
from hozon.log import leaves, places
from hozon.nouns import instants
from hozon.nouns.model import Capture

Facts = tuple[str, str, str, int | None, str, str]
"""What both say: the object's key, URI, instant, status, type, payload digest."""

_LONGEST_CAPTURE = 4096
"""Bytes of one capture in a leaf, at most: a leaf with so much room left has them all."""


class Hasher:
    """Hashes under a secret, so that nobody can write a row that meets another's hash."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt

    def __call__(self, *values: object) -> int:
        """Return the hash of these values (`hashruns`), without a mark."""
        text = "\0".join(map(str, values)).encode("utf-8", "replace")
        made = hashlib.blake2b(text, key=self._salt, digest_size=8)
        return hashruns.even(made.digest())

    def of_leaf(self, data: bytes, said: dict[str, Any]) -> Iterator[int]:
        """Yield what a leaf of the tree asks for and allows, and what it excuses."""
        if said["kind"] == "purge":
            yield self(said.get("object")) | EXCUSED
        if is_note(said):
            return
        yield self(said["key"]) | REQUIRED
        # A look that found the article where it was makes no rows (decision 18).
        is_needed = said["kind"] != "look" and states_all(data)
        for facts in of_leaf(said):
            yield self(*facts) | (REQUIRED if is_needed else OPTIONAL)

    def of_later(self, data: bytes, said: dict[str, Any]) -> Iterator[int]:
        """Yield what a leaf allows that was sealed later, and what it excuses."""
        for marked in self.of_leaf(data, said):
            yield marked if marked & SEEN == EXCUSED else marked | OPTIONAL


def is_note(said: dict[str, Any]) -> bool:
    """Tell whether a leaf is that of a note: no object of the store, and no rows."""
    return str(said["key"]).startswith(places.NOTES)


def states_all(data: bytes) -> bool:
    """Tell whether a leaf certainly states all captures of its object."""
    return leaves.LONGEST - len(data) > _LONGEST_CAPTURE


def of_leaf(said: dict[str, Any]) -> Iterator[Facts]:
    """Yield what a leaf says of the captures in its object."""
    for each in said.get("captures", ()):
        yield (
            said["key"],
            each["uri"],
            each["at"],
            each["status"],
            each["type"],
            str(each["payload"]),
        )


def of_row(row: Capture) -> Facts:
    """Return what a row says."""
    return (
        row.location.warc_key,
        leaves.clipped(row.target_uri),
        instants.iso(row.captured_at),
        row.status,
        row.record_type,
        str(row.payload_digest),
    )
