"""Folded text: what texts and queries are compared by. Pure.

Unicode's NFKC_Casefold (UAX #31, Unicode §3.13: case, width, compatibility forms;
what is ignorable goes, variation selectors among it), and beside it the ways in which
one character is typed and typeset: quotes, dashes, the wave dash. Marks that compose
with nothing (Hebrew points, Arabic vowels) go. White space of any kind is one space.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate

_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f-\u1160\u17b4-\u17b5\u180b-\u180f\u200c-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8"
    "\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_VOICED = "\u3099\u309a\uff9e\uff9f"
_TYPESET = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u02bb\u2032`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u301d\u301e\u301f", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b", "-"),
    "\u301c": "~",
}
_TYPED = re.compile(f"[{''.join(_TYPESET)}]")
_DROPPED = re.compile(f"[{_IGNORABLE}]+")
_LEFT = re.compile(f"[{_MARKS}]+")
_WORD = re.compile(r"\S+")
_CLUSTER = re.compile(f".[{_MARKS}{_IGNORABLE}{_VOICED}\u1161-\u11ff]*", re.DOTALL)


def folded(text: str) -> str:
    """Return `text` as it is compared: no line ends, no ends of white space."""
    if not text.isascii():
        text = _DROPPED.sub("", text.replace("\N{ZERO WIDTH SPACE}", " "))
        text = unicodedata.normalize("NFKC", text).casefold()
        text = unicodedata.normalize("NFKC", text)
        text = _TYPED.sub(lambda found: _TYPESET[found[0]], text)
        text = _LEFT.sub("", text)
    else:
        text = text.lower().replace("`", "'")
    return " ".join(text.replace("\0", " ").split())


class Origin:
    """Leads from places in folded text back to the text as it was.

    Folding is undone word by word and then character by character. Where a text folds
    otherwise as a whole than in parts, there is no way back, and the folded text stands
    for it.
    """

    def __init__(self, text: str) -> None:
        whole = folded(text)
        words = [(found.start(), folded(found[0])) for found in _WORD.finditer(text)]
        words = [(start, word) for start, word in words if word]
        is_same = " ".join(word for _, word in words) == whole
        self.text = text if is_same else whole
        self._starts = [start for start, _ in words] if is_same else []
        lengths = (len(word) + 1 for _, word in words)
        self._places = [0, *accumulate(lengths)][:-1] if is_same else []

    def place(self, offset: int) -> int:
        """Return where in `text` the character at `offset` of the folded text came from.

        The end of the folded text leads to the end of the last word.
        """
        if not self._starts:
            return offset
        n = _last(self._places, offset)
        word = _WORD.match(self.text, self._starts[n])
        assert word is not None
        return self._starts[n] + _within(word[0], offset - self._places[n])


def _last(places: list[int], offset: int) -> int:
    low, high = 0, len(places)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if places[middle] <= offset else (low, middle)
    return low


def _within(word: str, offset: int) -> int:
    """Return the start of the cluster of `word` whose folding reaches beyond `offset`."""
    seen = 0
    for start, cluster in _clusters(word):
        seen += len(folded(cluster))
        if seen > offset:
            return start
    return len(word)


def _clusters(word: str) -> Iterator[tuple[int, str]]:
    return ((found.start(), found[0]) for found in _CLUSTER.finditer(word))
