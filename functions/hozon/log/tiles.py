"""C2SP tlog-tiles: the tree and its leaves as static objects of 256 hashes or leaves.

The hash at place *i* of tile *n* of level *l* is that of the complete subtree of
``256 ** l`` leaves whose number is ``256 * n + i``. A tile that is not full yet is
*partial*: as wide as the tree of its checkpoint makes it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hozon.log import tree
from hozon.nouns.errors import Damaged

WIDTH = 256
HEIGHT = 8
"""A tile spans that many levels of the tree: ``2 ** HEIGHT`` is `WIDTH`."""

LONGEST_LEAF = 65_535
"""What the length before a leaf in a bundle can say."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Which tile: its level, its number in that level, and how many hashes it has."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served and stored: ``tile/<L>/<N>[.p/<W>]``."""
        return f"tile/{self.level}/{numbered(self.number)}{_partial(self.width)}"


ReadTile = Callable[[Tile], bytes]
"""Returns the hashes of a tile, one after another."""


def numbered(number: int) -> str:
    """Return a tile's number in groups of three digits: ``x001/x234/067``."""
    digits = f"{number:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def _partial(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"


def bundle_path(number: int, width: int = WIDTH) -> str:
    """Return where the leaves of a tile of level 0 are served."""
    return f"tile/entries/{numbered(number)}{_partial(width)}"


def bundle(leaves: Sequence[bytes]) -> bytes:
    """Return leaves, each behind its length in two bytes, big-endian."""
    return b"".join(len(each).to_bytes(2, "big") + each for each in leaves)


def leaves(data: bytes) -> list[bytes]:
    """Return the leaves of a bundle, or raise `Damaged`."""
    found, at = list[bytes](), 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            raise Damaged(f"a bundle of leaves that ends inside leaf {len(found)}")
        found.append(data[at + 2 : end])
        at = end
    return found


def cut(leaves_: bytes, width: int) -> bytes:
    """Return the bundle of the first `width` leaves of a bundle, or raise `Damaged`."""
    found = leaves(leaves_)
    if len(found) < width:
        raise Damaged(f"a bundle of {len(found)} leaves, where {width} should be")
    return bundle(found[:width])


def hashes(data: bytes) -> list[bytes]:
    """Return the hashes of a tile."""
    return [data[at : at + tree.SIZE] for at in range(0, len(data), tree.SIZE)]


def width(size: int, level: int, number: int) -> int:
    """Return how many hashes a tile has where the tree has `size` leaves; 0: none."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - WIDTH * number))


def partial(size: int) -> Iterator[Tile]:
    """Yield the partial tiles of a tree, one of each level at most, lowest first."""
    level, count = 0, size
    while count:
        if count % WIDTH:
            yield Tile(level, count // WIDTH, count % WIDTH)
        level, count = level + 1, count // WIDTH


class Reader:
    """The complete subtrees of a tree of `size` leaves, read from its tiles.

    Each tile is read once; `reads` counts them. Raises `Damaged` for one of another
    width than the tree's size makes it.
    """

    def __init__(self, size: int, read: ReadTile) -> None:
        self.size = size
        self.reads = 0
        self._read = read
        self._tiles: dict[Tile, list[bytes]] = {}

    def complete(self, level: int, index: int) -> bytes:
        """Return the hash of one complete subtree (`tree.Complete`)."""
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        found = self._tile(tile_level, first // WIDTH)
        at = first % WIDTH
        return tree.root(found[at : at + (1 << height)])

    def root(self) -> bytes:
        """Return the hash of the whole tree."""
        return tree.tree_hash(self.size, self.complete)

    def _tile(self, level: int, number: int) -> list[bytes]:
        tile = Tile(level, number, width(self.size, level, number))
        if tile not in self._tiles:
            self.reads += 1
            data = self._read(tile)
            if len(data) != tile.width * tree.SIZE:
                raise Damaged(f"{tile.path}: {len(data)} bytes are not its hashes")
            self._tiles[tile] = hashes(data)
        return self._tiles[tile]


def grown(
    old: int, new_hashes: Sequence[bytes], read: ReadTile
) -> tuple[Mapping[Tile, bytes], int]:
    """Return the tiles that leaf hashes add to a tree of `old` leaves, and its new size.

    Tiles that became full, and the partial ones of the new tree; of the old tree only
    its partial tiles are read.
    """
    made: dict[Tile, bytes] = {}
    size, level, added = old + len(new_hashes), 0, list(new_hashes)
    while added:
        first = (old >> HEIGHT * level) // WIDTH
        before = width(old, level, first)
        known = hashes(read(Tile(level, first, before))) if before else []
        row = known + added
        made |= {
            Tile(level, first + at // WIDTH, len(some)): b"".join(some)
            for at in range(0, len(row), WIDTH)
            if (some := row[at : at + WIDTH])
        }
        full = len(row) // WIDTH
        added = [tree.root(row[n * WIDTH : (n + 1) * WIDTH]) for n in range(full)]
        level += 1
    return made, size
