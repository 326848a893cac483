"""Clues that the article is there: what the feed promised, sentences, statements."""

import re
from collections.abc import Iterator

from hozon.nouns.model import Clue
from hozon.verdicts.seen import Seen, plainly

_WORD = re.compile(r"[a-z0-9\u00c0-\u024f\u0370-\u052f\u0590-\u06ff\u0e00-\u0e7f]{2,}")
_DENSE = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
_URI = re.compile(r"https?://\S+")
_MANY_UNITS = 6
_FEW_UNITS = 3
_SAME = 0.75
_ALIKE = 0.5
_OTHER = 0.25
_MOST_UNITS = 60


def units(text: str) -> frozenset[str]:
    """Return the words of a text, and pairs of characters where no space parts words."""
    words = set(_WORD.findall(text))
    for run in _DENSE.findall(text):
        words.update(run[at : at + 2] for at in range(max(1, len(run) - 1)))
        if len(words) > _MOST_UNITS:
            break
    return frozenset(words)


def share(promised: str, shown: str) -> float | None:
    """Return how much of what was promised is shown; None: too little was promised.

    A URI promises nothing.
    """
    wanted = units(_URI.sub(" ", promised))
    if len(wanted) < _FEW_UNITS:
        return None
    return sum(unit in shown for unit in wanted) / len(wanted)


def clues(seen: Seen) -> Iterator[Clue]:
    """Yield what speaks for an article."""
    if seen.subject:
        yield Clue(kind="article", weight=1.0, says="its heading is its title")
    yield from _title(seen)
    yield from _summary(seen)
    if seen.prose >= _SENTENCES[-1][0]:
        weight = next(w for least, w in _SENTENCES if seen.prose >= least)
        yield Clue(
            kind="article", weight=weight, says=f"{seen.prose} bytes of sentences"
        )
    if seen.carried >= _SENTENCES[1][0]:
        yield Clue(kind="article", weight=2.0, says="its text lies in its data")
    if seen.said is not None:
        yield from _statements(seen)


_SENTENCES = ((3000, 2.0), (1000, 1.5), (300, 1.0), (100, 0.5))


def is_absent(seen: Seen) -> bool:
    """Tell whether nothing that the feed promised is there."""
    if not seen.is_text or not seen.promised:
        return False
    shown = " ".join((*seen.titles, *seen.headings, *seen.lines))
    stated = (plainly(seen.job.title), plainly(seen.job.summary))
    shares = [found for each in stated if (found := share(each, shown)) is not None]
    return bool(shares) and max(shares) < _OTHER


def contrary(seen: Seen) -> Iterator[Clue]:
    """Yield what speaks for something else: nothing of what the feed promised is there.

    Headlines change, so that counts only of a page that does not look like an article.
    """
    named = seen.titles or seen.headings
    if not named or seen.subject or seen.prose >= _SENTENCES[1][0]:
        return
    if not is_absent(seen):
        return
    if any(clue.weight >= 1.0 for clue in _statements(seen)):
        return
    says = "nothing that the feed promised is there"
    yield Clue(kind="missing", weight=1.5, says=says)


def _title(seen: Seen) -> Iterator[Clue]:
    title = plainly(seen.job.title)
    inside = share(title, " ".join(seen.headings))
    above = share(title, " ".join(seen.titles))
    if inside is not None and inside >= _SAME:
        yield Clue(kind="article", weight=2.5, says="the feed's title is its heading")
    elif above is not None and above >= _SAME:
        yield Clue(kind="article", weight=1.0, says="the feed's title is its title")


def _summary(seen: Seen) -> Iterator[Clue]:
    summary = plainly(seen.job.summary)
    if len(units(summary)) < _MANY_UNITS or summary == plainly(seen.job.title):
        return
    found = share(summary, " ".join(seen.lines)) or 0.0
    if found >= _SAME:
        yield Clue(kind="article", weight=3.0, says="the feed's summary is in its text")
    elif found >= _ALIKE:
        yield Clue(
            kind="article", weight=1.5, says="much of the feed's summary is there"
        )


def _statements(seen: Seen) -> Iterator[Clue]:
    said = seen.said
    if said is None:
        return
    article = any(
        node.get("headline") or node.get("datePublished") for node in said.articles
    )
    if article:
        yield Clue(kind="article", weight=1.0, says="JSON-LD describes an article")
    elif (said.meta("og:type") or "").lower().endswith("article"):
        yield Clue(kind="article", weight=0.5, says="og:type: article")
    if seen.facts.published_at is not None:
        yield Clue(kind="article", weight=0.5, says="it has a date")
