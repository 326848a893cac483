"""What every `FeedBook` promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from hozon.nouns.digests import sha256
from hozon.nouns.errors import Conflict, NotFound
from hozon.nouns.model import Feed
from hozon.nouns.ports import FeedBook
from tests.fakes import NOON, a_feed, a_subscription, after


def test_a_feed_comes_back(feedbook: FeedBook) -> None:
    """A feed is found as it was added, with every field."""
    feed = a_feed(
        due_at=after(0.123),
        title="保存",
        site_uri="https://example.com/",
        language="ja",
        interval_s=900,
        etag='W/"é"',
        last_modified="Sat, 22 Aug 2026 12:00:00 GMT",
        document_digest=sha256(b"document"),
        polled_at=after(-5),
        succeeded_at=after(-9),
        failures=3,
        trouble="the server answered 503",
        candid=True,
        folder=("News", "日本"),
        every_min_s=3600,
        every_max_s=7 * 86400,
        hubs=("https://hub.example.com/",),
        self_uri="https://example.com/f1.xml",
        older_uri="https://example.com/f1.xml?paged=2",
        is_complete=True,
        hub=a_subscription(
            state="active", lease_until=after(60), is_proven=True, missed=2
        ),
    )
    feedbook.add(feed)

    assert feed == feedbook.get(feed.id)
    assert [feed] == feedbook.all()
    assert [feed] == feedbook.due(after(1), limit=9)


def test_added_once(feedbook: FeedBook) -> None:
    """A feed is added once; what is known of it is not lost to a second attempt."""
    feedbook.add(a_feed(title="first"))

    with pytest.raises(Conflict):
        feedbook.add(a_feed(title="second"))

    assert a_feed(title="first") == feedbook.get("f1")


def test_many_added_at_once(feedbook: FeedBook) -> None:
    """Of many, those are added and returned that were not there; the others stay."""
    feedbook.add(a_feed("f1", title="first"))

    added = feedbook.add_all(
        [a_feed("f0"), a_feed("f1", title="second"), a_feed("f2"), a_feed("f2")]
    )

    assert [a_feed("f0"), a_feed("f2")] == added
    assert a_feed("f1", title="first") == feedbook.get("f1")
    assert 3 == len(feedbook.all())


def test_no_such_feed(feedbook: FeedBook) -> None:
    """A feed that was never added is not found, and cannot be removed."""
    for feed_id in ("f1", "記事", "\udcff"):
        with pytest.raises(NotFound):
            feedbook.get(feed_id)
    with pytest.raises(NotFound):
        feedbook.remove("f1")


def test_all_by_age(feedbook: FeedBook) -> None:
    """All feeds come in the order they were added in, then by URI, paused or not."""
    feeds = [
        a_feed("f9", added_at=after(1), uri="https://a.com/"),
        a_feed("f1", added_at=after(2), uri="https://a.com/", paused=True),
        a_feed("f0", added_at=after(2), uri="https://b.com/"),
    ]
    for feed in reversed(feeds):
        feedbook.add(feed)

    assert feeds == feedbook.all()


def test_removed(feedbook: FeedBook) -> None:
    """A feed that was removed is gone from everywhere, and may come back."""
    feedbook.add(a_feed("f1"))
    feedbook.add(a_feed("f2"))
    feedbook.remove("f1")

    assert [a_feed("f2")] == feedbook.all() == feedbook.due(NOON, limit=9)

    feedbook.add(a_feed("f1"))
    assert a_feed("f1") == feedbook.get("f1")


def test_a_parting_outlives_its_feed(feedbook: FeedBook) -> None:
    """What a hub may still ask of a feed that was removed is known; the last of it."""
    feedbook.add(a_feed())
    feedbook.part("f1", a_subscription())
    feedbook.part("f1", a_subscription(lease_until=after(60)))
    feedbook.remove("f1")

    assert a_subscription(lease_until=after(60)) == feedbook.parted("f1")
    assert feedbook.parted("f2") is None
    assert [] == feedbook.all() == feedbook.due(after(9), limit=9)


def test_saved(feedbook: FeedBook) -> None:
    """The state after a poll takes the place of the one before."""
    feedbook.add(a_feed())
    polled = a_feed(due_at=after(60), etag='"1"')
    feedbook.save(polled, due_at=NOON)

    assert polled == feedbook.get("f1")
    assert [] == feedbook.due(after(59), limit=9)
    assert [polled] == feedbook.due(after(60), limit=9)


@pytest.mark.parametrize("paused", [False, True])
def test_saved_by_one(feedbook: FeedBook, *, paused: bool) -> None:
    """Of two who finished the same poll, the second meets a conflict."""
    feedbook.add(a_feed(paused=paused))
    first = a_feed(due_at=after(60), paused=paused)
    feedbook.save(first, due_at=NOON)

    with pytest.raises(Conflict):
        feedbook.save(a_feed(due_at=after(90)), due_at=NOON)

    assert first == feedbook.get("f1")


def test_a_removed_feed_is_not_saved(feedbook: FeedBook) -> None:
    """A poll that ends after its feed was removed does not bring it back."""
    feedbook.add(a_feed())
    feedbook.remove("f1")

    with pytest.raises(Conflict):
        feedbook.save(a_feed(due_at=after(60)), due_at=NOON)

    assert [] == feedbook.all()


def test_one_winner(feedbook: FeedBook) -> None:
    """Of many who finish one poll at once, one saves."""
    feedbook.add(a_feed())

    def saved(number: int) -> Feed | None:
        feed = a_feed(due_at=after(60 + number))
        try:
            feedbook.save(feed, due_at=NOON)
        except Conflict:
            return None
        return feed

    with ThreadPoolExecutor(8) as pool:
        won = [feed for feed in pool.map(saved, range(8)) if feed]

    assert [feedbook.get("f1")] == won


def test_due(feedbook: FeedBook) -> None:
    """Feeds are due from their instant on, the longest due first."""
    feeds = [a_feed(f"f{n}", due_at=after(n / 1000)) for n in (3, 1, 2, 4)]
    for feed in feeds:
        feedbook.add(feed)

    assert [feeds[1], feeds[2], feeds[0]] == feedbook.due(after(0.003), limit=9)
    assert [feeds[1], feeds[2]] == feedbook.due(after(0.003), limit=2)
    assert [] == feedbook.due(NOON, limit=9)


def test_a_paused_feed_is_not_due(feedbook: FeedBook) -> None:
    """A paused feed is never due, but still there; when it goes on, it is due again."""
    feedbook.add(a_feed())
    feedbook.save(a_feed(paused=True), due_at=NOON)

    assert [] == feedbook.due(after(10**9), limit=9)
    assert [a_feed(paused=True)] == feedbook.all()

    feedbook.save(a_feed(), due_at=NOON)
    assert [a_feed()] == feedbook.due(NOON, limit=9)


def test_many_are_due(feedbook: FeedBook) -> None:
    """Paused feeds take no place of those that are due."""
    feeds = [a_feed(f"f{n:02}", due_at=after(n), paused=n % 2 == 0) for n in range(20)]
    for feed in feeds:
        feedbook.add(feed)

    assert [replace(each, paused=False) for each in feeds[1:12:2]] == feedbook.due(
        after(99), limit=6
    )
