"""Legal holds: what they cover, and that it stays."""

from typing import TypedDict

import pytest

from hozon.guarding import preserving
from hozon.guarding.preserving import lift, place, refuse_if_held
from hozon.nouns.archive import Archive
from hozon.nouns.custody import Custody
from hozon.nouns.errors import NotFound, Refused
from hozon.nouns.model import Entry, Snapshot
from tests.fetching import Answer, html
from tests.unit.usecases.conftest import Desk

FEED, OTHER = "https://news.example.org/feed", "https://other.example.org/feed"
A, B = "https://news.example.org/a", "https://news.example.org/b"
C = "https://other.example.org/c"
STYLE = "https://news.example.org/s.css"
LONG = "Words of an article that goes on for a while. " * 30


class Order(TypedDict):
    """Why a hold is placed, and by whom."""

    reason: str
    by: str


WHY = Order(reason="Case 4711", by="me@here")


def rss(*links: str) -> Answer:
    items = "".join(
        f"<item><title>T {link}</title><link>{link}</link><guid>{link}</guid></item>"
        for link in links
    )
    document = f"<rss version='2.0'><channel><title>N</title>{items}</channel></rss>"
    return Answer(document.encode(), 200, (("Content-Type", "application/rss+xml"),))


def article(name: str) -> Answer:
    styled = f"<link rel=stylesheet href={STYLE}>"
    return html(f"{styled}<article><h1>{name}</h1><p>{name} {LONG}</p></article>")


SITE = {
    FEED: rss(A, B),
    OTHER: rss(C),
    A: article("A"),
    B: article("B"),
    C: article("C"),
    STYLE: Answer(b"p { color: black } " * 60, 200, (("Content-Type", "text/css"),)),
}


@pytest.fixture
async def kept(desk: Desk) -> Desk:
    """Return an archive of two articles of one feed and one of another."""
    desk.follow(FEED)
    desk.follow(OTHER)
    await desk.run(desk.fetcher(dict(SITE)))
    return desk


def entry_of(archive: Archive, link: str) -> Entry:
    found = archive.index.river(limit=9)[0]
    return next(shown.entry for shown in found if shown.entry.link == link)


def snapshot_of(archive: Archive, link: str) -> Snapshot:
    [found] = archive.index.snapshots(link)
    return found


def held(desk: Desk) -> set[str]:
    """Return the keys of the objects that are on hold."""
    custody = desk.opened.custody
    return {key for key in desk.opened.archive.warcs.keys() if custody.keeps(key)}  # noqa: SIM118


def parts(desk: Desk) -> tuple[Archive, Custody]:
    return desk.opened.archive, desk.opened.custody


async def test_a_feed_is_held_with_its_documents(kept: Desk) -> None:
    """Its polls and the snapshots of its entries; nothing of another feed."""
    archive, custody = parts(kept)
    hold = place(FEED, archive, custody, **WHY)
    documents = {c.location.warc_key for c in archive.index.timemap(FEED)}
    snapshots = {snapshot_of(archive, link).warc_key for link in (A, B)}

    assert documents | snapshots <= held(kept)
    assert not held(kept) & {c.location.warc_key for c in archive.index.timemap(OTHER)}
    assert hold.objects == len(held(kept))
    assert ("feed", FEED, "Case 4711", "me@here") == (
        hold.kind,
        hold.uri,
        hold.reason,
        hold.placed_by,
    )


async def test_an_entry_is_held_with_all_it_shares(kept: Desk) -> None:
    """A style sheet that lies in another snapshot's object: that object, too."""
    archive, custody = parts(kept)
    places = {c.location.warc_key for c in archive.index.timemap(STYLE)}
    for link in (A, B, C):
        place(entry_of(archive, link).key, archive, custody, **WHY)
        assert snapshot_of(archive, link).warc_key in held(kept)
        assert places & held(kept)


