"""The archive over HTTP: one implementation for function URLs and ``hozon serve``.

Requests are AWS function URL events (payload format 2.0), whose `rawPath` still carries
percent-encoding: mementos' paths hold whole URIs.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hozon.entries import websub
from hozon.guarding.guarding import guarded
from hozon.nouns.archive import Archive
from hozon.nouns.errors import HozonError
from hozon.nouns.signins import SignInBook
from hozon.web import headers, methods, pages, problems
from hozon.web.request import Outlet, Replay, Request

Event = Mapping[str, Any]
Answer = dict[str, Any]


def respond(
    event: Event,
    context: object,
    archive: Archive,
    *,
    largest: int,
    outlet: Outlet | None = None,
    signins: SignInBook | None = None,
    replay: Replay | None = None,
) -> Answer:
    """Answer one request; never raises for what a reader sent.

    `largest` is the most bytes a body may have here (a function URL: about 4.4 MB).
    Who can send a body in pieces gives an `outlet`: where it has `pieces` afterwards,
    they are the body. With `signins`, only those are answered who have one. `replay` is
    where replays are shown. HEAD is GET without the body. Every answer, errors included,
    gets its security headers here and nowhere else.
    """
    request = Request.of(event, archive, largest=largest, outlet=outlet, replay=replay)
    try:
        answer = _let_in(request, context, signins)
    except Exception as e:  # noqa: BLE001  whatever it is, the reader gets an answer
        answer = methods.plain(problems.unexpected(request, e))
    return headers.finished(answer, request)


def _let_in(request: Request, context: object, signins: SignInBook | None) -> Answer:
    """Answer whoever may come in; hubs may, with the token that they were given."""
    if request.path.startswith(websub.PATH):
        from hozon.web import callback  # noqa: PLC0415  what asks hubs, for them alone

        return callback.resolve(request)
    if signins is None:
        return _answered(request, context)
    from hozon.web import signin  # noqa: PLC0415  for those who are asked to

    return signin.entered(request, signins, lambda let: _answered(let, context))


def _answered(request: Request, context: object) -> Answer:
    try:
        request = replace(request, archive=guarded(request.archive))
    except HozonError as e:
        return methods.plain(problems.problem(request, e))
    if (refused := methods.refused(request)) is not None:
        return refused
    if request.path.startswith("/api/"):
        from hozon.web import api  # noqa: PLC0415  pydantic, which pages do without

        return api.resolve(request, context)
    return pages.resolve(request, context)


__all__ = ["Answer", "Event", "Outlet", "Replay", "respond"]
