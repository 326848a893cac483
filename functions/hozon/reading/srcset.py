"""The image candidates of a ``srcset`` attribute, and which of them windows take.

HTML Standard §4.8.4.3: what `sizes` says is read as far as pages use it. Where it cannot
be, a picture is taken to be as wide as the window.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

WINDOWS = ((360, 3.0), (800, 1.0), (1280, 1.0), (1920, 1.0), (1920, 2.0))
"""Ordinary windows: their width in CSS pixels, and how many pixels make one of those."""

_URL = re.compile(r"[\s,]*+(\S++)")
_DESCRIPTORS = re.compile(r"((?:[^,(]|\([^)]*+\)?+)*+),?+")
_DESCRIPTOR = re.compile(r"(?<!\S)(\d{1,7}(?:\.\d{1,7})?)([wx])(?!\S)")
_SIZE = re.compile(r"((?:[^,()]|\((?:[^()]|\([^()]*+\)?+)*+\)?+)++),?+")
_CONDITION = re.compile(
    r"\(\s*(min|max)-width\s*:\s*(\d{1,6}(?:\.\d{1,6})?)(px|r?em)?\s*\)", re.IGNORECASE
)
_LENGTH = re.compile(
    r"(?:([+-])\s*)?(\d{1,6}(?:\.\d{0,6})?|\.\d{1,6})(px|vw|r?em)\b", re.IGNORECASE
)
_EM = 16.0
_OTHER_SUMS = re.compile(r"[*/]|m(?:in|ax)\(|clamp\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One picture of several: `width` in pixels or else its `density`."""

    url: str
    width: float = 0.0
    density: float = 1.0


@dataclass(frozen=True, slots=True)
class Offer:
    """The candidates of one ``source`` or ``img``, and for which windows they are."""

    candidates: tuple[Candidate, ...]
    sizes: str = ""
    media: str = ""


def candidates(srcset: str) -> Iterator[Candidate]:
    """Yield the candidates of a ``srcset``, URLs as written; commas may be in them."""
    at = 0
    while found := _URL.match(srcset, at):
        at = found.end()
        stated = ""
        if not found[1].endswith(",") and (told := _DESCRIPTORS.match(srcset, at)):
            at, stated = told.end(), told[1]
        if url := found[1].rstrip(","):
            yield _candidate(url, stated)


def _candidate(url: str, stated: str) -> Candidate:
    for number, unit in _DESCRIPTOR.findall(stated[:100]):
        if unit == "w":
            return Candidate(url, width=float(number))
        return Candidate(url, density=float(number))
    return Candidate(url)


def likely(offers: Sequence[Offer]) -> frozenset[str]:
    """Return the URLs that ordinary windows take: each from the first offer it heeds.

    `offers` are those of one ``picture`` in their order, or that of one ``img``.
    """
    taken: set[str] = set()
    for width, density in WINDOWS:
        for offer in offers:
            answer = _matches(offer.media, width)
            if answer is not False and offer.candidates:
                slot = max(_slot(offer.sizes, width), 1.0)
                taken.add(_pick(offer.candidates, slot, density))
            if answer is True and offer.candidates:
                break
    return frozenset(taken)


def _matches(media: str, window: float) -> bool | None:
    """Tell whether a media query holds in a window; None: that cannot be said."""
    if not media.strip():
        return True
    answers: list[bool | None] = []
    for query in media[:1000].split(","):
        known = [_holds(one, window) for one in _CONDITION.finditer(query)]
        rest = _CONDITION.sub("", query).lower().split()
        is_plain = set(rest) <= {"all", "and", "only", "screen"}
        holds = all(known) and "print" not in rest
        answers.append(holds and (True if is_plain else None))
    return True if True in answers else None if None in answers else False


def _pick(offered: Sequence[Candidate], slot: float, density: float) -> str:
    """Return the URL that Chromium takes: the nearer by ratio, the better in doubt."""
    dense = {c.width / slot if c.width else c.density: c.url for c in reversed(offered)}
    found = sorted(dense)
    for lower, upper in pairwise(found):
        if upper >= density:
            is_upper = lower < density <= 1 or density >= math.sqrt(lower * upper)
            return dense[upper if is_upper else lower]
    return dense[found[-1]]


def _slot(sizes: str, window: float) -> float:
    """Return how wide a picture is in a window, in CSS pixels."""
    for size in _SIZE.findall(sizes[:2000]):
        condition = list(_CONDITION.finditer(size))
        if all(_holds(one, window) for one in condition):
            return _length(size[condition[-1].end() :] if condition else size, window)
    return window


def _holds(condition: re.Match[str], window: float) -> bool:
    limit = float(condition[2]) * (1 if (condition[3] or "px") == "px" else _EM)
    return window >= limit if condition[1].lower() == "min" else window <= limit


def _length(stated: str, window: float) -> float:
    """Return a length, or a sum of some; the window's width for what is neither."""
    parts = [] if _OTHER_SUMS.search(stated) else _LENGTH.findall(stated)
    units = {"px": 1.0, "vw": window / 100}
    total = sum(
        float(number) * units.get(unit.lower(), _EM) * (-1 if sign == "-" else 1)
        for sign, number, unit in parts
    )
    return total if total > 0 else window
