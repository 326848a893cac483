"""`Outbox` over ``state.sqlite``."""

from collections.abc import Sequence
from datetime import datetime

from hozon.adapters.embedded.database import Database
from hozon.nouns import instants
from hozon.nouns.events import Event
from hozon.stored import rows


class SqliteOutbox:
    """Events that could not be told, until they are."""

    def __init__(self, state: Database) -> None:
        self._state = state

    def put(self, event: Event, *, at: datetime) -> None:
        """Keep an event to be told at `at`, or later if it was to be told already."""
        values = event.id, instants.iso(at), rows.to_json(event)
        with self._state.write() as db:
            db.execute("INSERT OR REPLACE INTO outbox VALUES (?, ?, ?)", values)

    def due(self, now: datetime, *, limit: int) -> Sequence[Event]:
        """Return events that are to be told, longest waiting first."""
        found = self._state.read(
            "SELECT event FROM outbox WHERE at <= ? ORDER BY at, id LIMIT ?",
            (instants.iso(now), limit),
        )
        return [rows.from_json(Event, text) for (text,) in found]

    def told(self, event: Event) -> None:
        """Forget an event."""
        with self._state.write() as db:
            db.execute("DELETE FROM outbox WHERE id = ?", (event.id,))
