"""Teach moto's KMS Ed25519, which it does not know: keys, public keys, signatures.

A key of that kind is made as one that moto knows, so that all else about it is moto's.
"""

import hashlib
from collections.abc import Callable
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
    if not hasattr(KmsBackend.create_key, "knows_edwards"):
        for name, taught in (
            ("create_key", _create_key),
            ("sign", _sign),
            ("get_public_key", _get_public_key),
        ):
            setattr(KmsBackend, name, taught(getattr(KmsBackend, name)))


Method = Callable[..., Any]


def _create_key(create: Method) -> Method:
    @wraps(create)
    def taught(
        self: Any, policy: Any, key_usage: Any, key_spec: Any, *rest: Any, **others: Any
    ) -> Any:
        spec = STAND_IN if key_spec == SPEC else key_spec
        key = create(self, policy, key_usage, spec, *rest, **others)
        if key_spec == SPEC:
            key.key_spec = SPEC
            _edwards.add(key.id)
        return key

    taught.knows_edwards = True  # type: ignore[attr-defined]
    return taught


def _sign(sign: Method) -> Method:
    @wraps(sign)
    def taught(self: Any, key_id: str, message: bytes, signing_algorithm: str) -> Any:
        key = self.describe_key(key_id)
        if key.id not in _edwards:
            return sign(self, key_id, message, signing_algorithm)
        if signing_algorithm != ALGORITHM or len(message) > 4096:
            raise ValueError(f"KMS would refuse this: {signing_algorithm}")
        return key.arn, private_key(key.id).sign(message), signing_algorithm

    return taught


def _get_public_key(public: Method) -> Method:
    @wraps(public)
    def taught(self: Any, key_id: str) -> Any:
        key = self.describe_key(key_id)
        if key.id not in _edwards:
            return public(self, key_id)
        found = private_key(key.id).public_key()
        return key, found.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    return taught


def private_key(key_id: str) -> Ed25519PrivateKey:
    """Return the private key behind a key's id."""
    seed = hashlib.sha256(key_id.encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)
