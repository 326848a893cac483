"""The archive over HTTP: one implementation for function URLs and ``hozon serve``.

Requests are AWS function URL events (payload format 2.0), whose `rawPath` still carries
percent-encoding: mementos' paths hold whole URIs.
"""

from collections.abc import Mapping
from typing import Any

from hozon import websub
from hozon.archive import Archive
from hozon.web import headers, pages
from hozon.web.request import Request

Event = Mapping[str, Any]
Answer = dict[str, Any]


def respond(event: Event, context: object, archive: Archive, *, largest: int) -> Answer:
    """Answer one request; never raises for what a reader sent.

    `largest` is the most bytes a body may have here (a function URL: about 4.4 MB).
    HEAD is GET without the body. Every answer, errors included, gets its security
    headers here and nowhere else.
    """
    request = Request.of(event, archive, largest=largest)
    if request.path.startswith(websub.PATH):
        from hozon.web import callback  # noqa: PLC0415  what asks hubs, for them alone

        return headers.finished(callback.resolve(request), request)
    if request.path.startswith("/api/"):
        from hozon.web import api  # noqa: PLC0415  pydantic, which pages do without

        answer = api.resolve(request, context)
    else:
        answer = pages.resolve(request, context)
    return headers.finished(answer, request)
