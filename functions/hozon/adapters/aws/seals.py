"""`Seals` over the table: one small item for each object, found by ``due`` while it waits.

An object costs two writes: one when it is indexed, one when it is sealed.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from hozon.adapters.aws import keys
from hozon.adapters.aws.faults import Pause
from hozon.adapters.aws.table import Item, Table, as_item, key_of
from hozon.nouns import instants
from hozon.nouns.errors import Conflict
from hozon.nouns.model import Holdings
from hozon.nouns.seals import Head
from hozon.stored import naming

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_OF_ALL = "due = :due"
_UNSEALED = {":due": {"S": keys.UNSEALED}}


class DynamoDbSeals:
    """Which objects of a deployed archive have a leaf, and which wait."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, pause: Pause = time.sleep
    ) -> None:
        self._table = Table(client, table, pause)

    def note(self, key: str, *, at: datetime) -> None:
        """Let an object wait for its leaf, unless it is known already."""
        _note(self._table, key, at)

    def pending(self, *, limit: int) -> Sequence[str]:
        """Return the keys of objects without a leaf, longest waiting first.

        The index lags; so each item is looked at again, as it is now.
        """
        found = [key_of(item) for item in islice(self._waiting(limit), limit)]
        sealed = {key_of(item) for item in self._table.get_all(found) if "leaf" in item}
        return [key for pk, key in found if (pk, key) not in sealed]

    def oldest(self) -> datetime | None:
        """Return since when the longest waiting object waits, or None."""
        item = next(self._waiting(1), None)
        if item is None:
            return None
        return instants.from_iso(item["due_at"]["S"].partition("#")[0])

    def _waiting(self, limit: int) -> Iterator[Item]:
        return self._table.query(_OF_ALL, _UNSEALED, IndexName="due", Limit=limit)

    def leaves(self, keys_: Iterable[str]) -> Mapping[str, int]:
        """Return the leaf index of those of the objects that are sealed."""
        found = self._table.get_all(map(keys.seal, keys_))
        return {
            item["sk"]["S"]: int(item["leaf"]["N"]) for item in found if "leaf" in item
        }

    def named(self, object_id: str) -> Mapping[str, int | None]:
        """Return the objects with this id, with their leaf index."""
        values = {":pk": {"S": keys.seals(object_id)}}
        found = self._table.query("pk = :pk", values, ConsistentRead=True)
        return {item["sk"]["S"]: _leaf(item) for item in found}

    def mark(self, leaves: Mapping[str, int]) -> None:
        """Remember leaf indexes of objects; they wait no more."""
        self._table.put_all(
            {**as_item(keys.seal(key)), "leaf": {"N": str(leaf)}}
            for key, leaf in leaves.items()
        )

    def head(self) -> Head | None:
        """Return how far the log has come, or None if that is not known."""
        item = self._table.get(keys.HEAD)
        if item is None:
            return None
        stamped_at = item.get("stamped_at", {}).get("S")
        return Head(
            published=int(item["published"]["N"]),
            marked=int(item["marked"]["N"]),
            stamped_at=stamped_at and instants.from_iso(stamped_at),
        )

    def advance(self, head: Head) -> None:
        """Remember how far the log has come, unless it is known to be further."""
        values = {
            ":published": {"N": str(head.published)},
            ":marked": {"N": str(head.marked)},
        }
        change = "SET published = :published, marked = :marked"
        if head.stamped_at is not None:
            values[":at"] = {"S": instants.iso(head.stamped_at)}
            change += ", stamped_at = :at"
        with suppress(Conflict):
            self._table.update(
                keys.HEAD,
                change,
                condition="attribute_not_exists(pk) OR published < :published OR "
                "(published = :published AND marked <= :marked)",
                values=values,
            )

    def dump(self) -> Iterator[str]:
        """Yield a line for every object known, in ascending order.

        Reads the whole table: for comparisons.
        """
        found = self._table.scan(ConsistentRead=True)
        seals = (item for item in found if item["pk"]["S"].startswith(keys.seals("")))
        leaves = {item["sk"]["S"]: _leaf(item) for item in seals}
        return (
            f"{key} {'-' if leaf is None else leaf}"
            for key, leaf in sorted(leaves.items())
        )


def note(table: Table, holdings: Holdings) -> None:
    """Let a WARC object wait for its leaf, before its snapshot says that all is done."""
    if holdings.warc_key is not None:
        at = holdings.held_at or naming.object_at(holdings.warc_key)
        _note(table, holdings.warc_key, at)


def _note(table: Table, key: str, at: datetime) -> None:
    item = {
        **as_item(keys.seal(key)),
        "due": {"S": keys.UNSEALED},
        "due_at": {"S": f"{instants.iso(at)}#{key}"},
    }
    with suppress(Conflict):
        table.put(item, condition="attribute_not_exists(pk)", values={})


def _leaf(item: Item) -> int | None:
    return int(item["leaf"]["N"]) if "leaf" in item else None
