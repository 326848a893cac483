"""Ask the pages and the API whatever anybody may send, and hold what comes back."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from hozon import web
from hozon.nouns.archive import Archive
from hozon.web.headers import APP, CAPTURED, CAPTURED_MARK

_NAME = re.compile(r"[a-z0-9-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")
_TRACE = re.compile(r'Traceback|File "|line \d+, in ')


def encoded(text: str) -> str:
    """Return a text as clients percent-encode it."""
    return quote(text, safe="", errors="surrogatepass")


def asked(archive: Archive, asked_for: dict[str, Any]) -> dict[str, Any]:
    """Return the answer, after holding that it is one that may go out."""
    answer = web.respond(asked_for, None, archive, largest=4_400_000)
    hold(answer, asked_for)
    return answer


def hold(answer: Mapping[str, Any], asked_for: Mapping[str, Any]) -> None:
    """Hold that an answer is no failure of ours, guarded, and can be sent."""
    assert answer["statusCode"] < 500, asked_for
    assert json.dumps(answer)
    headers = answer["headers"]
    for name, value in headers.items():
        assert _NAME.fullmatch(name), (name, asked_for)
        assert _VALUE.fullmatch(value), (name, value, asked_for)
    guard = CAPTURED if CAPTURED_MARK in headers else APP
    assert guard.items() <= headers.items(), asked_for
    assert "nosniff" == headers["x-content-type-options"]
    body = answer.get("body") or ""
    assert body.encode() is not None
    if (
        answer["statusCode"] >= 400
        and asked_for["requestContext"]["http"]["method"] != "HEAD"
    ):
        assert 5 < len(body), asked_for
        assert not _TRACE.search(body), asked_for
