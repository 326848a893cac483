"""Write the feeds that are followed as OPML 2.0, with all their settings. Pure."""

import re
from collections.abc import Iterable
from datetime import datetime
from xml.etree import ElementTree as ET

from hozon.nouns.instants import http_date
from hozon.nouns.model import Feed
from hozon.opml.reading import NAMESPACE

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(feeds: Iterable[Feed], *, now: datetime) -> bytes:
    """Return the feeds as OPML 2.0 in UTF-8, in folders as the operator keeps them."""
    ET.register_namespace("hozon", NAMESPACE)
    root = ET.Element("opml", version="2.0")
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = "Feeds followed by Hozon"
    ET.SubElement(head, "dateCreated").text = http_date(now)
    folders: dict[tuple[str, ...], ET.Element] = {(): ET.SubElement(root, "body")}
    for feed in feeds:
        _write_feed(_folder(folders, feed.folder), feed)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _folder(
    folders: dict[tuple[str, ...], ET.Element], path: tuple[str, ...]
) -> ET.Element:
    if path not in folders:
        within = _folder(folders, path[:-1])
        folders[path] = ET.SubElement(within, "outline", text=_clean(path[-1]))
    return folders[path]


def _write_feed(folder: ET.Element, feed: Feed) -> None:
    title = _clean(feed.title or "")
    outline = ET.SubElement(
        folder, "outline", type="rss", text=title or feed.uri, xmlUrl=feed.uri
    )
    if title:
        outline.set("title", title)
    if feed.site_uri:
        outline.set("htmlUrl", _clean(feed.site_uri))
    for name, value in (
        ("paused", "true" if feed.paused else None),
        ("everyMin", feed.every_min_s),
        ("everyMax", feed.every_max_s),
        ("plan", feed.plan),
    ):
        if value is not None:
            outline.set(f"{{{NAMESPACE}}}{name}", str(value))


def _clean(text: str) -> str:
    """Drop what XML 1.0 cannot hold (§2.2)."""
    return _FORBIDDEN.sub("", text)
