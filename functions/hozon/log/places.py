"""Where the parts of the log are: keys below ``log/`` (`adapters/logkeys` lists them).

Numbers are padded with zeros, so that keys sort as they do.
"""

from hozon.log.tiles import WIDTH
from hozon.nouns.digests import identifier

ORIGIN = "log/origin"
KEYS = "log/keys/"
BATCHES = "log/batches/"
CHECKPOINTS = "log/checkpoints/"
STAMPS = "log/stamps/"
NOTES = "log/notes/"
TILES = "log/"
"""What comes before the paths of C2SP: ``tile/…``."""


def batch(start: int) -> str:
    """Return the key of the batch of leaves that begins with leaf `start`."""
    return f"{batches(start // WIDTH)}{start:012}"


def batches(number: int) -> str:
    """Return the folder of the batches of one bundle."""
    return f"{BATCHES}{number:09}/"


def checkpoint(size: int) -> str:
    """Return the key of the checkpoint of a tree's size."""
    return f"{CHECKPOINTS}{size:012}"


def stamp(size: int, authority: str) -> str:
    """Return the key of the time stamp that an authority (a URI) gave a checkpoint."""
    return f"{STAMPS}{size:012}.{identifier('tsa', authority)}.tsr"


def behind(folder: str, number: int) -> str:
    """Return what sorts behind all keys with `number` in a folder, before the next's."""
    return f"{folder}{number:012}~"


def number(key: str) -> int:
    """Return the number that the last segment of such a key begins with; -1: none."""
    digits = key.rpartition("/")[2].partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdecimal() else -1
