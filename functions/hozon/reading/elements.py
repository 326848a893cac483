"""The elements of a page, and the requisites that each refers to.

What browsers load of themselves (HTML Standard, SVG 2), what ``noscript`` and templates
hold, and what the scripts of lazy pages put there later.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import turbohtml
from turbohtml import Element

from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from hozon.nouns.requisites import Collection, Need
from hozon.reading import css, relations
from hozon.reading.srcset import Offer, candidates, likely

_MAX_ELEMENTS = 20_000
_MAX_ROOTS = 2_000
_MAX_INLINE = 200_000
_DEPTH = 3


def collect(tree: turbohtml.Document, html: str, found: Collection, uri: str) -> None:
    """Add to `found` what the page `html` at `uri`, parsed as `tree`, needs."""
    _Collecting(found, uri).all_of(tree, html)


class _Collecting:
    """The walk over one page, and over the pages that stand in its ``srcdoc``s."""

    def __init__(self, found: Collection, uri: str, depth: int = 0) -> None:
        self._found, self._uri, self._depth = found, uri, depth

    def all_of(self, tree: turbohtml.Document, html: str) -> None:
        self._each(tree.select(_SELECTOR))
        if "shadowrootmode" in html:
            for root in _shadow_roots(tree):
                self._each(root.select(_SELECTOR))

    def _each(self, elements: Iterable[Element]) -> None:
        for element, _ in zip(elements, range(_MAX_ELEMENTS), strict=False):
            if self._found.is_full:
                return
            if element.tag in {"iframe", "frame"}:
                self._frame(element)
            elif collector := _COLLECTORS.get(element.tag):
                collector(element, self._found)
            self._any(element)

    def _any(self, element: Element) -> None:
        """Take what any element may refer to."""
        found = self._found
        if style := element.attr("style"):
            css.collect(style, found)
        for name in _BACKGROUNDS:
            if stated := element.attr(name):
                found.add(stated, "image")
        if element.tag not in _COLLECTORS or element.tag in _PAINTED:
            for name in _PAINTS:
                if stated := element.attr(name):
                    css.collect(stated, found)

    def _frame(self, element: Element) -> None:
        for name in ("src", "data-src"):
            if stated := element.attr(name):
                own = _is_own(stated, self._found.base, self._uri)
                self._found.add(stated, "frame", foreign=not own)
        inline = element.attr("srcdoc")
        if inline and self._depth < _DEPTH:
            inline = inline[:_MAX_INLINE]
            tree = turbohtml.parse(inline, positions=False)
            inner = _Collecting(self._found, self._uri, self._depth + 1)
            inner.all_of(tree, inline)


def _shadow_roots(tree: turbohtml.Document) -> Iterator[turbohtml.ShadowRoot]:
    """Yield the trees that templates with a ``shadowrootmode`` became."""
    hosts = deque(tree.select("*"))
    room = _MAX_ROOTS
    while hosts and room:
        if (root := hosts.popleft().shadow_root) is not None:
            yield root
            hosts.extendleft(root.select("*"))
            room -= 1


def _is_own(reference: str, base: str, page: str) -> bool:
    """Tell whether a frame is of the page's own site: its host, or one within it."""
    try:
        hosts = [_bare_host(uris.lenient(reference, base=base)), _bare_host(page)]
    except Misuse:
        return False
    shorter, longer = sorted(hosts, key=len)
    return shorter == longer or ("." in shorter and longer.endswith(f".{shorter}"))


def _bare_host(uri: str) -> str:
    return uris.parse(uri).host.removeprefix("www.")


_BACKGROUNDS = ("background", "data-bg", "data-background", "data-background-image")
_PAINTS = ("mask", "filter", "clip-path", "fill", "data-style", "data-lazy-style")
_PAINTED = frozenset({"image", "use"})
_LAZY_SOURCES = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-full-src",
    "data-echo",
    "data-actualsrc",
    "data-hi-res-src",
    "data-orig-file",
    "lazy-src",
    "original",
    "src-small",
    "src-medium",
)
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set", "lazy-srcset")
_META_IMAGES = frozenset(
    (
        "og:image",
        "og:image:url",
        "og:image:secure_url",
        "twitter:image",
        "twitter:image:src",
        "msapplication-tileimage",
    )
)


def _image(element: Element, found: Collection) -> None:
    src = element.attr("src")
    is_set = _pictures(element, found, ("srcset",), "sizes", Need.SHOWN)
    found.add(src, "image", Need.HELPS if is_set else Need.SHOWN)
    for name in _LAZY_SOURCES:
        if stated := element.attr(name):
            found.add(stated, "image", Need.HELPS)
    _pictures(element, found, _LAZY_SETS, "data-sizes", Need.HELPS)


