"""What a page states of itself for machines: ``meta`` elements and JSON-LD."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from turbohtml import Document

from hozon.reading import characters

Node = Mapping[str, Any]
"""One JSON-LD object."""

_MAX_BLOCKS = 20
_MAX_BLOCK = 500_000
_MAX_NODES = 2_000
_MAX_DEPTH = 20
_MAX_METAS = 500
_ARTICLE = re.compile(
    r"Article|BlogPosting|Report|Review|Recipe|NewsItem|SocialMediaPosting|ScholarlyWork"
)
_WRAPPING = re.compile(
    r"\A\s*(?://\s*)?(?:<!\[CDATA\[|<!--)|(?://\s*)?(?:\]\]>|-->)\s*\Z"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")


class Statements:
    """The machine-readable statements of one page, read once and asked often."""

    def __init__(self, tree: Document) -> None:
        self._tree = tree

    def meta(self, *names: str) -> str | None:
        """Return the content of the first of these ``meta`` names that has any."""
        return next(
            (self._metas[name][0] for name in names if name in self._metas), None
        )

    def metas(self, *names: str) -> list[str]:
        """Return all contents of the first of these ``meta`` names that has any."""
        return next((self._metas[name] for name in names if name in self._metas), [])

    @cached_property
    def _metas(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for element in self._tree.select("meta[content]")[:_MAX_METAS]:
            content = characters.folded(element.attr("content") or "", limit=1_000)
            stated = (element.attr(one) for one in ("property", "name", "itemprop"))
            for name in dict.fromkeys(one.strip().lower() for one in stated if one):
                if content:
                    found.setdefault(name, []).append(content)
        return found

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All JSON-LD objects of the page, the outer before the inner."""
        blocks = self._tree.select("script[type='application/ld+json' i]")[:_MAX_BLOCKS]
        found = (node for block in blocks for node in _walked(_loaded(block.text), 0))
        return tuple(node for node, _ in zip(found, range(_MAX_NODES), strict=False))

    @cached_property
    def articles(self) -> tuple[Node, ...]:
        """The objects that describe the article, then those that describe the page."""
        articles = [one for one in self.nodes if _ARTICLE.search(_type(one))]
        pages = [one for one in self.nodes if "WebPage" in _type(one)]
        return tuple(articles + pages)

    def of_type(self, name: str) -> Iterator[Node]:
        """Yield the JSON-LD objects whose type has `name` in it."""
        return (node for node in self.nodes if name in _type(node))

    def said(self, *names: str) -> Any | None:
        """Return the first of these properties that an article object has."""
        for name in names:
            for node in self.articles:
                if node.get(name):
                    return node[name]
        return None


def strings(value: object, *, key: str = "name") -> list[str]:
    """Return the texts in a JSON-LD value: itself, or the `key` of its objects."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return strings(value.get(key)) if key in value else []
    if isinstance(value, list):
        return [text for one in value[:50] for text in strings(one, key=key)]
    return []


def _type(node: Node) -> str:
    return " ".join(strings(node.get("@type")))


def _loaded(block: str) -> object:
    """Return a JSON-LD block's value, as broken as pages make them; None if hopeless."""
    bare = _WRAPPING.sub("", block[:_MAX_BLOCK]).strip().rstrip(";")
    for attempt in (bare, _TRAILING_COMMA.sub("", bare)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walked(value: object, depth: int) -> Iterator[Node]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _walked(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            yield from _walked(one, depth + 1)
