"""What feed formats state in the same words, read into what `feeddocuments` holds."""

import re

from hozon.nouns.feeddocuments import CONTENT_FROM, MAX_CONTENT

_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,80}", re.ASCII)


def media_type(stated: str) -> str | None:
    """Return the lower-case media type without parameters, None where that is none."""
    found = _TYPE.match(stated.strip())
    return found[0].lower() if found else None


def length(stated: str) -> int | None:
    """Return a length in bytes, None where there is none: many write 0 for unknown."""
    digits = stated.strip().replace(",", "")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 18:
        return None
    return int(digits) or None


def content(text: str) -> str:
    """Return an entry's whole text, cut to what is kept; none where it is a summary."""
    return text[:MAX_CONTENT] if len(text) > CONTENT_FROM else ""
