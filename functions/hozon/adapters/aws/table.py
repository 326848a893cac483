"""One DynamoDB table: batches, pages and retries, in terms of items.

Every method may raise `Unavailable`, after a bounded number of attempts.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from heapq import merge
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from hozon.adapters.aws.faults import Contended, Pause, attempts, translated
from hozon.adapters.aws.keys import Key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
"""Attributes by name, each as DynamoDB writes it: ``{"S": "text"}``."""

Values = Mapping[str, Any]
"""Values of an expression's placeholders, written in the same way."""

_REFUSED = "ConditionalCheckFailedException"

T = TypeVar("T")

_READ_AT_ONCE = 100
_WRITTEN_AT_ONCE = 25


def as_item(key: Key) -> Item:
    """Return the attributes that are the primary key `key`."""
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def key_of(item: Item) -> Key:
    """Return the primary key of an item."""
    return item["pk"]["S"], item["sk"]["S"]


class Table:
    """The table `name`, through `client`. Usable from any thread."""

    def __init__(
        self, client: "DynamoDBClient", name: str, pause: Pause = time.sleep
    ) -> None:
        self._client = client
        self._name = name
        self._what = f"table {name}"
        self._pause = pause

    def get(self, key: Key) -> Item | None:
        """Return one item as it is now, or None."""
        with translated(self._what):
            found = self._client.get_item(
                TableName=self._name, Key=as_item(key), ConsistentRead=True
            )
        return found.get("Item")

    def get_all(self, keys: Iterable[Key], *, consistent: bool = True) -> list[Item]:
        """Return those of the items that exist, in no order."""
        found: list[Item] = []
        for some in _batched(dict.fromkeys(keys), _READ_AT_ONCE):
            wanted = [as_item(key) for key in some]
            for _ in attempts(self._what, self._pause):
                got, wanted = self._get_some(wanted, consistent=consistent)
                found += got
                if not wanted:
                    break
        return found

    def put_all(self, items: Iterable[Item]) -> None:
        """Write items over what is there, each for itself."""
        by_key = {key_of(item): item for item in items}
        for some in _batched(by_key.values(), _WRITTEN_AT_ONCE):
            requests = [{"PutRequest": {"Item": item}} for item in some]
            for _ in attempts(self._what, self._pause):
                requests = self._write_some(requests)
                if not requests:
                    break

    def put(self, item: Item, *, condition: str = "", values: Values) -> None:
        """Write one item if the condition holds, else raise `Conflict`."""
        given: Any = {"ExpressionAttributeValues": values} if values else {}
        if condition:
            given["ConditionExpression"] = condition
        with translated(self._what):
            self._client.put_item(TableName=self._name, Item=item, **given)

    def update(
        self, key: Key, change: str, *, condition: str = "", values: Values
    ) -> None:
        """Change attributes of one item if the condition holds, else `Conflict`.

        The item is made if it is not there.
        """
        given: Any = {"ExpressionAttributeValues": values} if values else {}
        if condition:
            given["ConditionExpression"] = condition
        with translated(self._what):
            self._client.update_item(
                TableName=self._name, Key=as_item(key), UpdateExpression=change, **given
            )

    def update_or_see(
        self, key: Key, change: str, *, condition: str, values: Values
    ) -> Item | None:
        """Change one item if the condition holds and return None, else return the item
        that it does not hold for. One request in either case (some emulators: two).
        """
        with translated(self._what):
            try:
                self._client.update_item(
                    TableName=self._name,
                    Key=as_item(key),
                    UpdateExpression=change,
                    ConditionExpression=condition,
                    ExpressionAttributeValues=values,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except ClientError as e:
                # By its code: the classes that a client makes of them are made anew by
                # each of several threads that meet the first one at once.
                answer: Any = e.response
                if answer.get("Error", {}).get("Code") != _REFUSED:
                    raise
            else:
                return None
        if seen := answer.get("Item") or self.get(key):
            return dict(seen)
        raise Contended(f"{self._what}: {key[0]} is being changed; try again")

    def delete(self, key: Key) -> None:
        """Delete one item, or raise `Conflict` if it is not there."""
        with translated(self._what):
            self._client.delete_item(
                TableName=self._name,
                Key=as_item(key),
                ConditionExpression="attribute_exists(pk)",
            )

    def remove(self, key: Key) -> None:
        """Delete one item, if it is there."""
        with translated(self._what):
            self._client.delete_item(TableName=self._name, Key=as_item(key))

    def query(self, condition: str, values: Values, **options: Any) -> Iterator[Item]:
        """Yield the items of one partition that meet a condition on their keys.

        `options` are those of the operation Query, such as `Limit` (of a page).
        """
        return self._pages(
            self._client.query,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            **options,
        )

    def query_shards(
        self,
        index: str,
        shards: Sequence[str],
        condition: str = "",
        values: Values | None = None,
        *,
        newest_first: bool = False,
        **options: Any,
    ) -> Iterator[Item]:
        """Yield the items of several partitions of an index as if they were one.

        They come in the order of the index's range key; `condition` is on that. The
        first pages of all partitions are asked for at once.
        """
        test = f"{index} = :shard" + (f" AND {condition}" if condition else "")
        streams = [
            self.query(
                test,
                {**(values or {}), ":shard": {"S": shard}},
                IndexName=index,
                ScanIndexForward=not newest_first,
                **options,
            )
            for shard in shards
        ]
        with ThreadPoolExecutor(len(streams)) as pool:
            heads = list(pool.map(lambda stream: next(stream, None), streams))
        begun = (
            chain([head], rest)
            for head, rest in zip(heads, streams, strict=True)
            if head is not None
        )
        return merge(
            *begun, key=lambda item: item[f"{index}_at"]["S"], reverse=newest_first
        )

    def count(self, condition: str, values: Values, *, most: int) -> int:
        """Return how many items of one partition meet a condition on their keys.

        Reads all of them, and sends none; stops once there are `most`.
        """
        found = 0
        start: dict[str, Any] = {}
        while found < most:
            with translated(self._what):
                page: Any = self._client.query(
                    TableName=self._name,
                    KeyConditionExpression=condition,
                    ExpressionAttributeValues=values,
                    Select="COUNT",
                    **start,
                )
            found += page["Count"]
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        return min(found, most)

    def scan(self, **options: Any) -> Iterator[Item]:
        """Yield all items, in no order. Reads, and costs, the whole table."""
        return self._pages(self._client.scan, **options)

    def _pages(self, operation: Any, **given: Any) -> Iterator[Item]:
        start: dict[str, Any] = {}
        while True:
            with translated(self._what):
                page = operation(TableName=self._name, **given, **start)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _get_some(
        self, wanted: list[Item], *, consistent: bool
    ) -> tuple[list[Item], list[Item]]:
        request: Any = {"Keys": wanted, "ConsistentRead": consistent}
        with translated(self._what):
            got = self._client.batch_get_item(RequestItems={self._name: request})
        rest = got["UnprocessedKeys"].get(self._name)
        return got["Responses"].get(self._name, []), list(rest["Keys"]) if rest else []

    def _write_some(self, requests: list[Any]) -> list[Any]:
        with translated(self._what):
            got = self._client.batch_write_item(RequestItems={self._name: requests})
        return list(got["UnprocessedItems"].get(self._name, []))


def _batched(all_: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(all_)
    while some := list(islice(rest, size)):
        yield some
