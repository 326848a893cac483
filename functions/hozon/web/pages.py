"""All routes but the API's and the hubs': pages here, the machines' beside."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver, Response

from hozon.entries.health import LOOKED_AT
from hozon.nouns.errors import HozonError, NotFound
from hozon.web import (
    answering,
    captures,
    captureview,
    diffview,
    entryview,
    evidence,
    historical,
    looking,
    mementos,
    replayview,
    rivers,
    riverview,
    sourceview,
    statusview,
    syndication,
    views,
    warcs,
)
from hozon.web.problems import problem
from hozon.web.request import Request

Route = Callable[[Request], Response[Any]]


def resolve(request: Request, context: object) -> dict[str, Any]:
    """Answer a request for a page, a memento, a TimeMap, a CDX or a WARC file."""
    app = LambdaFunctionUrlResolver()
    for rule, route in _ROUTES:
        app.get(rule)(_bound(route, request))
    app.not_found(lambda _: problem(request, NotFound("there is no such page")))
    return app.resolve(request.event, context)  # type: ignore[arg-type]  # any will do


def _bound(route: Route, request: Request) -> Callable[[], Response[Any]]:
    def answer() -> Response[Any]:
        try:
            return answering.sealed(route(request))
        except HozonError as e:
            return problem(request, e)

    return answer


def health(request: Request) -> Response[Any]:
    """Tell what is wrong with feeds, and which pages we will not fetch, as a feed."""
    archive = request.archive
    body = syndication.health(
        archive.feeds.all(),
        list(islice(archive.index.troubles(), LOOKED_AT)),
        base=request.base,
        now=archive.clock(),
    )
    return Response(200, syndication.MEDIA_TYPE, body.decode())


def changes(request: Request) -> Response[Any]:
    """Tell what became of articles: edits with their diff, deletions, returns, moves."""
    body = historical.changes(request)
    return Response(200, syndication.MEDIA_TYPE, body.decode())


def subscriptions(request: Request) -> Response[Any]:
    """Hand out the feeds that are followed as OPML."""
    from hozon import opml  # noqa: PLC0415  readers of feeds, for this page alone

    archive = request.archive
    body = opml.write(archive.feeds.all(), now=archive.clock())
    return Response(200, "text/x-opml; charset=utf-8", body.decode())


def icon(request: Request) -> Response[Any]:  # noqa: ARG001  the same for everybody
    """Hand out the picture that browsers put on a tab."""
    fields: dict[str, Any] = {"cache-control": "public, max-age=86400"}
    return Response(200, "image/svg+xml", views.icon(), headers=fields)


# The first that fits is taken; a group that captures would put a rule behind the others.
_ROUTES: tuple[tuple[str, Route], ...] = (
    ("/", riverview.show),
    ("/sources", sourceview.show),
    ("/sources/[0-9a-f]+", sourceview.one),
    ("/entries/[^/]+/diff", diffview.show),
    ("/entries/[^/]+", entryview.show),
    ("/health.atom", health),
    ("/changes.atom", changes),
    ("/feeds.opml", subscriptions),
    ("/search", looking.search),
    ("/captures", captureview.show),
    ("/status", statusview.show),
    ("/replay/.+", replayview.show),
    ("/icon.svg", icon),
    (r"/web/[*]/.+", captureview.led),
    ("/web/timemap/.+", mementos.timemap),
    ("/web/[0-9]{1,14}(?:[a-z]{2}_)?/.+", mementos.memento_page),
    ("/web/.+", mementos.timegate),
    # Where clients look for the capture itself beside the CDX that named it.
    ("(?:/cdx/search)?/[0-9]{1,14}[a-z]{2}_/.+", mementos.memento_page),
    ("/cdx(?:/search/cdx)?", captures.cdx),
    ("/wayback/available", captures.available),
    ("/warc/.+", warcs.warc),
    *evidence.ROUTES,
    ("/river.atom", rivers.atom),
    ("/river.json", rivers.as_json),
    ("/river/[0-9-]+.atom", rivers.month),
)
