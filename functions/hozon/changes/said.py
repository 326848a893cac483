"""The sentences of an article, and which of them somebody has changed. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from hozon.changes import aligning, noise, sentences
from hozon.changes.article import Reading, bare, letters
from hozon.changes.words import tokens
from hozon.reading import dates

_LIKE = 0.6
_TELLING_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, folded: a heading, a link or a label is `loose`, and no sentence."""

    text: str
    loose: bool


def texts(
    before: Reading, after: Reading, common: Collection[str]
) -> tuple[list[str], list[str]]:
    """Return the sentences that went and those that came, as far as somebody did it.

    `common` are sentences, folded, that are the site's.
    """
    old, new = said(before), said(after)
    if [s.text for s in old] == [s.text for s in new]:
        return [], []
    went: list[Said] = []
    came: list[Said] = []
    solid = {s.text for s in old if not s.loose} & {s.text for s in new if not s.loose}
    span_old, span_new = _span(old, solid), _span(new, solid)
    for run in aligning.runs([s.text for s in old], [s.text for s in new]):
        if run.same:
            continue
        out, into = old[run.a : run.b], new[run.c : run.d]
        fixed = _fixed(out, into)
        went += [
            s for i, s in enumerate(out, run.a) if fixed or _counts(s, i, span_old)
        ]
        came += [
            s for i, s in enumerate(into, run.c) if fixed or _counts(s, i, span_new)
        ]
    return _only(went, came, after, common), _only(came, went, before, common)


def said(reading: Reading) -> list[Said]:
    """Return the sentences of a reading, folded, without what changes by itself."""
    found: list[Said] = []
    for _, block in _blocks(reading):
        loose = noise.is_loose(block)
        found += [Said(sentence, loose) for sentence in sentences.of_block(block)]
    return found[: sentences.MOST]


def _blocks(reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield the blocks of a text, raw and as they are compared, without noise."""
    offers = False
    for raw in sentences.blocks(reading.text):
        block = sentences.folded(raw)
        if noise.opens_offers(block):
            offers = True
        elif offers and not noise.is_loose(block):
            offers = False
        cleaned = "" if offers else noise.cleaned(block, linked=reading.folded_links)
        if cleaned:
            yield raw, cleaned


def shown(reading: Reading) -> str:
    """Return the text of a reading without what changes by itself, for people."""
    kept = (
        raw if block == sentences.folded(raw) else block
        for raw, block in _blocks(reading)
    )
    return "\n".join(kept)


def _span(some: Sequence[Said], solid: set[str]) -> tuple[int, int]:
    """Return where the sentences that both readings have begin and end."""
    places = [i for i, s in enumerate(some) if s.text in solid]
    return (places[0], places[-1]) if places else (-1, len(some))


def _counts(one: Said, place: int, span: tuple[int, int]) -> bool:
    """Tell whether a sentence is text: what is loose is, between the text only."""
    return not one.loose or span[0] <= place <= span[1]


def _fixed(out: Sequence[Said], into: Sequence[Said]) -> bool:
    """Tell whether one loose block was put in the place of one that is much like it."""
    if len(out) != 1 or len(into) != 1:
        return False
    return aligning.likeness(tokens(out[0].text), tokens(into[0].text)) >= _LIKE


def _only(
    some: Sequence[Said],
    others: Sequence[Said],
    page: Reading,
    common: Collection[str],
) -> list[str]:
    """Return those that have not merely moved, and stand nowhere on the other page, nor
    on others of the site.

    Who wrote it when may be told in any form.
    """
    loose = {s.text for s in some if s.loose}
    left = Counter(s.text for s in some) - Counter(s.text for s in others)
    marked = {letters(s.text) for s in others}
    told = {_told(s.text) for s in others if s.loose} - {""}
    return [
        text
        for text in left.elements()
        if text not in common
        and not (text in loose and (_told(text) in told or _is_byline(text, page)))
        and not (page.whole and _is_on(text, page, marked))
    ]


def _is_on(text: str, page: Reading, marked: Collection[str]) -> bool:
    """Tell whether a sentence stands on a page.

    The extraction may have left marks out of it (prompts before code): so it does, too, if
    its letters stand there, unless it is one of those that are `marked` otherwise.
    """
    plain = letters(text)
    is_long = len(plain) >= _TELLING_LETTERS and plain not in marked
    return stands(text, page) or (is_long and plain in page.folded_letters)


def _told(text: str) -> str:
    """Return the words of a loose block in an order of their own, its date in one form."""
    words = re.findall(r"\w+", noise.undated(text).casefold())
    at = dates.parse(text)
    return " ".join([*sorted(words), *([f"{at:%Y-%m-%d}"] if at else [])])


def _is_byline(text: str, page: Reading) -> bool:
    """Tell whether the other page says elsewhere what a block with a date says."""
    at, rest = dates.parse(text), noise.undated(text)
    if at is None or not rest or not page.whole:
        return False
    return bare(rest) in page.folded_whole and at.date() in page.days


def stands(text: str, page: Reading) -> bool:
    """Tell whether a folded sentence stands on a page, or in its text if that is all."""
    return bare(text) in (page.folded_whole or bare(sentences.folded(page.text)))
