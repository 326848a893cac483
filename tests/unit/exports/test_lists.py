"""JSON lines, OPML, Atom and JSON Feed as files."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from hozon import feeds, opml
from hozon.exporting.wishes import Wish
from hozon.nouns.errors import Misuse
from hozon.nouns.feeddocuments import FeedDocument
from tests.archives import BEGAN, OTHER
from tests.shelves import BASE, Shelf

ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def river(shelf: Shelf, wish: Wish | None = None) -> list[str]:
    found, _ = shelf.archive.index.river(
        limit=100, feed_id=wish.feed.id if wish and wish.feed else None
    )
    return [each.entry.key for each in found]


def test_json_lines(shelf: Shelf) -> None:
    """An entry a line, newest first, with its snapshots and what was stored of them."""
    found = lines(shelf.export("jsonl"))

    assert river(shelf) == [entry["id"] for entry in found]
    for entry in found:
        (snapshot,) = entry["snapshots"]
        assert entry["page"] == snapshot["page"] == snapshot["metadata"]["page_uri"]
        assert len(snapshot["metadata"]["facts"]["text"]) >= 200
        assert 2 == len(snapshot["metadata"]["requisites"])
        if entry["state"] == "held":
            assert snapshot["memento"] == entry["memento"]
        else:
            assert entry["memento"] is None
        assert snapshot["memento"].startswith(f"{BASE}/web/2026")
        assert snapshot["warc"] in shelf.keys
    assert {"held": 18, "blocked": 2} == {
        state: sum(e["state"] == state for e in found) for state in ("held", "blocked")
    }


def test_json_lines_of_a_time(shelf: Shelf) -> None:
    """What is not wished for is not read."""
    found = lines(shelf.export("jsonl", Wish(until=BEGAN)))

    assert [] == found


def test_metadata_that_is_lost(shelf: Shelf) -> None:
    """Its entry comes all the same; that it lacks is told."""
    (key,) = [k for k in shelf.keys if lines_key(shelf, k)]
    (shelf.folder / "archive" / key).unlink()

    found = lines(shelf.export("jsonl"))

    assert 20 == len(found)
    assert [None] == [
        s["metadata"] for e in found for s in e["snapshots"] if not s["metadata"]
    ]
    assert 1 == len(shelf.told.said)


def lines_key(shelf: Shelf, key: str) -> bool:
    found, _ = shelf.archive.index.river(limit=1)
    return bool(found[0].snapshot and found[0].snapshot.warc_key == key)


def test_opml(shelf: Shelf) -> None:
    """The list that `feeds export` writes; of one feed where that is asked for."""
    of_all = opml.read(shelf.export("opml").read_bytes())
    of_one = opml.read(shelf.export("opml", shelf.feed()).read_bytes())

    assert ["ニュース 0", "ニュース 1"] == [outline.title for outline in of_all]
    assert [f"{OTHER}/feed.xml"] == [outline.uri for outline in of_one]


def test_opml_has_no_time(shelf: Shelf) -> None:
    """A list of feeds of last month cannot be had."""
    with pytest.raises(Misuse, match="takes no time"):
        shelf.export("opml", Wish(since=BEGAN))


def read(data: bytes) -> FeedDocument:
    return feeds.parse(data, uri=f"{BASE}/river.atom")


def test_atom(shelf: Shelf) -> None:
    """Valid by feedparser and our own reader; complete, and says when it last changed."""
    data = shelf.export("atom").read_bytes()

    root = ET.fromstring(data)
    theirs = feedparser.parse(data)
    assert not theirs.bozo
    assert "atom10" == theirs.version
    assert river(shelf) == [e.id.rpartition(":")[2] for e in theirs.entries]
    assert root.find(f"{HISTORY}complete") is not None
    updated = [e.findtext(f"{ATOM}updated") or "" for e in root.iter(f"{ATOM}entry")]
    assert max(updated) == root.findtext(f"{ATOM}updated")
    assert sorted(e.link for e in read(data).entries if e.link) == sorted(
        e.link for e in theirs.entries
    )
    assert all("/web/" not in e.link for e in theirs.entries)
    # Feed metadata stands before all entries (feedvalidator: MisplacedMetadata).
    names = [child.tag for child in root]
    assert f"{ATOM}entry" not in names[: -len(updated)]


def test_atom_links(shelf: Shelf) -> None:
    """The original and the memento are alternates, of unlike types (RFC 4287 §4.1.2)."""
    root = ET.fromstring(shelf.export("atom").read_bytes())

    for entry in root.iter(f"{ATOM}entry"):
        alternates = [
            (link.get("type"), link.get("href"))
            for link in entry.iter(f"{ATOM}link")
            if link.get("rel") == "alternate"
        ]
        original = alternates[0][1]
        held = entry.findtext("{https://hozon.invalid/ns/feed/1}state") == "held"
        assert len(alternates) == len(dict(alternates)) == 1 + held
        if held:
            assert (alternates[1][0] or "").startswith("text/html;")
            assert (alternates[1][1] or "").endswith(f"/{original}")


def test_atom_of_a_feed(shelf: Shelf) -> None:
    """It has an id and an address of its own, and is not all there is."""
    wish = shelf.feed()
    root = ET.fromstring(shelf.export("atom", wish).read_bytes())

    assert wish.feed is not None
    assert f"urn:hozon:feed:{wish.feed.id}" == root.findtext(f"{ATOM}id")
    assert root.find(f"{HISTORY}complete") is None
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert f"{BASE}/river.atom?feed={wish.feed.id}" == links["self"]


def test_json_feed(shelf: Shelf) -> None:
    """JSON Feed 1.1: what it demands is there, and our own reader reads it."""
    data = shelf.export("jsonfeed").read_bytes()

    said = json.loads(data)
    assert "https://jsonfeed.org/version/1.1" == said["version"]
    assert river(shelf) == [item["id"].rpartition(":")[2] for item in said["items"]]
    assert all("content_text" in item for item in said["items"])
    assert 20 == len({item["id"] for item in said["items"]})
    stated = feeds.parse(data, uri=f"{BASE}/river.json")
    assert ["Ann", "Bob"] == list(stated.entries[0].authors)
    assert said["items"][0]["url"] == stated.entries[0].link


def test_feeds_say_the_same(shelf: Shelf) -> None:
    """Atom and JSON Feed tell of each entry alike."""
    atom = feedparser.parse(shelf.export("atom").read_bytes()).entries
    items = json.loads(shelf.export("jsonfeed").read_bytes())["items"]

    for entry, item in zip(atom, items, strict=True):
        ours = item["_hozon"]
        assert (entry.id, entry.title, entry.link) == (
            item["id"],
            item["title"],
            item["url"],
        )
        assert (entry.summary, entry.updated, entry.published) == (
            item["content_text"],
            item["date_modified"],
            item["date_published"],
        )
        assert entry.hozon_state == ours["state"]
        assert entry.source.title == ours["source"]["title"]
        mementos = [each.href for each in entry.links if each.rel == "memento"]
        assert mementos == [ours["memento"]] * (ours["state"] == "held")


@pytest.mark.parametrize("form", ["atom", "jsonfeed", "jsonl"])
def test_lists_of_nothing(shelf: Shelf, form: str) -> None:
    """No entry is a list, too, and one that readers take."""
    data = shelf.export(form, Wish(until=BEGAN)).read_bytes()

    if form == "jsonl":
        assert b"" == data
    else:
        assert [] == list(feeds.parse(data, uri=f"{BASE}/river").entries)
