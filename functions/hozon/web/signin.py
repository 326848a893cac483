"""The door of an archive that is not everybody's: who is let in, and how they sign in.

A browser exchanges a link for a session, which it keeps in a cookie; a program sends a
token. GET changes nothing here: what opens links ahead of a person (mail scanners,
previews) uses none up. Nothing is told to those outside, not even what there is.
"""

import base64
import binascii
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from aws_lambda_powertools.event_handler import Response

from hozon.guarding import admitting
from hozon.nouns.signins import NotAdmitted, SignIn, SignInBook, Why
from hozon.web import headers, methods, problems, views
from hozon.web.request import Request
from hozon.web.words import words

IN, OUT = "/signin", "/signout"
COOKIE = "__Host-hozon"
"""The prefix makes browsers hold it to one host, whole, and TLS (RFC 6265bis §4.1.3)."""

LARGEST_FORM = 4096

Answer = dict[str, Any]

_OPEN = frozenset({"/icon.svg"})
_KEPT_BY_THEIR_OWN = "; Path=/; Secure; HttpOnly; SameSite=Lax"
_HTML = "text/html; charset=utf-8"
_FORM = "application/x-www-form-urlencoded"
_SENTENCES: dict[Why, str] = {
    "nobody": "this archive is not open to everybody: sign in with a link that its "
    "operator issues, or send a token as Authorization: Bearer (hozon signin issue); "
    "requests that are signed for AWS go to the ArchiveUrl of the stack",
    "unknown": "what was shown was not issued here, or has ended long ago; ask the "
    "operator for a new one",
    "used": "this link was used already, and works once; ask the operator for a new one",
    "ended": "its time is over; ask the operator for a new one",
    "revoked": "it was taken back; ask the operator for a new one",
    "elsewhere": "this was not sent from a page of this archive; open the link again, "
    "and press the button there",
}


def entered(
    request: Request, book: SignInBook, answer: Callable[[Request], Answer]
) -> Answer:
    """Answer a request of somebody who is let in, and tell all others what they need."""
    if request.path in _OPEN:
        return answer(request)
    try:
        if request.path == IN:
            return _signing_in(request, book)
        if request.path == OUT:
            return _signing_out(request, book)
        signin = _admitted(request, book)
    except NotAdmitted as e:
        return _refused(request, e.why)
    is_person = signin.holder == "person"
    return _private(answer(replace(request, is_signed_in=is_person)))


def _admitted(request: Request, book: SignInBook) -> SignIn:
    now = request.archive.clock()
    if token := _token(request.headers.get("authorization", "")):
        return admitting.admit(token, "program", book, now=now)
    if session := _session(request):
        return admitting.admit(session, "person", book, now=now)
    raise NotAdmitted("nobody")