def _pictures(
    element: Element,
    found: Collection,
    names: Sequence[str],
    sizes: str,
    need: Need,
) -> bool:
    """Take an image's sets of candidates, its ``picture``'s too; return if it has any."""
    offers = []
    for one in (*_siblings(element), element):
        stated = next((value for n in names if (value := one.attr(n))), "")
        if stated and _is_shown(one.attr("type")):
            offered = tuple(islice(candidates(stated), _MAX_SET))
            offers.append(
                Offer(offered, one.attr(sizes) or "", one.attr("media") or "")
            )
    taken = likely(offers)
    for offer in offers:
        for picture in offer.candidates:
            is_taken = picture.url in taken
            found.add(picture.url, "image", need if is_taken else Need.SPARE)
    return bool(offers)


def _siblings(element: Element) -> list[Element]:
    """Return the sources of the picture that an image stands in."""
    parent = element.parent
    if element.tag != "img" or getattr(parent, "tag", "") != "picture":
        return []
    return parent.select("source")[:_MAX_SET] if isinstance(parent, Element) else []


def _is_shown(type_: str | None) -> bool:
    return not type_ or type_.strip().lower().startswith(_SHOWN_TYPES)


_MAX_SET = 100
_SHOWN_TYPES = tuple(
    f"image/{name}"
    for name in ("avif", "webp", "jpeg", "jpg", "png", "gif", "svg+xml", "apng", "bmp")
)


def _source(element: Element, found: Collection) -> None:
    """Take a source: of a picture, what the image has not taken is spare."""
    if getattr(element.parent, "tag", "") in {"video", "audio"}:
        _media(element, found)
        return
    for name in ("src", *_LAZY_SOURCES):
        found.add(element.attr(name), "image", Need.SPARE)
    for name in ("srcset", *_LAZY_SETS):
        for picture in islice(candidates(element.attr(name) or ""), _MAX_SET):
            found.add(picture.url, "image", Need.SPARE)


def _media(element: Element, found: Collection) -> None:
    found.add(element.attr("poster"), "image")
    found.add(element.attr("src"), "media")
    found.add(element.attr("data-src"), "media")


def _script(element: Element, found: Collection) -> None:
    found.add(element.attr("src"), "script")
    found.add(element.attr("data-src"), "script")


def _style(element: Element, found: Collection) -> None:
    css.collect(element.text, found)


def _link(element: Element, found: Collection) -> None:
    named = frozenset((element.attr("rel") or "").lower().split())
    kind, need = relations.of(named, element.attr("as"), element.attr("href"))
    if kind is None:
        return
    found.add(element.attr("href"), kind, need)
    if kind == "image":
        _pictures(element, found, ("imagesrcset",), "imagesizes", Need.SHOWN)


def _meta(element: Element, found: Collection) -> None:
    name = element.attr("property") or element.attr("name") or ""
    if name.strip().lower() in _META_IMAGES:
        found.add(element.attr("content"), "image", Need.HELPS)


def _input(element: Element, found: Collection) -> None:
    if (element.attr("type") or "").lower() == "image":
        found.add(element.attr("src"), "image")


def _vector(element: Element, found: Collection) -> None:
    found.add(element.attr("href"), "image")
    found.add(element.attr("xlink:href"), "image")


def _embedded(element: Element, found: Collection) -> None:
    found.add(element.attr("data") or element.attr("src"), "other", Need.SHOWN)


def _track(element: Element, found: Collection) -> None:
    found.add(element.attr("src"), "other")


_COLLECTORS: dict[str, Callable[[Element, Collection], None]] = {
    "img": _image,
    "amp-img": _image,
    "source": _source,
    "video": _media,
    "amp-video": _media,
    "audio": _media,
    "script": _script,
    "style": _style,
    "link": _link,
    "meta": _meta,
    "input": _input,
    "use": _vector,
    "image": _vector,
    "feImage": _vector,
    "object": _embedded,
    "embed": _embedded,
    "track": _track,
}
_SELECTOR = ", ".join(
    (
        *_COLLECTORS,
        "iframe",
        "frame",
        "[style*='url(' i]",
        "[style*='image-set(' i]",
        *(f"[{name}]" for name in _BACKGROUNDS),
        *(f"[{name}*='url(' i]" for name in _PAINTS),
    )
)
