"""What the archive says of itself as Atom (RFC 4287)."""

from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from hozon.entries.health import Ailment, ailments, blocked
from hozon.nouns.instants import iso
from hozon.nouns.model import Feed, Trouble

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"


def health(
    feeds: Sequence[Feed],
    troubles: Sequence[Trouble] = (),
    *,
    base: str,
    now: datetime,
) -> bytes:
    """Return what is wrong with the feeds as an Atom feed, an entry for each ailment and
    for each page that we will not fetch.

    An ailment that goes on keeps its id; one that comes back later has another.
    """
    ET.register_namespace("", ATOM)
    found = [(feed, ail) for feed in feeds for ail in ailments(feed, now=now)]
    stands = blocked(troubles)
    refused = [trouble for trouble in troubles if trouble.kind == "refused"]
    found += [(feed, stands[feed.id]) for feed in feeds if feed.id in stands]
    root = ET.Element(f"{{{ATOM}}}feed")
    _text(root, "id", f"{base}/health.atom")
    _text(root, "title", "Hozon: feeds that need a look")
    at = [*(ail.at for _, ail in found), *(trouble.at for trouble in refused)]
    _text(root, "updated", iso(max(at, default=now)))
    _text(ET.SubElement(root, f"{{{ATOM}}}author"), "name", "Hozon")
    ET.SubElement(root, f"{{{ATOM}}}link", rel="self", href=f"{base}/health.atom")
    for feed, ailment in sorted(found, key=lambda pair: pair[1].at, reverse=True):
        _entry(root, feed, ailment)
    for trouble in refused:
        _refusal(root, trouble)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(root: ET.Element, feed: Feed, ailment: Ailment) -> None:
    entry = ET.SubElement(root, f"{{{ATOM}}}entry")
    id_ = f"urn:hozon:feed:{feed.id}:{ailment.kind}:{iso(ailment.since)}"
    _text(entry, "id", id_)
    _text(entry, "title", f"{feed.title or feed.uri}: {ailment.text}")
    _text(entry, "updated", iso(ailment.at))
    _text(entry, "content", f"{feed.uri}\n{ailment.text}")
    ET.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=feed.uri)


def _refusal(root: ET.Element, trouble: Trouble) -> None:
    entry = ET.SubElement(root, f"{{{ATOM}}}entry")
    _text(entry, "id", f"urn:hozon:entry:{trouble.entry_key}:refused")
    _text(entry, "title", f"not fetched: {trouble.link}")
    _text(entry, "updated", iso(trouble.at))
    _text(entry, "content", f"{trouble.link}\n{trouble.reason}")
    ET.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=trouble.link)


def element(parent: ET.Element, name: str, text: str) -> ET.Element:
    """Add an element of Atom that holds text, and return it."""
    added = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    added.text = _clean(text)
    return added


def _text(parent: ET.Element, name: str, text: str) -> None:
    element(parent, name, text)


def _clean(text: str) -> str:
    """Drop what XML 1.0 cannot hold (§2.2)."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff")
    )
