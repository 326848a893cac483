"""``resumeKey``: where an answer ended, as text that a reader hands back to us.

Base 64 (RFC 4648 §5, unpadded) of JSON, so that it stays itself however often a client
encodes or decodes it. It grants nothing and is not signed; what we never made is
refused.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from hozon.nouns.errors import Misuse
from hozon.nouns.instants import from_iso, iso
from hozon.nouns.places import Place

_KEY = re.compile(r"[A-Za-z0-9_-]{1,16384}")


def resume_key(place: Place, collapsed: Sequence[str]) -> str:
    """Return the key of the answer that begins behind `place`.

    `collapsed` is what a `Collapser` remembered there.
    """
    at = iso(place.captured_at)
    text = json.dumps([place.key, at, place.record_id, list(collapsed)])
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def resumed(key: str) -> tuple[Place, list[str]]:
    """Return the place and what was collapsed, or raise `Misuse`."""
    try:
        uri_key, at, record_id, collapsed = _strings(key)
        return Place(uri_key, from_iso(at), record_id), collapsed
    except (ValueError, TypeError, RecursionError):
        raise Misuse(
            f"not a resumeKey of this archive: {key!r:.100}; begin without one"
        ) from None


def _strings(key: str) -> tuple[str, str, str, list[str]]:
    """Return the members of a key; `ValueError` or `TypeError` if they are not these."""
    if not _KEY.fullmatch(key):
        raise ValueError(key)
    said = json.loads(urlsafe_b64decode(key + "=" * (-len(key) % 4)))
    uri_key, at, record_id, collapsed = said
    if not all(isinstance(one, str) for one in (uri_key, at, record_id, *collapsed)):
        raise TypeError(key)
    return uri_key, at, record_id, list(collapsed)
