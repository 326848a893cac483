"""`Custody` over a folder: holds in ``state.sqlite``, held files without write permission.

Whoever owns a folder can delete in it whatever a file's permissions are. So a hold is
what a person meets, and a purge of ours; against the owner of the machine only a copy
elsewhere helps.
"""

import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from hozon.adapters import warckeys
from hozon.adapters.embedded.database import Database
from hozon.nouns import instants
from hozon.nouns.custody import LegalHold
from hozon.nouns.errors import NotFound, Unusable
from hozon.stored import rows

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class FolderCustody:
    """The legal holds of the archive at `root`."""

    def __init__(self, root: Path, state: Database) -> None:
        self._root = root
        self._state = state

    def save(self, hold: LegalHold) -> None:
        """Remember a hold."""
        values = hold.id, instants.iso(hold.placed_at), rows.to_json(hold)
        with self._state.write() as db:
            db.execute("INSERT OR REPLACE INTO legal_holds VALUES (?, ?, ?)", values)

    def holds(self) -> Sequence[LegalHold]:
        """Return all holds, oldest first."""
        found = self._state.read("SELECT hold FROM legal_holds ORDER BY placed_at, id")
        return [rows.from_json(LegalHold, text) for (text,) in found]

    def keep(self, key: str) -> None:
        """Take the permission to write a file from everybody."""
        self._change(key, lambda mode: mode & ~_WRITABLE)

    def let_go(self, key: str) -> None:
        """Give its owner the permission to write a file back."""
        self._change(key, lambda mode: mode | stat.S_IWUSR)

    def keeps(self, key: str) -> bool:
        """Tell whether nobody may write a file."""
        return not self._mode(key) & _WRITABLE

    def locks(self, key: str) -> bool | None:
        """Return None: a folder has no locks."""
        self._mode(key)
        return None

    def _change(self, key: str, changed: Callable[[int], int]) -> None:
        mode = self._mode(key)
        if changed(mode) == mode:
            return
        try:
            (self._root / key).chmod(changed(mode))
        except PermissionError as e:
            raise Unusable(
                f"not allowed to change {key}; give this user the folder"
            ) from e

    def _mode(self, key: str) -> int:
        try:
            return stat.S_IMODE((self._root / warckeys.checked(key)).stat().st_mode)
        except (FileNotFoundError, NotADirectoryError) as e:
            raise NotFound(f"no such object: {key}") from e
