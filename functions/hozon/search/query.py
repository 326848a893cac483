"""What is asked for: words and phrases, as people type them. Pure.

::

    budget 予算            both, anywhere
    "free software"        these words side by side
    serial*                words that begin so
    -draft -"first draft"  none of these
    色                     one character is enough, where words are not spaced

What is typed is found as it is typed, but for case, width, kinds of quotes and dashes,
and white space (`folding`). A word is found as a whole word; dense text (`terms`) is
found wherever it stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hozon.nouns.errors import Misuse
from hozon.search.folding import folded
from hozon.search.terms import LETTER, LONGEST, pairs, parts

LONGEST_QUERY = 1000
"""Most characters of a query."""

_MOST_CLAUSES = 32
_MOST_WANTED = 6
_CLAUSE = re.compile(
    r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<bare>[^\s"]+))(?P<star>\*?)'
)
_LETTER = re.compile(LETTER)
_HIRAGANA = re.compile("[\u3041-\u309f]")


@dataclass(frozen=True, slots=True, order=True)
class Wanted:
    """A term that a text must have; with `is_prefix` any term that begins so."""

    term: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that a text must (or, `is_excluded`, must not) contain.

    `text` is folded. `is_prefix`: the last word may go on. `wanted` are the terms that
    every text with it has; where `is_sure`, a text that has them contains it.
    """

    text: str
    wanted: tuple[Wanted, ...]
    is_prefix: bool = False
    is_excluded: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether the terms alone tell that a text contains it."""
        terms = [each.term for each in self.wanted]
        return terms == [self.text] and len(self.text) < LONGEST

    @property
    def is_vague(self) -> bool:
        """Whether many texts may have the terms and not contain it: words, not pairs."""
        return sum(_LETTER.match(each.term) is not None for each in self.wanted) > 1

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where it stands in a folded text: begin and end, without overlaps."""
        begins_word = _LETTER.match(self.text[0]) is not None
        ends_word = not self.is_prefix and _LETTER.match(self.text[-1]) is not None
        begin = text.find(self.text)
        while begin >= 0:
            end = begin + len(self.text)
            is_cut = (begins_word and begin and _LETTER.match(text, begin - 1)) or (
                ends_word and _LETTER.match(text, end)
            )
            if not is_cut:
                yield begin, end
            begin = text.find(self.text, begin + 1 if is_cut else end)

    def stands_in(self, text: str) -> bool:
        """Tell whether a folded text contains it."""
        return next(self.spans(text), None) is not None


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. Order does not matter, and nothing stands in it twice."""

    clauses: tuple[Clause, ...]

    @property
    def required(self) -> Sequence[Clause]:
        """The clauses that a text must contain."""
        return [each for each in self.clauses if not each.is_excluded]

    @property
    def excluded(self) -> Sequence[Clause]:
        """The clauses that it must not contain."""
        return [each for each in self.clauses if each.is_excluded]


def parse(text: str) -> Query:
    """Return what a person asks for, or raise `Misuse` and say what can be asked."""
    if len(text) > LONGEST_QUERY:
        raise Misuse(f"a query has at most {LONGEST_QUERY} characters")
    clauses = tuple(dict.fromkeys(_clauses(folded(text))))
    if not any(not each.is_excluded for each in clauses):
        raise Misuse(
            'nothing to look for: name a word, a "phrase in quotes", the beginning '
            "of a word with * behind it, or a character of Chinese or Japanese"
        )
    if len(clauses) > _MOST_CLAUSES:
        raise Misuse(f"at most {_MOST_CLAUSES} words and phrases can be asked for")
    return Query(clauses)


def _clauses(text: str) -> Iterator[Clause]:
    for found in _CLAUSE.finditer(text):
        said = (found["phrase"] or found["bare"] or "").strip()
        is_prefix = bool(found["star"]) or said.endswith("*")
        said = said.rstrip("* ")
        if wanted := set(_wanted(said, is_prefix=is_prefix)):
            yield Clause(
                text=said,
                wanted=tuple(sorted(wanted, key=_rarity, reverse=True)[:_MOST_WANTED]),
                is_prefix=is_prefix,
                is_excluded=bool(found["minus"]),
            )


def _wanted(text: str, *, is_prefix: bool) -> Iterator[Wanted]:
    """Yield the terms of every text that contains `text`.

    What stands at its end may go on, if it is dense or the prefix of a word.
    """
    for kind, part, end in parts(text):
        is_last = end == len(text)
        if kind == "word":
            is_open = is_prefix and is_last and len(part) < LONGEST
            yield Wanted(part[:LONGEST], is_open)
        elif kind == "run" and len(part) > 1:
            yield from map(Wanted, pairs(part))
        else:
            yield Wanted(part, kind == "run" and is_last)


def _rarity(wanted: Wanted) -> tuple[bool, int, Wanted]:
    """Return what terms are ordered by, so that few texts have the greatest.

    Endings in hiragana are in most texts, short words in many, prefixes in still more.
    """
    telling = len(wanted.term) - 2 * len(_HIRAGANA.findall(wanted.term))
    return not wanted.is_prefix, telling, wanted
