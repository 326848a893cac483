"""Conditional requests (RFC 9110 §13): what a reader has already is not sent again."""

import re
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.nouns.errors import Misuse
from hozon.nouns.instants import from_http_date, http_date
from hozon.web.request import Request

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def answered(
    request: Request, content: bytes, media_type: str, *, changed_at: datetime
) -> Response[Any]:
    """Return `content` with its validators, or 304 to who has it.

    It may be kept, and is asked for anew each time: that costs a few hundred bytes.
    """
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    changed_at = changed_at.replace(microsecond=0)
    fields: dict[str, Any] = {
        "etag": tag,
        "last-modified": http_date(changed_at),
        "cache-control": "no-cache",
    }
    if _is_held(request, tag, changed_at):
        return Response(HTTPStatus.NOT_MODIFIED, media_type, "", headers=fields)
    return Response(HTTPStatus.OK, media_type, content.decode(), headers=fields)


def _is_held(request: Request, tag: str, changed_at: datetime) -> bool:
    """Tell whether the reader has it; a date counts only where no tag is stated."""
    stated = request.headers.get("if-none-match")
    if stated is not None:
        return stated.strip() == "*" or tag in _TAG.findall(stated)
    try:
        return changed_at <= from_http_date(request.headers["if-modified-since"])
    except (KeyError, Misuse):
        return False
