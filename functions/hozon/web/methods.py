"""Which methods there are: everything here is read, and scripts ask before they do."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.web import answering, problems
from hozon.web.request import Request

_READING = ("GET", "HEAD")
_ASKING = "OPTIONS"
_ALLOWED = "GET, HEAD, OPTIONS"
_PREFLIGHT = {
    **answering.OPEN,
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "accept-datetime, accept-language, if-match, "
    "if-none-match, if-range, range",
    "access-control-max-age": "86400",
}


def refused(request: Request) -> dict[str, Any] | None:
    """Return the answer to any method but GET and HEAD, None for these.

    OPTIONS is how a browser asks in a script's name (Fetch Standard, CORS-preflight):
    it may read where anybody may.
    """
    if request.method in _READING:
        return None
    if request.method == _ASKING:
        fields = dict(_PREFLIGHT) if request.archive.is_public else {}
        fields |= {"allow": _ALLOWED}
        return plain(Response(HTTPStatus.NO_CONTENT, None, "", headers={**fields}))
    status = HTTPStatus.METHOD_NOT_ALLOWED
    return plain(
        problems.told(request, status, "this archive is read-only", allow=_ALLOWED)
    )


def plain(answer: Response[Any]) -> dict[str, Any]:
    """Return an answer that has no bytes in it as Lambda takes it."""
    fields = {
        name: ", ".join(value) if isinstance(value, list) else value
        for name, value in answer.headers.items()
    }
    if answer.content_type:
        fields["content-type"] = answer.content_type
    return {
        "statusCode": int(answer.status_code),
        "headers": fields,
        "body": answer.body or "",
        "isBase64Encoded": False,
    }
