"""`AccessBook` over ``state.sqlite``."""

from collections.abc import Sequence

from hozon.adapters.decisions import in_order, place
from hozon.adapters.embedded.database import Database
from hozon.nouns.access import Decision
from hozon.stored import rows

_PUT = """
    INSERT INTO decisions VALUES (?, ?, ?)
    ON CONFLICT (subject) DO UPDATE SET place = excluded.place,
        decision = excluded.decision
    WHERE place < excluded.place"""


class SqliteAccessBook:
    """The latest decision about each subject, a row each."""

    def __init__(self, state: Database) -> None:
        self._state = state

    def put(self, decision: Decision) -> None:
        """Keep a decision, unless a later one about its subject is known."""
        values = decision.key, place(decision), rows.to_json(decision)
        with self._state.write() as db:
            db.execute(_PUT, values)

    def all(self) -> Sequence[Decision]:
        """Return the latest decision about each subject."""
        found = self._state.read("SELECT decision FROM decisions")
        return in_order(rows.from_json(Decision, text) for (text,) in found)
