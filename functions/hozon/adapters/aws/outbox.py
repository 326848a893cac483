"""`Outbox` over one DynamoDB table (`keys`: EVENT)."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from hozon.adapters.aws import items, keys
from hozon.adapters.aws.faults import Pause
from hozon.adapters.aws.table import Table
from hozon.nouns import instants
from hozon.nouns.events import Event
from hozon.stored import rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_REMEMBERED = timedelta(days=14)


class DynamoDbOutbox:
    """Events that could not be told, until they are; one small item each."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, pause: Pause = time.sleep
    ) -> None:
        self._table = Table(client, table, pause)

    def put(self, event: Event, *, at: datetime) -> None:
        """Keep an event to be told at `at`, or later if it was to be told already."""
        self._table.update(
            keys.event(event.id),
            "SET event = :event, due = :due, due_at = :at REMOVE expires",
            values={
                ":event": items.packed(rows.to_json(event)),
                ":due": {"S": keys.EVENTS},
                ":at": {"S": keys.river_at(at, event.id)},
            },
        )

    def due(self, now: datetime, *, limit: int) -> Sequence[Event]:
        """Return events that are to be told, longest waiting first: one query."""
        found = self._table.query(
            "due = :due AND due_at < :now",
            {":due": {"S": keys.EVENTS}, ":now": {"S": f"{instants.iso(now)}~"}},
            IndexName="due",
            Limit=limit,
        )
        return [items.noun(Event, item, "event") for item in islice(found, limit)]

    def told(self, event: Event) -> None:
        """Say that an event was told: DynamoDB may drop it, for no function deletes."""
        expires = int((event.at + _REMEMBERED).timestamp())
        self._table.update(
            keys.event(event.id),
            "SET expires = :expires REMOVE due, due_at",
            values={":expires": {"N": str(expires)}},
        )
