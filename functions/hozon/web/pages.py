"""Routes for people and for Memento clients."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from itertools import islice
from typing import Any

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver, Response

from hozon import instants, memento, retrieval, uris
from hozon.errors import (
    Damaged,
    HozonError,
    Misuse,
    NotFound,
    Refused,
    Unavailable,
)
from hozon.health import LOOKED_AT
from hozon.model import Capture
from hozon.web import evidence, rivers, syndication, views
from hozon.web.request import Request

_STATUS: tuple[tuple[type[HozonError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (Misuse, HTTPStatus.BAD_REQUEST),
    (Refused, HTTPStatus.FORBIDDEN),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (Damaged, HTTPStatus.BAD_GATEWAY),
    (HozonError, HTTPStatus.INTERNAL_SERVER_ERROR),
)
_MEMENTO = re.compile(r"/web/(?P<digits>\d{4,14})(?P<flags>[a-z]{2}_)?/(?P<uri>.+)")
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
_CONTENT_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(\s*;\s*charset=[\w.:-]+)?", re.ASCII)

Route = Callable[[Request], Response[Any]]


def resolve(request: Request, context: object) -> dict[str, Any]:
    """Answer a request for a page, a memento, a TimeMap or a WARC file."""
    app = LambdaFunctionUrlResolver()
    for rule, route in _ROUTES:
        app.get(rule)(_bound(route, request))
    app.not_found(lambda _: _problem(request, NotFound("there is no such page")))
    return app.resolve(request.event, context)  # type: ignore[arg-type]  # any will do


def _bound(route: Route, request: Request) -> Callable[[], Response[Any]]:
    def answer() -> Response[Any]:
        try:
            return route(request)
        except HozonError as e:
            return _problem(request, e)

    return answer


def _problem(request: Request, error: HozonError) -> Response[str]:
    status = next(s for kind, s in _STATUS if isinstance(error, kind))
    if "text/html" in request.headers.get("accept", ""):
        return _html(views.problem(request, status, str(error)), status)
    return Response(status, "text/plain; charset=utf-8", f"{error}\n")


def _html(body: str, status: int = 200) -> Response[str]:
    return Response(status, "text/html; charset=utf-8", body)


def river(request: Request) -> Response[Any]:
    """Show the river."""
    return _html(views.river_page(request))


def sources(request: Request) -> Response[Any]:
    """Show the feeds and how each does."""
    return _html(views.sources_page(request))


def health(request: Request) -> Response[Any]:
    """Tell what is wrong with feeds, and which pages we will not fetch, as a feed."""
    archive = request.archive
    body = syndication.health(
        archive.feeds.all(),
        list(islice(archive.index.troubles(), LOOKED_AT)),
        base=request.base,
        now=archive.clock(),
    )
    return Response(200, syndication.MEDIA_TYPE, body.decode())


def subscriptions(request: Request) -> Response[Any]:
    """Hand out the feeds that are followed as OPML."""
    from hozon import opml  # noqa: PLC0415  readers of feeds, for this page alone

    archive = request.archive
    body = opml.write(archive.feeds.all(), now=archive.clock())
    return Response(200, "text/x-opml; charset=utf-8", body.decode())


def timemap(request: Request) -> Response[Any]:
    """List the mementos of a URI (RFC 7089 §5)."""
    uri = _original(request, "/web/timemap/link/")
    captures = retrieval.timemap(uri, request.archive)
    body = memento.timemap_link(request.base, uri, captures)
    return Response(200, "application/link-format; charset=utf-8", body)


def timegate(request: Request) -> Response[Any]:
    """Send the reader to the memento nearest to Accept-Datetime (RFC 7089 §4.1.1)."""
    uri = _original(request, "/web/")
    stated = request.headers.get("accept-datetime")
    wanted = None if stated is None else instants.from_http_date(stated)
    captures = retrieval.timemap(uri, request.archive)
    return _to_memento(request, uri, captures, wanted, "")


def memento_page(request: Request) -> Response[Any]:
    """Show a capture; a timestamp that is not exact leads to the nearest that is."""
    found = _MEMENTO.fullmatch(request.path)
    if found is None:
        return timegate(request)
    digits, flags = found["digits"], found["flags"] or ""
    uri = _original(request, f"/web/{digits}{flags}/")
    captures = retrieval.timemap(uri, request.archive)
    exact = [c for c in captures if instants.timestamp(c.captured_at) == digits]
    if not exact:
        wanted = instants.from_timestamp(digits)
        return _to_memento(request, uri, captures, wanted, flags)
    return _shown(request, uri, captures, exact[-1], flags)


def warc(request: Request) -> Response[Any]:
    """Hand out a WARC object, or a byte range of it, as stored."""
    key = request.path.removeprefix("/warc/")
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked and asked[2]:
        offset, length = int(asked[1]), int(asked[2]) - int(asked[1]) + 1
        if length <= 0 or length > request.largest:
            raise Misuse(f"a range of at most {request.largest} bytes can be read")
        data = request.archive.warcs.read(key, offset=offset, length=length)
        field = f"bytes {offset}-{offset + length - 1}/*"
        return _octets(
            request, data, HTTPStatus.PARTIAL_CONTENT, {"content-range": field}
        )
    return _octets(request, request.archive.warcs.read_all(key), HTTPStatus.OK, {})


def _octets(
    request: Request, data: bytes, status: HTTPStatus, fields: dict[str, Any]
) -> Response[Any]:
    _fits(request, data)
    name = request.path.rpartition("/")[2]
    fields |= {
        "accept-ranges": "bytes",
        "content-disposition": f'attachment; filename="{name}"',
    }
    return Response(status, "application/warc", data, headers=fields)


def _shown(
    request: Request,
    uri: str,
    captures: Sequence[Capture],
    capture: Capture,
    flags: str,
) -> Response[Any]:
    document = retrieval.read(capture, request.archive)
    data = document.content()
    _fits(request, data)
    stated = document.header("content-type") or ""
    kind = stated if _CONTENT_TYPE.fullmatch(stated) else "application/octet-stream"
    fields: dict[str, Any] = {
        CAPTURED_AT: instants.http_date(capture.captured_at),
        "link": memento.link_header(request.base, uri, captures, capture),
        **_original_fields(document),
    }
    if target := retrieval.redirect_target(document):
        instant = instants.timestamp(capture.captured_at)
        fields["location"] = f"{request.base}/web/{instant}{flags}/{target}"
    return Response(capture.status, kind, data, headers=fields)


CAPTURED_AT = "memento-datetime"


def _original_fields(document: retrieval.Document) -> dict[str, str]:
    """Return the captured header fields under names that have no effect."""
    return {
        "x-archive-orig-" + name.lower().removeprefix("x-archive-orig-"): value
        for name, value in document.headers
        if re.fullmatch(r"[A-Za-z0-9-]+", name)
        and value.isprintable()
        and value.isascii()
    }


def _to_memento(
    request: Request,
    uri: str,
    captures: Sequence[Capture],
    wanted: datetime | None,
    flags: str,
) -> Response[Any]:
    chosen = memento.closest(captures, wanted)
    if chosen is None:
        raise NotFound(f"no capture of {uri}")
    fields: dict[str, Any] = {
        "location": memento.uri_m(request.base, chosen, flags),
        "vary": "accept-datetime",
        "link": memento.link_header(request.base, uri, captures, chosen),
    }
    return Response(HTTPStatus.FOUND, "text/plain; charset=utf-8", "", headers=fields)


def _original(request: Request, prefix: str) -> str:
    """Return the whole URI behind `prefix`; clients that encode it are understood."""
    said = request.path.removeprefix(prefix)
    said += f"?{request.query}" if request.query else ""
    if re.match(r"https?%3A", said, re.IGNORECASE):
        said = views.unquoted(said)
    said = re.sub(r"^(https?):/+", r"\1://", said)
    return uris.normal(said)


def _fits(request: Request, data: bytes) -> None:
    if len(data) > request.largest:
        raise Misuse(
            f"{len(data)} bytes; at most {request.largest} fit into an answer here: "
            "read ranges of the WARC file instead"
        )


_ROUTES: tuple[tuple[str, Route], ...] = (
    ("/", river),
    ("/sources", sources),
    ("/health.atom", health),
    ("/feeds.opml", subscriptions),
    ("/web/timemap/link/.+", timemap),
    ("/web/[0-9]+[a-z_]*/.+", memento_page),
    ("/web/.+", timegate),
    ("/warc/.+", warc),
    *evidence.ROUTES,
    ("/river.atom", rivers.atom),
    ("/river.json", rivers.as_json),
    ("/river/[0-9-]+.atom", rivers.month),
)
