"""What an entry of the river is in a feed of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hozon.nouns.model import Enclosure, Feed, RiverEntry
from hozon.serving import memento, river
from hozon.serving.describing import state

NAMESPACE = "https://hozon.invalid/ns/feed/1"
"""Of the elements that no standard has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry as feeds tell of it. URIs are absolute, texts plain.

    `id` is for ever. `link` is the original, `memento` the latest capture of it that
    stands for the entry (None: there is none). `updated_at` is when what is told here
    last changed: the feed's statement, or what is held.
    """

    id: str
    title: str
    link: str | None
    memento: str | None
    is_html: bool
    summary: str
    authors: tuple[str, ...]
    language: str
    published_at: datetime
    updated_at: datetime
    categories: tuple[str, ...]
    enclosures: tuple[Enclosure, ...]
    source_id: str
    source_title: str
    state: str
    kind: str | None
    captured_at: datetime | None
    trouble: str | None


def item(shown: RiverEntry, sources: Mapping[str, Feed], *, base: str) -> Item:
    """Return an entry with its mementos below `base`; `sources` are feeds by their ids."""
    entry, held, trouble = shown.entry, shown.snapshot, shown.trouble
    feed = sources.get(entry.feed_id)
    shows = held and held.facts.published_at
    changed = [entry.seen_at, held and held.captured_at, trouble and trouble.at]
    return Item(
        id=f"urn:hozon:entry:{entry.key}",
        title=entry.title or entry.link or entry.id,
        link=entry.link,
        memento=base + memento.path(held.page_uri, held.captured_at)
        if held and held.accepted
        else None,
        is_html=held is None or held.kind != "document",
        summary=river.summary(shown),
        authors=entry.authors,
        language=river.language(shown),
        published_at=entry.published_at or shows or entry.river_at,
        updated_at=max(each for each in changed if each),
        categories=entry.categories,
        enclosures=entry.enclosures,
        source_id=feed.uri if feed else f"urn:hozon:feed:{entry.feed_id}",
        source_title=(feed and feed.title) or (feed.uri if feed else ""),
        state=state(shown),
        kind=held.kind if held else None,
        captured_at=held.captured_at if held else None,
        trouble=trouble.reason if trouble else None,
    )
