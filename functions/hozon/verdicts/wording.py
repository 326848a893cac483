"""Clues in what a page says: its headlines, and its text where there is little of it."""

import re
from collections.abc import Iterator

from hozon.nouns.model import Clue, Kind
from hozon.verdicts import phrases
from hozon.verdicts.headlines import HEADLINES
from hozon.verdicts.notices import NOTICES, PAYWALL
from hozon.verdicts.phrases import Phrase
from hozon.verdicts.seen import Seen

_HEADLINE = 4.0
_IN_LONG_TEXT = 1.0
_BESIDE_A_SUBJECT = 0.4
_LONG_HEADLINE = 160
_GATE = re.compile(
    r"cookie|consent|gdpr|privacy|partners|personal data|legitimate interest|tracking|"
    r"クッキー|同意|プライバシー|個人データ|個人情報"
)
_GATED = 0.6
_SENTENCE = 40


def clues(seen: Seen) -> Iterator[Clue]:
    """Yield the clues of the wording."""
    promised = f"{seen.promised} "
    for kind, says in _headlines(seen):
        if says not in promised:
            weight = _HEADLINE if _stands_above(says, seen) else _IN_LONG_TEXT
            yield Clue(kind=kind, weight=weight, says=f"headline: {says}")
    text = seen.words if seen.is_little else seen.text
    may_be_block = seen.is_little or not seen.subject
    # A page of many words with a subject of its own is not outweighed by such phrases.
    for phrase in phrases.found(NOTICES, text) if may_be_block else ():
        if phrase.needle in promised or _is_banner(phrase, seen):
            continue
        weight = phrase.weight if seen.is_little else min(phrase.weight, _IN_LONG_TEXT)
        if seen.subject:
            weight *= _BESIDE_A_SUBJECT
        yield Clue(kind=phrase.kind, weight=weight, says=f"text: {phrase.needle}")
    for phrase in phrases.found(PAYWALL, text):
        if phrase.needle not in promised:
            yield Clue(kind="part", weight=phrase.weight, says=f"text: {phrase.needle}")


def _headlines(seen: Seen) -> Iterator[tuple[Kind, str]]:
    for headline in seen.headlines:
        if len(headline) <= _LONG_HEADLINE:
            for kind, pattern in HEADLINES.items():
                if pattern().fullmatch(headline):
                    yield kind, headline


def _stands_above(headline: str, seen: Seen) -> bool:
    """Tell whether a headline is the page's own, and not that of a form in it."""
    if seen.subject:
        return False
    if seen.is_little or any(headline in title for title in seen.titles):
        return True
    return all(headline in heading for heading in seen.headings)


def _is_banner(phrase: Phrase, seen: Seen) -> bool:
    """Tell whether it is only a banner that says so: the page has words besides."""
    return phrase.kind == "consent" and not is_gate(seen)


def is_gate(seen: Seen) -> bool:
    """Tell whether the sentences of the page are about cookies and consent, mostly."""
    lines = seen.lines
    gate = sum(len(line) for line in lines if _GATE.search(line))
    rest = sum(
        len(line)
        for line in lines
        if len(line.encode()) >= _SENTENCE and not _GATE.search(line)
    )
    return gate > 0 and gate >= _GATED * (gate + rest)
