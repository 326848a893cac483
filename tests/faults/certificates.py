"""Certificates made for one test: good ones, and some that nobody should accept."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_PEM = serialization.Encoding.PEM


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _subject(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority with its files in a folder of the test."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def made(cls, folder: Path) -> "Authority":
        """Return a new authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _named("Authority of this test")
        certificate = (
            _dated(_builder(name, name, key), days=30)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        (folder / "ca.pem").write_bytes(certificate.public_bytes(_PEM))
        return cls(folder, key, certificate)

    @property
    def ca_file(self) -> str:
        """The file to trust."""
        return str(self.folder / "ca.pem")

    def server(
        self, host: str, *, days: int = 30, self_signed: bool = False
    ) -> ssl.SSLContext:
        """Return what a server needs to be `host` until `days` from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = _named(host) if self_signed else self.certificate.subject
        certificate = (
            _dated(_builder(_named(host), issuer, key), days=days)
            .add_extension(
                x509.SubjectAlternativeName([_subject(host)]), critical=False
            )
            .sign(key if self_signed else self.key, hashes.SHA256())
        )
        pem = self.folder / "server.pem"
        pem.write_bytes(
            key.private_bytes(
                _PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(_PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
    )


def _dated(builder: x509.CertificateBuilder, *, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return builder.not_valid_before(now - timedelta(days=60)).not_valid_after(
        now + timedelta(days=days)
    )
