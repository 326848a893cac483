"""An export takes the same memory whatever its size."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyarrow import default_memory_pool

from hozon import wiring
from hozon.adapters.embedded.workspace import FolderWorkspace
from hozon.exporting.wishes import Wish
from hozon.retrieving.listing import entries_of
from tests.archives import listed, stocked
from tests.shelves import NOW, Shelf, made_once

AT_ONCE = 60_000
"""So little is sorted in memory that all archives need the disk."""

MARGIN = 900_000
"""A page of the river's entries, the files' buffers: what may be held at once."""

MARGIN_OF_OBJECTS = 2_000_000
"""The same with objects of 150 KB."""

Stock = Callable[[int], Path]


@pytest.fixture(scope="module")
def long_pages(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    """Return a maker of archives with texts of 60 KB, for what copies objects."""
    return made_once(tmp_path_factory, lambda a, n: stocked(a, n, words=4000))


@pytest.fixture(scope="module")
def many_entries(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    """Return a maker of archives that have an index only, for what reads no objects."""
    return made_once(tmp_path_factory, listed)


@contextmanager
def opened(folder: Path, place: Path) -> Iterator[Shelf]:
    """Yield the archive in a folder, with a place for its exports."""
    place.mkdir()
    with wiring.embedded(folder, clock=lambda: NOW) as archive:
        yield Shelf(archive.archive, place)


def peak(shelf: Shelf, form: str, wish: Wish) -> int:
    """Return the most bytes that an export held at one time, Python's and Arrow's."""
    pool = default_memory_pool()
    gc.collect()
    tracemalloc.start()
    before = pool.bytes_allocated()
    try:
        _exported(shelf, form, wish)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return most + int(pool.bytes_allocated() - before)


def _exported(shelf: Shelf, form: str, wish: Wish) -> None:
    name = f"{form}-{len(list(shelf.folder.iterdir()))}"
    with FolderWorkspace(shelf.folder, at_once=AT_ONCE) as disk:
        shelf.export(form, wish, name=name, disk=disk)


def grown(
    stock: Stock, few: int, many: int, place: Path, form: str, *, part: bool
) -> int:
    """Return how many bytes more an export of many holds than one of few."""
    peaks: list[int] = []
    for count in (few, few, many):  # the first time is for what is imported and cached
        with opened(stock(count), place / f"{len(peaks)}") as shelf:
            wish = shelf.feed() if part else Wish()
            peaks.append(peak(shelf, form, wish))
    return peaks[2] - peaks[1]


@pytest.mark.parametrize(
    ("form", "part"),
    [
        ("wacz", False),
        ("wacz", True),
        ("warc", True),
        ("jsonl", False),
        ("bagit", True),
    ],
)
def test_copies_take_the_same_memory(
    long_pages: Stock, tmp_path: Path, form: str, *, part: bool
) -> None:
    """Sixty more snapshots, of 5 MB, are not held."""
    assert grown(long_pages, 20, 80, tmp_path, form, part=part) < MARGIN_OF_OBJECTS


@pytest.mark.parametrize("form", ["atom", "jsonfeed", "parquet"])
def test_lists_take_the_same_memory(
    many_entries: Stock, tmp_path: Path, form: str
) -> None:
    """Entries that are 650 more, of 3 KB each in memory, are not held."""
    assert grown(many_entries, 150, 800, tmp_path, form, part=False) < MARGIN


def test_the_measure_works(
    long_pages: Stock, many_entries: Stock, tmp_path: Path
) -> None:
    """Who held what there is would be found out."""
    with opened(long_pages(80), tmp_path / "long") as shelf:
        tracemalloc.start()
        objects = [shelf.archive.warcs.read_all(key) for key in shelf.keys]
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert objects
    assert size > 3 * MARGIN_OF_OBJECTS
    with opened(many_entries(800), tmp_path / "many") as shelf:
        tracemalloc.start()
        entries = list(entries_of(shelf.archive.index))
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert 800 == len(entries)
    assert size > 2 * MARGIN
