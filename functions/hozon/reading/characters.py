"""Strings that strangers wrote: what is kept of their characters.

What comes out of here is safe to store, to log and to compare: no control characters, no
lone surrogates.
"""

import re
import unicodedata

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_STEERING = re.compile("[\r\x85\u2028-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def cleaned(text: str) -> str:
    """Return `text` in Unicode's composed form without controls or lone surrogates.

    Line feeds, tabs and carriage returns stay; a lone surrogate becomes U+FFFD.
    """
    whole = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
    return unicodedata.normalize("NFC", _CONTROLS.sub("", whole))


def legible(text: str) -> str:
    """Return `text` as it may stand on a terminal: lines, and nothing that steers it.

    Besides what `cleaned` drops, these go: what turns the direction of the text behind
    it (and so lets a title rewrite the line it stands in), and carriage returns.
    """
    return _STEERING.sub("", cleaned(text))


def folded(text: str, *, limit: int | None = None) -> str:
    """Return `text` cleaned, on one line with single spaces, and cut to `limit`."""
    line = " ".join(cleaned(text).split())
    return line if limit is None else shortened(line, limit)


def shortened(text: str, limit: int) -> str:
    """Cut `text` to `limit` characters, the last of which is then an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def alike(one: str, other: str) -> bool:
    """Tell whether two names have the same letters and digits."""
    return _letters(one) == _letters(other)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()
