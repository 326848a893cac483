"""Articles as their authors wrote them, and what editors do to them."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

Edit = Callable[["Article", random.Random], "Article"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What an author wrote: `blocks` are paragraphs, ``## headings``, ``- items``,
    ``> quotes`` and `` code`` (a block that begins with four spaces).
    """

    slug: str
    title: str
    author: str
    blocks: tuple[str, ...]
    language: str = "en"
    day: str = "2026-01-05"
    image: str = "boat.jpg"

    @property
    def is_japanese(self) -> bool:
        """Whether it is written in Japanese."""
        return self.language == "ja"


def _prose(article: Article) -> list[int]:
    """Return where the paragraphs of an article are."""
    return [n for n, block in enumerate(article.blocks) if block[:1] not in "#->  "]


def _with(article: Article, at: int, *new: str) -> Article:
    blocks = article.blocks
    return replace(article, blocks=(*blocks[:at], *new, *blocks[at + 1 :]))


def corrected(article: Article, rng: random.Random) -> Article:
    """Another word in one sentence."""
    at = rng.choice(_prose(article))
    text = article.blocks[at]
    if article.is_japanese:
        cut = len(text) // 2
        return _with(article, at, f"{text[:cut]}実際には{text[cut:]}")
    words = text.split(" ")
    long = [n for n, word in enumerate(words) if len(word) > 3]
    words[rng.choice(long or [0])] = "harbourmaster"
    return _with(article, at, " ".join(words))


def renumbered(article: Article, rng: random.Random) -> Article:
    """Another number; where there is none, one more."""
    numbered = [n for n in _prose(article) if re.search(r"\d", article.blocks[n])]
    if not numbered:
        return corrected(article, rng)
    at = rng.choice(numbered)

    def next_(found: re.Match[str]) -> str:
        return str(int(found[0]) + 1)

    return _with(article, at, re.sub(r"\d+", next_, article.blocks[at], count=1))


def cut(article: Article, rng: random.Random) -> Article:
    """A paragraph is gone."""
    return _with(article, rng.choice(_prose(article)[1:]))


def added(article: Article, rng: random.Random) -> Article:
    """A paragraph more."""
    new = (
        "訂正：初出時、港の数に誤りがありました。お詫びして訂正いたします。"
        if article.is_japanese
        else "Correction: an earlier version of this article misstated the number of "
        "harbours on the north coast. There are nine."
    )
    at = rng.choice(_prose(article))
    return _with(article, at, article.blocks[at], new)


def continued(article: Article, rng: random.Random) -> Article:
    """A sentence more at the end of a paragraph."""
    new = (
        "市長は取材に応じなかった。"
        if article.is_japanese
        else " The mayor did not answer our questions."
    )
    at = rng.choice(_prose(article))
    return _with(article, at, article.blocks[at] + new)


def mended(article: Article, rng: random.Random) -> Article:
    """One letter less: somebody has mended a slip, or made one."""
    at = rng.choice(_prose(article))
    text = article.blocks[at]
    place = len(text) // 3
    while not text[place].isalpha():
        place += 1
    return _with(article, at, text[:place] + text[place + 1 :])


def retitled(article: Article, _: random.Random) -> Article:
    """Another headline."""
    title = "市、方針を転換へ" if article.is_japanese else "Council changes its mind"
    return replace(article, title=f"{title} {len(article.title)}")


def rewritten(article: Article, _: random.Random) -> Article:
    """Most of it anew, under its old headline."""
    kept = _prose(article)[0]
    new = (
        [f"これは{n}番目の、まったく新しく書き直された段落である。" for n in range(9)]
        if article.is_japanese
        else [f"This paragraph, the {n}th of nine, was written anew." for n in range(9)]
    )
    return replace(article, blocks=(article.blocks[kept], *new))


EDITS: Mapping[str, Edit] = {
    each.__name__: each
    for each in (
        corrected,
        renumbered,
        cut,
        added,
        continued,
        mended,
        retitled,
        rewritten,
    )
}
