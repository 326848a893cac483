"""Memento (RFC 7089): TimeGates, mementos, TimeMaps; a whole URI stands in each path."""

import re
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Response

from hozon.cdx.query import earliest
from hozon.nouns import instants, uris
from hozon.nouns.errors import Misuse, NotFound, Refused
from hozon.nouns.model import Capture
from hozon.retrieving import nearby, retrieval
from hozon.retrieving.nearby import Nearby
from hozon.retrieving.rendering import media_type
from hozon.serving import memento, validating
from hozon.serving.timemaps import MEDIA_TYPES, Timemap
from hozon.web import answering, negotiating
from hozon.web.request import Request

MOST_MEMENTOS = 5000
LEAST_MEMENTOS = 100
_MEMENTO = re.compile(
    r"(?:/web|/cdx/search)?/(?P<digits>[0-9]{1,14})(?P<flags>[a-z]{2}_)?/(?P<uri>.+)",
    re.DOTALL,  # a route takes a line feed for its end
)
_TIMEMAP = re.compile(
    r"/web/timemap/(?P<form>link|json|cdxj)/(?:(?P<since>[0-9]{14})/)?(?P<uri>.+)",
    re.DOTALL,
)
_MOST_FIELDS = 60
_LONGEST_FIELD = 4096
_FIELD = re.compile(r"[A-Za-z0-9-]+")
CAPTURED_AT = "memento-datetime"


def timemap(request: Request) -> Response[Any]:
    """List the mementos of a URI (RFC 7089 §5), in pages if there are very many."""
    found = _TIMEMAP.fullmatch(request.path)
    if found is None:
        forms = ", ".join(MEDIA_TYPES)
        raise Misuse(f"TimeMaps are at /web/timemap/FORM/URI; FORM is one of {forms}")
    uri = original(request, found.start("uri"))
    since = instants.from_timestamp(found["since"]) if found["since"] else None
    most = max(LEAST_MEMENTOS, min(MOST_MEMENTOS, request.largest // (len(uri) + 250)))
    captures, next_at = nearby.page(uri, since, request.archive, most=most)
    if not captures:
        if since is not None:
            raise NotFound(f"no capture of {uri} since {instants.iso(since)}")
        captures = retrieval.timemap(uri, request.archive)
    body = Timemap(
        base=request.base, original=uri, captures=captures, since=since, next_at=next_at
    ).written(found["form"])
    return answering.text(request, body, MEDIA_TYPES[found["form"]])


def timegate(request: Request) -> Response[Any]:
    """Send the reader to the memento nearest to Accept-Datetime (RFC 7089 §4.1.1)."""
    uri = original(request, len("/web/"))
    stated = request.headers.get("accept-datetime")
    wanted = None if stated is None else instants.from_http_date(stated)
    near = retrieval.around(uri, wanted, request.archive)
    return _to_memento(request, uri, near, wanted, "")


def memento_page(request: Request) -> Response[Any]:
    """Show a capture; a timestamp that is not exact leads to the nearest that is."""
    found = _MEMENTO.fullmatch(request.path)
    assert found is not None
    if request.headers.get("service-worker") == "script":
        raise Refused("what was captured is no service worker here")
    digits, flags = found["digits"], found["flags"] or ""
    uri = original(request, found.start("uri"))
    wanted = earliest(digits)
    near = retrieval.around(uri, wanted, request.archive)
    exact = [c for c in near.captures if instants.timestamp(c.captured_at) == digits]
    if not exact:
        return _to_memento(request, uri, near, wanted, flags)
    # Of two in a second the page is wanted, not the redirect that led to it.
    chosen = min(exact, key=lambda c: (c.status >= 300, c.captured_at))
    return _shown(request, uri, near, chosen, flags)


def _shown(
    request: Request, uri: str, near: Nearby, capture: Capture, flags: str
) -> Response[Any]:
    tag = validating.etag(capture.payload_digest, *sorted(request.codings))
    fields: dict[str, Any] = {
        **answering.opened(request),
        CAPTURED_AT: instants.http_date(capture.captured_at),
        "link": memento.link_header(request.base, uri, near.captures, capture),
        "cache-control": answering.lasting(request),
        "etag": tag,
        "vary": "accept-encoding",
    }
    is_whole = capture.status == HTTPStatus.OK
    held = request.headers.get("if-none-match")
    if is_whole and validating.is_unchanged(held, tag):
        return answering.unchanged(fields)
    document = retrieval.read(capture, request.archive)
    fields |= _original_fields(document)
    if target := retrieval.redirect_target(document):
        instant = instants.timestamp(capture.captured_at)
        fields["location"] = f"{request.base}/web/{instant}{flags}/{target}"
    data, coding = negotiating.representation(document, request.codings)
    if coding:
        fields["content-encoding"] = coding
    return answering.octets(
        request,
        data,
        media_type(document),
        name=file_name(uri),
        fields=fields,
        status=_status(capture.status, fields),
    )


def _status(captured: int, fields: dict[str, Any]) -> int:
    """Return the status that was captured, if it can be one of an answer.

    304 answers a question that this reader has not asked.
    """
    if 200 <= captured <= 599 and captured != HTTPStatus.NOT_MODIFIED:
        return captured
    fields["x-archive-orig-status"] = str(captured)
    return HTTPStatus.OK


def file_name(uri: str) -> str:
    """Return a name for a file with what lies at a URI."""
    last = unquote(uris.parse(uri).path).rstrip("/").rpartition("/")[2]
    return re.sub(r"[^A-Za-z0-9._-]", "_", last).strip("._")[:80] or "document"


def _original_fields(document: retrieval.Document) -> dict[str, str]:
    """Return the captured header fields under names that have no effect.

    Not all of a server that sends very many, or very long ones: many clients refuse an
    answer of more than a hundred.
    """
    fields: dict[str, str] = {}
    for name, value in document.headers:
        said = "x-archive-orig-" + name.lower().removeprefix("x-archive-orig-")
        joined = f"{fields[said]}, {value}" if said in fields else value
        is_sound = _FIELD.fullmatch(name) and value.isprintable() and value.isascii()
        fits = len(joined) <= _LONGEST_FIELD and len(fields) < _MOST_FIELDS
        if is_sound and fits:
            fields[said] = joined
    return fields


def _to_memento(
    request: Request,
    uri: str,
    near: Nearby,
    wanted: datetime | None,
    flags: str,
) -> Response[Any]:
    chosen = retrieval.nearest(uri, near.captures, request.archive, at=wanted)
    fields: dict[str, Any] = {
        **answering.opened(request),
        "location": memento.uri_m(request.base, chosen, flags),
        "vary": "accept-datetime",
        "cache-control": "no-cache",
        "link": memento.link_header(request.base, uri, near.captures, chosen),
    }
    return Response(HTTPStatus.FOUND, "text/plain; charset=utf-8", "", headers=fields)


def original(request: Request, start: int) -> str:
    """Return the whole URI from there on; clients that encode it are understood."""
    said = request.path[start:]
    said += f"?{request.query}" if request.query else ""
    if re.match(r"https?%3A", said, re.IGNORECASE):
        said = unquote(said)
    said = re.sub(r"^(https?):/+", r"\1://", said)
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", said):
        said = f"http://{said}"
    return uris.lenient(said)
