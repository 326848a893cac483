"""The measure of a page: how much text, linked text and prose each element holds.

The page's tree is read once and never changed.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from turbohtml import Document, Element, Text

from hozon.text.marks import (
    AROUND,
    HEADINGS,
    HIDDEN,
    INLINE,
    NEVER,
    is_of_readers,
    marks,
)

PARAGRAPH = 40
"""Fewest characters of unlinked text in one element that count as prose."""

_DEEPEST = 120
_LITTLE, _HARDLY_ANY = 300, 140
_MOST = 0.5
_ROUNDS = 8
_SAMPLE = 2_000
_DENSE = re.compile("[\u3041-\u30fa\u4e00-\u9fff\uac00-\ud7a3]")
_DENSE_UNIT = 0.4


@dataclass(slots=True, eq=False)
class Box:
    """One element with what it holds, in characters.

    `own` stands in it and not in a box of its own, `linked` is how much of that is in
    links. Over all boxes below that have no mark: `chars`, `links`, and `prose` (long
    unlinked runs). `whole` is the prose of all boxes, marked or not.
    """

    element: Element
    tag: str
    kids: list["Box"] = field(default_factory=list)
    mark: str | None = None
    own: int = 0
    linked: int = 0
    chars: int = 0
    links: int = 0
    prose: int = 0
    whole: int = 0

    @property
    def shown(self) -> list["Box"]:
        """The boxes directly below that have no mark."""
        return [kid for kid in self.kids if kid.mark is None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measured page: the box of its body, and the size of its script's characters.

    Lengths are compared after division by `unit`: ten Japanese characters say as much
    as twenty-five English ones. `reprieved` are the marks that were taken back.
    """

    root: Box
    unit: float
    reprieved: tuple[str, ...] = ()


def measure(tree: Document) -> Measure | None:
    """Measure a page; None if it has no body."""
    body = tree.select_one("body") or tree.root
    if body is None:
        return None
    own, linked, kids = _held(body, marks(body))
    root = Box(body, "body", kids, None, own, linked)
    unit = _unit(body)
    _tally(root, unit)
    return Measure(root=root, unit=unit, reprieved=tuple(_reprieved(root, unit)))


def _unit(body: Element) -> float:
    shown = body.to_text()
    sample = "".join(shown[:: len(shown) // _SAMPLE + 1].split())
    return _DENSE_UNIT if len(_DENSE.findall(sample)) > len(sample) // 5 else 1.0


def _held(
    element: Element,
    marked: Mapping[Element, str],
    depth: int = 0,
    *,
    is_linked: bool = False,
) -> tuple[int, int, list[Box]]:
    """Return what an element holds: the characters that stand in no box below it, how
    many of them are in links, and those boxes. What is but a part of its line has none.
    """
    if depth > _DEEPEST:
        return _length(element.text), 0, []
    text = own = linked = 0
    kids: list[Box] = []
    for node in element.children:
        if isinstance(node, Text):
            text += 0 if (data := node.data).isspace() else _length(data)
        elif isinstance(node, Element) and (tag := node.tag) not in NEVER:
            held, links, below = _held(
                node, marked, depth + 1, is_linked=is_linked or tag == "a"
            )
            if not held and not below:
                continue
            found = tag if tag in AROUND else marked.get(node)
            if tag in INLINE and not below and not found:
                own += held
                linked += links
            else:
                kids.append(Box(node, tag, below, found, held, links))
    return text + own, linked + text if is_linked else linked, kids


def _length(text: str) -> int:
    return len(" ".join(text.split()))


def _tally(box: Box, unit: float) -> None:
    unlinked = box.own - box.linked
    is_prose = unlinked >= PARAGRAPH * unit and box.tag not in HEADINGS
    box.chars, box.links = box.own, box.linked
    box.prose = box.whole = unlinked if is_prose else 0
    for kid in box.kids:
        _tally(kid, unit)
        box.whole += kid.whole
        if kid.mark is None:
            box.chars += kid.chars
            box.links += kid.links
            box.prose += kid.prose


def _reprieved(root: Box, unit: float) -> list[str]:
    """Take back the marks that would cost most of the page's prose; return them."""
    found: list[str] = []
    for _ in range(_ROUNDS):
        wrong = _wrong_mark(root, unit)
        if wrong is None:
            break
        found.append(wrong)
        _unmark(root, wrong)
        _tally(root, unit)
    return found


def _wrong_mark(root: Box, unit: float) -> str | None:
    costs: Counter[str] = Counter()
    for box in _outermost_marked(root):
        costs[box.mark or ""] += box.whole
    is_poor = root.prose < _LITTLE * unit
    for found, cost in costs.most_common(3):
        if cost <= _HARDLY_ANY * unit:
            return None
        if found == HIDDEN or is_of_readers(found):
            is_wrong = is_poor and cost > 2 * root.prose
        else:
            is_wrong = cost > _MOST * root.whole or (is_poor and cost > root.prose)
        if is_wrong:
            return found
    return None


def _unmark(box: Box, wrong: str) -> None:
    for kid in box.kids:
        if kid.mark == wrong:
            kid.mark = None
        _unmark(kid, wrong)


def _outermost_marked(root: Box) -> list[Box]:
    found: list[Box] = []
    waiting = [root]
    while waiting:
        for kid in waiting.pop().kids:
            (found if kid.mark else waiting).append(kid)
    return found
