"""``/warc/<key>``: WARC objects as they are stored, whole or in part."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.nouns.errors import Misuse
from hozon.nouns.ports import WarcStore
from hozon.serving import validating
from hozon.web import answering
from hozon.web.request import Request

PIECE = 1 << 20


def warc(request: Request) -> Response[Any]:
    """Hand out a WARC object, or the range of it that is asked for (RFC 9110 §14)."""
    key = request.path.removeprefix("/warc/")
    warcs = request.archive.warcs
    size = warcs.size(key)
    tag = validating.etag("warc", key)
    name = key.rpartition("/")[2]
    fields: dict[str, Any] = {
        **answering.opened(request),
        "accept-ranges": "bytes",
        "cache-control": answering.lasting(request),
        "content-disposition": f'attachment; filename="{name}"',
        "etag": tag,
    }
    is_held = validating.is_unchanged(request.headers.get("if-none-match"), tag)
    status, first, length = HTTPStatus.OK, 0, size
    if not is_held and (span := answering.wanted(request, size, tag)):
        status, first, length = HTTPStatus.PARTIAL_CONTENT, span.first, span.length
        fields["content-range"] = span.content_range
    request.archive.sight.octets(key, first, length)
    if is_held:
        return answering.unchanged(fields)
    if request.method == "HEAD" or request.outlet is not None:
        fields["content-length"] = str(length)
        if request.outlet is not None:
            request.outlet.pieces = _pieces(warcs, key, first, length)
        return Response(status, "application/warc", b"", headers=fields)
    if length > request.largest:
        return _lent(request, key, length, fields)
    data = warcs.read(key, offset=first, length=length)
    return Response(status, "application/warc", data, headers=fields)


def _lent(
    request: Request, key: str, length: int, fields: dict[str, Any]
) -> Response[Any]:
    there = request.archive.warcs.lend(key)
    if there is None:
        raise Misuse(
            f"{length} bytes; at most {request.largest} fit into an answer here: "
            "ask for ranges of it"
        )
    # Of an object that must be thawed first, its store would tell the reader in XML.
    request.archive.warcs.read(key, offset=0, length=1)
    return answering.led(there, fields)


def _pieces(warcs: WarcStore, key: str, first: int, length: int) -> Iterator[bytes]:
    """Yield a range of an object a piece at a time, so that no more is ever held."""
    end = first + length
    for at in range(first, end, PIECE):
        yield warcs.read(key, offset=at, length=min(PIECE, end - at))
