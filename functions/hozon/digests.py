"""Labelled digests (ISO 28500 §5.8): ``sha256:`` and the hash in base 32.

Base 32 because that is what readers of WARC and CDX files expect.
"""

import hashlib
from base64 import b32encode
from typing import NewType

Digest = NewType("Digest", str)
"""``algorithm:value``, as written in a WARC header. Never a bare hash."""


def sha256(data: bytes | bytearray | memoryview) -> Digest:
    """Return the labelled SHA-256 of `data`."""
    return Digest("sha256:" + b32encode(hashlib.sha256(data).digest()).decode())


def identifier(*parts: str, size: int = 16) -> str:
    """Return a stable identifier of `size` hex digits made from `parts`.

    The parts are length-prefixed before hashing, so that no two different
    sequences can meet in one identifier by shifting a boundary.
    """
    hashed = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hashed.update(len(data).to_bytes(8, "big") + data)
    return hashed.hexdigest()[:size]


def fraction(seed: str) -> float:
    """Return a number in [0, 1) that is always the same for `seed`: to spread things."""
    return int(identifier(seed, size=13), 16) / 16**13
