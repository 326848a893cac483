"""The same exports from a bucket and a table as from a folder, to the byte."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hozon import wiring
from hozon.adapters.aws.feedbook import DynamoDbFeedBook
from hozon.adapters.aws.index import DynamoDbIndex
from hozon.adapters.aws.s3 import S3WarcStore
from hozon.exporting import formats
from hozon.exporting.formats import Order
from hozon.exporting.telling import Tally
from hozon.exporting.wishes import Wish
from tests.archives import BEGAN, EVERY, stocked
from tests.contract.conftest import Aws, never_waits
from tests.shelves import BASE, NOW, Shelf


@pytest.fixture
def shelves(aws: Aws, tmp_path: Path) -> Iterator[tuple[Shelf, Shelf]]:
    """Yield the same archive in a folder, and in an account."""
    bucket, table = aws.bucket(), aws.table()
    with wiring.embedded(tmp_path / "archive", clock=lambda: NOW, create=True) as held:
        deployed = replace(
            held.archive,
            warcs=S3WarcStore(aws.s3, bucket, pause=never_waits),
            index=DynamoDbIndex(aws.dynamodb, table, pause=never_waits),
            feeds=DynamoDbFeedBook(aws.dynamodb, table, pause=never_waits),
        )
        for archive in (held.archive, deployed):
            stocked(archive, 10)
        (tmp_path / "here").mkdir()
        (tmp_path / "there").mkdir()
        yield (
            Shelf(held.archive, tmp_path / "here"),
            Shelf(deployed, tmp_path / "there"),
        )


def exported(shelf: Shelf, form: str, wish: Wish) -> dict[str, bytes]:
    """Return an export's files by their names."""
    path = shelf.folder / f"export-{len(list(shelf.folder.iterdir()))}"
    with wiring.workspace(shelf.folder) as disk:
        order = Order(
            wish=wish,
            archive=shelf.archive,
            disk=disk,
            tell=Tally(),
            base=BASE,
            name=path.name,
        )
        if form in formats.FILES:
            with wiring.new_file(path) as file:
                formats.FILES[form](order, file)
            return {"": path.read_bytes()}
        with wiring.new_folder(path) as folder:
            formats.FOLDERS[form](order, folder)
    files = (each for each in path.rglob("*") if each.is_file())
    return {str(each.relative_to(path)): each.read_bytes() for each in files}


def test_all_formats(shelves: tuple[Shelf, Shelf]) -> None:
    """Of all that is held, and of one feed."""
    here, there = shelves

    for form in (*formats.FILES, *formats.FOLDERS):
        for mine, theirs in ((Wish(), Wish()), (here.feed(), there.feed())):
            expected = exported(here, form, mine)
            assert expected
            assert expected == exported(there, form, theirs), form


def test_a_time(shelves: tuple[Shelf, Shelf]) -> None:
    """Of some days of the river."""
    here, there = shelves
    wish = Wish(since=BEGAN + EVERY, until=BEGAN + 4 * EVERY)

    for form in ("wacz", "jsonl", "parquet"):
        expected = exported(here, form, wish)
        assert expected == exported(there, form, wish), form
