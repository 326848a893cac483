"""HTML pages: parsed once, then asked for requisites, links and feeds.

Scripts are never run; what is inside ``noscript`` counts, because replay shows it. The
parser is turbohtml's: it is linear on every hostile page we have, and no other is.
"""

from functools import cached_property

import turbohtml
from turbohtml import Element

from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from hozon.nouns.requisites import Collection, Requisite
from hozon.reading import elements, plain

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

    def __init__(self, tree: turbohtml.Document, uri: str, html: str) -> None:
        self.tree = tree
        self.uri = uri
        self.html = html

    @classmethod
    def parse(cls, html: str, uri: str) -> "Page":
        """Parse any text as the HTML standard demands; there is no error."""
        return cls(turbohtml.parse(html, positions=False), uri, html)

    @cached_property
    def base(self) -> str:
        """What relative references are resolved against: ``base href``, else the URI."""
        stated = self.tree.select_one("base[href]")
        return (
            self.absolute(stated.attr("href") if stated else None, self.uri) or self.uri
        )

    @cached_property
    def requisites(self) -> tuple[Requisite, ...]:
        """What the page needs to look as it looks, in document order, at most 2,000."""
        found = Collection(self.base, itself=self.uri)
        elements.collect(self.tree, self.html, found, self.uri)
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
    def anchors(self) -> tuple[tuple[Element, str], ...]:
        """The first links, with what they say, in document order."""
        found = self.tree.select("a[href]")[:MAX_LINKS]
        return tuple((each, each.text) for each in found)

    @cached_property
    def feeds(self) -> tuple[str, ...]:
        """The feeds the page names (``link rel=alternate``), in document order."""
        links = self.tree.select("link[rel~=alternate i][href][type]")[:MAX_LINKS]
        of_feeds = (one for one in links if _media_type(one) in _FEED_TYPES)
        found = (self.absolute(one.attr("href"), self.base) for one in of_feeds)
        return tuple(dict.fromkeys(uri for uri in found if uri))

    @cached_property
    def refresh(self) -> str | None:
        """Where the page sends its reader within 5 s (``meta http-equiv=refresh``).

        Not where only readers without scripts are sent: that page is made for them.
        """
        if self.tree.select_one("noscript meta[http-equiv=refresh i]") is not None:
            return None
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


def requisites(html: str, *, uri: str) -> tuple[Requisite, ...]:
    """Return what the page at `uri` needs to look as it looks (`Page.requisites`)."""
    return Page.parse(html, uri).requisites


def _media_type(element: Element) -> str:
    return (element.attr("type") or "").split(";")[0].strip().lower()
