"""Exports of generated archives, into files of a test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hozon import wiring
from tests.archives import stocked
from tests.shelves import NOW, Shelf, made_once

ShelfMaker = Callable[[int], Shelf]


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Return a maker of folders with archives of so many snapshots."""
    return made_once(tmp_path_factory, stocked)


@pytest.fixture
def new_shelf(stock: Callable[[int], Path], tmp_path: Path) -> Iterator[ShelfMaker]:
    """Yield a maker of archives with so many snapshots."""
    with ExitStack() as stack:

        def make(snapshots: int) -> Shelf:
            folder = tmp_path / f"of-{snapshots}"
            shutil.copytree(stock(snapshots), folder / "archive")
            opened = wiring.embedded(folder / "archive", clock=lambda: NOW)
            stack.enter_context(opened)
            return Shelf(opened.archive, folder)

        yield make


@pytest.fixture
def shelf(new_shelf: ShelfMaker) -> Shelf:
    """Return an archive of 20 snapshots: half of each of two feeds, over six days."""
    return new_shelf(20)
