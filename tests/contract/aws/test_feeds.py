"""What feeds cost on the table: requests per tick and per poll, bytes per feed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hozon.adapters.aws import items, keys
from hozon.adapters.aws.feedbook import DynamoDbFeedBook
from hozon.nouns.digests import sha256
from hozon.nouns.model import Feed, Hints
from tests.contract.aws.conftest import Wire
from tests.contract.conftest import Aws
from tests.fakes import NOON, a_feed, after

MANY = 1200


@pytest.fixture
def book(client: Callable[[str], Any], aws: Aws) -> tuple[DynamoDbFeedBook, Wire]:
    """Return a feed book with feeds that are due at noon, and the count of requests."""
    dynamodb, name = client("dynamodb"), aws.table()
    for start in range(0, MANY, 25):
        dynamodb.batch_write_item(
            RequestItems={
                name: [
                    {"PutRequest": {"Item": items.feed(followed(start + n))}}
                    for n in range(25)
                ]
            }
        )
    wire = Wire(dynamodb)
    return DynamoDbFeedBook(dynamodb, name), wire


def followed(number: int) -> Feed:
    """Return a feed that has been polled for a month, with all that is known of it."""
    uri = f"https://www.news-{number}.example.org/syndication/feed.xml"
    arrived = (NOON - timedelta(hours=7.3 * n, seconds=37 * n) for n in range(40))
    return a_feed(
        f"f{number:05}",
        uri=uri,
        document_uri=uri,
        title=f"News of example number {number}",
        site_uri=f"https://www.news-{number}.example.org/",
        etag=f'W/"{number:032x}"',
        last_modified="Sat, 22 Aug 2026 12:00:00 GMT",
        document_digest=sha256(uri.encode()),
        whole_at=NOON,
        polled_at=NOON,
        succeeded_at=NOON,
        arrivals=tuple(arrived),
        window=20,
        hints=Hints(period_s=3600),
        folder=("News", "World"),
    )


def test_what_is_due_is_a_query_of_each_shard(
    book: tuple[DynamoDbFeedBook, Wire],
) -> None:
    """A tick reads a thousand feeds with a Query or two of each shard, nothing else."""
    feeds, wire = book

    due = feeds.due(NOON, limit=1000)

    assert 1000 == len({feed.id for feed in due})
    assert {"Query"} == set(wire.counts)
    assert (
        keys.SHARDS[keys.FEEDS] <= wire.counts["Query"] <= 2 * keys.SHARDS[keys.FEEDS]
    )


def test_a_tick_without_work_is_one_query_of_each_shard(
    book: tuple[DynamoDbFeedBook, Wire],
) -> None:
    """A tick at which nothing is due costs no more than that."""
    feeds, wire = book

    assert [] == feeds.due(after(-1), limit=1000)
    assert {"Query": keys.SHARDS[keys.FEEDS]} == wire.counts


def test_feeds_are_parted_evenly(book: tuple[DynamoDbFeedBook, Wire]) -> None:
    """No shard has much more than its share: a partition takes 1 000 writes a second."""
    shares = Counter(keys.shard(keys.FEEDS, f"f{number:05}") for number in range(MANY))

    assert set(keys.shards(keys.FEEDS)) == set(shares)
    assert max(shares.values()) < 1.3 * MANY / keys.SHARDS[keys.FEEDS]


def test_a_poll_is_one_write(book: tuple[DynamoDbFeedBook, Wire]) -> None:
    """What a poll came to is saved with one conditional write."""
    feeds, wire = book
    feed = followed(7)

    feeds.save(replace(feed, due_at=after(3600)), due_at=feed.due_at)

    assert {"PutItem": 1} == wire.counts


def test_a_feed_fits_into_a_kilobyte() -> None:
    """A feed with forty arrivals is one write unit, and a thousand are one page."""
    item = items.feed(followed(7))

    size = sum(
        len(name) + len(value.get("B") or value["S"].encode())
        for name, value in item.items()
    )
    assert size <= 1024
