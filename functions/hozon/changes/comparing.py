"""Compare two readings of one article. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hozon.changes import aligning, noise, sentences
from hozon.changes.words import tokens
from hozon.findings import ChangeKind

_REWRITTEN = 0.5
_ONE_SIDED = 0.1
_LIKE = 0.6
_OTHER = 0.35
_TELLING = 200
_TELLING_LETTERS = 12
_OFFER = 200
_IMAGE_SIZE = re.compile(
    r"[-_](?:\d{2,5}x\d{2,5}|scaled|thumb(?:nail)?|small|medium|large)$"
)
_SITE_SUFFIX = re.compile(r"\s*\|\s*[^|]{1,40}$|\s+(?:[-·•»>]|::)\s+[^|]{1,40}$")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What an article said at one time, and what of its page helps to compare it.

    `text` is the main text; `whole` all text of the page, `linked` the texts of its
    links, `pictured` the URIs of its pictures: empty where the page is not at hand.
    `site` is the name of the site.
    """

    title: str | None = None
    site: str | None = None
    authors: tuple[str, ...] = ()
    lead_image: str | None = None
    canonical_uri: str | None = None
    text: str = ""
    whole: str = ""
    linked: frozenset[str] = frozenset()
    pictured: frozenset[str] = frozenset()

    @cached_property
    def folded_whole(self) -> str:
        """All text of the page, folded, without white space: to look sentences up."""
        return _bare(sentences.folded(self.whole))

    @cached_property
    def letters(self) -> str:
        """All letters and digits of the page, in lower case: to look sentences up."""
        return _letters(self.folded_whole)

    @cached_property
    def folded_links(self) -> frozenset[str]:
        """The texts of the page's links, folded, without the marks around them."""
        folded = (noise.linkable(sentences.folded(link)) for link in self.linked)
        return frozenset(filter(None, folded))

    @cached_property
    def lines(self) -> frozenset[str]:
        """The blocks of the page, folded, each by itself."""
        return frozenset(map(sentences.folded, sentences.blocks(self.whole)))


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


@dataclass(frozen=True, slots=True)
class _Said:
    """One sentence: `loose` is a heading, a link or a label rather than a sentence."""

    text: str
    loose: bool


def compare(
    before: Reading, after: Reading, *, common: Collection[str] = ()
) -> Change | None:
    """Return how the article changed, None if nobody edited it.

    A fact that one of the readings lacks has not changed: not finding it is our fault
    more often than theirs. `common` are sentences, folded, that are the site's.
    """
    removed, added = _texts(before, after, common)
    gone, came = _lengths(removed, added)
    title = _is_retitled(before, after)
    authors = _differ(_names(before.authors), _names(after.authors))
    image = _differ(_lead(before), _lead(after))
    canonical = _differ(_place(before.canonical_uri), _place(after.canonical_uri))
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
    titles = [tokens(_title(r) or "") for r in (before, after)]
    kept = {s.text for s in _said(before) if not s.loose}
    kept &= {s.text for s in _said(after) if not s.loose}
    return (
        not kept
        and aligning.likeness(_telling(old), _telling(new)) < _OTHER
        and aligning.likeness(_telling(titles[0]), _telling(titles[1])) < _OTHER
    )


def shown(reading: Reading) -> str:
    """Return the text of a reading without what changes by itself, for people."""
    kept = (
        raw if block == sentences.folded(raw) else block
        for raw, block in _blocks(reading)
    )
    return "\n".join(kept)


def is_rest_of(before: Reading, after: Reading) -> bool:
    """Tell whether one of the texts is the beginning of the other, and then an offer.

    That is what a paywall leaves. The last sentence that is shown may break off.
    """
    short, long = sorted((before, after), key=lambda each: len(each.text))
    left = [(s, _stands(s.text, short)) for s in _said(long)]
    ends = max((at for at, (_, is_shown) in enumerate(left) if is_shown), default=-1)
    shown = sum(len(s.text) for s, is_shown in left if is_shown)
    lost = sum(len(s.text) for s, is_shown in left[:ends] if not is_shown)
    rest = sum(len(s.text) for s, _ in left[ends + 1 :])
    other = sum(len(s.text) for s in _said(short) if not _stands(s.text, long))
    return shown >= _TELLING and not lost and other <= _OFFER < rest


def _stands(text: str, page: Reading) -> bool:
    return _bare(text) in (page.folded_whole or _bare(sentences.folded(page.text)))


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


