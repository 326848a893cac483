"""C2SP tlog-proof: a leaf's place, the path from it to the root, and the checkpoint."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hozon.log.notes import based, unbased
from hozon.nouns.errors import Damaged

HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That the leaf at `index` is in the tree of a checkpoint (a signed note)."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str


def encoded(index: int, path: Sequence[bytes], checkpoint: str) -> str:
    """Return the text of a proof."""
    lines = [HEADER, f"index {index}", *map(based, path)]
    return "\n".join(lines) + "\n\n" + checkpoint


def decoded(text: str) -> Proof:
    """Read a proof, verifying nothing yet, or raise `Damaged`."""
    head, found, checkpoint = text.partition("\n\n")
    header, *lines = head.split("\n")
    if lines and lines[0].startswith("extra "):
        unbased(lines.pop(0).removeprefix("extra "))
    index = _INDEX.fullmatch(lines[0]) if lines else None
    if header != HEADER or not found or index is None:
        raise Damaged(f"not a proof: it has to begin with {HEADER}, and an index")
    path = tuple(map(unbased, lines[1:]))
    return Proof(index=int(index[1]), path=path, checkpoint=checkpoint)
