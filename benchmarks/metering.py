"""Counts the requests that botocore sends, and what DynamoDB would bill them as.

Requests are counted where they are sent: retries included. Units are computed from the
items before and after each write, and from what each read brought (`benchmarks.units`).
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from botocore import handlers
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from benchmarks import units
from benchmarks.units import Item

_SINGLE_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
_ACCOUNT = "123456789012"

Key = tuple[str, str, str]
"""Table, partition key and range key of an item."""


@dataclass(slots=True)
class Meter:
    """Counts requests while it is switched on."""

    on: bool = False
    requests: Counter[str] = field(default_factory=Counter)
    items_written: int = 0
    write_units: int = 0
    read_units: float = 0.0
    by_kind: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, request: Any, event_name: str, **_context: object) -> None:
        """Count one request that is about to be sent (an event ``before-send``)."""
        if not self.on:
            return
        _name, service, operation = event_name.split(".")
        with self._lock:
            self.requests[f"{service}.{operation}"] += 1
            if service == "dynamodb":
                written = _items_written(operation, json.loads(request.body))
                self.items_written += written

    def before(self, model: Any, params: Any, context: Any, **_: object) -> None:
        """Remember what a write is about to change (an event ``before-call``)."""
        if self.on and model.service_model.service_name == "dynamodb":
            asked = json.loads(params["body"])
            context["metered"] = asked
            context["before"] = {key: _item(key) for key in _keys(model.name, asked)}

    def after(self, model: Any, parsed: Any, context: Any, **_: object) -> None:
        """Count the units of a request (an event ``after-call``)."""
        if "metered" not in context:
            return
        with self._lock:
            for key, old in context["before"].items():
                spent = units.write_units(old, _item(key))
                self.write_units += spent
                self.by_kind[key[1].partition("#")[0]] += spent
            self.read_units += _read(model.name, context["metered"], parsed)

    def per_article(self, articles: int) -> dict[str, float]:
        """Return the requests to each service for an article."""
        services = Counter[str]()
        for name, count in self.requests.items():
            services[name.partition(".")[0]] += count
        return {name: round(n / articles, 2) for name, n in sorted(services.items())}


def _items_written(operation: str, body: dict[str, Any]) -> int:
    if operation == "BatchWriteItem":
        return sum(len(items) for items in body["RequestItems"].values())
    if operation == "TransactWriteItems":
        return len(body["TransactItems"])
    return int(operation in _SINGLE_WRITES)


def _keys(operation: str, body: dict[str, Any]) -> Iterator[Key]:
    """Yield the keys of the items that a request writes."""
    if operation == "BatchWriteItem":
        for table, requests in body["RequestItems"].items():
            for each in requests:
                yield _key(table, each["PutRequest"]["Item"])
    elif operation in _SINGLE_WRITES:
        yield _key(body["TableName"], body.get("Item") or body["Key"])
    elif "Write" in operation:  # none is better than a wrong count
        raise NotImplementedError(f"the units of {operation}")


def _key(table: str, item: Item) -> Key:
    return table, item["pk"]["S"], item["sk"]["S"]


def _item(key: Key) -> Item | None:
    """Return an item as moto holds it."""
    for backend in dynamodb_backends[_ACCOUNT].values():
        if key[0] in backend.tables:
            rows = backend.tables[key[0]].items.get(DynamoType({"S": key[1]}), {})
            found = rows.get(DynamoType({"S": key[2]}))
            return dict(found.to_json()["Attributes"]) if found else None
    return None


def _read(operation: str, asked: dict[str, Any], parsed: dict[str, Any]) -> float:
    match operation:
        case "GetItem":
            found = [parsed["Item"]] if "Item" in parsed else []
            consistent = bool(asked.get("ConsistentRead"))
            return units.read_units(found, consistent=consistent, together=False)
        case "BatchGetItem":
            return _batch_read(asked, parsed)
        case "Query" | "Scan":
            consistent = bool(asked.get("ConsistentRead"))
            return units.read_units(
                parsed["Items"], consistent=consistent, together=True
            )
        case _:
            return 0.0


def _batch_read(asked: dict[str, Any], parsed: dict[str, Any]) -> float:
    """Return the units of a BatchGetItem: what is not there is billed like the least."""
    total = 0.0
    for table, request in asked["RequestItems"].items():
        found = parsed["Responses"].get(table, [])
        consistent = bool(request.get("ConsistentRead"))
        absent = len(request["Keys"]) - len(found)
        if found:
            total += units.read_units(found, consistent=consistent, together=False)
        total += absent * (1.0 if consistent else 0.5)
    return total


@contextmanager
def metered() -> Iterator[Meter]:
    """Yield a meter of all requests of clients that are made within the block."""
    meter = Meter()
    # First, because moto answers at the same event and no later handler is asked.
    hooks: list[Any] = [
        ("before-send", meter, handlers.REGISTER_FIRST),
        ("before-call", meter.before),
        ("after-call", meter.after),
    ]
    handlers.BUILTIN_HANDLERS.extend(hooks)
    try:
        yield meter
    finally:
        meter.on = False  # clients that were made within the block may outlive it
        for hook in hooks:
            handlers.BUILTIN_HANDLERS.remove(hook)
