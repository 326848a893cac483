"""The main text of a page in reading order: found in its measure, taken from a copy.

From the body down, the box that holds most of the prose is followed as long as it does;
paragraphs that lead to it are added. Of what is found, marked boxes, lists of links and
crumbs are left out.
"""

import copy
from dataclasses import dataclass, field

from turbohtml import Document, Element

from hozon.text.boxes import Box, Measure, measure
from hozon.text.marks import HEADINGS

MOST_ELEMENTS = 50_000
"""Pages of more elements are not measured: turbohtml's own choice is taken."""

_SHARE = 0.75
_LEDE, _LEDE_LINKED, _LEDE_CLIMB = 60, 0.3, 1.6
_LINKED, _LINKED_PROSE = 0.5, 300
_CRUMB = 25
_WHOLE_TAGS = frozenset(("p", "pre", "blockquote", "li", "figure"))
_LINK_LISTS = frozenset(("ul", "ol", "dl", "table", "div", "section"))
_CRUMBS = frozenset(("div", "span", "section"))
_TABLE_PARTS = frozenset(("thead", "tbody", "tfoot", "tr"))
_ENOUGH = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The part of a page that holds the article, as a tree of its own.

    `confidence` is from 0 to 1; docs/extracts.md has the F1 that was measured at it.
    `extractor` says who found it.
    """

    element: Element
    confidence: float
    extractor: str = "hozon"


def find(tree: Document) -> Body | None:
    """Return the article's body; None where nothing on the page reads as one."""
    if len(tree.select("*")) > MOST_ELEMENTS:
        return _by_turbohtml(tree)
    measured = measure(tree)
    if measured is None or not measured.root.prose:
        return None
    choice = _chosen(measured)
    element = _without(choice.top.element, choice.dropped)
    return Body(element=element, confidence=_confidence(measured, choice))


def _by_turbohtml(tree: Document) -> Body | None:
    element = tree.main_content()
    if element is None:
        return None
    return Body(element=_without(element, set()), confidence=0.5, extractor="turbohtml")


@dataclass(slots=True, kw_only=True)
class _Choice:
    """`main` holds the article, `top` that and what leads to it, but for `dropped`."""

    main: Box
    top: Box
    dropped: set[Element] = field(default_factory=set)


def _chosen(measured: Measure) -> _Choice:
    path = _path(measured.root)
    ledes = _ledes(path, measured.unit)
    top = next((at for at, box in enumerate(path) if _any_of(box.kids, ledes)), -1)
    choice = _Choice(main=path[-1], top=path[top])
    if top >= 0:
        for box in path[top:-1]:
            _drop_beside(box, path, ledes, choice.dropped)
    _drop_within(path[-1], measured.unit, choice.dropped)
    for lede in ledes:
        _drop_all_but_prose(lede, choice.dropped)
    return choice


def _any_of(boxes: list[Box], wanted: list[Box]) -> bool:
    return any(box is one for box in boxes for one in wanted)


def _path(root: Box) -> list[Box]:
    """Return the boxes from the page's to the smallest that has most of its prose."""
    path = [root]
    while True:
        best = max(path[-1].shown, key=lambda box: box.prose, default=None)
        if best is None or best.prose < _SHARE * path[-1].prose:
            return path
        if best.tag in _WHOLE_TAGS:
            return path
        path.append(best)


def _ledes(path: list[Box], unit: float) -> list[Box]:
    """Return the boxes before the main one that lead to it: its first paragraphs."""
    main, found = path[-1], []
    for below, box in zip(reversed(path), reversed(path[:-1]), strict=False):
        if box.prose > _LEDE_CLIMB * max(main.prose, 1):
            break
        before = box.kids[: next(at for at, kid in enumerate(box.kids) if kid is below)]
        found += [kid for kid in before if _is_lede(kid, unit)]
        if box.tag in {"article", "main"}:
            break
    return found


def _is_lede(box: Box, unit: float) -> bool:
    is_prose = box.prose >= _LEDE * unit and box.links < _LEDE_LINKED * box.chars
    return box.mark is None and is_prose


def _drop_beside(
    box: Box, path: list[Box], ledes: list[Box], dropped: set[Element]
) -> None:
    """Drop what stands beside the way to the main box and is no lede."""
    for kid in box.kids:
        if not _any_of([kid], path) and not _any_of([kid], ledes):
            dropped.add(kid.element)


def _drop_within(box: Box, unit: float, dropped: set[Element]) -> None:
    for kid in box.kids:
        if kid.mark or _is_link_list(kid, unit) or _is_crumb(kid, unit):
            dropped.add(kid.element)
        else:
            _drop_within(kid, unit, dropped)


def _drop_all_but_prose(box: Box, dropped: set[Element]) -> None:
    for kid in box.kids:
        if kid.mark or not kid.prose:
            dropped.add(kid.element)
        else:
            _drop_all_but_prose(kid, dropped)


def _is_link_list(box: Box, unit: float) -> bool:
    is_linked = box.links > _LINKED * box.chars
    return box.tag in _LINK_LISTS and is_linked and box.prose < _LINKED_PROSE * unit


def _is_crumb(box: Box, unit: float) -> bool:
    """Tell whether a box holds a few words that are no paragraph and no heading."""
    if box.tag not in _CRUMBS or box.prose or not box.chars:
        return False
    return box.chars < _CRUMB * unit and not any(k.tag in HEADINGS for k in box.kids)


def _without(element: Element, dropped: set[Element]) -> Element:
    """Return a copy of an element without some of those below it.

    Parts of a table become plain blocks at the top: turbohtml 1.15 reads outside its
    memory where such a part is made Markdown without its table.
    """
    twin = copy.deepcopy(element)
    pairs = zip(element.select("*"), twin.select("*"), strict=True)
    for doomed in [two for one, two in pairs if one in dropped]:
        doomed.extract()
    if twin.tag in {"td", "th", "caption", "li", "dd", "dt"}:
        twin.tag = "div"
    if twin.tag in _TABLE_PARTS:
        return Element("table", children=[twin])
    return twin


def _confidence(measured: Measure, choice: _Choice) -> float:
    """Return how far the choice is to be trusted: was there enough, and one place?"""
    enough = min(1.0, choice.main.prose / (_ENOUGH * measured.unit))
    share = choice.main.prose / max(1, measured.root.whole)
    doubt = 0.85 ** len(measured.reprieved)
    return round((0.4 + 0.6 * share) * (0.3 + 0.7 * enough) * doubt, 2)
