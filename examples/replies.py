"""What a site answers: replies, and the bytes they become for a given request.

They are those of a careful web server: validators and 304, HEAD, and gzip and chunked
codings where a reply asks for them (RFC 9110, RFC 9112).
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, formatdate, parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus

Fields = tuple[tuple[str, str], ...]
_CHUNK = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it arrived; `at_s` is `time.monotonic` when its head was whole.

    `host` is the local address it came in on, not the Host field.
    """

    method: str
    target: str
    headers: Fields
    body: bytes
    host: str
    at_s: float

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def header(self, name: str) -> str | None:
        """Return the first value of header field `name` (any case), or None."""
        name = name.lower()
        return next((v for n, v in self.headers if n.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a route answers.

    * `gzip`: the body goes out gzip-coded where the request accepts that;
    * `chunked`: the body goes out in chunks of 4 KiB, without Content-Length;
    * `etag`: "auto" makes one from the body as coded, None sends none;
    * `latency_s`: seconds to wait before the answer, added to the site's own;
    * `close`: the connection is closed after the answer;
    * `wire`: these very bytes go out instead of all that, then the connection closes.
    """

    body: bytes = b""
    _: KW_ONLY
    status: int = 200
    media_type: str | None = "text/html; charset=utf-8"
    headers: Fields = ()
    etag: str | None = "auto"
    last_modified: datetime | None = None
    gzip: bool = False
    chunked: bool = False
    latency_s: float = 0.0
    close: bool = False
    wire: bytes | None = None


Handler = Callable[[Request], Reply]
Route = Reply | Handler


def redirect(location: str, *, status: int = 301) -> Reply:
    """Return a reply that points to `location`, absolute or relative."""
    return Reply(status=status, media_type=None, headers=(("Location", location),))


def not_found(_request: Request) -> Reply:
    """Answer 404: what a path without a route gets."""
    return Reply(b"<!doctype html><title>Not found</title>", status=404, etag=None)


def message(reply: Reply, request: Request) -> bytes:
    """Return the bytes that answer `request`: head and, where there is one, body."""
    if reply.wire is not None:
        return reply.wire
    coded = reply.gzip and _accepts_gzip(request)
    body = _gzipped(reply.body) if coded else reply.body
    fields = [*_validators(reply, body), *reply.headers]
    if reply.gzip:
        fields.append(("Vary", "Accept-Encoding"))
    if reply.status == HTTPStatus.OK and _unchanged(request, dict(fields)):
        return head(HTTPStatus.NOT_MODIFIED, fields, close=reply.close)
    if coded:
        fields.append(("Content-Encoding", "gzip"))
    if reply.media_type is not None:
        fields.append(("Content-Type", reply.media_type))
    framing = ("Transfer-Encoding", "chunked")
    if not reply.chunked:
        framing = ("Content-Length", str(len(body)))
    start = head(reply.status, [*fields, framing], close=reply.close)
    if request.method == "HEAD":
        return start
    return start + (_chunks(body) if reply.chunked else body)


def head(status: int, fields: list[tuple[str, str]], *, close: bool) -> bytes:
    """Return the head of a response with these fields, and a Date."""
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = ""
    lines = [f"HTTP/1.1 {status} {reason}", f"Date: {formatdate(usegmt=True)}"]
    lines += [f"{name}: {value}" for name, value in fields]
    if close:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _validators(reply: Reply, body: bytes) -> Iterator[tuple[str, str]]:
    if reply.status != HTTPStatus.OK:
        return
    if reply.etag is not None:
        # Made from the coded body: a strong validator must differ between codings.
        yield "ETag", _tag(body) if reply.etag == "auto" else reply.etag
    if reply.last_modified is not None:
        at = reply.last_modified.astimezone(UTC)
        yield "Last-Modified", format_datetime(at, usegmt=True)


def _unchanged(request: Request, fields: dict[str, str]) -> bool:
    """Evaluate the preconditions of a GET or HEAD (RFC 9110 §13.2.2)."""
    if (tags := request.header("If-None-Match")) is not None:
        mine = fields.get("ETag", "").removeprefix("W/")
        known = re.findall(r'(?:W/)?("[^"]*")', tags)
        return bool(mine) and (tags.strip() == "*" or mine in known)
    since, changed = request.header("If-Modified-Since"), fields.get("Last-Modified")
    if since is None or changed is None:
        return False
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # not an HTTP date, or one without a zone
        return False


def _accepts_gzip(request: Request) -> bool:
    codings = (request.header("Accept-Encoding") or "").lower()
    match = re.search(r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=([\d.]+))?\s*(?:,|$)", codings)
    return match is not None and match[1] not in ("0", "0.0", "0.00", "0.000")


@lru_cache(maxsize=2048)
def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


@lru_cache(maxsize=8192)
def _tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def _chunks(body: bytes) -> bytes:
    parts = [body[at : at + _CHUNK] for at in range(0, len(body), _CHUNK)]
    framed = [b"%x\r\n%b\r\n" % (len(part), part) for part in parts]
    return b"".join([*framed, b"0\r\n\r\n"])
