"""Look closer where a census has found a difference: at the objects, and at the index as
it is now. The archive lives on meanwhile, so a difference alone says nothing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hozon.auditing import rehashing
from hozon.audits import counting, stated
from hozon.audits.counting import Progress, Run
from hozon.audits.hashruns import SEEN
from hozon.audits.stated import Facts, Hasher
from hozon.log import leaves, notes, receipts
from hozon.log.findings import Act, Finding
from hozon.nouns import instants
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, HozonError, Misuse, NotFound, Unavailable
from hozon.nouns.places import Cursor, Row
from hozon.sealing import following
from hozon.stored import holdings, naming

_KNOWN_OBJECTS = 500
_TICK = timedelta(milliseconds=1)


class Looked(NamedTuple):
    """How far it has come, and whether what lies there took a closer look."""

    at: Cursor
    is_slow: bool


class Recount:
    """Goes through what one run was made of, and writes down what is wrong there."""

    def __init__(self, archive: Archive, progress: Progress) -> None:
        self._archive = archive
        self._progress = progress
        self._hash = Hasher(progress.salt)
        self._objects: dict[str, set[Facts] | None] = {}

    def of(self, run: Run, after: Cursor) -> Iterator[Looked]:
        """Decide all that differs of a run, from behind a cursor to the run's end."""
        look = {"keys": self._keys, "rows": self._rows}.get(run.source, self._leaves)
        for at, is_slow in look(after, run):
            if at > run.until:
                break
            yield Looked(at, is_slow)

    def _differs(self, *values: object) -> bool:
        return self._hash(*values) | SEEN in self._progress.differing

    def _is_missed(self, *values: object) -> bool:
        return self._hash(*values) in self._progress.differing

    def _find(self, act: Act, subject: str, says: str) -> None:
        self._progress.find(Finding(act=act, subject=subject, says=says))

    # --- leaves: is what they state there? ----------------------------------------

    def _leaves(self, after: Cursor, run: Run) -> Iterator[tuple[Cursor, bool]]:
        start, end = counting.behind(after, 0), counting.behind(run.until, 0)
        found = following.between(self._archive.log, start, end)
        for index, data in enumerate(found, start):
            said = leaves.read(data)
            missed = [f for f in stated.of_leaf(said) if self._is_missed(*f)]
            is_gone = not stated.is_note(said) and self._is_missed(said["key"])
            if missed or is_gone:
                self._miss(index, said, missed, is_gone=is_gone)
            yield counting.cursor(index), bool(missed or is_gone)

    def _miss(
        self, index: int, said: dict[str, Any], missed: list[Facts], *, is_gone: bool
    ) -> None:
        """Write down what of a leaf is not there now either.

        The rows of an object that is gone are no loss: it was purged, or is missed itself.
        """
        if self._archive.warcs.holds(said["key"]):
            self._progress.lost += sum(map(self._is_lost, missed))
        elif is_gone:
            self._progress.gone.append(index)

    def _is_lost(self, facts: Facts) -> bool:
        at = instants.from_iso(facts[2])
        try:
            found = self._archive.index.timemap(facts[1], since=at, until=at + _TICK)
        except Misuse:
            return True
        return facts not in map(stated.of_row, found)

    # --- keys: may they be there? -------------------------------------------------

    def _keys(self, after: Cursor, _: Run) -> Iterator[tuple[Cursor, bool]]:
        for key in self._archive.warcs.keys(after="".join(after)):
            if is_doubtful := self._differs(key):
                self._unsealed(key)
            yield (key,), is_doubtful

    def _unsealed(self, key: str) -> None:
        """Look at an object that no leaf named which was read."""
        if key in self._archive.seals.leaves([key]):
            return
        try:
            data = self._archive.warcs.read_all(key)
            said = leaves.read(leaves.made(key, data))
            at = instants.from_iso(said["captured_at"])
        except NotFound:
            return
        except Unavailable:
            at = naming.object_at(key)
        except (HozonError, ValueError) as e:
            self._find("unreadable", key, f"has no leaf, and {e}")
            return
        if at < self._sealed_at() - receipts.IN_TIME:
            says = f"has no leaf, though it says {instants.iso(at)}: it was added later"
            self._find("added", key, says)

    def _sealed_at(self) -> datetime:
        """Return when the tree was signed that the census is of."""
        log = self._archive.log
        note = notes.parsed(following.checkpoint(self._progress.size, log))
        times = filter(None, (notes.made_at(note, key) for key in following.keys(log)))
        return max(times, default=self._progress.begun_at)

    # --- rows: does an object hold them? ------------------------------------------

    def _rows(self, after: Cursor, _: Run) -> Iterator[tuple[Cursor, bool]]:
        for row in self._archive.index.rows(after=after):
            is_doubtful = self._differs(*stated.of_row(row.capture))
            if is_doubtful and not self._is_held(stated.of_row(row.capture)):
                says = "no object holds this row; hozon reindex puts the index right"
                self._find("row forged", subject_of(row), says)
            yield row.cursor, is_doubtful

    def _is_held(self, facts: Facts) -> bool:
        """Tell whether a row's object has it, where no leaf says so."""
        key = facts[0]
        if key not in self._objects:
            if len(self._objects) >= _KNOWN_OBJECTS:
                self._objects.clear()
            self._objects[key] = captures_of(key, self._archive)
        found = self._objects[key]
        return self._may_hold(key) if found is None else facts in found

    def _may_hold(self, key: str) -> bool:
        """Tell whether an object that cannot be read now may have captures that its leaf
        has no room for.
        """
        index = self._archive.seals.leaves([key]).get(key)
        if index is None:
            return True
        return not stated.states_all(following.leaf(index, self._archive.log).data)


def subject_of(row: Row) -> str:
    """Return what names a row for people."""
    return f"{row.capture.target_uri} of {instants.iso(row.capture.captured_at)}"


def captures_of(key: str, archive: Archive) -> set[Facts] | None:
    """Return what an object says of its captures; None: it lies in cold storage."""
    try:
        found = holdings.read(key, archive.warcs.read_all(key))
    except (Damaged, Misuse, NotFound):
        return set()
    except Unavailable as e:
        if not rehashing.is_cold(e):
            raise
        return None
    return set(map(stated.of_row, found.captures))
