"""``/search``: asks for words, and shows where they were found."""

from typing import Any
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response

from hozon import memento, river
from hozon.instants import iso
from hozon.search.finding import Filters
from hozon.searching import Hit
from hozon.searching import search as find
from hozon.web import views
from hozon.web.request import Request

_PAGE = 20
_KEPT = "q", "feed", "lang"


def search(request: Request) -> Response[Any]:
    """Show the entries in which the words of ``q`` are found; without any, a form."""
    text = request.parameter("q")
    page = _found(request, text) if text else {"hits": [], "older": None}
    body = views.rendered(request, "search.html", query=text or "", **page)
    return Response(200, "text/html; charset=utf-8", body)


def _found(request: Request, text: str) -> dict[str, Any]:
    archive = request.archive
    sources = {feed.id: feed.title or feed.uri for feed in archive.feeds.all()}
    filters = Filters(
        feed_id=request.parameter("feed"), before=request.parameter("before")
    )
    page = find(text, archive, limit=_PAGE, filters=filters)
    hits = [_row(request, hit, sources) for hit in page.hits]
    return {"hits": hits, "older": page.before and _older(request, page.before)}


def _older(request: Request, before: str) -> str:
    kept = {name: request.parameter(name) for name in _KEPT}
    asked = {name: value for name, value in kept.items() if value}
    return "/search?" + urlencode({**asked, "before": before})


def _row(request: Request, hit: Hit, sources: dict[str, str]) -> dict[str, Any]:
    found, now = hit.document, request.archive.clock()
    page = found.page_uri
    return {
        "title": hit.title,
        "excerpt": hit.excerpt,
        "language": found.language or "en",
        "age": river.age(found.at, now, language=request.language),
        "instant": iso(found.at),
        "byline": ", ".join(found.authors) or sources.get(found.feed_id, ""),
        "memento": memento.path(page, found.version_at) if page else found.link,
    }
