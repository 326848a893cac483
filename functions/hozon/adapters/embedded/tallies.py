"""`Tallies` over ``state.sqlite``."""

from collections.abc import Mapping
from datetime import date

from hozon.adapters.embedded.database import Database
from hozon.nouns.tallies import Counts

_ADD = """
    INSERT INTO tallies VALUES (?, ?, ?, ?)
    ON CONFLICT (subject, day, name) DO UPDATE SET count = count + excluded.count"""


class SqliteTallies:
    """One row for each count of a day."""

    def __init__(self, state: Database) -> None:
        self._state = state

    def add(self, day: date, whose: str, counts: Counts) -> None:
        """Add `counts`."""
        if added := _rows(day, whose, counts):
            with self._state.write() as db:
                db.executemany(_ADD, added)

    def take(self, day: date, whose: str, counts: Counts, *, limits: Counts) -> bool:
        """Add `counts` if there is room for all of them."""
        with self._state.write() as db:
            found = db.execute(
                "SELECT name, count FROM tallies WHERE subject = ? AND day = ?",
                (whose, day.isoformat()),
            )
            held = dict(found.fetchall())
            for name, limit in limits.items():
                if held.get(name, 0) + max(counts.get(name, 0), 1) > limit:
                    return False
            db.executemany(_ADD, _rows(day, whose, counts))
        return True

    def of(self, day: date, whose: str) -> Counts:
        """Return the counts of one day."""
        return dict(
            self._state.read(
                "SELECT name, count FROM tallies WHERE subject = ? AND day = ?",
                (whose, day.isoformat()),
            )
        )

    def days(self, whose: str, *, since: date, until: date) -> Mapping[date, Counts]:
        """Return the counts of several days."""
        found = self._state.read(
            "SELECT day, name, count FROM tallies"
            " WHERE subject = ? AND day BETWEEN ? AND ? ORDER BY day",
            (whose, since.isoformat(), until.isoformat()),
        )
        by_day: dict[date, dict[str, int]] = {}
        for day, name, count in found:
            by_day.setdefault(date.fromisoformat(day), {})[name] = count
        return by_day


def _rows(day: date, whose: str, counts: Counts) -> list[tuple[str, str, str, int]]:
    return [(whose, day.isoformat(), name, n) for name, n in counts.items() if n]
