"""Teach moto's KMS Ed25519, which it does not know: keys, public keys, signatures.

A key of that kind is made as one that moto knows, so that all else about it is moto's.
"""

import hashlib
from functools import wraps
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from moto.kms.models import KmsBackend

SPEC, ALGORITHM = "ECC_NIST_EDWARDS25519", "ED25519_SHA_512"
STAND_IN = "ECC_NIST_P256"
_edwards: set[str] = set()


def make_edwards() -> None:
    """Let KMS keys of this process be of that kind; doing so twice is harmless."""
    if hasattr(KmsBackend.create_key, "knows_edwards"):
        return
    create, sign, public = (
        KmsBackend.create_key,
        KmsBackend.sign,
        KmsBackend.get_public_key,
    )

    @wraps(create)
    def create_key(
        self: Any, policy: Any, key_usage: Any, key_spec: Any, *rest: Any, **others: Any
    ) -> Any:
        is_ours = key_spec == SPEC
        spec = STAND_IN if is_ours else key_spec
        key = create(self, policy, key_usage, spec, *rest, **others)
        if is_ours:
            key.key_spec = SPEC
            _edwards.add(key.id)
        return key

    @wraps(sign)
    def sign_(self: Any, key_id: str, message: bytes, signing_algorithm: str) -> Any:
        key = self.describe_key(key_id)
        if key.id not in _edwards:
            return sign(self, key_id, message, signing_algorithm)
        if signing_algorithm != ALGORITHM or len(message) > 4096:
            raise ValueError(f"KMS would refuse this: {signing_algorithm}")
        return key.arn, private_key(key.id).sign(message), signing_algorithm

    @wraps(public)
    def get_public_key(self: Any, key_id: str) -> Any:
        key = self.describe_key(key_id)
        if key.id not in _edwards:
            return public(self, key_id)
        found = private_key(key.id).public_key()
        return key, found.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    create_key.knows_edwards = True  # type: ignore[attr-defined]
    KmsBackend.create_key = create_key  # type: ignore[method-assign]
    KmsBackend.sign = sign_  # type: ignore[method-assign]
    KmsBackend.get_public_key = get_public_key  # type: ignore[method-assign]


def private_key(key_id: str) -> Ed25519PrivateKey:
    """Return the private key behind a key's id."""
    seed = hashlib.sha256(key_id.encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)
