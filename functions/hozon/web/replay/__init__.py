"""The replay's origin: a snapshot as it looked, apart from everything else.

What strangers made is shown on an origin of its own, which knows no reader: it takes no
cookie, writes nothing, and shows what a grant of the pages' origin names, for five minutes.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from hozon.guarding.guarding import guarded
from hozon.nouns.archive import Archive
from hozon.nouns.errors import HozonError, NotFound, Refused
from hozon.web import headers, problems
from hozon.web.replay import full, guards, inertly
from hozon.web.replay.asked import Answer, Asked, Stage, asked, words
from hozon.web.request import Request

log = logging.getLogger(__name__)

__all__ = ["Stage", "respond"]


def respond(event: Mapping[str, Any], archive: Archive, stage: Stage) -> Answer:
    """Answer one request to the replay's origin; never raises for what a reader sent."""
    request = Request.of(event, archive, largest=stage.largest)
    try:
        answer = _answered(request, stage, archive)
    except HozonError as e:
        said = problems.status_of(e), str(e)
        answer = words(request, *said, _closed, **problems.fields_of(e))
    except Exception:
        log.exception("%a %a failed", request.method, request.path[:1000])
        told = "this program made a mistake; its log says more"
        answer = words(request, HTTPStatus.INTERNAL_SERVER_ERROR, told, _closed)
    return headers.without_body(answer) if request.method == "HEAD" else answer


def _closed(stated: dict[str, str]) -> dict[str, str]:
    return guards.inert(stated, None)


def _answered(request: Request, stage: Stage, archive: Archive) -> Answer:
    if request.method not in {"GET", "HEAD"}:
        allowed, told = "GET, HEAD", "nothing is written here"
        return words(
            request, HTTPStatus.METHOD_NOT_ALLOWED, told, _closed, allow=allowed
        )
    if (scripts := full.scripts(request, stage, archive)) is not None:
        return scripts
    if request.headers.get("service-worker") == "script":
        raise Refused("what was captured is no service worker here")
    found = asked(request, archive)
    try:
        return _shown(request, found, stage, guarded(archive))
    except HozonError as e:
        # To a reader with a grant the pages' origin may show what went wrong.
        return words(
            request,
            problems.status_of(e),
            str(e),
            lambda stated: guards.inert(stated, found.grant.pages),
            **problems.fields_of(e),
        )


def _shown(request: Request, found: Asked, stage: Stage, archive: Archive) -> Answer:
    if found.use in full.USES:
        if stage.worker is None:
            raise NotFound("the full replay is not offered here")
        return full.show(request, found, stage, archive)
    return inertly.show(request, found, stage, archive)
