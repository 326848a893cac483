"""Whether bytes have the digest that a record states of them, however it is spelled.

ISO 28500 §5.8 leaves algorithm and spelling open: label and base are guessed as the
community's annotations to it advise (iipc/warc-specifications issues 48 and 80).
"""

import hashlib
import re
from base64 import b32decode, b64decode

from hozon.nouns.errors import Misuse

_COMPATIBILITY_LABEL = re.compile(r"^sha-(?=\d)")
_URL_SAFE = str.maketrans("-_", "+/")


def holds(stated: str, data: bytes | memoryview) -> bool:
    """Tell whether `data` has the labelled digest `stated`.

    The value may be in base 16, 32 or 64, in any case, with padding or without.
    Raises `Misuse` for an algorithm that cannot be computed here, or for no label.
    """
    label, colon, value = stated.partition(":")
    name = _COMPATIBILITY_LABEL.sub("sha", label.lower()).replace("-", "_")
    if not colon or name not in hashlib.algorithms_guaranteed or "shake" in name:
        raise Misuse(f"no digest that can be checked: {stated[:80]!r}")
    computed = hashlib.new(name, data, usedforsecurity=False).digest()
    return computed == _decoded(value, len(computed))


def _decoded(value: str, size: int) -> bytes | None:
    bare = value.rstrip("=")
    try:
        if len(bare) == 2 * size:
            return bytes.fromhex(bare)
        if len(bare) == -(-size * 8 // 5):
            return b32decode(bare + "=" * (-len(bare) % 8), casefold=True)
        return b64decode(bare.translate(_URL_SAFE) + "=" * (-len(bare) % 4))
    except ValueError:
        return None
