"""The grammar of keys of derived objects, the same for a folder and a bucket.

``search/``, ``exports/`` or ``tmp/`` and at least one more segment; segments hold
``A-Z a-z 0-9 . _ -`` and do not begin with a dot, so that no key can leave the folder
or hide in it.
"""

import re

from hozon.nouns.errors import Misuse

_KEY = re.compile(r"(search|exports|tmp)(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")
_PREFIX = re.compile(r"(search|exports|tmp)/([A-Za-z0-9_-][A-Za-z0-9._-]*/?)*")


def is_key(text: str) -> bool:
    """Tell whether `text` could be the key of a derived object."""
    return len(text) <= 1024 and _KEY.fullmatch(text) is not None


def checked(key: str) -> str:
    """Return `key`, or raise `Misuse` if it is none."""
    if not is_key(key):
        raise Misuse(f"not the key of a derived object: {key!r:.200}")
    return key


def checked_prefix(prefix: str) -> str:
    """Return `prefix`, or raise `Misuse` if no key begins so."""
    if len(prefix) > 1024 or _PREFIX.fullmatch(prefix) is None:
        raise Misuse(f"no key of a derived object begins so: {prefix!r:.200}")
    return prefix
