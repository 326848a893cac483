"""Cursors: where a page of the river ended, as text that readers hand back to us.

``<river_at>|<key>`` in base 64 (RFC 4648 §5, unpadded): safe in a URI, and the same on
every backend. It says nothing secret and grants nothing, so it is not signed; what
does not read as such a position is refused.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

from hozon.nouns import instants
from hozon.nouns.errors import Misuse
from hozon.nouns.findings import Finding
from hozon.nouns.model import Entry

Position = tuple[str, str]
"""A place in the river: `instants.iso` of `river_at`, and an entry key. Or one among
changes: of `at`, and a finding's id.
"""

_BEYOND_ALL: Position = ("~", "")
_POSITION = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\|([\x20-\x7e]{1,256})"
)


def behind(entry: Entry) -> str:
    """Return the cursor of the page that begins behind `entry`."""
    return _cursor(instants.iso(entry.river_at), entry.key)


def behind_finding(found: Finding) -> str:
    """Return the cursor of the page of changes that begins behind a finding."""
    return _cursor(instants.iso(found.at), found.id)


def position(cursor: str) -> Position:
    """Return the place a cursor names, or raise `Misuse` if we never made it."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        decoded = urlsafe_b64decode(padded).decode("ascii")
    except ValueError:
        decoded = ""
    found = _POSITION.fullmatch(decoded)
    if found is None or _cursor(found[1], found[2]) != cursor:
        raise Misuse(
            f"not a cursor of this archive: {cursor!r:.200}; begin at the first page"
        )
    return found[1], found[2]


def checked_limit(limit: int) -> int:
    """Return `limit`, or raise `Misuse` if no page can be that small."""
    if limit < 1:
        raise Misuse(f"a page has at least one entry, not {limit}")
    return limit


def upper_bound(before: str | None, until: datetime | None) -> Position:
    """Return the place that all entries of a page come before (`river_at`, `key`).

    `before` is a cursor, `until` exclusive. Raises `Misuse` for a forged cursor.
    """
    return min(
        position(before) if before is not None else _BEYOND_ALL,
        (instants.iso(until), "") if until else _BEYOND_ALL,
    )


def _cursor(river_at: str, key: str) -> str:
    return urlsafe_b64encode(f"{river_at}|{key}".encode()).decode().rstrip("=")
