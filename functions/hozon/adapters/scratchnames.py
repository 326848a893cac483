"""The grammar of names in the scratch, the same for a process and a bucket."""

import re

from hozon.nouns.errors import Misuse

PREFIX = "tmp/"
"""What the key of every such object begins with: a rule of the bucket drops it."""

_NAME = re.compile(r"[a-z0-9_-][a-z0-9._-]*(/[a-z0-9_-][a-z0-9._-]*)*")


def checked(name: str) -> str:
    """Return `name`, or raise `Misuse` if it is none."""
    if len(name) > 512 or _NAME.fullmatch(name) is None:
        raise Misuse(f"not a name of scratch: {name!r:.200}; take a-z 0-9 . _ - and /")
    return name
