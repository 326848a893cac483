"""C2SP tlog-tiles: paths, widths, what a growing tree writes, and how little is read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hozon.log import tiles, tree
from hozon.log.tiles import Tile
from hozon.nouns.errors import Damaged


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "000"),
        (67, "067"),
        (999, "999"),
        (1000, "x001/000"),
        (1234067, "x001/x234/067"),
    ],
)
def test_numbers_are_paths(number: int, expected: str) -> None:
    """Groups of three digits, all but the last behind an x (the specification's own)."""
    assert expected == tiles.numbered(number)


def test_paths() -> None:
    """Whole and partial tiles, and bundles of leaves."""
    assert "tile/0/x001/x234/067" == Tile(0, 1234067).path
    assert "tile/1/000.p/17" == Tile(1, 0, 17).path
    assert "tile/entries/273.p/112" == tiles.bundle_path(273, 112)


def test_the_tiles_of_70000_leaves() -> None:
    """The example of the specification."""
    assert [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)] == list(
        tiles.partial(70_000)
    )
    assert 256 == tiles.width(70_000, 0, 272)
    assert 256 == tiles.width(70_000, 1, 0)
    assert 0 == tiles.width(70_000, 0, 274)


def test_a_full_tile_is_in_the_one_above() -> None:
    """Of 256 leaves: a full tile of level 0, and one hash in level 1."""
    assert [Tile(1, 0, 1)] == list(tiles.partial(256))


def nothing(tile: Tile) -> bytes:
    raise KeyError(tile)


def hashes(start: int, count: int) -> list[bytes]:
    return [tree.leaf_hash(n.to_bytes(4, "big")) for n in range(start, start + count)]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_however_it_grows_the_tiles_are_the_same(steps: list[int]) -> None:
    """Tiles follow from the leaves alone; each partial tile of each tree is there."""
    stored: dict[Tile, bytes] = {}
    size = 0
    for step in steps:
        made, size = tiles.grown(size, hashes(size, step), stored.__getitem__)
        assert all(stored.get(t, data) == data for t, data in made.items())
        stored |= made
        assert set(tiles.partial(size)) <= stored.keys()
        assert tiles.Reader(size, stored.__getitem__).root() == tree.root(
            hashes(0, size)
        )
    once, _ = tiles.grown(0, hashes(0, size), nothing)

    assert once.items() <= stored.items()


@pytest.mark.parametrize("size", [1, 256, 257, 70_000])
def test_reads_are_few(size: int) -> None:
    """Two tiles a level at most, for any proof: 256 times the leaves is a level more."""
    stored, _ = tiles.grown(0, hashes(0, size), nothing)
    levels = -(-size.bit_length() // 8)
    root = tree.root(hashes(0, size))
    for index in {0, size // 2, size - 1}:
        reader = tiles.Reader(size, stored.__getitem__)
        proof = tree.inclusion(index, size, reader.complete)

        assert tree.included(hashes(index, 1)[0], index, size, proof, root)
        assert reader.reads <= 2 * levels


def test_a_tile_of_another_width_is_damaged() -> None:
    """Its bytes are counted before they are hashed."""
    with pytest.raises(Damaged, match="not its hashes"):
        tiles.Reader(3, lambda _: bytes(64)).root()


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_are_read_back(leaves: list[bytes]) -> None:
    """Each leaf behind its length; the first ones of a bundle are a bundle."""
    data = tiles.bundle(leaves)

    assert leaves == tiles.leaves(data)
    assert tiles.bundle(leaves[:3]) == tiles.cut(data, min(3, len(leaves)))


@pytest.mark.parametrize("data", [b"\0", b"\0\5abc", b"\0\1a\1"])
def test_a_bundle_that_is_cut(data: bytes) -> None:
    """It says inside which leaf it ends."""
    with pytest.raises(Damaged, match="ends inside leaf"):
        tiles.leaves(data)


def test_a_bundle_that_is_short() -> None:
    """Fewer leaves than a partial bundle should have."""
    with pytest.raises(Damaged, match="1 leaves, where 2 should be"):
        tiles.cut(tiles.bundle([b"a"]), 2)
