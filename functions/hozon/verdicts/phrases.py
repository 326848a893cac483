"""What is looked for in the running text of pages. Tables: `notices`.

A phrase's needle tells in no time that it is not there, its pattern is asked only where
it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from hozon.nouns.model import Kind


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a kind of page: `needle` is in them always, `pattern` finds them."""

    kind: Kind
    weight: float
    needle: str
    pattern: str | None


class Phrases:
    """Some phrases; those that Japanese is no part of as well."""

    def __init__(self, *phrases: Phrase) -> None:
        self.all = phrases
        self.without_japanese = tuple(p for p in phrases if p.needle.isascii())


_JAPANESE = re.compile("[\u3041-\u30fa\u4e00-\u9fff]")


def of(kind: Kind, weight: float, *said: str) -> Iterator[Phrase]:
    """Yield phrases; ``needle :: pattern`` where the needle alone would find too much."""
    for each in said:
        needle, _, pattern = each.partition(" :: ")
        yield Phrase(kind, weight, needle, pattern or None)


def found(phrases: Phrases, text: str) -> Iterator[Phrase]:
    """Yield those phrases that a text (made plain) has.

    Where nothing is Japanese, no Japanese is looked for.
    """
    is_japanese = not text.isascii() and _JAPANESE.search(text)
    for phrase in phrases.all if is_japanese else phrases.without_japanese:
        if phrase.needle in text and (
            phrase.pattern is None or _compiled(phrase.pattern).search(text)
        ):
            yield phrase


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern when it is asked for first: hardly any ever is."""
    return re.compile(pattern)
