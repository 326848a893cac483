"""Entries over real feeds' histories: none lost, none twice; skipped where absent."""

import gzip
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hozon import feeds
from hozon.entries import entries, identity, statements
from hozon.feeds import FeedDocument, StatedEntry
from hozon.nouns.model import Entry
from tests.fakes import a_feed

HISTORIES = Path(__file__).parents[3] / "shared" / "corpora" / "feeds-history"
URI = "https://feed.example/feed.xml"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not HISTORIES.exists(), reason="the corpora are absent"),
]


@dataclass(slots=True)
class Played:
    """A history, poll by poll: the entries that came of it, and what was stated."""

    entries: dict[str, Entry] = field(default_factory=dict)
    pages: set[str | None] = field(default_factory=set)
    captured: set[str | None] = field(default_factory=set)

    def poll(self, document: FeedDocument, seen_at: datetime) -> None:
        """Take in one version of the feed."""
        found = entries.stated(a_feed(), document, seen_at=seen_at)
        said = statements.statements(found)
        wanted = {key for each in said for key in each.keys}
        known = {k: e for k, e in self.entries.items() if k in wanted}
        recent: list[Entry] = []
        if not identity.are_known(said, known):
            newest = sorted(self.entries.values(), key=lambda e: (e.river_at, e.key))
            recent = newest[::-1][: 2 * len(said) + 100]
        told = identity.told(said, known, recent)
        assert len(said) == len({each.key for each in told.entries})
        self.entries |= {each.key: each for each in told.news}
        self.pages |= {statements.page_of(e) for e in found if e.link}
        jobs = entries.capture_jobs(told.news, relinked=told.relinked, again=told.again)
        linked = {each.key: each for each in told.news}
        self.captured |= {statements.page_of(linked[job.entry_key]) for job in jobs}


Change = Callable[[StatedEntry, float], StatedEntry]
"""What a publisher does to an item, who is so far through the history (0 to 1)."""


def versions(name: str) -> list[tuple[FeedDocument, datetime]]:
    """Return the versions of a feed, oldest first, and when each was published."""
    folder = HISTORIES / name
    listed = json.loads((folder / "versions.json").read_text("utf-8"))["versions"]
    return [
        (
            feeds.parse(gzip.decompress((folder / v["file"]).read_bytes()), uri=URI),
            datetime.fromisoformat(v["date"]).astimezone(UTC),
        )
        for v in listed
    ]


def played(history: Sequence[tuple[FeedDocument, datetime]], change: Change) -> Played:
    """Return what came of a history whose items were changed."""
    through = Played()
    for n, (document, seen_at) in enumerate(history):
        items = tuple(change(each, n / len(history)) for each in document.entries)
        through.poll(replace(document, entries=items), seen_at)
    return through


def as_it_was(stated: StatedEntry, _: float) -> StatedEntry:
    return stated


def one_id(stated: StatedEntry, _: float) -> StatedEntry:
    """Give all items one id."""
    return replace(stated, id="the-feed")


def no_ids(stated: StatedEntry, _: float) -> StatedEntry:
    return replace(stated, id=None)


def schemes(stated: StatedEntry, through: float) -> StatedEntry:
    """Change from http to https and back, over and over."""
    scheme = "http:" if int(through * 100) % 2 else "https:"
    return _moved(stated, r"^https?:", scheme)


def a_move(stated: StatedEntry, through: float) -> StatedEntry:
    """Change to another host halfway."""
    if through < 0.5:
        return stated
    return _moved(stated, r"^https?://[^/]+", "https://moved.example.org")


def new_ids(stated: StatedEntry, through: float) -> StatedEntry:
    """Change to ids of another kind halfway."""
    return stated if through < 0.5 else replace(stated, id=f"tag:{stated.link}")


def tracking(stated: StatedEntry, through: float) -> StatedEntry:
    """Give no ids, and links with another parameter each time."""
    link = stated.link
    sign = "&" if link and "?" in link else "?"
    tracked = link and f"{link}{sign}utm_campaign={through:.3f}"
    return replace(stated, id=None, link=tracked)


def _moved(stated: StatedEntry, what: str, to: str) -> StatedEntry:
    id_, link = (
        uri and re.sub(what, to, uri) if uri else None
        for uri in (stated.id, stated.link)
    )
    return replace(stated, id=id_, link=link)


# Entries, and pages that they have linked to: the first has moved three of its posts.
HELD = {
    "finops-ja": (16, 19),
    "kenzo0107-ja": (54, 54),
    "olshansk-cursor": (113, 113),
    "olshansk-google_ai": (80, 80),
    "olshansk-paulgraham": (234, 234),
    "rust-blog": (111, 111),
    "rust-inside": (142, 142),
}


@pytest.mark.parametrize("name", HELD)
def test_a_history(name: str) -> None:
    """Every article of a feed's history is one entry, and every page is captured."""
    history = played(versions(name), as_it_was)

    assert HELD[name] == (len(history.entries), len(history.pages))
    assert history.pages == history.captured


@pytest.mark.parametrize("name", HELD)
def test_a_history_of_a_careless_publisher(name: str) -> None:
    """So it is whatever the publisher does to ids, hosts and links."""
    history = versions(name)
    expected, _ = HELD[name]
    for change in (one_id, no_ids, schemes, a_move, new_ids, tracking):
        changed = played(history, change)
        # One post of the first feed was moved, and dated anew, by the real publisher
        # in the very version in which ours changes host or ids.
        assert len(changed.entries) - expected in (0, 1), change.__name__
        assert changed.pages == changed.captured
