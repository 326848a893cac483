"""Logs for tests: a key, leaves, and stores in memory that hold what they promise."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hozon.errors import Conflict, NotFound
from hozon.log import notes, tree
from hozon.log.notes import Key
from tests.fakes import NOON

CORPORA = os.environ.get("CORPORA", Path(__file__).parents[2] / "shared" / "corpora")
VECTORS = Path(CORPORA) / "vectors"
CORPUS = [
    pytest.mark.corpus,
    pytest.mark.skipif(not VECTORS.is_dir(), reason="no corpora here"),
]


@dataclass(frozen=True, slots=True)
class FakeSigner:
    """A key that is made of a seed."""

    seed: bytes = b"a key of tests".ljust(32, b".")

    @property
    def private(self) -> Ed25519PrivateKey:
        """The private key."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def public_key(self) -> bytes:
        """Return the public key."""
        return self.private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return a signature."""
        return self.private.sign(message)


SIGNER = FakeSigner()
KEY = Key(name="log.example/a", public=SIGNER.public_key())


def checkpoint_of(
    leaves: list[bytes], *, at: datetime = NOON, signer: FakeSigner = SIGNER
) -> str:
    """Return the signed checkpoint of a tree of these leaves."""
    root = tree.root(map(tree.leaf_hash, leaves))
    stated = notes.Checkpoint(origin=KEY.name, size=len(leaves), root=root)
    key = Key(name=KEY.name, public=signer.public_key())
    return notes.sealed(stated, key, signer.sign, at=at)


@dataclass(slots=True)
class MemoryLogStore:
    """A `LogStore` that asserts what it relies on: keys are written once."""

    objects: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, data: bytes) -> None:
        """Write a new object, or raise `Conflict`."""
        if key in self.objects:
            raise Conflict(key)
        self.objects[key] = data

    def read_all(self, key: str) -> bytes:
        """Return the object, or raise `NotFound`."""
        if key not in self.objects:
            raise NotFound(key)
        return self.objects[key]

    def keys(self, folder: str, *, after: str = "") -> Iterator[str]:
        """Yield keys in ascending order."""
        found = (k for k in sorted(self.objects) if k.startswith(folder) and k > after)
        return iter(list(found))


def vectors(folder: str) -> list[Path]:
    """Return the files of a set of published vectors, none where there are no corpora."""
    return sorted((VECTORS / folder).rglob("*.json"))


def wycheproof() -> Iterator[tuple[bytes, bytes, bytes, bool]]:
    """Yield key, message, signature, and whether it is valid, of Wycheproof's Ed25519."""
    found = json.loads(
        (VECTORS / "wycheproof" / "ed25519_test.json").read_text("utf-8")
    )
    for group in found["testGroups"]:
        for test in group["tests"]:
            yield (
                bytes.fromhex(group["publicKey"]["pk"]),
                bytes.fromhex(test["msg"]),
                bytes.fromhex(test["sig"]),
                test["result"] == "valid",
            )
