"""Compare two readings of one article. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from hozon.changes import aligning, sentences, stated
from hozon.changes.article import Reading
from hozon.changes.said import said, stands, texts
from hozon.changes.words import tokens
from hozon.nouns.findings import ChangeKind

_REWRITTEN = 0.5
_ONE_SIDED = 0.1
_OTHER = 0.35
_TELLING = 200
_OFFER = 200
_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How an article changed. `added` and `removed` count characters of its text.

    `size` is their share of both texts together, 0 to 1. The rest are the verdicts on
    what is not text; ``facts`` is the kind of a change of these alone.
    """

    kind: ChangeKind
    size: float
    added: int = 0
    removed: int = 0
    title: bool = False
    authors: bool = False
    lead_image: bool = False
    canonical: bool = False


def compare(
    before: Reading, after: Reading, *, common: Collection[str] = ()
) -> Change | None:
    """Return how the article changed, None if nobody edited it.

    A fact that one of the readings lacks has not changed: not finding it is our fault
    more often than theirs. `common` are sentences, folded, that are the site's.
    """
    removed, added = texts(before, after, common)
    gone, came = _lengths(removed, added)
    title = stated.is_retitled(before, after)
    authors = stated.has_other_authors(before, after)
    image = stated.has_another_image(before, after)
    canonical = stated.has_another_place(before, after)
    if not (gone or came or title or authors or image):
        return None
    whole = len(before.text) + len(after.text)
    size = min(1.0, (gone + came) / whole) if whole else 0.0
    return Change(
        kind=_kind(gone, came, size, title=title),
        size=round(size, 4),
        added=came,
        removed=gone,
        title=title,
        authors=authors,
        lead_image=image,
        canonical=canonical,
    )


def is_other(before: Reading, after: Reading) -> bool:
    """Tell whether another article stands there now: no text and no title in common.

    A short text tells too little.
    """
    if min(len(before.text), len(after.text)) < _TELLING:
        return False
    old, new = (tokens(sentences.folded(r.text)) for r in (before, after))
    titles = [tokens(stated.title(r) or "") for r in (before, after)]
    kept = {s.text for s in said(before) if not s.loose}
    kept &= {s.text for s in said(after) if not s.loose}
    return (
        not kept
        and aligning.likeness(_telling(old), _telling(new)) < _OTHER
        and aligning.likeness(_telling(titles[0]), _telling(titles[1])) < _OTHER
    )


def is_part_of(part: Reading, whole: Reading) -> bool:
    """Tell whether a text is the beginning of another one, and then an offer.

    That is what a paywall leaves. The last sentence that is shown may break off; one that
    is said again further down (a teaser of this very article) does not show so far.
    """
    texts = dict.fromkeys(s.text for s in said(whole) if not s.loose)
    left = [(text, stands(text, part)) for text in texts]
    ends = max((at for at, (_, is_shown) in enumerate(left) if is_shown), default=-1)
    shown = sum(len(text) for text, is_shown in left if is_shown)
    lost = any(not is_shown for _, is_shown in left[:ends])
    own = (s.text for s in said(part) if not s.loose)
    other = sum(len(text) for text in own if not stands(text, whole))
    return shown >= _SHOWN and not lost and other <= _OFFER and ends + 1 < len(left)


def _telling(words: Iterable[str]) -> list[str]:
    """Leave out what every text has: short words, spaces, marks, kana one by one."""
    return [w for w in words if len(w) > 3 or w > "\u30a0"]


def _kind(gone: int, came: int, size: float, *, title: bool) -> ChangeKind:
    if not gone and not came:
        return "title" if title else "facts"
    if size >= _REWRITTEN:
        return "rewrite"
    if gone <= _ONE_SIDED * came:
        return "addition"
    return "removal" if came <= _ONE_SIDED * gone else "correction"


def _lengths(removed: Sequence[str], added: Sequence[str]) -> tuple[int, int]:
    """Return how many characters went and came, words that stayed not counted."""
    if not removed or not added:
        return sum(map(len, removed)), sum(map(len, added))
    old = [tokens(s) for s in removed]
    new = [tokens(s) for s in added]
    gone = came = 0
    for b, a in aligning.pairs(old, new, 0.4):
        if b is not None and a is not None:
            for run in aligning.runs(old[b], new[a]):
                gone += 0 if run.same else sum(map(len, old[b][run.a : run.b]))
                came += 0 if run.same else sum(map(len, new[a][run.c : run.d]))
        elif b is not None:
            gone += len(removed[b])
        elif a is not None:
            came += len(added[a])
    return gone, came
