"""Keys of captures, fast: `uris.key` asks a full parser, 8 times per article.

A target URI is in normal form already. Its origin is parsed once and remembered; what
follows is taken as it stands where the parser would leave it so.
"""

import re
from functools import lru_cache

from hozon.nouns import uris
from hozon.nouns.model import Capture
from hozon.nouns.places import Place

_PLAIN = re.compile(
    # Dot segments (also written %2e) are what a parser may still resolve.
    r"(https?://[^/?#\\]+)((?!.*/\.)(?!.*%2[eE])/[A-Za-z0-9_~.!$&()*+,;=:@/%?-]*)"
)


def capture_key(target_uri: str) -> str:
    """Return what `uris.key` does, or raise `Misuse` as it does."""
    plain = _PLAIN.fullmatch(target_uri)
    if plain is None or len(target_uri) > uris.MAX_LENGTH:
        return uris.key(target_uri)
    return _origin_key(plain[1]) + plain[2].removesuffix("?")


def place(capture: Capture) -> Place:
    """Return where a capture stands among all of them."""
    key = capture_key(capture.target_uri)
    return Place(key, capture.captured_at, capture.record_id)


@lru_cache(maxsize=4096)
def _origin_key(origin: str) -> str:
    return uris.key(origin + "/").removesuffix("/")
