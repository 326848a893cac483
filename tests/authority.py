"""A time stamping authority (RFC 3161) of the tests' own: ``openssl ts`` behind a call."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OPENSSL = shutil.which("openssl")

_CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
x509_extensions = stamping
[name]
CN = Authority of the tests
[stamping]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = stamps
[stamps]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/ca.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.3.6.1.4.1.13762.3
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
"""


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority with its certificate in a folder."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> "Authority":
        """Make a key and a certificate that says it may stamp."""
        configuration = _CONFIGURATION.format(folder=folder)
        (folder / "tsa.cnf").write_text(configuration, "utf-8")
        (folder / "serial").write_text("01\n", "utf-8")
        authority = cls(folder)
        authority._openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "3650", "-config", "tsa.cnf"),
            *("-keyout", "key.pem", "-out", "ca.pem"),
        )
        return authority

    def answer(self, query: bytes) -> bytes:
        """Return the response to a request."""
        (self.folder / "query.tsq").write_bytes(query)
        self._openssl(
            *("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq"),
            *("-out", "answer.tsr"),
        )
        return (self.folder / "answer.tsr").read_bytes()

    def verify(self, response: bytes, data: bytes) -> bool:
        """Tell whether openssl takes a response for a stamp of `data`."""
        (self.folder / "response.tsr").write_bytes(response)
        (self.folder / "data").write_bytes(data)
        done = self._run(
            *("ts", "-verify", "-in", "response.tsr", "-data", "data"),
            *("-CAfile", "ca.pem"),
        )
        return done.returncode == 0 and b"Verification: OK" in done.stdout

    def _openssl(self, *arguments: str) -> None:
        done = self._run(*arguments)
        assert done.returncode == 0, done.stderr.decode()

    def _run(self, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        assert OPENSSL is not None
        return subprocess.run(
            [OPENSSL, *arguments],
            cwd=self.folder,
            capture_output=True,
            check=False,
            timeout=60,
        )
