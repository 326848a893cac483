"""What is told to others, and how: plain frozen values and two ports, no I/O.

docs/events.md shows an event as those see it who are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, get_args

from hozon.nouns.findings import ChangeKind, EventKind, State

Told = Literal[EventKind, "failing"]
"""An article is new, changed, moved, missing, gone or restored; a feed is failing."""

KINDS: tuple[str, ...] = tuple(dict.fromkeys((*get_args(EventKind), "failing")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that is told: of an article, or of a feed that is failing.

    `id` is made of what happened, so it is the same however often it is told. `at` is
    when we found out. Of an article, `state` and `version` are those behind the event,
    `since` is when the state began; `change` and `size` are those of an edit; `warc_key`
    is the WARC object that proves it. Of a feed, `failures` counts in a row.
    """

    id: str
    kind: Told
    at: datetime
    feed_id: str
    feed_uri: str = ""
    feed_title: str = ""
    entry_key: str = ""
    link: str = ""
    title: str = ""
    page_uri: str = ""
    state: State | None = None
    since: datetime | None = None
    version: int = 0
    change: ChangeKind | None = None
    size: float = 0.0
    status: int | None = None
    reason: str = ""
    warc_key: str = ""
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which events are told: of these feeds (ids; none named: of all), of these kinds,
    and edits only of at least this size; another title is never too small. A kind is one
    of `KINDS` or of a change.
    """

    feeds: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    min_size: float = 0.0

    def takes(self, event: Event) -> bool:
        """Tell whether an event passes."""
        named = {event.kind, event.change or ""}
        is_edit = event.kind == "changed" and event.change != "title"
        return (
            (not self.feeds or event.feed_id in self.feeds)
            and (not self.kinds or not self.kinds.isdisjoint(named))
            and (not is_edit or event.size >= self.min_size)
        )


class Outbox(Protocol):
    """Events that could not be told, until they are."""

    def put(self, event: Event, *, at: datetime) -> None:
        """Keep an event to be told at `at`. One that is kept (`id`) is the same event."""

    def due(self, now: datetime, *, limit: int) -> Sequence[Event]:
        """Return events that are to be told by `now`, longest waiting first."""

    def told(self, event: Event) -> None:
        """Forget an event: it was told."""


class Crier(Protocol):
    """Tells events to whoever listens: a bus, or a command."""

    def tell(self, events: Sequence[Event]) -> None:
        """Tell them in this order, or raise `Unavailable`: then some may have been told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Who is told of which events: a `crier`, a `webhook` (its URI), both or nobody."""

    crier: Crier | None = None
    webhook: str | None = None
    filter: Filter = Filter()

    @property
    def is_wanted(self) -> bool:
        """Whether anybody listens."""
        return self.crier is not None or self.webhook is not None


NOBODY = Telling()
