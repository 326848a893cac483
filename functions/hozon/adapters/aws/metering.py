"""What an archive in an account uses: requests, and DynamoDB's read and write units.

Counted at the clients, by the answers of AWS itself: DynamoDB says with each answer what
it will be billed as, and is only asked to. So `hozon status --cost` needs no model.
"""

import math
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.client import BaseClient

_CHUNK = 64 * 1024
"""SQS bills each 64 KB of a request as one."""

_S3_READS = ("Get", "Head")
_DYNAMODB_READS = ("GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems")


class Meter:
    """Counts what the clients that it watches use, from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._used = Counter[str]()

    def watch(self, client: "BaseClient") -> None:
        """Count the requests of a client from now on."""
        # A handler that returns something changes the request: the stubs do not know.
        events: Any = client.meta.events
        service = client.meta.service_model.service_name
        if service == "dynamodb":
            events.register(f"provide-client-params.{service}", _ask_for_units)
        counting = {
            "dynamodb": self._dynamodb,
            "s3": self._s3,
            "sqs": self._sqs,
            "kms": self._kms,
            "events": self._events,
        }
        events.register(f"after-call.{service}", counting[service])
        if service == "sqs":
            events.register(f"before-call.{service}", _note_size)

    def taken(self) -> Counter[str]:
        """Return what was used since this was asked last."""
        with self._lock:
            used, self._used = self._used, Counter()
        return used

    def _count(self, **used: int) -> None:
        with self._lock:
            self._used.update(used)

    def _dynamodb(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        said = parsed.get("ConsumedCapacity") or []
        units = sum(
            each.get("CapacityUnits", 0.0)
            for each in (said if isinstance(said, list) else [said])
        )
        if model.name in _DYNAMODB_READS:
            self._count(dynamodb_half_reads=math.ceil(2 * units))
        else:
            self._count(dynamodb_writes=math.ceil(units))

    def _s3(self, model: Any, **_: Any) -> None:
        if model.name.startswith(_S3_READS):
            self._count(s3_gets=1)
        else:
            self._count(s3_puts=1)

    def _kms(self, **_: Any) -> None:
        self._count(kms_requests=1)

    def _events(self, parsed: dict[str, Any], **_: Any) -> None:
        self._count(events_put=len(parsed.get("Entries", ())))

    def _sqs(self, context: dict[str, Any], **_: Any) -> None:
        self._count(sqs_requests=max(1, math.ceil(context.get("size", 1) / _CHUNK)))


def _ask_for_units(params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any]:
    if "ReturnConsumedCapacity" in model.input_shape.members:
        return {**params, "ReturnConsumedCapacity": "TOTAL"}
    return params


def _note_size(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["size"] = len(params.get("body") or b"")
