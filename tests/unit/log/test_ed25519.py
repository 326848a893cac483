"""Signatures: RFC 8032's own vectors, Wycheproof's, and those of `cryptography`."""

import pytest

from hozon.adapters.embedded import keyfile
from hozon.log import ed25519
from tests.logs import SIGNER, VECTORS, wycheproof

KEY_3 = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
SIGNATURE_3 = (
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)


def test_a_vector_of_the_rfc() -> None:
    """RFC 8032 §7.1, test 3; and no other message, key or signature is taken for it."""
    key, signature = bytes.fromhex(KEY_3), bytes.fromhex(SIGNATURE_3)

    assert ed25519.verify(key, b"\xaf\x82", signature)
    assert not ed25519.verify(key, b"\xaf\x83", signature)
    assert not ed25519.verify(SIGNER.public_key(), b"\xaf\x82", signature)
    assert not ed25519.verify(key, b"\xaf\x82", signature[:-1])
    assert not ed25519.verify(key[:-1], b"\xaf\x82", signature)
    assert not ed25519.verify(key, b"\xaf\x82", signature[:32] + b"\xff" * 32)


@pytest.mark.parametrize("length", [0, 1, 300])
def test_what_a_library_signs(length: int) -> None:
    """Two implementations agree."""
    message = bytes(length)
    signature = SIGNER.sign(message)

    for verify in (ed25519.verify, keyfile.verify):
        assert verify(SIGNER.public_key(), message, signature)
        assert not verify(SIGNER.public_key(), message + b".", signature)
        assert not verify(b"short", message, signature)


@pytest.mark.corpus
@pytest.mark.skipif(not VECTORS.is_dir(), reason="no corpora here")
def test_wycheproof() -> None:
    """All 151: forged, malleable, of small order, not canonical, cut."""
    found = list(wycheproof())
    wrong = [
        n for n, (k, m, s, ok) in enumerate(found) if ed25519.verify(k, m, s) != ok
    ]

    assert (151, []) == (len(found), wrong)
