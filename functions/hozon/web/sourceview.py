"""``/sources``: the feeds that are followed, how each does, and how it did."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.entries.health import Ailment, ailments, blocked
from hozon.nouns.instants import timestamp
from hozon.nouns.model import Feed
from hozon.retrieving import streams
from hozon.retrieving.streams import Wanted
from hozon.serving.memento import path
from hozon.settling import planning
from hozon.web import plots, riverview, views
from hozon.web.request import Request
from hozon.web.views import fitting, moment, web_uri
from hozon.web.words import language_name, words

PAGE = 40
_LATEST = 12
_DAYS = 60
_TEXT, _LONGER, _AILMENT = 140, 200, 280


def show(request: Request) -> Response[Any]:
    """Show the feeds; those with which something is wrong, first."""
    feeds = request.archive.feeds.all()
    stands = blocked(request.archive.index.troubles(), language=request.language)
    ailing = [
        (feed, list(_ailments(request, feed, stands.get(feed.id)))) for feed in feeds
    ]
    ailing.sort(key=lambda each: not each[1])
    begin = _number(request.parameter("after"))
    behind = begin + PAGE
    return views.page(
        request,
        "sources.html",
        here="sources",
        feeds=[_row(request, *each) for each in ailing[begin:behind]],
        count=len(feeds),
        ailing=sum(bool(ails) for _, ails in ailing),
        older=views.way(request, "/sources", after=behind) if ailing[behind:] else None,
    )


def one(request: Request) -> Response[Any]:
    """Show one feed: how it does, what came of late, what changed. `NotFound`."""
    archive = request.archive
    feed = archive.feeds.get(request.path.removeprefix("/sources/"))
    stands = blocked(archive.index.troubles(), language=request.language)
    wanted = Wanted(feed_id=feed.id)
    recent = streams.entries(archive, wanted, limit=_LATEST, before=None)
    changed = streams.changes(archive, wanted, [feed], limit=_LATEST, before=None)
    arrived = Counter(at.date() for at in feed.arrivals)
    return views.page(
        request,
        "source.html",
        here="sources",
        feed=_row(request, feed, list(_ailments(request, feed, stands.get(feed.id)))),
        known=_known(request, feed),
        drawn=plots.bars(arrived, archive.clock().date(), _DAYS),
        entries=list(riverview.entry_rows(request, recent.items, [feed])),
        changes=list(riverview.changed_rows(request, changed.items, [feed])),
    )


def _ailments(request: Request, feed: Feed, stands: Ailment | None) -> Iterator[str]:
    now = request.archive.clock()
    found = ailments(feed, now=now, language=request.language)
    for each in (*found, *([stands] if stands else ())):
        yield fitting(each.text, _AILMENT)


def _row(request: Request, feed: Feed, ails: list[str]) -> dict[str, Any]:
    last = feed.succeeded_at
    return {
        "id": feed.id,
        "title": fitting(feed.title or feed.uri, _TEXT),
        "uri": fitting(feed.uri, _LONGER),
        "folder": fitting(" / ".join(feed.folder), _TEXT),
        "language": (spoken := views.tag(feed.language or "en")),
        "spoken": language_name(request.language, spoken),
        "succeeded": last and moment(request, last),
        "due": views.exact(feed.due_at),
        "paused": feed.paused,
        "ailments": ails,
        "rolled": feed.rolled and words(request.language)["times"].format(feed.rolled),
    }


def _known(request: Request, feed: Feed) -> dict[str, Any]:
    """Return what else is known of a feed, for its own page."""
    last = feed.succeeded_at
    held = request.archive.index.timemap(feed.uri, limit=1, latest=True)
    return {
        "site": web_uri(feed.site_uri),
        "added": moment(request, feed.added_at),
        "polled": feed.polled_at and moment(request, feed.polled_at),
        "every": _span(feed.interval_s, request),
        "failures": feed.failures,
        "window": feed.window,
        "plan": _plan(request, feed),
        "hub": feed.hub and feed.hub.hub,
        "document": path(feed.uri, held[0].captured_at) if held else None,
        "last": last and timestamp(last),
        "uri": feed.uri,
    }


def _plan(request: Request, feed: Feed) -> str:
    """Return the plan of a feed, by its name where it has one."""
    plan = feed.plan or planning.plan_of(feed.id, request.archive)
    return words(request.language).get(f"plan_{plan}", plan)


def _span(seconds: int, request: Request) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return words(request.language)["span"].format(hours, minutes)


def _number(text: str | None) -> int:
    return min(int(text), 10**6) if text and text.isascii() and text.isdigit() else 0
