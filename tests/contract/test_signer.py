"""What every `Signer` promises."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from hozon.adapters.embedded.keyfile import KeyFileSigner
from hozon.log import ed25519
from hozon.nouns.errors import Unusable
from hozon.nouns.seals import Signer
from tests.contract.conftest import Aws


def test_it_signs(signer: Signer) -> None:
    """With Ed25519, always alike, under the key that it shows."""
    message = "origin\n1\n—\n".encode()
    signature = signer.sign(message)

    assert ed25519.verify(signer.public_key(), message, signature)
    assert signature == signer.sign(message)
    assert not ed25519.verify(signer.public_key(), b"another", signature)


def test_a_key_of_another_kind(aws: Aws) -> None:
    """KMS has many; only Ed25519 signs the log."""
    from hozon.adapters.aws.kms import KmsSigner  # noqa: PLC0415 (as boto3)

    made = aws.kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    key_id = made["KeyMetadata"]["KeyId"]

    with pytest.raises(Unusable, match="no Ed25519 key"):
        KmsSigner(lambda: aws.kms, key_id).public_key()


def file_signer(path: Path, *, may_make: bool = True) -> KeyFileSigner:
    return KeyFileSigner(path, may_make=lambda: may_make)


def test_a_key_file_is_made_at_first_use(tmp_path: Path) -> None:
    """Readable by its owner alone, and the same ever after."""
    path = tmp_path / "log.key"
    signer = file_signer(path)

    assert not path.exists()
    first = signer.public_key()
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert first == file_signer(path, may_make=False).public_key()
    assert ["log.key"] == [each.name for each in tmp_path.iterdir()]


def test_two_make_one_key(tmp_path: Path) -> None:
    """Who comes second uses what the first has made."""
    one, other = (file_signer(tmp_path / "log.key") for _ in range(2))
    other._make()

    assert other.public_key() == one.public_key()
    other._make()
    assert one.public_key() == file_signer(tmp_path / "log.key").public_key()


def test_a_lost_key_is_not_replaced_in_silence(tmp_path: Path) -> None:
    """It says how to go on."""
    with pytest.raises(Unusable, match="--new-key"):
        file_signer(tmp_path / "log.key", may_make=False).public_key()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_that_others_may_read(tmp_path: Path, mode: int) -> None:
    """Is not used, and it says what to do."""
    path = tmp_path / "log.key"
    file_signer(path).public_key()
    path.chmod(mode)

    with pytest.raises(Unusable, match="chmod 600"):
        file_signer(path).public_key()


def test_a_file_that_is_no_key(tmp_path: Path) -> None:
    """Nor one of another kind."""
    other = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    for number, data in enumerate((b"", b"nothing", other)):
        path = tmp_path / f"{number}.key"
        path.write_bytes(data)
        path.chmod(0o600)
        with pytest.raises(Unusable, match=r"holds no"):
            file_signer(path).public_key()
