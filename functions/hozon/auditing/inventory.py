"""Read what a census compares: the leaves, the keys and the rows, as marked hashes."""

from collections.abc import Iterator
from typing import NamedTuple

from hozon.auditing import recounting
from hozon.audits import counting, stated
from hozon.audits.audits import Audits
from hozon.audits.counting import Progress, Source
from hozon.audits.hashruns import OPTIONAL, SEEN
from hozon.audits.stated import Hasher
from hozon.log import leaves, notes, places, tree
from hozon.log.findings import Act, Finding
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, NotFound
from hozon.nouns.places import Cursor
from hozon.sealing import following


class Read(NamedTuple):
    """Something that was read: how far its source is read now, its marked hashes, and
    whether it took long.
    """

    at: Cursor
    hashes: list[int]
    is_slow: bool = False


class Inventory:
    """Reads the sources of one census, and counts in its progress what was taken.

    The tree of the leaves is held against what was signed, and what is `known` of it.
    """

    def __init__(self, archive: Archive, known: Audits, progress: Progress) -> None:
        self._archive = archive
        self._known = known
        self._progress = progress
        self._hash = Hasher(progress.salt)

    def read(self, source: Source, after: Cursor) -> Iterator[Read]:
        """Yield what a source has behind a cursor; what is not taken is not counted."""
        if source == "keys":
            return self._keys(after)
        if source == "rows":
            return self._rows(after)
        begin, end = 0, self._progress.size
        if source == "later":
            begin, end = end, self._progress.later
        return self._leaves(counting.behind(after, begin), end)

    def finish(self, source: Source) -> None:
        """See what a source that was read to its end comes to."""
        progress = self._progress
        if source == "leaves":
            self._hold_against_signed(progress.size)
            progress.root = progress.growing.root().hex()
        elif source == "rows":
            progress.later = following.published(self._archive)
        elif source == "later" and not progress.is_broken:
            self._hold_against_signed(progress.later)

    def _find(self, act: Act, subject: str, says: str) -> None:
        self._progress.find(Finding(act=act, subject=subject, says=says))

    def _leaves(self, begin: int, end: int) -> Iterator[Read]:
        """Learn what the log asks for and allows, and let its tree grow."""
        size = self._progress.size
        for index, data in enumerate(
            following.between(self._archive.log, begin, end), begin
        ):
            said = leaves.read(data)
            self._progress.growing.add(tree.leaf_hash(data))
            self._hold_against_before()
            of = self._hash.of_leaf if index < size else self._hash.of_later
            is_cut = not stated.is_note(said) and not stated.states_all(data)
            more = self._unstated(said["key"]) if is_cut else ()
            yield Read(counting.cursor(index), [*of(data, said), *more], is_cut)

    def _unstated(self, key: str) -> Iterator[int]:
        """Yield what an object has that its leaf may have no room for."""
        for facts in recounting.captures_of(key, self._archive) or ():
            yield self._hash(*facts) | OPTIONAL

    def _keys(self, after: Cursor) -> Iterator[Read]:
        for key in self._archive.warcs.keys(after="".join(after)):
            self._progress.objects += 1
            yield Read((key,), [self._hash(key) | SEEN])

    def _rows(self, after: Cursor) -> Iterator[Read]:
        for row in self._archive.index.rows(after=after):
            self._progress.rows += 1
            if not row.is_in_place:
                says = "this row lies where another belongs; hozon reindex"
                self._find("row forged", recounting.subject_of(row), says)
            yield Read(row.cursor, [self._hash(*stated.of_row(row.capture)) | SEEN])

    # --- the tree -----------------------------------------------------------------

    def _hold_against_before(self) -> None:
        """See whether the leaves so far are those that the last census has seen."""
        growing, old = self._progress.growing, self._known
        if growing.size == old.size and growing.root().hex() != old.root:
            says = f"the first {old.size} leaves are not those an audit has seen"
            self._find("rewritten", places.checkpoint(old.size), says)

    def _hold_against_signed(self, size: int) -> None:
        """See whether the leaves so far make the tree that was signed at a size."""
        growing = self._progress.growing
        if growing.size != size:
            says = f"the log ends at {growing.size} leaves; {size} were signed"
            self._find("rolled back", "log/", says)
        elif growing.root() != signed(size, self._archive):
            says = "the leaves do not make the tree that was signed"
            self._find("rewritten", places.checkpoint(size), says)


def signed(size: int, archive: Archive) -> bytes:
    """Return the hash of the tree of a published size as it was signed, or `Damaged`."""
    try:
        text = following.checkpoint(size, archive.log)
    except NotFound as e:
        raise Damaged(f"{places.checkpoint(size)} is gone from the log") from e
    note = notes.opened(text, following.keys(archive.log))
    return notes.checkpoint(note.text).root
