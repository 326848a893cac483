"""`AccessBook` over one DynamoDB table (`keys`: ACCESS)."""

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from hozon.adapters.aws import items, keys
from hozon.adapters.aws.faults import Pause
from hozon.adapters.aws.table import Table, as_item
from hozon.adapters.decisions import in_order, place
from hozon.nouns.access import Decision
from hozon.nouns.errors import Conflict
from hozon.stored import rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDbAccessBook:
    """The latest decision about each subject, a small item each, all in one partition."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, pause: Pause = time.sleep
    ) -> None:
        self._table = Table(client, table, pause)

    def put(self, decision: Decision) -> None:
        """Keep a decision, unless a later one about its subject is known."""
        at = {"S": place(decision)}
        item = {
            **as_item(keys.decision(decision.key)),
            "decision": items.packed(rows.to_json(decision)),
            "place": at,
        }
        with suppress(Conflict):
            self._table.put(
                item,
                condition="attribute_not_exists(pk) OR place < :place",
                values={":place": at},
            )

    def all(self) -> Sequence[Decision]:
        """Return the latest decision about each subject: one query."""
        values = {":pk": {"S": keys.ACCESS}}
        found = self._table.query("pk = :pk", values, ConsistentRead=True)
        return in_order(items.noun(Decision, each, "decision") for each in found)