def _texts(
    before: Reading, after: Reading, common: Collection[str]
) -> tuple[list[str], list[str]]:
    """Return the sentences that went and those that came, as far as somebody did it."""
    old, new = _said(before), _said(after)
    if [s.text for s in old] == [s.text for s in new]:
        return [], []
    went: list[_Said] = []
    came: list[_Said] = []
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


def _said(reading: Reading) -> list[_Said]:
    """Return the sentences of a reading, folded, without what changes by itself."""
    said: list[_Said] = []
    for _, block in _blocks(reading):
        loose = noise.is_loose(block)
        said += [_Said(sentence, loose) for sentence in sentences.of_block(block)]
    return said[: sentences.MOST]


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


def _span(said: Sequence[_Said], solid: set[str]) -> tuple[int, int]:
    """Return where the sentences that both readings have begin and end."""
    places = [i for i, s in enumerate(said) if s.text in solid]
    return (places[0], places[-1]) if places else (-1, len(said))


def _counts(said: _Said, place: int, span: tuple[int, int]) -> bool:
    """Tell whether a sentence is text: what is loose is, between the text only."""
    return not said.loose or span[0] <= place <= span[1]


def _fixed(out: Sequence[_Said], into: Sequence[_Said]) -> bool:
    """Tell whether one loose block was put in the place of one that is much like it."""
    if len(out) != 1 or len(into) != 1:
        return False
    return aligning.likeness(tokens(out[0].text), tokens(into[0].text)) >= _LIKE


def _only(
    said: Sequence[_Said],
    others: Sequence[_Said],
    page: Reading,
    common: Collection[str],
) -> list[str]:
    """Return those that have not merely moved, and stand nowhere on the other page, nor
    on others of the site.

    The extraction may have left marks out of a sentence (prompts before code): so it
    stands there, too, if its letters do, unless it is one of the others with other marks.
    """
    left = Counter(s.text for s in said) - Counter(s.text for s in others)
    found = [text for text in left.elements() if text not in common]
    if not page.whole:
        return found
    marked = {_letters(s.text) for s in others}

    def stands(text: str) -> bool:
        letters = _letters(text)
        is_long = len(letters) >= _TELLING_LETTERS and letters not in marked
        return _bare(text) in page.folded_whole or (is_long and letters in page.letters)

    return [text for text in found if not stands(text)]


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


def _bare(text: str) -> str:
    return "".join(text.split())


def _differ(before: object, after: object) -> bool:
    return bool(before) and bool(after) and before != after


def _title(reading: Reading) -> str | None:
    return sentences.folded(reading.title) if reading.title else None


def _is_retitled(before: Reading, after: Reading) -> bool:
    """Tell whether somebody wrote another headline.

    Not where the pages state their titles in another way: with or without the site's
    name, for search engines or for readers. A headline that stands on the other page as
    well, by itself, is one of them still.
    """
    old, new = _title(before), _title(after)
    if not old or not new or _letters(old) == _letters(new):
        return False
    if _is_suffixed(old, new, after.site) or _is_suffixed(new, old, before.site):
        return False
    if _bare_title(old) == _bare_title(new):
        return False
    return old not in after.lines and new not in before.lines


def _is_suffixed(short: str, long: str, site: str | None) -> bool:
    """Tell whether two titles differ by the name of the site around one of them only."""
    if site and _letters(long.replace(sentences.folded(site), "")) == _letters(short):
        return True
    return _bare_title(long) == short


def _bare_title(title: str) -> str:
    return _SITE_SUFFIX.sub("", title)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _names(authors: Iterable[str]) -> frozenset[str]:
    return frozenset(sentences.folded(name).casefold() for name in authors)


def _lead(reading: Reading) -> str | None:
    """Return what names the lead image, if the page shows it: others are the site's."""
    if reading.lead_image is None:
        return None
    name = _image(reading.lead_image)
    return name if name in {_image(uri) for uri in reading.pictured} else None


def _image(uri: str) -> str | None:
    """Return what names an image whatever its size, host and cut: its file's name."""
    path = re.split(r"[?#]", uri, maxsplit=1)[0]
    name = path.rstrip("/").rpartition("/")[2]
    stem, dot, kind = name.rpartition(".")
    return _IMAGE_SIZE.sub("", stem if dot and len(kind) <= 5 else name) or None


def _place(uri: str | None) -> str | None:
    """Return a link as it is compared: without scheme, query, fragment, last slash."""
    if uri is None:
        return None
    return re.sub(r"^https?://(?:www\.)?|[?#].*$|/(?=$|[?#])", "", uri) or None
