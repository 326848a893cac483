"""C2SP tlog-proof."""

import pytest

from hozon.log import proofs, tree
from hozon.nouns.errors import Damaged
from tests.logs import checkpoint_of

PATH = [tree.leaf_hash(b"a"), tree.leaf_hash(b"b")]
CHECKPOINT = checkpoint_of([b"a", b"b"])


@pytest.mark.parametrize("path", [[], PATH])
def test_a_proof_is_read_back(path: list[bytes]) -> None:
    """Index, path and the checkpoint to the byte."""
    found = proofs.decoded(proofs.encoded(7, path, CHECKPOINT))

    assert (7, tuple(path), CHECKPOINT) == (found.index, found.path, found.checkpoint)


def test_extra_data_is_passed_over() -> None:
    """What an application puts there is not authenticated."""
    text = proofs.encoded(7, PATH, CHECKPOINT).replace("\n", "\nextra AAAA\n", 1)

    assert 7 == proofs.decoded(text).index


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("index 7", "index 07"),
        ("index 7", "index -7"),
        ("index 7\n", ""),
        ("index 7\n", "index 7\nAAA\n"),
        ("\n\n", "\n"),
    ],
)
def test_what_is_no_proof(old: str, new: str) -> None:
    """Another version, an index in another spelling, a path that is none."""
    text = proofs.encoded(7, PATH, CHECKPOINT)
    head, gap, rest = text.partition("\n\n")
    changed = (head + gap).replace(old, new) + (rest if new != "\n" else "")

    with pytest.raises(Damaged):
        proofs.decoded(changed)
