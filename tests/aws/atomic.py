"""Make moto's table as atomic as DynamoDB's: it checks and then writes, without a lock."""

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import Any

from moto.dynamodb.models import DynamoDBBackend

_LOCK = RLock()
_WRITES = "delete_item", "put_item", "transact_write_items", "update_item"


def make_atomic() -> None:
    """Let one write at a time be at work in this process; doing so twice is harmless."""
    for name in _WRITES:
        write = getattr(DynamoDBBackend, name)
        if not hasattr(write, "is_atomic"):
            setattr(DynamoDBBackend, name, _locked(write))


def _locked(write: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(write)
    def locked(*args: Any, **kwargs: Any) -> Any:
        with _LOCK:
            return write(*args, **kwargs)

    locked.is_atomic = True  # type: ignore[attr-defined]
    return locked
