"""A captured page written anew, element by element."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from itertools import islice

import turbohtml
from turbohtml import CData, Doctype, Element, Namespace, Node, Text

from hozon.inert.references import References, Use
from hozon.inert.revealing import is_unseen, revealed
from hozon.inert.tables import (
    DROPPED,
    FOREIGN,
    LAZY,
    LEFT_OUT,
    LINKS,
    MEDIA,
    MOVING,
    PAINTED,
    RENAMED,
    REPLACED,
    SOURCED,
    UNWRAPPED,
    VOID,
)

_LONGEST_STYLE = 100_000
_NEAR = 4
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]*")
_ESCAPED = "\\3c /"  # nothing in a style sheet ends the element around it
_FRAME = (
    "display:inline-block;max-width:100%;padding:.5em .75em;border:1px dashed;"
    "font:14px/1.4 sans-serif;overflow-wrap:anywhere"
)

Attributes = Mapping[str, tuple[str, str]]
"""Attributes by their names in lower case: the name as written, and the value."""


class Writing:
    """The writing of one page."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._waiting: list[Iterator[Node] | str] = []

    def all_of(self, tree: turbohtml.Document) -> Iterator[str]:
        """Yield the markup of a page, however deep it goes."""
        self._waiting.append(_children(tree))
        while self._waiting:
            last = self._waiting[-1]
            if isinstance(last, str):
                self._waiting.pop()
                yield last
            elif (node := next(last, None)) is None:
                self._waiting.pop()
            else:
                yield from self._node(node)

    def _node(self, node: Node) -> Iterator[str]:
        if isinstance(node, Element):
            yield from self._element(node)
        elif isinstance(node, Text | CData):
            yield escape(node.text, quote=False)
        elif isinstance(node, Doctype):
            yield _doctype(node)

    def _element(self, element: Element) -> Iterator[str]:
        name = element.tag.lower()
        if name in LEFT_OUT or (name in MOVING and _moves_links(element)):
            return
        if name in UNWRAPPED:
            self._waiting.append(_children(element))
        elif name in REPLACED:
            yield self._replaced(element, name)
        elif name == "style":
            yield self._style(element)
        elif name != "link" or _is_sheet(element):
            yield self._written(element, name)

    def _written(self, element: Element, name: str) -> str:
        """Return the start tag of an element, and have what is in it wait."""
        tag = RENAMED.get(name, element.tag)
        tag = tag if _NAME.fullmatch(tag) else "span"
        start = f"<{tag}{self._attributes(element, name)}>"
        if name in VOID and element.namespace is Namespace.HTML:
            return start
        self._waiting += [f"</{tag}>", _children(element)]
        if (root := element.shadow_root) is not None:
            self._waiting += ["</template>", _children(root)]
            start += f'<template shadowrootmode="{root.mode}">'
        return start

    def _replaced(self, element: Element, name: str) -> str:
        """Return what stands for a document or a program: a link to what is held of it."""
        stated = element.attr("data" if name == "object" else "src") or ""
        target = self._references.absolute(stated)
        href = self._references.link(stated)
        sizes = element.attr("style"), element.attr("width"), element.attr("height")
        if target is None or href is None or is_unseen(*sizes):
            return ""
        return (
            f'<a target="_top" rel="noreferrer" href="{escape(href)}" style="{_FRAME}">'
            f"▣ {escape(target[:200])}</a>"
        )

    def _style(self, element: Element) -> str:
        text = revealed(self._references.sheet(element.text))
        media = element.attr("media")
        stated = f' media="{escape(media)}"' if media else ""
        if element.namespace is not Namespace.HTML:
            return f"<style{stated}>{escape(text, quote=False)}</style>"
        if _is_in_foreign(element):
            return ""
        return f"<style{stated}>{text.replace('</', _ESCAPED)}</style>"

    # --- attributes -----------------------------------------------------------------

    def _attributes(self, element: Element, name: str) -> str:
        stated = {
            key.lower(): (
                key,
                value if isinstance(value, str) else " ".join(value or ()),
            )
            for key, value in element.attrs.items()
        }
        found = dict(self._kept(name, stated))
        if name == "img":
            found |= self._lazy(element, stated)
        if name in LINKS and any(
            key.lower().endswith("href") and not value.startswith("#")
            for key, value in found.items()
        ):
            found |= {"target": "_top", "rel": "noreferrer"}
        if name == "link":
            is_other = "alternate" in found.get("rel", "").lower().split()
            found["rel"] = "alternate stylesheet" if is_other else "stylesheet"
        return "".join(f' {key}="{escape(value)}"' for key, value in found.items())

    def _kept(self, name: str, stated: Attributes) -> Iterator[tuple[str, str]]:
        for key, (written, value) in stated.items():
            if key in DROPPED or key.startswith("on") or not _ATTRIBUTE.fullmatch(key):
                continue
            if (changed := self._changed(name, key, value)) is not None:
                yield written, changed

    def _changed(self, name: str, key: str, value: str) -> str | None:
        """Return the value of an attribute as it is written; None: it is left out."""
        to = self._references
        if key.endswith("href") and name in LINKS:
            return to.link(value)
        if key == "src" and name not in SOURCED:
            return None
        if key.endswith("href") or key in {"src", "poster", "background"}:
            return to.part(value, _use(name, key))
        if key == "srcset":
            return to.pictures(value)
        if key in PAINTED:
            return to.sheet(value) if len(value) <= _LONGEST_STYLE else None
        return value

    def _lazy(self, element: Element, stated: Attributes) -> dict[str, str]:
        """Return what a script would have put into an image that waits to be seen."""
        src = stated.get("src", ("", ""))[1].strip().lower()
        if (src and not src.startswith("data:")) or _is_told_again(element):
            return {}
        found = {}
        for key, names in LAZY.items():
            value = next((stated[each][1] for each in names if each in stated), "")
            if value and (changed := self._changed("img", key, value)):
                found[key] = changed
        return found


def _use(name: str, key: str) -> Use:
    if name == "link":
        return "s"
    return "m" if name in MEDIA and key == "src" else "i"


def _children(node: Node) -> Iterator[Node]:
    return iter(list(node.children))


def _doctype(node: Doctype) -> str:
    """Return a doctype that has a page laid out as its own does (§13.2.6.4.1)."""
    public = node.public_id
    return f'<!DOCTYPE html PUBLIC "{escape(public)}">' if public else "<!DOCTYPE html>"


def _is_sheet(element: Element) -> bool:
    return "stylesheet" in (element.attr("rel") or "").lower().split()


def _is_told_again(element: Element) -> bool:
    """Tell whether an image stands there once more, for readers without scripts."""
    near = (e for e in islice(element.next_siblings, _NEAR) if isinstance(e, Element))
    after = next(near, None)
    is_plain = after is not None and after.tag == "noscript"
    return is_plain and after is not None and after.select_one("img") is not None


def _moves_links(element: Element) -> bool:
    return (element.attr("attributename") or element.attr("attributeName") or "href")[
        -4:
    ].lower() == "href"


def _is_in_foreign(element: Element) -> bool:
    return any(
        isinstance(each, Element) and each.tag in FOREIGN for each in element.ancestors
    )
