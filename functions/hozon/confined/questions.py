"""What a process and its child say to each other, and how: the bytes on their pipes.

A question is the lengths of its header and of the document, the header (JSON) and the
document. An answer is the length of what follows, what kind it is, and that.
"""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hozon.nouns.errors import Damaged, NotAFeed
from hozon.nouns.requisites import Requisite

HEAD = struct.Struct(">II")
SIZE = struct.Struct(">I")

READ, FAILED, NO_FEED = b"+", b"!", b"-"
"""What an answer is: what was read, words on why nothing was, or a `NotAFeed`."""

MOST_ANSWER = 64_000_000

Read = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a style sheet or a framed document needs."""

    requisites: tuple[Requisite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inert:
    """A page or style sheet as it can be shown."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A `NotAFeed` as it is passed on."""

    message: str
    feeds: tuple[str, ...]

    @classmethod
    def of(cls, error: NotAFeed) -> "Refusal":
        """Return what is to be passed on of an error."""
        return cls(message=str(error), feeds=error.feeds)


def question(header: Mapping[str, Any], document: bytes) -> bytes:
    """Return the bytes of a question."""
    said = json.dumps(header).encode()
    return HEAD.pack(len(said), len(document)) + said + document


def asked(head: bytes, read: Read) -> tuple[dict[str, Any], bytes]:
    """Return header and document of a question whose `head` has come."""
    header, document = HEAD.unpack(head)
    return json.loads(read(header)), read(document)


def answer(kind: bytes, said: bytes) -> bytes:
    """Return the bytes of an answer."""
    return SIZE.pack(len(said) + 1) + kind + said


def size_of_answer(head: bytes) -> int:
    """Return how many bytes follow; raises `Damaged` if that is too much."""
    (size,) = SIZE.unpack(head)
    if not 0 < size <= MOST_ANSWER:
        raise Damaged(f"an answer of {size} bytes")
    return int(size)
