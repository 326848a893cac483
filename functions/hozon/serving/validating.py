"""Conditional requests (RFC 9110 §13): entity tags made and compared. Pure."""

import re

from hozon.nouns.digests import identifier

_TAGS = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def etag(*parts: str) -> str:
    """Return a strong entity tag: other bytes must have other parts."""
    return f'"{identifier(*parts, size=32)}"'


def weak_etag(*parts: str) -> str:
    """Return a weak one: the same in meaning, if not to the byte (§8.8.1)."""
    return f"W/{etag(*parts)}"


def is_unchanged(if_none_match: str | None, tag: str) -> bool:
    """Tell whether the reader has what has this tag (§13.1.2, the weak comparison)."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    held = {opaque for _, opaque in _TAGS.findall(if_none_match)}
    return tag.removeprefix("W/") in held


def may_continue(if_range: str | None, tag: str) -> bool:
    """Tell whether a range may be sent (§13.1.5): it is of what the reader has begun.

    A date never fits: we state none.
    """
    return if_range is None or (if_range.strip() == tag and not tag.startswith("W/"))
