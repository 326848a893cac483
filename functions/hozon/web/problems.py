"""What went wrong, for whoever asked: a page for people, JSON or a line for machines."""

import json
import logging
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.nouns.errors import (
    Damaged,
    Hidden,
    HozonError,
    Misuse,
    NotFound,
    Refused,
    Restoring,
    Unavailable,
)
from hozon.serving.byteranges import BeyondTheEnd
from hozon.web import answering, views
from hozon.web.request import Request

log = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[HozonError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (BeyondTheEnd, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE),
    (Misuse, HTTPStatus.BAD_REQUEST),
    (Refused, HTTPStatus.FORBIDDEN),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (Damaged, HTTPStatus.BAD_GATEWAY),
    (HozonError, HTTPStatus.INTERNAL_SERVER_ERROR),
)
_OF_JSON = ("/api/", "/wayback/")


def status_of(error: HozonError) -> HTTPStatus:
    """Return the status that tells a client what it can do about an error."""
    if isinstance(error, Hidden):
        for_now = HTTPStatus.FORBIDDEN
        return for_now if error.for_now else HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def fields_of(error: HozonError) -> dict[str, Any]:
    """Return the header fields that an error comes with."""
    if isinstance(error, BeyondTheEnd):
        return {"content-range": error.content_range}
    if isinstance(error, Restoring):
        return {"retry-after": str(error.retry_after_s)}
    return {}


def problem(request: Request, error: HozonError) -> Response[Any]:
    """Answer with what went wrong, in the form that the reader asked for."""
    return told(request, status_of(error), str(error), **fields_of(error))


def told(
    request: Request, status: HTTPStatus, sentence: str, **fields: str
) -> Response[Any]:
    """Answer with a sentence for a person, in the form that the reader asked for.

    That is JSON (``{"error": …}``) below ``/api`` and wherever it is asked for, a page
    for a browser, else a line of text.
    """
    accepted = request.headers.get("accept", "")
    is_for_people = "text/html" in accepted
    headers: dict[str, Any] = {
        "cache-control": "no-store",
        "vary": "accept, accept-language",
        **({} if is_for_people else answering.opened(request)),
        **fields,
    }
    if request.path.startswith("/web/"):  # a TimeGate says so also here (RFC 7089 §4.5)
        headers["vary"] += ", accept-datetime"
    if request.path.startswith(_OF_JSON) or ("json" in accepted and not is_for_people):
        body = json.dumps({"error": sentence}, ensure_ascii=False) + "\n"
        return Response(status, "application/json", body, headers=headers)
    if is_for_people:
        page = views.problem(request, status, sentence)
        return Response(status, "text/html; charset=utf-8", page, headers=headers)
    return Response(
        status, "text/plain; charset=utf-8", f"{sentence}\n", headers=headers
    )


def unexpected(request: Request, error: Exception) -> Response[Any]:
    """Answer a request that met a mistake of ours; its traceback goes into the log."""
    said = "%a %a failed", request.method, request.path[:1000]
    log.error(*said, exc_info=error)
    return told(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "this program made a mistake; its log says more",
    )
