"""Counts the requests that botocore sends, where it sends them: retries included."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore import handlers

_SINGLE_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}


@dataclass(slots=True)
class Meter:
    """Counts requests while it is switched on."""

    on: bool = False
    requests: Counter[str] = field(default_factory=Counter)
    items_written: int = 0

    def __call__(self, request: Any, event_name: str, **_context: object) -> None:
        """Count one request that is about to be sent (an event ``before-send``)."""
        if not self.on:
            return
        _name, service, operation = event_name.split(".")
        self.requests[f"{service}.{operation}"] += 1
        if service == "dynamodb":
            self.items_written += _items_written(operation, json.loads(request.body))

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


@contextmanager
def metered() -> Iterator[Meter]:
    """Yield a meter of all requests of clients that are made within the block."""
    meter = Meter()
    # First, because moto answers at the same event and no later handler is asked.
    hook = ("before-send", meter, handlers.REGISTER_FIRST)
    handlers.BUILTIN_HANDLERS.append(hook)
    try:
        yield meter
    finally:
        handlers.BUILTIN_HANDLERS.remove(hook)
