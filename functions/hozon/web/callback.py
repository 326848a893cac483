"""The callback of hubs (WebSub): questions by GET, news by POST."""

import base64
from typing import Any
from urllib.parse import parse_qsl

from hozon.entries import websub
from hozon.nouns.errors import NotFound
from hozon.polling import hubs
from hozon.web.request import Request

_TEXT = {"content-type": "text/plain; charset=utf-8"}


def resolve(request: Request) -> dict[str, Any]:
    """Answer a hub. A signature that does not fit is acknowledged and ignored (§7.1)."""
    token = request.path.removeprefix(websub.PATH)
    try:
        if request.method == "POST":
            signature = request.headers.get("x-hub-signature")
            hubs.receive_news(token, signature, _body(request), request.archive)
            return _answer(202, "")
        if request.method == "GET":
            asked = dict(parse_qsl(request.query, max_num_fields=50))
            return _answer(200, hubs.receive(token, asked, request.archive))
    except NotFound as e:
        # Gone: a hub may stop then (§7). A question is refused with 404 (§5.3).
        return _answer(410 if request.method == "POST" else 404, f"{e}\n")
    except ValueError:
        return _answer(400, "a query of too many fields\n")
    return _answer(405, "GET and POST are for hubs\n")


def _body(request: Request) -> bytes:
    body: str = request.event.get("body") or ""
    if request.event.get("isBase64Encoded"):
        return base64.b64decode(body)
    return body.encode("utf-8", "surrogateescape")


def _answer(status: int, body: str) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": dict(_TEXT),
        "body": body,
        "isBase64Encoded": False,
    }
