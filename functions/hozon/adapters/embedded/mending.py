"""`Mender` over a folder: what is wrong is moved to ``damaged/``, and kept."""

from itertools import count
from pathlib import Path

from hozon.adapters import logkeys, warckeys
from hozon.adapters.embedded.folder import READING, WRITING, flush_folder, translated
from hozon.nouns.errors import NotFound

FOLDER = "damaged"


class FolderMender:
    """Sets objects of the archive at `root` aside."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def set_aside(self, key: str) -> None:
        """Move a file below ``damaged/``, under its key and a number that is free."""
        checked = (
            warckeys.checked if key.startswith(warckeys.PREFIX) else logkeys.checked
        )
        path = self._root / checked(key)
        if not path.is_file():
            raise NotFound(f"no such object: {key}")
        aside = self._root / FOLDER / key
        with translated(aside, WRITING):
            aside.parent.mkdir(parents=True, exist_ok=True)
            free = next(
                name
                for n in count(1)
                if not (name := aside.with_name(f"{aside.name}.{n}")).exists()
            )
        with translated(path, READING):
            path.rename(free)
            flush_folder(free.parent)
            flush_folder(path.parent)
