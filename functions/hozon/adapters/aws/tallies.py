"""`Tallies` over the table: one item for a day, whose counters DynamoDB adds up."""

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hozon.adapters.aws import keys
from hozon.adapters.aws.faults import Pause
from hozon.adapters.aws.table import Item, Table
from hozon.nouns.errors import Conflict
from hozon.nouns.tallies import WHOLE, Counts

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = timedelta(days=400)
"""How long the tally of the whole archive is kept: a year beside the same of the last."""

KEPT_OF_FEEDS = timedelta(days=8)

_PREFIX = "n_"
"""What attributes that count begin with: no word that DynamoDB reserves does."""


class DynamoDbTallies:
    """The tallies in the table `table`."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, pause: Pause = time.sleep
    ) -> None:
        self._table = Table(client, table, pause)

    def add(self, day: date, whose: str, counts: Counts) -> None:
        """Add `counts`: one write."""
        if change := _change(counts):
            values = _values(day, whose, counts)
            self._table.update(keys.tally(whose, day), change, values=values)

    def take(self, day: date, whose: str, counts: Counts, *, limits: Counts) -> bool:
        """Add `counts` if there is room for all of them."""
        condition = " AND ".join(
            f"(attribute_not_exists({_PREFIX}{name}) OR {_PREFIX}{name} <= :most_{name})"
            for name in limits
        )
        most = {
            # At least one more has to fit in.
            f":most_{name}": {"N": str(limit - max(counts.get(name, 0), 1))}
            for name, limit in limits.items()
        }
        if any(limit < max(counts.get(name, 0), 1) for name, limit in limits.items()):
            return False
        try:
            self._table.update(
                keys.tally(whose, day),
                _change(counts),
                condition=condition,
                values={**_values(day, whose, counts), **most},
            )
        except Conflict:
            return False
        return True

    def of(self, day: date, whose: str) -> Counts:
        """Return the counts of one day: one read."""
        item = self._table.get(keys.tally(whose, day))
        return _counts(item) if item else {}

    def days(self, whose: str, *, since: date, until: date) -> Mapping[date, Counts]:
        """Return the counts of several days: one query."""
        found = self._table.query(
            "pk = :pk AND sk BETWEEN :since AND :until",
            {
                ":pk": {"S": keys.tally(whose, since)[0]},
                ":since": {"S": since.isoformat()},
                ":until": {"S": until.isoformat()},
            },
        )
        return {date.fromisoformat(item["sk"]["S"]): _counts(item) for item in found}


def _change(counts: Counts) -> str:
    added = ", ".join(f"{_PREFIX}{name} :{name}" for name, n in counts.items() if n)
    return f"ADD {added} SET expires = :expires" if added else "SET expires = :expires"


def _values(day: date, whose: str, counts: Counts) -> dict[str, Any]:
    kept = KEPT if whose == WHOLE else KEPT_OF_FEEDS
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    expires = int((midnight + kept).timestamp())
    added = {f":{name}": {"N": str(n)} for name, n in counts.items() if n}
    return {**added, ":expires": {"N": str(expires)}}


def _counts(item: Item) -> Counts:
    return {
        name.removeprefix(_PREFIX): int(value["N"])
        for name, value in item.items()
        if name.startswith(_PREFIX)
    }
