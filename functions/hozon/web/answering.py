"""Answers of machine routes: conditional, compressed, in part, or lent out."""

import base64
import gzip
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.nouns.digests import sha256
from hozon.nouns.errors import Misuse
from hozon.serving import byteranges, validating
from hozon.web.request import Request

OPEN = {"access-control-allow-origin": "*", "access-control-expose-headers": "*"}
"""Any page may read this with a script of its own, without anybody's credentials."""

_WORTH_COMPRESSING = 1400
_DAY_S = 86_400


def opened(request: Request) -> dict[str, Any]:
    """Return the fields of a machine's route (CORS): where anybody may read anyway.

    An archive that is served to its owner alone must not be read by the pages that the
    owner visits.
    """
    return dict(OPEN) if request.archive.is_public else {}


def lasting(request: Request) -> str:
    """Return the Cache-Control of what never changes.

    For a day: what is taken out of sight later on goes out of caches by then.
    """
    scope = "public" if request.archive.is_public else "private"
    return f"{scope}, max-age={_DAY_S}, immutable"


def text(
    request: Request,
    body: str,
    media_type: str,
    *,
    fields: dict[str, Any] | None = None,
    may_compress: bool = True,
    is_open: bool = True,
) -> Response[Any]:
    """Answer with text that may change: the reader asks again, and is told if it has.

    `is_open`: it is a machine's route (`opened`).
    """
    data = body.encode("utf-8", "replace")
    tag = validating.weak_etag(sha256(data))
    headers = {
        **(opened(request) if is_open else {}),
        "etag": tag,
        "cache-control": "no-cache",
        "vary": "accept-encoding",
        **(fields or {}),
    }
    if validating.is_unchanged(request.headers.get("if-none-match"), tag):
        return unchanged(headers)
    if may_compress and len(data) >= _WORTH_COMPRESSING and "gzip" in request.codings:
        data = gzip.compress(data, 5, mtime=0)
        headers["content-encoding"] = "gzip"
    if len(data) > request.largest:
        return lent(request, data, media_type, "answer", headers)
    shown: Any = data if "content-encoding" in headers else data.decode()
    return Response(HTTPStatus.OK, media_type, shown, headers=headers)


def unchanged(headers: dict[str, Any]) -> Response[Any]:
    """Answer that the reader has it already (RFC 9110 §15.4.5)."""
    return Response(HTTPStatus.NOT_MODIFIED, None, "", headers=headers)


def octets(
    request: Request,
    data: bytes,
    media_type: str,
    *,
    name: str,
    fields: dict[str, Any],
    status: int = HTTPStatus.OK,
) -> Response[Any]:
    """Answer with bytes, or the part of them that is asked for; too many are lent out.

    Only what was found (200) has parts. `name` is the file's, where it becomes one.
    """
    span = None
    if status == HTTPStatus.OK:
        fields = {**fields, "accept-ranges": "bytes"}
        span = wanted(request, len(data), str(fields.get("etag", "")))
    if span is not None:
        data = data[span.first : span.first + span.length]
        fields = {**fields, "content-range": span.content_range}
        status = HTTPStatus.PARTIAL_CONTENT
    if len(data) > request.largest:
        return lent(request, data, media_type, name, fields)
    return Response(int(status), media_type, data, headers=fields)


def wanted(request: Request, size: int, tag: str) -> byteranges.Span | None:
    """Return the part that a request asks for, None if it is to have all."""
    if not validating.may_continue(request.headers.get("if-range"), tag):
        return None
    return byteranges.wanted(request.headers.get("range"), size)


def lent(
    request: Request,
    data: bytes,
    media_type: str,
    name: str,
    fields: dict[str, Any],
) -> Response[Any]:
    """Lead to a copy of what does not fit into an answer; it is there for a while.

    Raises `Misuse` where there is no such way: then parts can be asked for.
    """
    kept = "answers/" + sha256(data).rpartition(":")[2].rstrip("=").lower()
    request.archive.scratch.keep(kept, data)
    there = request.archive.scratch.lend(kept, filename=name, media_type=media_type)
    if there is None:
        raise Misuse(
            f"{len(data)} bytes; at most {request.largest} fit into an answer here: "
            "ask for ranges of it"
        )
    return led(there, fields)


def led(there: str, fields: dict[str, Any]) -> Response[Any]:
    """Lead to where an answer is lent out; nobody is to remember the way."""
    kept = ("access-control", "link", "vary")
    headers = {name: v for name, v in fields.items() if name.startswith(kept)}
    headers |= {"location": there, "cache-control": "no-store"}
    return Response(HTTPStatus.TEMPORARY_REDIRECT, None, "", headers=headers)


def sealed(answer: Response[Any]) -> Response[Any]:
    """Return an answer whose bytes are base 64, as Lambda takes them.

    Powertools would do that, but for bytes that are said to be JSON: these it takes for
    a value to be written as JSON.
    """
    if isinstance(answer.body, bytes):
        answer.body = base64.b64encode(answer.body).decode()
        answer.base64_encoded = True
    return answer
