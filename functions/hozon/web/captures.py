"""``/cdx`` and ``/wayback/available``: which captures there are, for programs."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aws_lambda_powertools.event_handler import Response

from hozon.cdx import query, writing
from hozon.nouns import uris
from hozon.nouns.errors import Misuse, NotFound
from hozon.nouns.instants import timestamp
from hozon.retrieving import lookup, paging, retrieval
from hozon.retrieving.lookup import Answer
from hozon.serving import memento
from hozon.web import answering
from hozon.web.request import Request

_MOST_PARAMETERS = 50
_ROOM = 4_000_000


def cdx(request: Request) -> Response[Any]:
    """Answer a query of the CDX server API; more than fits has a Link to go on with."""
    pairs = _pairs(request)
    asked = query.query(pairs)
    if asked.scope.exact:
        request.archive.sight.named(asked.scope.uri)
    plain = any(name == "gzip" and value == "false" for name, value in pairs)
    if asked.counts_pages:
        count = paging.page_count(asked, request.archive)
        return answering.text(request, f"{count}\n", "text/plain; charset=utf-8")
    if asked.page is not None:
        answer = paging.page(asked, request.archive)
    else:
        room = min(_ROOM, request.largest)
        answer = lookup.look_up(asked, request.archive, room=room)
    return answering.text(
        request,
        answer.body,
        writing.MEDIA_TYPES[asked.output],
        fields=_onward(request, pairs, answer),
        may_compress=not plain,
    )


def _pairs(request: Request) -> list[tuple[str, str]]:
    try:
        return parse_qsl(request.query, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise Misuse(f"at most {_MOST_PARAMETERS} parameters are taken") from None


def _onward(
    request: Request, pairs: list[tuple[str, str]], answer: Answer
) -> dict[str, Any]:
    if answer.more is None:
        return {}
    others = [(name, value) for name, value in pairs if name != "resumeKey"]
    asked = urlencode([*others, ("resumeKey", answer.more)])
    return {"link": f'<{request.base}{request.path}?{asked}>; rel="next"'}


def available(request: Request) -> Response[Any]:
    """Tell the capture nearest to a timestamp, as the Wayback Machine's API does."""
    stated = request.parameter("url")
    if stated is None:
        raise Misuse("a URI to look for is missing; add url=…")
    uri = uris.lenient(stated if "://" in stated else f"http://{stated}")
    digits = request.parameter("timestamp")
    wanted = query.earliest(digits)
    try:
        near = retrieval.around(uri, wanted, request.archive)
        closest = memento.closest(near.captures, wanted)
    except NotFound:
        closest = None
    found = closest and {
        "status": str(closest.status),
        "available": True,
        "url": memento.uri_m(request.base, closest),
        "timestamp": timestamp(closest.captured_at),
    }
    said = {
        "url": stated,
        **({"timestamp": digits} if digits else {}),
        "archived_snapshots": {"closest": found} if found else {},
    }
    body = json.dumps(said, ensure_ascii=False) + "\n"
    return answering.text(request, body, "application/json")
