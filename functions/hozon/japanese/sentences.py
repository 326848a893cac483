"""One sentence in English and Japanese, with holes for what differs. Pure.

A hole is named by what may stand in it; digits behind the name tell two apart:

* ``n``           a number; it stays as it is
* ``at``          an instant (RFC 3339); shown as pages show instants
* ``host``, ``uri``  what has no white space in it
* ``kind``        the kind of a verdict
* ``cut``         why an answer was cut short (`WARC-Truncated`, ISO 28500 §5.15)
* ``why``         another sentence, or several behind ``;``: said in Japanese if it is known
* ``known``       another sentence, that has to be known
* any other name  any text; it stays as it is

Holes take no regular expressions: looking for the texts between them, one after another,
takes time in proportion to the sentence, whatever a stranger has put into it.
"""

import re
import string
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hozon.japanese.names import CUTS, KINDS

Again = Callable[[str], str | None]
"""Says a sentence within a sentence."""

_NUMBER = re.compile(r"[0-9][0-9.,]*")
_INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2})[0-9:.]*Z")
_DIGITS = "0123456789"
_ISOLATE, _POP = "\u2068", "\u2069"
_FROM_THE_RIGHT = frozenset({"R", "AL", "RLE", "RLO", "RLI"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: `texts` stand around the `holes`, one more than there are of them."""

    texts: Sequence[str]
    holes: Sequence[str]
    japanese: str

    @classmethod
    def of(cls, english: str, japanese: str) -> "Sentence":
        """Return the sentence that is written so in both languages."""
        parts = list(string.Formatter().parse(english))
        texts = [text for text, _, _, _ in parts]
        holes = [name for _, name, _, _ in parts if name is not None]
        if len(texts) == len(holes):
            texts.append("")
        return cls(texts=texts, holes=holes, japanese=japanese)

    @property
    def weight(self) -> tuple[int, bool]:
        """How much the sentence says by itself, and whether it asks for more than that."""
        return sum(map(len, self.texts)), "known" in self.holes

    def japanese_of(self, said: str, again: Again) -> str | None:
        """Return the Japanese of `said`; None: it is not this sentence."""
        head, tail = self.texts[0], self.texts[-1]
        if not said.startswith(head) or not said.endswith(tail):
            return None
        inner = said[len(head) : len(said) - len(tail)]
        for parted in (self._from_left, self._from_right):
            found = parted(inner)
            if found is not None and (filled := _filled(self.holes, found, again)):
                return self.japanese.format(**filled)
        return None

    def _from_left(self, inner: str) -> list[str] | None:
        found = []
        for text in self.texts[1:-1]:
            before, stands, inner = inner.partition(text)
            if not stands:
                return None
            found.append(before)
        return [*found, inner]

    def _from_right(self, inner: str) -> list[str] | None:
        found = []
        for text in self.texts[-2:0:-1]:
            inner, stands, behind = inner.rpartition(text)
            if not stands:
                return None
            found.append(behind)
        return [inner, *reversed(found)]


def _filled(
    holes: Sequence[str], found: Sequence[str], again: Again
) -> Mapping[str, str] | None:
    """Return what stands in the holes, in Japanese; None where it cannot stand there."""
    filled = {}
    for hole, text in zip(holes, found, strict=True):
        shown = _HOLES.get(hole.rstrip(_DIGITS), _as_it_is)(text, again) if text else ""
        if not shown:
            return None
        filled[hole] = shown
    return filled


def _number(text: str, _: Again) -> str | None:
    return text if _NUMBER.fullmatch(text) else None


def _instant(text: str, _: Again) -> str | None:
    found = _INSTANT.fullmatch(text)
    return f"{found[1]} {found[2]} UTC" if found else text


def _unspaced(text: str, again: Again) -> str | None:
    return None if any(map(str.isspace, text)) else _as_it_is(text, again)


def _as_it_is(text: str, _: Again) -> str | None:
    """Return a text of others; one that runs from the right moves nothing around it."""
    turns = any(unicodedata.bidirectional(c) in _FROM_THE_RIGHT for c in text)
    return f"{_ISOLATE}{text}{_POP}" if turns else text


def _said(text: str, again: Again) -> str | None:
    if (found := again(text)) is not None:
        return found
    if "; " not in text:
        return _as_it_is(text, again)
    return "、".join(
        again(one) or _as_it_is(one, again) or "" for one in text.split("; ")
    )


_HOLES: Mapping[str, Callable[[str, Again], str | None]] = {
    "n": _number,
    "at": _instant,
    "host": _unspaced,
    "uri": _unspaced,
    "kind": lambda text, _: KINDS.get(text),
    "cut": lambda text, _: CUTS.get(text),
    "why": _said,
    "known": lambda text, again: again(text),
}
