"""`Signer` over a key file of one's own. The only door to `cryptography`.

The file is PKCS #8 in PEM, readable by its owner alone; made at the first signature
where the log has no key yet, for a log that has one is not gone on with by another.
"""

import os
import stat
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from hozon.nouns.errors import Unusable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MODE = 0o600


class KeyFileSigner:
    """Signs with the key in the file `path`; `may_make` tells whether to make one."""

    def __init__(self, path: Path, *, may_make: Callable[[], bool]) -> None:
        self._path = path
        self._may_make = may_make

    @cached_property
    def _key(self) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives import (  # noqa: PLC0415  50 ms, for who signs
            serialization,
        )
        from cryptography.hazmat.primitives.asymmetric import (  # noqa: PLC0415  see above
            ed25519,
        )

        if not self._path.exists():
            self._make()
        try:
            key = serialization.load_pem_private_key(self._read(), password=None)
        except (ValueError, TypeError) as e:
            raise Unusable(f"{self._path} holds no key: {e}; restore it") from e
        if not isinstance(key, ed25519.Ed25519PrivateKey):
            raise Unusable(f"{self._path} holds no Ed25519 key; restore the log's own")
        return key

    def public_key(self) -> bytes:
        """Return the public key, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""
        return self._key.sign(message)

    def _read(self) -> bytes:
        try:
            mode = stat.S_IMODE(self._path.stat().st_mode)
            if mode & 0o077:
                raise Unusable(
                    f"others may read the log's private key; chmod 600 {self._path}"
                )
            return self._path.read_bytes()
        except OSError as e:
            raise Unusable(f"{self._path} cannot be read: {e.strerror}") from e

    def _make(self) -> None:
        """Make a key, durable before anything is signed with it; the first one stays."""
        from cryptography.hazmat.primitives.asymmetric import (  # noqa: PLC0415  see above
            ed25519,
        )
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415  see above
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        if not self._may_make():
            raise Unusable(
                f"the log is signed, but its key is not in {self._path}: restore it, "
                "or begin a new one with hozon seal --new-key"
            )
        pem = ed25519.Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        beside = self._path.with_name(f"{self._path.name}.{uuid4().hex}.new")
        fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        try:
            with os.fdopen(fd, "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(file.fileno())
            _link(beside, self._path)
        finally:
            beside.unlink()


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature is that of the key: `log.ed25519.verify`, but faster."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  see above
    from cryptography.hazmat.primitives.asymmetric import (  # noqa: PLC0415  see above
        ed25519,
    )

    try:
        key = ed25519.Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _link(beside: Path, path: Path) -> None:
    try:
        os.link(beside, path)
    except FileExistsError:
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
