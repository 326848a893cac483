"""`Crier` to an EventBridge bus."""

import json
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Protocol

from hozon.adapters.aws.faults import Pause, attempts, translated
from hozon.lives.announcing import to_json
from hozon.nouns.events import Event

SOURCE = "hozon"
"""Who says it, as rules on the bus know it."""

_AT_ONCE = 10


class _Client(Protocol):
    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]: ...  # noqa: N803


class EventBus:
    """Puts events on the bus `name`, ten at once; `client` is made at first use."""

    def __init__(
        self,
        client: Callable[[], _Client],
        name: str,
        *,
        pause: Pause = time.sleep,
    ) -> None:
        self._make = client
        self._name = name
        self._what = f"event bus {name}"
        self._pause = pause

    @cached_property
    def _client(self) -> _Client:
        return self._make()

    def tell(self, events: Sequence[Event]) -> None:
        """Put the events; those that the bus has not taken are put again."""
        for at in range(0, len(events), _AT_ONCE):
            entries = [self._entry(event) for event in events[at : at + _AT_ONCE]]
            for _ in attempts(self._what, self._pause):
                entries = self._put(entries)
                if not entries:
                    break

    def _put(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Put entries and return those that were not taken."""
        with translated(self._what):
            answer = self._client.put_events(Entries=entries)
        results = zip(entries, answer["Entries"], strict=True)
        return [entry for entry, result in results if "EventId" not in result]

    def _entry(self, event: Event) -> dict[str, Any]:
        kind = "Feed failing" if event.kind == "failing" else f"Article {event.kind}"
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": kind,
            "Time": event.at,
            "Detail": json.dumps(to_json(event)),
        }
