"""The notes on pages that could not be captured: operational, so not in the index."""

import json
from collections.abc import Iterable, Iterator, Mapping

from hozon.adapters.embedded.database import Database
from hozon.nouns import instants
from hozon.nouns.model import Trouble
from hozon.stored import naming, rows


class Troubles:
    """At most one note per page (`naming.link_id`), in ``state.sqlite``."""

    def __init__(self, state: Database) -> None:
        self._state = state

    def note(self, trouble: Trouble) -> None:
        """Write a note, over an earlier one on the same page."""
        values = (
            naming.link_id(trouble.link),
            instants.iso(trouble.at),
            trouble.entry_key,
            rows.to_json(trouble),
        )
        with self._state.write() as db:
            db.execute("INSERT OR REPLACE INTO troubles VALUES (?, ?, ?, ?)", values)

    def of(self, link_ids: Iterable[str]) -> Mapping[str, Trouble]:
        """Return the notes that stand on these pages."""
        found = self._state.read(
            "SELECT link_id, trouble FROM troubles"
            " WHERE link_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(link_ids)),),
        )
        return {key: rows.from_json(Trouble, text) for key, text in found}

    def clear(self, link_ids: Iterable[str]) -> None:
        """Remove the notes on these pages."""
        with self._state.write() as db:
            db.executemany(
                "DELETE FROM troubles WHERE link_id = ?",
                [(id_,) for id_ in link_ids],
            )

    def all(self) -> Iterator[Trouble]:
        """Yield the notes that stand, latest first."""
        query = "SELECT trouble FROM troubles ORDER BY at DESC, entry_key DESC"
        return (rows.from_json(Trouble, text) for (text,) in self._state.stream(query))

    def count(self) -> int:
        """Return how many notes stand."""
        [(count,)] = self._state.read("SELECT count(*) FROM troubles")
        return int(count)
