"""API: what is held of a URI, and the thing itself."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from hozon.nouns.instants import http_date, iso
from hozon.retrieving import nearby, rendering, retrieval
from hozon.serving import describing, memento
from hozon.web import answering, mementos, schemas
from hozon.web.asked import PROBLEMS, Moment, Uri, answers, asked, moment
from hozon.web.request import Request

_FORMATS = "^(" + "|".join(rendering.FORMATS) + ")$"
_DOCUMENT = {
    HTTPStatus.OK.value: {
        "description": "The document, or what is made of it. Content-Location is its "
        "memento, Memento-Datetime when it was captured",
        "content": {
            "application/octet-stream": {"schema": {"type": "string"}},
            "application/json": {"model": schemas.Known},
        },
    },
    HTTPStatus.TEMPORARY_REDIRECT.value: {
        "description": "It is too large for an answer, and lies there for a while"
    },
    **PROBLEMS,
}
_SUFFIXES = {"html": ".html", "text": ".txt", "markdown": ".md", "json": ".json"}


def add(app: LambdaFunctionUrlResolver) -> None:
    """Add these routes."""

    @app.get(
        "/api/v1/captures",
        summary="All captures of one URI, oldest first",
        responses=answers(schemas.Captures, "A page of captures"),
    )
    def captures(
        uri: Uri,
        since: Moment = None,
        limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    ) -> dict[str, Any]:
        archive = asked(app).archive
        begin = moment(since, archive)
        found, following = nearby.page(uri, begin, archive, most=limit)
        if not found and begin is None:
            found = retrieval.timemap(uri, archive)
        return {
            "captures": [describing.capture(each) for each in found],
            "next": following and iso(following),
        }

    @app.get(
        "/api/v1/get",
        summary="A URI as it was: the capture nearest to an instant",
        description="Redirects that were captured are followed. Of a feed it is the "
        "document that stood at that instant.",
        responses=_DOCUMENT,
    )
    def get(
        uri: Uri,
        at: Moment = None,
        form: Annotated[
            str,
            Query(
                alias="format",
                pattern=_FORMATS,
                description=", ".join(rendering.FORMATS),
            ),
        ] = "raw",
    ) -> Response[Any]:
        return _got(asked(app), uri, at, form)


def _got(request: Request, uri: str, at: str | None, form: str) -> Response[Any]:
    archive = request.archive
    document = retrieval.follow(uri, archive, at=moment(at, archive))
    made = rendering.rendered(document, form, archive)
    capture = document.capture
    name = mementos.file_name(capture.target_uri)
    if form == "warc":
        name = capture.location.warc_key.rpartition("/")[2]
    fields: dict[str, Any] = {
        **answering.opened(request),
        "cache-control": "no-cache",
        "content-location": memento.uri_m(request.base, capture),
        mementos.CAPTURED_AT: http_date(capture.captured_at),
        "link": f'<{memento.linked(capture.target_uri)}>; rel="original"',
    }
    suffix = _SUFFIXES.get(form, "")
    answer = answering.octets(
        request, made.data, made.media_type, name=name + suffix, fields=fields
    )
    return answering.sealed(answer)
