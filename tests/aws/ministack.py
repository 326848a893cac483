"""An AWS on loopback that fires schedules, feeds queues to functions and checks rights.

It is ministack, in an environment of its own (``make .venv-aws/.aws``), with TLS, for our
bucket refuses plain HTTP. What it knows otherwise than AWS is told to it here
(`forgiven`, `forgiven_key`), and nothing else:

* it asks for ``sqs:SendMessageBatch``; AWS has no such right, ``sqs:SendMessage`` is it;
* of a signature's request it knows no ``kms:SigningAlgorithm`` and ``kms:MessageType``, so
  a condition on these is never met;
* ``aws:PrincipalArn`` of a role's session is the session's ARN to it; to AWS the role's.
"""

import json
import os
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection, socket
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPSHandler, Request, build_opener

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.aws.functions import Function
from tests.aws.place import Place
from tests.aws.stack import ROOT
from tests.aws.templates import Json
from tests.faults.certificates import Authority

PROGRAM = ROOT / ".venv-aws" / "bin" / "ministack"
REGION = "eu-west-1"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
}
_READY_S = 60.0
_BATCHES = {"sqs:SendMessage": "sqs:SendMessageBatch"}
_PRINCIPAL = "aws:PrincipalArn"
_UNKNOWN = ("kms:SigningAlgorithm", "kms:MessageType")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ministack:
    """One that runs: where it is, whom to trust there, and what it has logged."""

    port: int
    ca_file: str
    log: Path

    @property
    def endpoint(self) -> str:
        """Where all services are."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def environment(self) -> Mapping[str, str]:
        """What makes boto3 and our functions find it."""
        return {"AWS_ENDPOINT_URL": self.endpoint, "AWS_CA_BUNDLE": self.ca_file}

    def ask(self, url: str, *, signed: bool = True) -> bytes:
        """GET a function URL, as its owner or as anybody; raises `HTTPError`."""
        asked = AWSRequest(method="GET", url=url, headers={"host": _host(url)})
        if signed:
            owner = Credentials("test", "test")
            SigV4Auth(owner, "lambda", REGION).add_auth(asked)
        uri = urlsplit(url)
        query = f"?{uri.query}" if uri.query else ""
        request = Request(f"{self.endpoint}{uri.path}{query}")
        for name, value in asked.headers.items():
            request.add_header(name, value)
        trusting = ssl.create_default_context(cafile=self.ca_file)
        trusting.verify_flags &= ~ssl.VERIFY_X509_STRICT
        with build_opener(HTTPSHandler(context=trusting)).open(request) as answer:
            found: bytes = answer.read()
        return found


def _host(url: str) -> str:
    return urlsplit(url).netloc


@contextmanager
def ministack(folder: Path) -> Iterator[Ministack]:
    """Run one for the block. Nothing of it is kept."""
    authority = Authority.made(folder)
    authority.server("127.0.0.1")
    certificate = str(folder / "server.pem")
    found = Ministack(port=_free(), ca_file=authority.ca_file, log=folder / "log")
    environment = {
        **os.environ,
        **ENVIRONMENT,
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(found.port),
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "MINISTACK_ACCOUNT_ID": "123456789012",
        "MINISTACK_REGION": REGION,
        "MINISTACK_SSL_CERT": certificate,
        "MINISTACK_SSL_KEY": certificate,
        "SFTP_ENABLED": "0",
        "USE_SSL": "1",
    }
    with found.log.open("wb") as log:
        process = subprocess.Popen(
            [PROGRAM], cwd=folder, env=environment, stdout=log, stderr=log
        )
        try:
            _wait_for(found.port)
            yield found
        finally:
            # Asked to end it takes half a minute; it has nothing to keep.
            process.kill()
            process.wait()


def _free() -> int:
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def _wait_for(port: int) -> None:
    until = time.monotonic() + _READY_S
    while True:
        try:
            create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def forgiven(place: Place, function: Function) -> None:
    """Put into a function's role what ministack wants to see there, and AWS does not."""
    iam, role = place.client("iam"), function.role_arn.rpartition("/")[2]
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for statement in document["Statement"]:
            _forgive(statement)
        iam.put_role_policy(
            RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document)
        )


def forgiven_key(place: Place, key: str) -> None:
    """Take out of a key's policy what ministack cannot tell of a request."""
    kms = place.client("kms")
    policy = json.loads(kms.get_key_policy(KeyId=key)["Policy"])
    for statement in policy["Statement"]:
        _forgive(statement)
    kms.put_key_policy(KeyId=key, Policy=json.dumps(policy))


def _forgive(statement: Json) -> None:
    stated: Any = statement["Action"]
    actions = [stated] if isinstance(stated, str) else stated
    statement["Action"] = [*actions, *(_BATCHES[a] for a in actions if a in _BATCHES)]
    for operator, keys in list(statement.get("Condition", {}).items()):
        left = {key: value for key, value in keys.items() if key not in _UNKNOWN}
        statement["Condition"][operator] = left
        if _PRINCIPAL in left:
            left[_PRINCIPAL] = [left[_PRINCIPAL], _session(left[_PRINCIPAL])]
        if not left:
            del statement["Condition"][operator]


def _session(role: str) -> str:
    return role.replace(":iam:", ":sts:", 1).replace(":role/", ":assumed-role/", 1)
