"""RFC 6962 §2.1, against its own recursive definition and published vectors."""

import json
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.log import tree
from tests.logs import vectors

HASHES = [tree.leaf_hash(bytes([n])) for n in range(70)]


def mth(hashes: Sequence[bytes]) -> bytes:
    """MTH as §2.1 defines it."""
    if not hashes:
        return tree.EMPTY
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return tree.node_hash(mth(hashes[:k]), mth(hashes[k:]))


def complete(level: int, index: int) -> bytes:
    start = index << level
    assert start + (1 << level) <= len(HASHES)
    return mth(HASHES[start : start + (1 << level)])


SIZES = st.integers(1, len(HASHES))


@given(SIZES)
def test_a_root_is_the_one_defined(size: int) -> None:
    """However it is computed: leaf by leaf, or of complete subtrees."""
    expected = mth(HASHES[:size])

    assert expected == tree.root(HASHES[:size])
    assert expected == tree.tree_hash(size, complete)


def test_an_empty_tree_has_a_root() -> None:
    """SHA-256 of nothing; and nothing is proven about it."""
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    assert empty == tree.root([]).hex() == tree.tree_hash(0, complete).hex()
    assert not tree.included(tree.EMPTY, 0, 0, [], tree.EMPTY)
    assert not tree.consistent(0, 0, tree.EMPTY, tree.EMPTY, [])
    assert not tree.consistent(0, 3, tree.EMPTY, mth(HASHES[:3]), [])


@given(SIZES, st.data())
def test_inclusion_is_proven(size: int, data: st.DataObject) -> None:
    """Of each leaf at its index, and of nothing else anywhere."""
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion(index, size, complete)
    root = mth(HASHES[:size])

    assert tree.included(HASHES[index], index, size, proof, root)
    assert not tree.included(HASHES[index], index, size, [*proof, root], root)
    assert not tree.included(HASHES[index], index + 1, size, proof, root)
    assert not tree.included(tree.leaf_hash(b"x"), index, size, proof, root)
    assert len(proof) <= size.bit_length()


@given(SIZES, st.data())
def test_consistency_is_proven(new: int, data: st.DataObject) -> None:
    """That a tree begins with an older one; not that another does."""
    old = data.draw(st.integers(1, new))
    proof = tree.consistency(old, new, complete)
    old_root, new_root = mth(HASHES[:old]), mth(HASHES[:new])
    forged = tree.node_hash(old_root, new_root)

    assert tree.consistent(old, new, old_root, new_root, proof)
    assert not tree.consistent(old, new, forged, new_root, proof)
    assert not tree.consistent(old, new, old_root, forged, proof)
    assert not tree.consistent(old, new, old_root, new_root, [*proof, forged])
    if proof:
        assert not tree.consistent(old, new, old_root, new_root, proof[1:])


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_hash_has_32_bytes(length: int) -> None:
    """What is no hash proves nothing, wherever it stands."""
    odd, root = bytes(length), mth(HASHES[:3])
    proof = tree.inclusion(0, 3, complete)

    assert not tree.included(odd, 0, 1, [], odd)
    assert not tree.included(HASHES[0], 0, 3, [odd, *proof[1:]], root)
    assert not tree.consistent(1, 3, odd, root, proof)
    assert not tree.consistent(2, 3, mth(HASHES[:2]), odd, [HASHES[2]])


def _decoded(text: str | None) -> bytes:
    return b64decode(text or "")


@pytest.mark.corpus
@pytest.mark.parametrize("path", vectors("merkle/inclusion"), ids=lambda p: p.stem)
def test_inclusion_vectors(path: Path) -> None:
    """Those of transparency-dev/merkle, all of them."""
    found = json.loads(path.read_text("utf-8"))

    is_included = tree.included(
        _decoded(found["leafHash"]),
        found["leafIdx"],
        found["treeSize"],
        [_decoded(each) for each in found["proof"] or []],
        _decoded(found["root"]),
    )

    assert is_included is not found["wantErr"]


@pytest.mark.corpus
@pytest.mark.parametrize("path", vectors("merkle/consistency"), ids=lambda p: p.stem)
def test_consistency_vectors(path: Path) -> None:
    """Those of transparency-dev/merkle, all of them."""
    found = json.loads(path.read_text("utf-8"))

    is_consistent = tree.consistent(
        found["size1"],
        found["size2"],
        _decoded(found["root1"]),
        _decoded(found["root2"]),
        [_decoded(each) for each in found["proof"] or []],
    )

    assert is_consistent is not found["wantErr"]
