"""`Signer` over a key of AWS KMS: the private key never leaves it."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from hozon.adapters.aws.faults import translated
from hozon.nouns.errors import Unusable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_kms import KMSClient

_SPKI = bytes.fromhex("302a300506032b6570032100")
"""What comes before an Ed25519 key in its DER form (RFC 8410 §4)."""


class KmsSigner:
    """Signs with the Ed25519 key `key_id`; `client` is made at first use."""

    def __init__(self, client: "Callable[[], KMSClient]", key_id: str) -> None:
        self._make = client
        self._key_id = key_id

    @cached_property
    def _client(self) -> "KMSClient":
        return self._make()

    @cached_property
    def _public_key(self) -> bytes:
        with translated(f"KMS key {self._key_id}"):
            der = self._client.get_public_key(KeyId=self._key_id)["PublicKey"]
        if len(der) != len(_SPKI) + 32 or not der.startswith(_SPKI):
            raise Unusable(
                f"KMS key {self._key_id} is no Ed25519 key; see HOZON_SIGNING_KEY"
            )
        return der[len(_SPKI) :]

    def public_key(self) -> bytes:
        """Return the public key, 32 bytes."""
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message of at most 4 096 bytes."""
        how: Any = {"SigningAlgorithm": "ED25519_SHA_512", "MessageType": "RAW"}
        with translated(f"KMS key {self._key_id}"):
            return self._client.sign(KeyId=self._key_id, Message=message, **how)[
                "Signature"
            ]
