"""A bucket as strangers reach it, on loopback with TLS: by signed URIs, and not else.

moto checks no signature and no expiry, and answers whoever asks. This one holds each
request against the signature (SigV4 in the query), which is of a method, a key and an
instant, and says what the bucket's CORS rules say. What is in the bucket, moto has.
"""

import hmac
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import boto3
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError

from tests.faults.certificates import Authority

_STATED = "response-"
_DATE = "%Y%m%dT%H%M%SZ"
_SIGNATURE = "X-Amz-Signature="


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """What one request came to: its method, key and range, who asked, and the status."""

    method: str
    key: str
    range: str
    origin: str
    status: int


@dataclass(slots=True, kw_only=True)
class Lender:
    """The bucket. `late` is how much later than now its clock says it is."""

    client: Any
    bucket: str
    region: str
    port: int = 0
    late: timedelta = timedelta()
    got: list[Got] = field(default_factory=list)

    @property
    def host(self) -> str:
        """The host at which signed URIs find it."""
        return f"{self.bucket}.s3.{self.region}.amazonaws.com"

    def answer(
        self, method: str, uri: str, fields: Mapping[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, header fields and body for a request with lower-case fields."""
        shared = self._shared(fields, method)
        key = unquote(urlsplit(uri).path[1:])
        span = fields.get("range", "")
        if method == "OPTIONS":
            found = HTTPStatus.OK if shared else HTTPStatus.FORBIDDEN
            status, stated, data = int(found), dict[str, str](), b""
        elif not self._is_signed(method, uri, fields):
            status, stated, data = 403, {"content-type": "application/xml"}, b"<Error/>"
        else:
            status, stated, data = self._object(key, uri, span)
        self.got.append(
            Got(
                method=method,
                key=key,
                range=span,
                origin=fields.get("origin", ""),
                status=status,
            )
        )
        return status, {**stated, **shared}, data

    def _object(
        self, key: str, uri: str, span: str
    ) -> tuple[int, dict[str, str], bytes]:
        try:
            asked = {"Range": span} if span else {}
            found = self.client.get_object(Bucket=self.bucket, Key=key, **asked)
        except ClientError as e:
            status: int = e.response["ResponseMetadata"]["HTTPStatusCode"]
            return status, {"content-type": "application/xml"}, b"<Error/>"
        query = dict(parse_qsl(urlsplit(uri).query))
        stated = {
            name.removeprefix(_STATED): value
            for name, value in query.items()
            if name.startswith(_STATED)
        }
        if "ContentRange" in found:
            stated["content-range"] = found["ContentRange"]
        status = found["ResponseMetadata"]["HTTPStatusCode"]
        return status, {"accept-ranges": "bytes", **stated}, found["Body"].read()

    def _is_signed(self, method: str, uri: str, fields: Mapping[str, str]) -> bool:
        parts = urlsplit(uri)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        stated = query.get("X-Amz-Signature", "")
        signed = "&".join(
            each for each in parts.query.split("&") if not each.startswith(_SIGNATURE)
        )
        try:
            at = datetime.strptime(query["X-Amz-Date"], _DATE).replace(tzinfo=UTC)
            until = at + timedelta(seconds=int(query["X-Amz-Expires"]))
        except (KeyError, ValueError):
            return False
        host = fields.get("host", "")
        asked = AWSRequest(
            method=method,
            url=f"https://{host}{parts.path}?{signed}",
            headers={"host": host},
        )
        asked.context["timestamp"] = query["X-Amz-Date"]
        known: Any = boto3.Session().get_credentials()
        signing = S3SigV4QueryAuth(known, "s3", self.region)
        text = signing.string_to_sign(asked, signing.canonical_request(asked))
        is_ours = hmac.compare_digest(signing.signature(text, asked), stated)
        return is_ours and datetime.now(UTC) + self.late < until

    def _shared(self, fields: Mapping[str, str], method: str) -> dict[str, str]:
        """Return what the rules of the bucket say to the origin that asks (CORS)."""
        origin = fields.get("origin", "")
        wanted = fields.get("access-control-request-method", method)
        for rule in self.client.get_bucket_cors(Bucket=self.bucket)["CORSRules"]:
            for each in rule["AllowedOrigins"] if origin else ():
                if fnmatchcase(origin, each) and wanted in rule["AllowedMethods"]:
                    return {
                        "access-control-allow-origin": each if each == "*" else origin,
                        "access-control-allow-methods": ", ".join(
                            rule["AllowedMethods"]
                        ),
                        "access-control-allow-headers": fields.get(
                            "access-control-request-headers", ""
                        ),
                        "access-control-expose-headers": ", ".join(
                            rule.get("ExposeHeaders", ())
                        ),
                    }
        return {}


@contextmanager
def lending(bucket: str, region: str, folder: Path) -> Iterator[Lender]:
    """Serve a bucket for the block; its certificate is made in `folder`, which has then
    what a client trusts (``ca.pem``).
    """
    make: Any = boto3.client
    lender = Lender(client=make("s3", region_name=region), bucket=bucket, region=region)

    class Handler(_Handler):
        answers = lender

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        context = Authority.made(folder).server(lender.host)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        lender.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield lender
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers: Lender

    def do_GET(self) -> None:
        fields = {name.lower(): value for name, value in self.headers.items()}
        status, stated, data = self.answers.answer(self.command, self.path, fields)
        self.send_response(status)
        for name, value in {"content-length": str(len(data)), **stated}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_HEAD = do_OPTIONS = do_PUT = do_DELETE = do_GET  # noqa: N815  http.server's names

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def trusting(folder: Path) -> ssl.SSLContext:
    """Return what a client needs to trust the bucket whose certificate is in `folder`."""
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
