"""The JSON API below ``/api/v1``, and its OpenAPI description, made from the code."""

from functools import cache
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from hozon import __version__, describing, instants, retrieval
from hozon.errors import HozonError, Misuse, NotFound
from hozon.instants import iso
from hozon.standing import standing
from hozon.web import entryapi
from hozon.web.request import Request

_REQUEST = "request"


def resolve(request: Request, context: object) -> dict[str, Any]:
    """Answer a request below ``/api``."""
    app = _app()
    app.append_context(**{_REQUEST: request})  # type: ignore[no-untyped-call]  # theirs
    return app.resolve(request.event, context)  # type: ignore[arg-type]  # any will do


@cache
def _app() -> LambdaFunctionUrlResolver:
    app = LambdaFunctionUrlResolver(enable_validation=True)
    app.configure_openapi(
        title="Hozon",
        version=__version__,
        description="What an archive holds, and how it is.",
    )

    def asked() -> Request:
        request: Request = app.context[_REQUEST]
        return request

    @app.exception_handler(HozonError)  # type: ignore[untyped-decorator]  # theirs
    def problem(error: HozonError) -> Response[dict[str, str]]:
        status = 404 if isinstance(error, NotFound) else 503
        status = 400 if isinstance(error, Misuse) else status
        return Response(status, "application/json", {"error": str(error)})

    @app.get("/api/v1/entries", summary="The river: entries, newest first")
    def entries(
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        before: Annotated[str | None, Query(max_length=500)] = None,
        feed: Annotated[str | None, Query(max_length=64)] = None,
        since: Annotated[str | None, Query(max_length=40)] = None,
        until: Annotated[str | None, Query(max_length=40)] = None,
    ) -> dict[str, Any]:
        archive = asked().archive
        now = archive.clock()
        sources = {f.id: f.title or f.uri for f in archive.feeds.all()}
        found, cursor = archive.index.river(
            limit=limit,
            before=before,
            feed_id=feed,
            since=None if since is None else instants.parse(since, now=now),
            until=None if until is None else instants.parse(until, now=now),
        )
        return {
            "entries": [
                describing.described(e, sources.get(e.entry.feed_id, "")) for e in found
            ],
            "before": cursor,
        }

    entryapi.add(app, lambda: asked().archive)

    @app.get("/api/v1/captures", summary="All captures of one URI, oldest first")
    def captures(uri: Annotated[str, Query(max_length=4096)]) -> dict[str, Any]:
        found = retrieval.timemap(uri, asked().archive)
        return {"captures": [describing.capture(c) for c in found]}

    @app.get("/api/v1/feeds", summary="The feeds that are followed")
    def feeds() -> dict[str, Any]:
        return {
            "feeds": [
                {
                    "id": feed.id,
                    "uri": feed.uri,
                    "title": feed.title,
                    "due_at": iso(feed.due_at),
                    "paused": feed.paused,
                    "failures": feed.failures,
                    "trouble": feed.trouble,
                }
                for feed in asked().archive.feeds.all()
            ]
        }

    @app.get("/api/v1/status", summary="How the archive is")
    def status() -> dict[str, Any]:
        return standing(asked().archive)

    @app.get("/api/openapi.json", include_in_schema=False)
    def openapi() -> Response[str]:
        return Response(200, "application/json", app.get_openapi_json_schema())

    return app
