"""What this program says of troubles, said in Japanese. Pure.

Reasons are stored as the English sentences that they are made as: in WARC metadata, in the
index, in what is told of feeds. Nothing of that changes; a page in Japanese knows each
sentence again, takes the figures and names out of it, and says the same. So an old archive
is told in Japanese as well. A sentence that is not known here (a server's own words) is
shown as it came.

The tables are pairs of `hozon.japanese.sentences.Sentence`: ``reasons`` has what keeps a
page, a feed or a requisite away, ``doubts`` the clues of verdicts and what looks find,
``replies`` what a reader is told who asks for what cannot be had, ``damage`` what is said
of stored bytes, ``systems`` what an operating system or TLS says. A test holds them against
the sources: what can be shown has its Japanese.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hozon.japanese.sentences import Sentence

__all__ = ["pairs", "said", "shown"]

LONGEST = 5_000
"""Characters of a sentence that is looked at; a URI in it may have 2,000 or more."""

_DEEPEST = 6
"""How many sentences may stand within one another."""


def said(sentence: str) -> str | None:
    """Return the Japanese of a sentence of this program's; None: it is not known."""
    return _said(sentence, _DEEPEST) if len(sentence) <= LONGEST else None


def shown(sentence: str) -> tuple[str, str]:
    """Return what a page in Japanese shows of a sentence, and its language (BCP 47)."""
    found = said(sentence)
    return (sentence, "en") if found is None else (found, "ja")


@cache
def pairs() -> Sequence[tuple[str, str]]:
    """Return all sentences, in English and Japanese. Who shows none has no table read."""
    from hozon.japanese.damage import DAMAGE  # noqa: PLC0415  see above
    from hozon.japanese.doubts import DOUBTS  # noqa: PLC0415
    from hozon.japanese.reasons import REASONS  # noqa: PLC0415
    from hozon.japanese.replies import REPLIES  # noqa: PLC0415
    from hozon.japanese.systems import SYSTEMS  # noqa: PLC0415

    return (*REASONS, *DOUBTS, *REPLIES, *DAMAGE, *SYSTEMS)


@cache
def _whole() -> dict[str, str]:
    """Return the sentences without a hole."""
    return {english: japanese for english, japanese in pairs() if "{" not in english}


@cache
def _holed() -> "Sequence[Sentence]":
    """Return the sentences with holes: those that say most by themselves first."""
    from hozon.japanese.sentences import Sentence  # noqa: PLC0415  see above

    found = [Sentence.of(*pair) for pair in pairs() if "{" in pair[0]]
    return sorted(found, key=lambda each: each.weight, reverse=True)


@lru_cache(maxsize=2048)
def _said(sentence: str, depth: int) -> str | None:
    if (whole := _whole().get(sentence)) is not None:
        return whole
    if not depth:
        return None

    def again(inner: str) -> str | None:
        return _said(inner, depth - 1)

    known = (each.japanese_of(sentence, again) for each in _holed())
    return next((text for text in known if text is not None), None)
