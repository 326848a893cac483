"""Terms: what a text is found by. Pure.

Words, where a script divides them by spaces (cut to `LONGEST` characters); where it does
not (*dense* text: Chinese, Japanese, Korean, the scripts of India and South-East Asia)
each pair of neighbouring characters, and the last character of each run alone. So one
character is found by the terms that begin with it: whatever follows it, it begins a
pair, or it ends a run. Symbols (currencies, arrows, emoji) are terms of their own.
"""

import re
from collections.abc import Iterator
from operator import add

from hozon.reading.patterns import late

LONGEST = 40
"""Most characters of a word in its term. Longer ones share one with their like."""

DENSE = (
    "\u0900-\u0dff\u0e00-\u0e3a\u0e40-\u109f\u1100-\u11ff\u1780-\u17da\u1950-\u1aad"
    "\u1b00-\u1bff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c"
    "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\ua9e0-\uaadf\uac00-\ud7ff"
    "\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""The characters of scripts without spaces between words, as a class of `re`."""

LETTER = rf"[^\W_{DENSE}]"
"""A character of a word, as a class of `re`: letters and digits of the other scripts."""

SYMBOL = (
    "[$\u00a2-\u00a5\u00a9\u00ae\u0e3f\u17db\u20a0-\u20cf\u2190-\u23ff\u2500-\u2bff"
    "\u3012\u3020\u3036\U0001f000-\U0001faff]"
)

_WORDS = late(f"{LETTER}+")
_ASCII_WORDS = re.compile("[a-z0-9]+")
_RUNS = late(f"[{DENSE}]+")
_SYMBOLS = late(SYMBOL)
_PARTS = late(f"(?P<word>{LETTER}+)|(?P<run>[{DENSE}]+)|(?P<symbol>{SYMBOL})")


def terms(text: str) -> set[str]:
    """Return the terms of a folded text."""
    words = _ASCII_WORDS if text.isascii() else _WORDS()
    found = {word[:LONGEST] for word in words.findall(text)}
    found.update(_SYMBOLS().findall(text))
    if not text.isascii():
        for run in set(_RUNS().findall(text)):
            found.update(pairs(run))
            found.add(run[-1])
    return found


def pairs(run: str) -> Iterator[str]:
    """Return the pairs of neighbouring characters of a run of dense text."""
    return map(add, run, run[1:])


def parts(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield the words, runs and symbols of a folded text, each with its end.

    The kind of each is ``word``, ``run`` or ``symbol``.
    """
    for found in _PARTS().finditer(text):
        yield str(found.lastgroup), found[0], found.end()
