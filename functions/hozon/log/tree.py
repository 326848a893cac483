"""The Merkle tree of RFC 6962 §2.1: hashes, and proofs of inclusion and consistency.

All hashes are 32 bytes. A tree of no leaves has a hash, but nothing is proven about it:
no leaf is included, and every tree is consistent with it.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

SIZE = 32
"""Bytes of a hash (SHA-256)."""

EMPTY = hashlib.sha256(b"").digest()
"""The hash of the tree without leaves."""

Complete = Callable[[int, int], bytes]
"""``(level, index)`` → the hash of that complete subtree of ``2 ** level`` leaves, whose
first leaf is ``index << level``.
"""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of one leaf."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two hashes."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root(hashes: Iterable[bytes]) -> bytes:
    """Return the hash of the tree over these leaf hashes, in memory of their logarithm."""
    grown = Growing()
    for each in hashes:
        grown.add(each)
    return grown.root()


class Growing:
    """A tree that grows by one leaf hash at a time, and tells its root at any size."""

    __slots__ = ("_edge", "size")

    def __init__(self, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        self.size = size
        self._edge = list(edge)

    @property
    def edge(self) -> Sequence[bytes]:
        """The hashes of its complete subtrees, largest first: with the size, all that it
        takes to let it grow on elsewhere.
        """
        return tuple(self._edge)

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        rest, self.size = self.size, self.size + 1
        while rest & 1:
            leaf = node_hash(self._edge.pop(), leaf)
            rest >>= 1
        self._edge.append(leaf)

    def root(self) -> bytes:
        """Return the hash of the tree as it is."""
        if not self._edge:
            return EMPTY
        *rest, found = self._edge
        for left in reversed(rest):
            found = node_hash(left, found)
        return found


def span(start: int, end: int, complete: Complete) -> bytes:
    """Return the hash of the subtree over the leaves from `start` up to before `end`.

    `start` has to be where such a subtree may begin.
    """
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return complete(level, start >> level)
    middle = start + _split(size)
    return node_hash(span(start, middle, complete), span(middle, end, complete))


def tree_hash(size: int, complete: Complete) -> bytes:
    """Return the hash of the tree of the first `size` leaves."""
    return span(0, size, complete) if size else EMPTY


def inclusion(index: int, size: int, complete: Complete) -> list[bytes]:
    """Return the proof that leaf `index` is in the tree of `size` leaves (§2.1.1)."""
    start, end, proof = 0, size, list[bytes]()
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(span(middle, end, complete))
            end = middle
        else:
            proof.append(span(start, middle, complete))
            start = middle
    return proof[::-1]


def consistency(old: int, new: int, complete: Complete) -> list[bytes]:
    """Return the proof that the tree of `new` leaves begins with that of `old` (§2.1.2).

    Empty where there is nothing to prove: `old` is 0, or `new`.
    """
    if old in {0, new}:
        return []
    start, end, proof, is_whole = 0, new, list[bytes](), True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(span(middle, end, complete))
            end = middle
        else:
            proof.append(span(start, middle, complete))
            start, is_whole = middle, False
    if not is_whole:
        proof.append(span(start, end, complete))
    return proof[::-1]


def _split(size: int) -> int:
    """Return the largest power of two below `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def included(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Tell whether `proof` shows the leaf hash at `index` in the tree `expected`."""
    if not 0 <= index < size or not _are_hashes(leaf, expected, *proof):
        return False
    at, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(each, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, each)
        at, last = at >> 1, last >> 1
    return last == 0 and found == expected


def consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether `proof` shows that the tree of `new` leaves begins with that of `old`.

    A tree without leaves proves nothing, and with `old` 0 nothing is asked.
    """
    if not 0 < old <= new:
        return False
    if old == new:
        return old_root == new_root and not proof
    if not _are_hashes(old_root, new_root, *proof):
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return bool(path) and _both(path, at, last) == (old_root, new_root)


def _both(path: Sequence[bytes], at: int, last: int) -> tuple[bytes, bytes] | None:
    """Return the roots of both trees that a proof leads to, None if it is no proof."""
    old = new = path[0]
    for each in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, each)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None


def _are_hashes(*found: bytes) -> bool:
    return all(len(each) == SIZE for each in found)
