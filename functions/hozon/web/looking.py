"""``/search``: asks for words, and shows where they were found."""

from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.nouns import instants
from hozon.search.finding import Filters
from hozon.search.matching import Part
from hozon.searching.searching import Hit
from hozon.searching.searching import search as find
from hozon.web import views
from hozon.web.request import Request
from hozon.web.views import fitting, moment

_PAGE = 20
_KEPT = "q", "feed", "since", "until"
_MOST_SOURCES = 60
_TEXT, _TITLE = 60, 400


def search(request: Request) -> Response[Any]:
    """Show the entries in which the words of ``q`` are found; without any, a form."""
    asked = {name: request.parameter(name) for name in _KEPT}
    feeds = request.archive.feeds.all()
    sources = {feed.id: feed.title or feed.uri for feed in feeds}
    some = list(sources.items())[:_MOST_SOURCES]
    page = (
        _found(request, asked, sources) if asked["q"] else {"hits": [], "older": None}
    )
    return views.page(
        request,
        "search.html",
        here="search",
        query=asked["q"] or "",
        asked=asked,
        sources=[(id_, fitting(title, _TEXT)) for id_, title in some],
        **page,
    )


def _found(
    request: Request, asked: dict[str, str | None], sources: dict[str, str]
) -> dict[str, Any]:
    until = _instant(request, asked["until"])
    is_day = until is not None and len(asked["until"] or "") == len("2026-08-22")
    filters = Filters(
        feed_id=asked["feed"],
        since=_instant(request, asked["since"]),
        until=until + timedelta(days=1) if until and is_day else until,
        before=request.parameter("before"),
    )
    page = find(asked["q"] or "", request.archive, limit=_PAGE, filters=filters)
    hits = [_row(request, hit, sources) for hit in page.hits]
    older = page.before and views.way(request, "/search", **asked, before=page.before)
    return {"hits": hits, "older": older, "searched": page.searched}


def _instant(request: Request, text: str | None) -> datetime | None:
    return instants.parse(text, now=request.archive.clock()) if text else None


def _row(request: Request, hit: Hit, sources: dict[str, str]) -> dict[str, Any]:
    found = hit.document
    source = sources.get(found.feed_id, "")
    return {
        "id": found.entry_key,
        "title": _bounded(hit.title),
        "excerpt": _bounded(hit.excerpt),
        "language": views.tag(found.language or "en"),
        "at": moment(request, found.at),
        "byline": fitting(", ".join(found.authors) or source, _TITLE),
        "source": fitting(source, _TITLE),
        "captured": views.exact(found.version_at) if found.snapshot_id else None,
        "snapshot": found.snapshot_id,
    }


def _bounded(parts: tuple[Part, ...]) -> list[Part]:
    """Return parts as far as there is room for them."""
    kept, room = list[Part](), _TITLE * 3
    for part in parts:
        if room <= 0:
            break
        kept.append(Part(fitting(part.text, room), part.is_hit))
        room -= len(part.text.encode("utf-8", "replace"))
    return kept
