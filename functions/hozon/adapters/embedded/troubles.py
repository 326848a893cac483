"""The notes on entries that could not be captured: operational, so not in the index."""

import json
from collections.abc import Iterable, Iterator, Mapping

from hozon import instants, rows
from hozon.adapters.embedded.database import Database
from hozon.model import Trouble


class Troubles:
    """At most one note per entry, in ``state.sqlite``."""

    def __init__(self, state: Database) -> None:
        self._state = state

    def note(self, trouble: Trouble) -> None:
        """Write a note, over an earlier one on the same entry."""
        values = trouble.entry_key, instants.iso(trouble.at), rows.to_json(trouble)
        with self._state.write() as db:
            db.execute("INSERT OR REPLACE INTO troubles VALUES (?, ?, ?)", values)

    def of(self, entry_keys: Iterable[str]) -> Mapping[str, Trouble]:
        """Return the notes that stand on these entries."""
        found = self._state.read(
            "SELECT entry_key, trouble FROM troubles"
            " WHERE entry_key IN (SELECT value FROM json_each(?))",
            (json.dumps(list(entry_keys)),),
        )
        return {key: rows.from_json(Trouble, text) for key, text in found}

    def clear(self, entry_keys: Iterable[str]) -> None:
        """Remove the notes on these entries."""
        with self._state.write() as db:
            db.executemany(
                "DELETE FROM troubles WHERE entry_key = ?",
                [(key,) for key in entry_keys],
            )

    def all(self) -> Iterator[Trouble]:
        """Yield the notes that stand, latest first."""
        query = "SELECT trouble FROM troubles ORDER BY at DESC, entry_key DESC"
        return (rows.from_json(Trouble, text) for (text,) in self._state.stream(query))

    def count(self) -> int:
        """Return how many notes stand."""
        [(count,)] = self._state.read("SELECT count(*) FROM troubles")
        return int(count)
