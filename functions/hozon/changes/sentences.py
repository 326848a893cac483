"""Text as blocks and sentences, in a form in which two versions can be compared. Pure."""

import re
import unicodedata
from collections.abc import Iterator

MOST = 20_000
"""Sentences that are looked at; what follows counts as one more."""

_END = re.compile(
    # Japanese ends: the mark, unless something closes behind it; then before the next
    # that opens, or a space.
    '(?<=[。！？])(?![。！？」』）】〉》"”’)])|(?<=[。！？][」』）】〉》])(?=[「『（【〈《\\s])'
    # Western ends: the mark and what closes, white space, then what may begin.
    '|(?<=[.!?…])["”’)\\]»]*\\s+(?=["“‘(\\[«¿¡]*[A-Z0-9À-ÖØ-ÞА-Я\u3040-\u30ff\u4e00-\u9fff])'
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Rev|Hon|St|Jr|Sr|Inc"
    r"|Ltd|Co|Corp|vs|No|Nos|Fig|Vol|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"
    r"|e\.g|i\.e|a\.m|p\.m|approx|ca|cf|etc|al))\.$"
)
_QUOTES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
    }
)
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)
_ANCHOR = re.compile(r"^(?:[#¶§🔗⚓]\s*)+|(?:\s*[#¶§🔗⚓])+$")
_CJK = "[\u3001-\u30ff\u4e00-\u9fff\uff01-\uff60]"
_CJK_GAP = re.compile(f"(?<={_CJK}) +(?={_CJK})")


def folded(text: str) -> str:
    """Return `text` as it is compared: NFKC, one kind of quotes and dashes, single
    spaces, nothing invisible, no mark of a heading's anchor. Letters keep their case.
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text.translate(_QUOTES)))
    line = _CJK_GAP.sub("", " ".join(plain.translate(_QUOTES).split()))
    return _ANCHOR.sub("", line)


def blocks(text: str) -> list[str]:
    """Return the paragraphs, headings and list items of a text: its lines, stripped."""
    return [line for line in (line.strip() for line in text.splitlines()) if line]


def of_block(block: str) -> list[str]:
    """Return the sentences of one block, in order; joined they are the block again,
    but for white space between them.
    """
    pieces = list(_pieces(block))
    joined: list[str] = []
    for piece in pieces:
        if joined and _ABBREVIATION.search(joined[-1]):
            joined[-1] += " " + piece
        else:
            joined.append(piece)
    return joined


def _pieces(block: str) -> Iterator[str]:
    start = 0
    for found in _END.finditer(block):
        if found.end() > start and (piece := block[start : found.end()].strip()):
            yield piece
        start = found.end()
    if rest := block[start:].strip():
        yield rest
