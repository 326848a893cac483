"""JSON Feed 1.1 (jsonfeed.org/version/1.1), written piece by piece.

`head`, items with `SEPARATOR` between them, `END`: one JSON document. What the standard
has no member for is in ``_hozon`` of each item (docs/exports.md).
"""

import json
from typing import Any

from hozon.nouns.instants import iso
from hozon.publishing.items import Item

MEDIA_TYPE = "application/feed+json; charset=utf-8"
SEPARATOR = b",\n"
END = b"\n]}\n"

_ABOUT = "Hozon, docs/exports.md"


def head(*, title: str, home: str, feed: str, next_uri: str | None = None) -> bytes:
    """Return the document as far as its first item.

    `home` is the page of the same, `feed` the URI of this document, `next_uri` of the
    one with the items before these.
    """
    said = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": home,
        "feed_url": feed,
        **({"next_url": next_uri} if next_uri else {}),
        "authors": [{"name": "Hozon"}],
        "_hozon": {"about": _ABOUT},
    }
    return _encoded(said)[:-1] + b', "items": [\n'


def item(shown: Item) -> bytes:
    """Return an item."""
    said: dict[str, Any] = {
        "id": shown.id,
        **({"url": shown.link} if shown.link else {}),
        "title": shown.title,
        "content_text": shown.summary,
        "date_published": iso(shown.published_at),
        "date_modified": iso(shown.updated_at),
        "authors": [{"name": name} for name in _authors(shown)],
        "language": shown.language,
        "tags": list(shown.categories),
        "attachments": _attachments(shown),
        "_hozon": _ours(shown),
    }
    return _encoded(said)


def _authors(shown: Item) -> tuple[str, ...]:
    """Return who wrote it: the source, where its feed names nobody."""
    return tuple(filter(None, shown.authors or (shown.source_title,)))


def _attachments(shown: Item) -> list[dict[str, Any]]:
    return [
        {
            "url": each.uri,
            "mime_type": each.type or "application/octet-stream",
            **({} if each.length is None else {"size_in_bytes": each.length}),
        }
        for each in shown.enclosures
    ]


def _ours(shown: Item) -> dict[str, Any]:
    return {
        "memento": shown.memento,
        "source": {"id": shown.source_id, "title": shown.source_title},
        "state": shown.state,
        "kind": shown.kind,
        "captured_at": shown.captured_at and iso(shown.captured_at),
        "trouble": shown.trouble,
    }


def _encoded(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
