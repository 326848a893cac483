"""BagIt bags (RFC 8493): whole, valid, and good for getting an archive back."""

import subprocess
import sys
from pathlib import Path

import pytest

from hozon import opml, wiring
from hozon.exporting.wishes import Wish
from hozon.nouns.errors import Misuse, NotFound
from hozon.warc import reader
from tests.archives import BEGAN, SHEET
from tests.shelves import NOW, Shelf


def validated(bag: Path) -> int:
    """Return the exit code of bagit-python, which checks each manifest."""
    command = [sys.executable, "-m", "bagit", "--validate", str(bag)]
    return subprocess.run(command, capture_output=True, timeout=60).returncode  # noqa: PLW1510


def tags(bag: Path) -> dict[str, str]:
    lines = (bag / "bag-info.txt").read_text("utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_a_bag_of_all(shelf: Shelf) -> None:
    """Each object as stored, at its key; bagit-python finds the bag valid."""
    bag = shelf.export("bagit")

    assert 0 == validated(bag)
    for key in shelf.keys:
        assert shelf.archive.warcs.read_all(key) == (bag / "data" / key).read_bytes()
    octets = sum(len(shelf.archive.warcs.read_all(key)) for key in shelf.keys)
    assert f"{octets}.40" == tags(bag)["Payload-Oxum"]
    assert "2026-11-23" == tags(bag)["Bagging-Date"]
    assert 2 == len(opml.read((bag / "feeds.opml").read_bytes()))


def test_a_bit_that_turned_is_found(shelf: Shelf) -> None:
    """The manifests are of the bytes."""
    bag = shelf.export("bagit")
    path = bag / "data" / shelf.keys[7]
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)

    assert 0 != validated(bag)


def test_an_archive_is_got_back(shelf: Shelf) -> None:
    """The payload is an archive's folder: reindexed, it holds the same."""
    bag = shelf.export("bagit")

    folder = bag / "data"
    with wiring.embedded(
        folder, clock=lambda: NOW, create=True, indexed=False
    ) as opened:
        opened.reindex(progress=lambda _: None)
        assert list(shelf.archive.index.dump()) == list(opened.archive.index.dump())


def test_a_bag_of_a_feed(shelf: Shelf) -> None:
    """Objects of others come along whole where its pages need records of them."""
    bag = shelf.export("bagit", shelf.feed())

    found = sorted(p.relative_to(bag / "data") for p in bag.rglob("*.warc.gz"))
    assert 0 == validated(bag)
    assert 20 < len(found) < 25
    assert any(
        record.target_uri == SHEET
        for key in found
        for record in reader.records((bag / "data" / key).read_bytes())
    )
    assert 1 == len(opml.read((bag / "feeds.opml").read_bytes()))


def test_a_place_that_is_taken(shelf: Shelf) -> None:
    """What is there is not touched."""
    bag = shelf.export("bagit")

    with pytest.raises(Misuse, match="is there already"):
        shelf.export("bagit")
    assert 0 == validated(bag)


def test_nothing_to_bag(shelf: Shelf) -> None:
    """Who asks for what is not held finds no folder."""
    with pytest.raises(NotFound):
        shelf.export("bagit", Wish(until=BEGAN))

    assert ["archive"] == [each.name for each in shelf.folder.iterdir()]
