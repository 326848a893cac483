"""HTML pages: parsed once, then asked for requisites, links and feeds.

Scripts are never run; what is inside ``noscript`` counts, because replay shows it. The
parser is turbohtml's: it is linear on every hostile page we have, and no other is.
"""

from collections.abc import Callable
from functools import cached_property

import turbohtml
from turbohtml import Element

from hozon import css, plain, uris
from hozon.errors import Misuse
from hozon.requisites import Collection, Kind, Requisite
from hozon.srcset import candidates

MAX_LINKS = 5_000
"""How many links of one page are returned; the first ones, in its order."""

_MAX_ELEMENTS = 10_000
_MAX_REFRESH_S = 5.0
_MAX_WORDS = 200_000
_FEED_TYPES = frozenset(
    (
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
    )
)


class Page:
    """One HTML page and the URI it was found at."""

    def __init__(self, tree: turbohtml.Document, uri: str) -> None:
        self.tree = tree
        self.uri = uri

    @classmethod
    def parse(cls, html: str, uri: str) -> "Page":
        """Parse any text as the HTML standard demands; there is no error."""
        return cls(turbohtml.parse(html, positions=False), uri)

    @cached_property
    def base(self) -> str:
        """What relative references are resolved against: ``base href``, else the URI."""
        stated = self.tree.select_one("base[href]")
        return (
            self.absolute(stated.attr("href") if stated else None, self.uri) or self.uri
        )

    @cached_property
    def requisites(self) -> tuple[Requisite, ...]:
        """What the page needs to look as it looks, in document order, at most 300."""
        found = Collection(self.base, itself=self.uri)
        for element in self.tree.select(_SELECTOR)[:_MAX_ELEMENTS]:
            if found.is_full:
                break
            self._collect(element, found)
        return found.all()

    @cached_property
    def links(self) -> tuple[str, ...]:
        """The http(s) URIs the page links to, in document order, each once."""
        found: dict[str, None] = {}
        for element in self.tree.select("a[href], area[href]")[:_MAX_ELEMENTS]:
            if len(found) >= MAX_LINKS:
                break
            if uri := self.absolute(element.attr("href"), self.base):
                found.setdefault(uri)
        return tuple(found)

    @cached_property
    def feeds(self) -> tuple[str, ...]:
        """The feeds the page names (``link rel=alternate``), in document order."""
        links = self.tree.select("link[rel~=alternate i][href][type]")[:MAX_LINKS]
        of_feeds = (one for one in links if _media_type(one) in _FEED_TYPES)
        found = (self.absolute(one.attr("href"), self.base) for one in of_feeds)
        return tuple(dict.fromkeys(uri for uri in found if uri))

    @cached_property
    def refresh(self) -> str | None:
        """Where the page sends its reader within 5 s (``meta http-equiv=refresh``)."""
        stated = self.tree.meta_refresh(self.base)
        if stated is None or stated[0] > _MAX_REFRESH_S:
            return None
        target = self.absolute(stated[1], self.base)
        return target if target != self.uri else None

    @cached_property
    def words(self) -> str:
        """All text that the page shows, one line per block, cut to 200,000 characters."""
        return plain.of_tree(self.tree.root)[:_MAX_WORDS] if self.tree.root else ""

    @staticmethod
    def absolute(reference: str | None, base: str) -> str | None:
        """Return the normal form of an http(s) reference, or None."""
        if not reference or not reference.strip():
            return None
        try:
            return uris.lenient(reference, base=base)
        except Misuse:
            return None

    def _collect(self, element: Element, found: Collection) -> None:
        if collector := _COLLECTORS.get(element.tag):
            collector(element, found)
        if element.tag in {"iframe", "frame"}:
            self._collect_frame(element, found)
        if style := element.attr("style"):
            css.collect(style, found)
        for name in _BACKGROUNDS:
            found.add(element.attr(name), "image")

    def _collect_frame(self, element: Element, found: Collection) -> None:
        """Take a frame of this very host; others are pages of their own."""
        for name in ("src", "data-src"):
            source = self.absolute(element.attr(name), self.base)
            if source and uris.parse(source).host == uris.parse(self.uri).host:
                found.add(source, "frame")


def requisites(html: str, *, uri: str) -> tuple[Requisite, ...]:
    """Return what the page at `uri` needs to look as it looks (`Page.requisites`)."""
    return Page.parse(html, uri).requisites


_BACKGROUNDS = ("background", "data-bg", "data-background", "data-background-image")
_SOURCES = (
    "src",
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-full-src",
    "data-echo",
    "data-actualsrc",
    "src-small",
    "src-medium",
)
_SOURCE_SETS = (
    "srcset",
    "data-srcset",
    "data-lazy-srcset",
    "data-original-set",
    "lazy-srcset",
)
_ICONS = frozenset(
    ("icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon")
)
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
_RELATIONS: dict[str, Kind] = {
    "stylesheet": "style",
    "modulepreload": "script",
    "manifest": "other",
    "image_src": "image",
}
_PRELOADS: dict[str, Kind] = {
    "style": "style",
    "script": "script",
    "worker": "script",
    "image": "image",
    "font": "font",
    "video": "media",
    "audio": "media",
    "track": "media",
}


def _media_type(element: Element) -> str:
    return (element.attr("type") or "").split(";")[0].strip().lower()


def _image(element: Element, found: Collection) -> None:
    for name in _SOURCES:
        found.add(element.attr(name), "image")
    _image_sets(element, found, _SOURCE_SETS)


def _image_sets(element: Element, found: Collection, names: tuple[str, ...]) -> None:
    for name in names:
        for candidate in candidates(element.attr(name) or ""):
            if found.is_full:
                return
            found.add(candidate, "image")


def _source(element: Element, found: Collection) -> None:
    if getattr(element.parent, "tag", "") in {"video", "audio"}:
        _media(element, found)
    else:
        _image(element, found)


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
    kind = _link_kind(element)
    if kind is None:
        return
    found.add(element.attr("href"), kind)
    if kind == "image":
        _image_sets(element, found, ("imagesrcset",))


def _link_kind(element: Element) -> Kind | None:
    relations = frozenset((element.attr("rel") or "").lower().split())
    if relations & _ICONS:
        return "icon"
    if "preload" in relations:
        return _PRELOADS.get((element.attr("as") or "").lower(), "other")
    return next((_RELATIONS[one] for one in _RELATIONS if one in relations), None)


def _meta(element: Element, found: Collection) -> None:
    name = element.attr("property") or element.attr("name") or ""
    if name.strip().lower() in _META_IMAGES:
        found.add(element.attr("content"), "image")


def _input(element: Element, found: Collection) -> None:
    if (element.attr("type") or "").lower() == "image":
        found.add(element.attr("src"), "image")


def _vector(element: Element, found: Collection) -> None:
    found.add(element.attr("href"), "image")
    found.add(element.attr("xlink:href"), "image")


def _embedded(element: Element, found: Collection) -> None:
    found.add(element.attr("data") or element.attr("src"), "other")


def _track(element: Element, found: Collection) -> None:
    found.add(element.attr("src"), "other")


_COLLECTORS: dict[str, Callable[[Element, Collection], None]] = {
    "img": _image,
    "amp-img": _image,
    "source": _source,
    "video": _media,
    "audio": _media,
    "script": _script,
    "style": _style,
    "link": _link,
    "meta": _meta,
    "input": _input,
    "use": _vector,
    "image": _vector,
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
        *(f"[{name}]" for name in _BACKGROUNDS),
    )
)