def _token(stated: str) -> str:
    """Return the token of an Authorization field (RFC 6750, RFC 7617), or nothing.

    Readers of feeds know passwords only: a token may be one, of any user.
    """
    scheme, _, given = stated.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        said = base64.b64decode(given.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "none"
    return said.partition(":")[2] or "none"


def _session(request: Request) -> str:
    """Return what the cookie holds, or nothing."""
    cookies: list[str] = request.event.get("cookies") or []
    sent = [*cookies, request.headers.get("cookie", "")]
    for stated in filter(None, sent):
        for each in stated.split(";"):
            name, _, value = each.strip().partition("=")
            if name == COOKIE:
                return value
    return ""


def _signing_in(request: Request, book: SignInBook) -> Answer:
    """Show the link's button; exchange the link where it was pressed."""
    if request.method in {"GET", "HEAD"}:
        return _page(request, HTTPStatus.OK, None, link=request.parameter("link"))
    if request.method != "POST":
        return _only(request, "GET, HEAD, POST")
    _check_origin(request)
    link = _form(request).get("link", "")
    now = request.archive.clock()
    session = admitting.exchange(link, book, now=now)
    cookie = f"{COOKIE}={session.text}; Max-Age={session.signin.lasts_s}"
    return _led(views.way(request, "/"), cookie + _KEPT_BY_THEIR_OWN)


def _signing_out(request: Request, book: SignInBook) -> Answer:
    """End the session of a browser, here and there."""
    if request.method != "POST":
        return _only(request, "POST")
    _check_origin(request)
    now = request.archive.clock()
    with suppress(NotAdmitted):  # it has ended already
        signin = admitting.admit(_session(request), "person", book, now=now)
        admitting.revoke(signin, book, now=now)
    answer = _led(views.way(request, IN), _forgotten())
    answer["headers"]["clear-site-data"] = '"cache"'
    return answer


def _check_origin(request: Request) -> None:
    """Raise `NotAdmitted` for what a page of another origin has sent.

    Browsers say it themselves (Fetch Metadata; before 2023 by Origin alone); what says
    neither is no browser, and sends nobody's cookies.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        is_ours = site in {"same-origin", "none"}
    else:
        host = request.headers.get("host", "")
        is_ours = origin is None or origin.partition("://")[2] == host
    if not is_ours:
        raise NotAdmitted("elsewhere")


def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form that was sent; of anything else none."""
    media_type = request.headers.get("content-type", "").partition(";")[0]
    body: str = request.event.get("body") or ""
    if media_type.strip().lower() != _FORM or len(body) > 2 * LARGEST_FORM:
        return {}
    try:
        if request.event.get("isBase64Encoded"):
            body = base64.b64decode(body).decode()
        return dict(parse_qsl(body, max_num_fields=5))
    except ValueError:
        return {}


def _refused(request: Request, why: Why) -> Answer:
    """Say why somebody is not let in, in the form they asked for; and nothing else.

    A link that cannot be exchanged is 403: there is nothing to be sent again.
    """
    is_form = request.path in {IN, OUT}
    status = HTTPStatus.FORBIDDEN if is_form else HTTPStatus.UNAUTHORIZED
    if "text/html" in request.headers.get("accept", ""):
        answer = _page(request, status, why)
    else:
        answer = methods.plain(problems.told(request, status, _SENTENCES[why]))
    answer["headers"] |= {"cache-control": "no-store"}
    if not is_form:
        answer["headers"]["www-authenticate"] = _challenge(request)
        answer["headers"]["vary"] = "accept, accept-language, authorization, cookie"
    if _session(request) and why != "elsewhere":
        answer["cookies"] = [_forgotten()]
    return answer


def _challenge(request: Request) -> str:
    """Return what may be sent (RFC 9110 §11.6.1). To browsers no password is named: they
    would ask the person for one.
    """
    is_browser = "sec-fetch-mode" in request.headers
    is_browser |= "text/html" in request.headers.get("accept", "")
    bearer = 'Bearer realm="hozon"'
    return bearer if is_browser else f'{bearer}, Basic realm="hozon", charset="UTF-8"'


def _page(
    request: Request, status: HTTPStatus, why: Why | None, *, link: str | None = None
) -> Answer:
    said = words(request.language)
    if why:  # what was asked for is not said back
        chosen = request.chosen_language
        request = replace(request, path=IN, query=f"lang={chosen}" if chosen else "")
    page = views.rendered(
        request,
        "signin.html",
        is_outside=True,
        status=None if status == HTTPStatus.OK else status.value,
        says=said[f"signin_{why}" if why else "signin_link" if link else "signin_how"],
        link=link,
    )
    fields: Any = {"cache-control": "no-store", "vary": "accept-language"}
    fields["x-robots-tag"] = "noindex"
    return methods.plain(Response(status, _HTML, page, headers=fields))


def _only(request: Request, allowed: str) -> Answer:
    said = problems.told(
        request,
        HTTPStatus.METHOD_NOT_ALLOWED,
        f"this takes {allowed} and nothing else",
        allow=allowed,
    )
    return methods.plain(said)


def _led(there: str, cookie: str) -> Answer:
    fields: Any = {"location": there, "cache-control": "no-store"}
    answer = methods.plain(Response(HTTPStatus.SEE_OTHER, None, "", headers=fields))
    return {**answer, "cookies": [cookie]}


def _forgotten() -> str:
    return f"{COOKIE}=; Max-Age=0{_KEPT_BY_THEIR_OWN}"


def _private(answer: Answer) -> Answer:
    """Return an answer that no cache keeps for others, nor shows after a sign-out."""
    stated = headers.stated(answer)
    said = [each.strip() for each in stated.get("cache-control", "no-cache").split(",")]
    kept = [each for each in said if each not in {"public", "private"}]
    stated["cache-control"] = ", ".join(
        kept if "no-store" in kept else ["private", *kept]
    )
    stated["vary"] = ", ".join(
        filter(None, [stated.get("vary"), "authorization, cookie"])
    )
    private = {**answer, "headers": stated}
    private.pop("multiValueHeaders", None)
    return private
