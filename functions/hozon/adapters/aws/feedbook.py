"""`FeedBook` over the table. Lists may lag behind by a second: they read an index."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from hozon.adapters import ids
from hozon.adapters.aws import items, keys
from hozon.adapters.aws.faults import Pause
from hozon.adapters.aws.table import Table
from hozon.nouns import instants
from hozon.nouns.errors import Conflict, NotFound
from hozon.nouns.model import Feed, Subscription

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDbFeedBook:
    """The operator's feeds and their state between two polls."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, pause: Pause = time.sleep
    ) -> None:
        self._table = Table(client, table, pause)

    def add(self, feed: Feed) -> None:
        """Add a feed, or raise `Conflict` if its id is there."""
        if not self.add_all([feed]):
            raise Conflict(f"this feed is subscribed already: {feed.uri}")

    def add_all(self, feeds: Iterable[Feed]) -> Sequence[Feed]:
        """Add those feeds whose ids are not there, and return them."""
        return [feed for feed in feeds if self._added(feed)]

    def _added(self, feed: Feed) -> bool:
        try:
            self._table.put(
                items.feed(feed), condition="attribute_not_exists(pk)", values={}
            )
        except Conflict:
            return False
        return True

    def get(self, feed_id: str) -> Feed:
        """Return one feed, or raise `NotFound`."""
        item = self._table.get(keys.feed(ids.known(feed_id, "feed")))
        if item is None:
            raise NotFound(f"no such feed: {feed_id}")
        return items.noun(Feed, item, "feed")

    def all(self) -> Sequence[Feed]:
        """Return all feeds, by `added_at`, then `uri`."""
        found = self._table.query_shards("due", keys.shards(keys.FEEDS))
        feeds = (items.noun(Feed, item, "feed") for item in found)
        return sorted(feeds, key=lambda feed: (feed.added_at, feed.uri, feed.id))

    def save(self, feed: Feed, *, due_at: datetime) -> None:
        """Replace the state of a feed that is due when it was, or raise `Conflict`."""
        try:
            self._table.put(
                items.feed(feed),
                condition="due_at IN (:expected, :paused)",
                values={
                    ":expected": {"S": keys.due_at(due_at, paused=False)},
                    ":paused": {"S": keys.due_at(due_at, paused=True)},
                },
            )
        except Conflict:
            raise Conflict(
                f"another worker has finished this poll of {feed.uri}"
            ) from None

    def remove(self, feed_id: str) -> None:
        """Forget a feed, or raise `NotFound`."""
        try:
            self._table.delete(keys.feed(feed_id))
        except Conflict:
            raise NotFound(f"no such feed: {feed_id}") from None

    def part(self, feed_id: str, subscription: Subscription) -> None:
        """Remember the subscription of a feed that is removed."""
        self._table.put_all([items.parting(feed_id, subscription)])

    def parted(self, feed_id: str) -> Subscription | None:
        """Return what was remembered last of a feed that was removed, or None."""
        item = self._table.get(keys.parting(feed_id))
        return items.noun(Subscription, item, "subscription") if item else None

    def due(self, now: datetime, *, limit: int) -> Sequence[Feed]:
        """Return feeds that are due and not paused, longest due first."""
        found = self._table.query_shards(
            "due",
            keys.shards(keys.FEEDS),
            "due_at <= :now",
            {":now": {"S": instants.iso(now)}},
            Limit=keys.of_each_shard(keys.FEEDS, limit),
        )
        return [items.noun(Feed, item, "feed") for item in islice(found, limit)]
