"""Archives and their exports, for tests: what is exported, and where it goes."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from hozon import wiring
from hozon.exporting import formats
from hozon.exporting.formats import Order
from hozon.exporting.telling import Tally
from hozon.exporting.wishes import Wish
from hozon.nouns.archive import Archive
from hozon.nouns.workspace import Workspace
from tests.archives import OTHER

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BASE = "https://archive.example.org"


@dataclass(slots=True)
class Told(Tally):
    """Remembers the problems."""

    said: list[str] = field(default_factory=list)

    def problem(self, text: str) -> None:
        """Remember a problem."""
        self.said.append(text)


@dataclass(slots=True)
class Shelf:
    """An archive, and where its exports go."""

    archive: Archive
    folder: Path
    told: Told = field(default_factory=Told)

    def export(
        self,
        form: str,
        wish: Wish | None = None,
        *,
        name: str = "",
        disk: Workspace | None = None,
    ) -> Path:
        """Export in a format, and return the file or folder."""
        path = self.folder / (name or f"export.{form}")
        with nullcontext(disk) if disk else wiring.workspace(self.folder) as room:
            order = Order(
                wish=wish or Wish(),
                archive=self.archive,
                disk=room,
                tell=self.told,
                base=BASE,
                name=path.name,
            )
            if form in formats.FILES:
                with wiring.new_file(path) as file:
                    formats.FILES[form](order, file)
            else:
                with wiring.new_folder(path) as folder:
                    formats.FOLDERS[form](order, folder)
        return path

    @property
    def keys(self) -> list[str]:
        """The keys of all objects."""
        return list(self.archive.warcs.keys())

    def feed(self, origin: str = OTHER) -> Wish:
        """Return the wish for one of the two feeds."""
        feeds = self.archive.feeds.all()
        return Wish(feed=next(f for f in feeds if f.uri.startswith(origin)))


def made_once(
    factory: pytest.TempPathFactory, fill: Callable[[Archive, int], object]
) -> Callable[[int], Path]:
    """Return a maker of folders with archives of so many: each is made once."""

    @cache
    def make(count: int) -> Path:
        folder = factory.mktemp(f"stock-{count}") / "archive"
        with wiring.embedded(folder, clock=lambda: NOW, create=True) as opened:
            fill(opened.archive, count)
        return folder

    return make
