"""OPML 2.0 (and 1.x) subscription lists: read with their rubbish, written clean.

Titles and URIs only; Hozon's own settings travel in attributes of `NAMESPACE`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET
from xml.parsers import expat

from hozon import uris
from hozon.errors import Misuse
from hozon.instants import http_date
from hozon.model import Feed

NAMESPACE = "https://hozon.invalid/ns/opml/1"
LARGEST = 10_000_000
_DEPTH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list: its `uri` in normal form, or what is wrong with it.

    `line` is where it stands in the file, from 1.
    """

    line: int
    title: str | None
    uri: str | None
    paused: bool = False
    problem: str | None = None


def read(document: bytes) -> list[Outline]:
    """Return the outlines of a list that name a feed, nested ones too, in order.

    Outlines without a feed (folders) are passed over; those whose feed cannot be used
    carry a `problem`. Raises `Misuse` where the document is no OPML.
    """
    if len(document) > LARGEST:
        raise Misuse(f"OPML of {len(document)} bytes; at most {LARGEST} are read")
    try:
        return _Reading().of(document)
    except (expat.ExpatError, ValueError, LookupError) as e:
        raise Misuse(f"not OPML that can be read: {e}") from None


class _Reading:
    """One pass of expat over a list."""

    def __init__(self) -> None:
        self._found: list[Outline] = []
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse

    def of(self, document: bytes) -> list[Outline]:
        self._parser.Parse(document, True)
        return self._found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._depth and name.lower() != "opml":
            raise Misuse(f"not OPML: the root element is <{name}>")
        self._depth += 1
        if self._depth > _DEPTH:
            raise Misuse(f"OPML nested deeper than {_DEPTH} levels")
        if name.lower() == "outline":
            line = self._parser.CurrentLineNumber
            self._found.extend(_outline(attributes, line))

    def _end(self, _: str) -> None:
        self._depth -= 1

    def _refuse(self, *_: object) -> None:
        raise Misuse("not OPML that can be read: it declares entities")


def _outline(attributes: dict[str, str], line: int) -> Iterator[Outline]:
    named = {name.lower(): value for name, value in attributes.items()}
    address = (named.get("xmlurl") or "").strip()
    title = named.get("title") or named.get("text") or None
    kind = named.get("type", "").lower()
    if not address and kind not in {"rss", "atom"}:
        return
    try:
        href = uris.normal(_schemed(address))
    except Misuse as e:
        problem = str(e) if address else "no xmlUrl"
        yield Outline(line=line, title=title, uri=None, problem=problem)
        return
    paused = any(
        name.endswith(":paused") and value == "true" for name, value in named.items()
    )
    yield Outline(line=line, title=title, uri=href, paused=paused)


def _schemed(address: str) -> str:
    """Return the address with ``feed:`` taken off, as some readers write it."""
    bare = re.sub(r"^feed:(//)?(?=https?:)", "", address, flags=re.IGNORECASE)
    return re.sub(r"^feed://", "https://", bare, flags=re.IGNORECASE)


def write(feeds: Iterable[Feed], *, now: datetime) -> bytes:
    """Return the feeds as OPML 2.0 in UTF-8."""
    ET.register_namespace("hozon", NAMESPACE)
    root = ET.Element("opml", version="2.0")
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = "Feeds followed by Hozon"
    ET.SubElement(head, "dateCreated").text = http_date(now)
    body = ET.SubElement(root, "body")
    for feed in feeds:
        title = feed.title or feed.uri
        outline = ET.SubElement(
            body, "outline", type="rss", text=title, title=title, xmlUrl=feed.uri
        )
        if feed.site_uri:
            outline.set("htmlUrl", feed.site_uri)
        if feed.paused:
            outline.set(f"{{{NAMESPACE}}}paused", "true")
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
