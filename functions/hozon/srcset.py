"""The image candidates of a ``srcset`` attribute (HTML Standard §4.8.4.3.11)."""

import re
from collections.abc import Iterator

_URL = re.compile(r"[\s,]*+(\S++)")
_DESCRIPTORS = re.compile(r"(?:[^,(]|\([^)]*+\)?+)*+,?+")


def candidates(srcset: str) -> Iterator[str]:
    """Yield the URLs of a ``srcset``, as written; commas may be part of them."""
    at = 0
    while found := _URL.match(srcset, at):
        at = found.end()
        if not found[1].endswith(","):
            skipped = _DESCRIPTORS.match(srcset, at)
            at = skipped.end() if skipped else at
        if url := found[1].rstrip(","):
            yield url
