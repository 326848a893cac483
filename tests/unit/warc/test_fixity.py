import hashlib
from base64 import b32encode, urlsafe_b64encode

import pytest

from hozon.nouns.digests import sha256
from hozon.nouns.errors import Misuse
from hozon.warc import fixity

DATA = b"hello"
SHA1 = hashlib.sha1(DATA, usedforsecurity=False).digest()
SHA256 = hashlib.sha256(DATA).digest()


@pytest.mark.parametrize(
    "stated",
    [
        sha256(DATA),
        sha256(DATA).rstrip("="),
        "sha256:" + SHA256.hex(),
        "SHA-256:" + SHA256.hex().upper(),
        "sha256:" + urlsafe_b64encode(SHA256).decode(),
        "sha1:" + b32encode(SHA1).decode(),
        "sha1:" + b32encode(SHA1).decode().lower(),
        "sha-1:" + SHA1.hex(),
        "md5:" + hashlib.md5(DATA, usedforsecurity=False).hexdigest(),
        "sha3-256:" + hashlib.sha3_256(DATA).hexdigest(),
    ],
)
def test_every_spelling_holds_for_its_bytes_only(stated: str) -> None:
    """A digest holds in any label and base, and does not for other bytes."""
    assert fixity.holds(stated, DATA)
    assert not fixity.holds(stated, DATA + b"!")


@pytest.mark.parametrize("value", ["", "!", "=", "g" * 64, "é" * 52, "A" * 52])
def test_nonsense_holds_for_nothing(value: str) -> None:
    """What is no digest of that algorithm holds for no bytes."""
    assert not fixity.holds(f"sha256:{value}", DATA)


@pytest.mark.parametrize("stated", ["", "abc", "sha256", "crc9:00", "shake-128:00"])
def test_unknown_algorithms_are_said_so(stated: str) -> None:
    """What cannot be computed is neither right nor wrong."""
    with pytest.raises(Misuse):
        fixity.holds(stated, DATA)
