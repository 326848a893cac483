"""The header fields of every answer (measured in Chromium; errors are no exception)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from hozon.web.request import Request

APP = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
CAPTURED = {
    "content-security-policy": "default-src 'none'; img-src 'self' data:; "
    "media-src 'self' data:; font-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "cross-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), clipboard-read=()",
    "x-robots-tag": "noindex, noarchive",
}
_ALWAYS = {"x-content-type-options": "nosniff", "vary": "accept-language"}
CAPTURED_MARK = "memento-datetime"


def finished(answer: dict[str, Any], request: Request) -> dict[str, Any]:
    """Return the answer with its security headers, and without a body for HEAD.

    What was captured (it has a Memento-Datetime) is shown inert: no script of it runs,
    and it reaches nothing but captures.
    """
    finished = {
        **answer,
        "headers": guarding(stated(answer), framed=_framed(answer, request)),
    }
    finished.pop("multiValueHeaders", None)
    if request.method == "HEAD":
        if request.outlet is not None:
            request.outlet.pieces = None
        return without_body(finished)
    return finished


def stated(answer: Mapping[str, Any]) -> dict[str, str]:
    """Return the header fields of an answer, their names in lower case."""
    single = {k.lower(): v for k, v in (answer.get("headers") or {}).items()}
    several = (answer.get("multiValueHeaders") or {}).items()
    return {**single, **{k.lower(): ", ".join(v) for k, v in several}}


def without_body(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer to HEAD: it says how long the body would be."""
    fields = {"content-length": str(_length(answer)), **answer["headers"]}
    return {**answer, "headers": fields, "body": "", "isBase64Encoded": False}


def guarding(stated: Mapping[str, str], *, framed: str = "") -> dict[str, str]:
    """Return header fields (lower-case names) with those that guard, which win.

    `framed` is the one origin that may be shown in a frame of this page.
    """
    guard = CAPTURED if CAPTURED_MARK in stated else APP
    if framed and guard is APP:
        policy = APP["content-security-policy"]
        guard = {**APP, "content-security-policy": f"{policy}; frame-src {framed}"}
    return {**_ALWAYS, **guard, **stated, **guard}


def _framed(answer: Mapping[str, Any], request: Request) -> str:
    """Return what the page frames: who is turned away is not told where replays are."""
    is_shown = answer.get("statusCode") == HTTPStatus.OK
    return request.replay if is_shown and request.path.startswith("/replay/") else ""


def _length(answer: dict[str, Any]) -> int:
    """Return how many bytes the body of an answer has: what HEAD is asked for."""
    body: str = answer.get("body") or ""
    if answer.get("isBase64Encoded"):
        return len(body) * 3 // 4 - body[-2:].count("=")
    return len(body.encode())
