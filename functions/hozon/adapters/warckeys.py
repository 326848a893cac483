"""The grammar of WARC keys, the same for a folder and a bucket.

``warcs/`` and at least one more segment; segments hold ``A-Z a-z 0-9 . _ -`` and do
not begin with a dot, so that no key can leave the folder or hide in it.
"""

import re

from hozon.nouns.errors import Misuse

PREFIX = "warcs/"
"""What every key begins with."""

_KEY = re.compile(r"warcs(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+\.warc(\.gz)?")


def is_key(text: str) -> bool:
    """Tell whether `text` could be the key of a WARC object."""
    return len(text) <= 1024 and _KEY.fullmatch(text) is not None


def checked(key: str) -> str:
    """Return `key`, or raise `Misuse` if it is none."""
    if not is_key(key):
        raise Misuse(
            f"not the key of a WARC object: {key!r:.200}; "
            "one looks like warcs/2026/08/22/hozon-20260822101500-0123abcd.warc.gz"
        )
    return key
