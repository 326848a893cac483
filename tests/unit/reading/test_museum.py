"""The museum of feeds: each document is read as its expectation says."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from hozon import feeds
from hozon.nouns import instants

MUSEUM = Path(__file__).parents[2] / "data" / "feeds"
EXPECTED: dict[str, Any] = json.loads((MUSEUM / "expected.json").read_text("utf-8"))
DOCUMENTS = sorted(
    path.name
    for path in MUSEUM.iterdir()
    if path.suffix in {".xml", ".json"} and path.name != "expected.json"
)


def entry_shown(entry: feeds.StatedEntry) -> dict[str, Any]:
    """Return an entry as the expectations are written: what is empty is left out."""
    shown: dict[str, Any] = {}
    for name in feeds.StatedEntry.__slots__:
        value = getattr(entry, name)
        if name.endswith("_at") and value:
            value = instants.iso(value)
        if value:
            shown[name] = list(value) if isinstance(value, tuple) else value
    if entry.enclosures:
        shown["enclosures"] = [asdict(one) for one in entry.enclosures]
    return shown


def shown(feed: feeds.FeedDocument) -> dict[str, Any]:
    return {
        "kind": feed.kind,
        "title": feed.title,
        "site_uri": feed.site_uri,
        "language": feed.language,
        "notes": list(feed.notes),
        "entries": [entry_shown(entry) for entry in feed.entries],
        **{
            name: list(value) if isinstance(value, tuple) else value
            for name in ("hubs", "self_uri", "older_uri", "is_complete")
            if (value := getattr(feed, name))
        },
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_exhibit(name: str) -> None:
    """A feed that once broke a reader is read as it was meant."""
    document = (MUSEUM / name).read_bytes()

    feed = feeds.parse(document, uri="https://feed.example/dir/feed.xml")

    assert EXPECTED[name] == shown(feed)


def test_every_exhibit_is_there() -> None:
    """Documents and expectations come in pairs."""
    assert sorted(EXPECTED) == DOCUMENTS