async def test_what_came_since_is_covered_by_placing_it_again(kept: Desk) -> None:
    """It is the same hold, with its first reason and date."""
    archive, custody = parts(kept)
    first = place(FEED, archive, custody, **WHY)
    more = "https://news.example.org/d"
    kept.clock.advance(hours=30)
    await kept.run(kept.fetcher({**SITE, FEED: rss(more, A, B), more: article("D")}))
    assert snapshot_of(archive, more).warc_key not in held(kept)

    again = place(FEED, archive, custody, reason="another", by="you")

    assert snapshot_of(archive, more).warc_key in held(kept)
    assert again.objects > first.objects
    assert [again] == list(custody.holds())
    assert (first.id, "Case 4711", first.placed_at) == (
        again.id,
        again.reason,
        again.placed_at,
    )


async def test_what_another_hold_covers_stays_held(kept: Desk) -> None:
    """Lifting the feed's hold leaves that of one entry, and the other way round."""
    archive, custody = parts(kept)
    place(FEED, archive, custody, **WHY)
    only = place(entry_of(archive, A).key, archive, custody, **WHY)
    lift(FEED, archive, custody, reason="settled", by="you")

    assert preserving.objects_of(only, archive) == held(kept)
    lift(entry_of(archive, A).key, archive, custody, reason="settled", by="you")
    assert set() == held(kept)
    assert [False, False] == [hold.stands for hold in custody.holds()]
    assert ["settled", "settled"] == [hold.lifted_reason for hold in custody.holds()]


async def test_a_hold_can_be_placed_anew(kept: Desk) -> None:
    """What was lifted is history; a new order is another hold."""
    archive, custody = parts(kept)
    first = place(FEED, archive, custody, **WHY)
    lift(FEED, archive, custody, reason="settled", by="you")
    kept.clock.advance(hours=1)
    second = place(FEED, archive, custody, **WHY)

    assert first.id != second.id
    assert [False, True] == [hold.stands for hold in custody.holds()]


async def test_a_feed_that_is_followed_no_more_can_be_held(kept: Desk) -> None:
    """Its entries are still there, and its documents."""
    archive, custody = parts(kept)
    feed = next(feed for feed in archive.feeds.all() if feed.uri == FEED)
    archive.feeds.remove(feed.id)

    hold = place(FEED, archive, custody, **WHY)

    assert feed.id == hold.subject
    assert snapshot_of(archive, A).warc_key in held(kept)


async def test_what_is_not_there_cannot_be_held(kept: Desk) -> None:
    """Neither a feed nor an entry; nor is a hold lifted that does not stand."""
    archive, custody = parts(kept)
    for named in ("https://nobody.example.org/feed", "0123", "no uri at all"):
        with pytest.raises(NotFound, match="neither a feed nor an entry"):
            place(named, archive, custody, **WHY)
    with pytest.raises(NotFound, match="no hold stands"):
        lift(FEED, archive, custody, **WHY)
    assert [] == list(custody.holds())


async def test_whoever_deletes_is_refused(kept: Desk) -> None:
    """By the order itself: also what came after it was carried out."""
    archive, custody = parts(kept)
    other = {snapshot_of(archive, C).warc_key}
    place(FEED, archive, custody, **WHY)
    more = "https://news.example.org/d"
    kept.clock.advance(hours=30)
    await kept.run(kept.fetcher({**SITE, FEED: rss(more, A, B), more: article("D")}))

    for link in (A, B, more):
        with pytest.raises(Refused, match=r"on legal hold: feed .* Case 4711"):
            refuse_if_held({snapshot_of(archive, link).warc_key}, archive, custody)
    if not other & held(kept):
        refuse_if_held(other, archive, custody)
    lift(FEED, archive, custody, **WHY)
    refuse_if_held({snapshot_of(archive, A).warc_key}, archive, custody)


async def test_an_order_that_was_interrupted_stands(kept: Desk) -> None:
    """It is remembered before the first object is held; carried out again it is whole."""
    archive, custody = parts(kept)

    class Dies:
        def __getattr__(self, name: str) -> object:
            return getattr(custody, name)

        def keep(self, key: str) -> None:
            raise KeyboardInterrupt(key)

    with pytest.raises(KeyboardInterrupt):
        place(FEED, archive, Dies(), **WHY)  # type: ignore[arg-type]  # all else is custody's

    assert [True] == [hold.stands for hold in custody.holds()]
    with pytest.raises(Refused):
        refuse_if_held({snapshot_of(archive, A).warc_key}, archive, custody)
    assert place(FEED, archive, custody, **WHY).objects == len(held(kept))
