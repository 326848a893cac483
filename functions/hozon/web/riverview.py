"""``/``: the river, by source and language; and what changed in it, by kind."""

from collections.abc import Iterable, Sequence
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.nouns.errors import Misuse
from hozon.nouns.model import Feed, RiverEntry
from hozon.rechecking.versions import CHANGES
from hozon.retrieving import streams
from hozon.retrieving.streams import Changed, Wanted
from hozon.serving import river
from hozon.serving.describing import state
from hozon.web import views
from hozon.web.request import Request
from hozon.web.views import fitting, moment
from hozon.web.words import language_name, words
from hozon.web.words import state as stated

PAGE = 50
ANY = "any"
EVENTS = ("changed", "moved", "missing", "gone", "restored")
KINDS = (*CHANGES, *EVENTS[1:])
"""Kinds of change that can be asked for, besides ``any``."""

_ROOM = 500
_TITLE, _BYLINE, _REASON = 240, 80, 220
_SHORT_REASON, _REASON_OF_CHANGE = 110, 150
"""Bytes of a reason that takes nothing of the room of the summary below it; and of one
in the list of changes, at most.
"""

_MOST_SOURCES, _SOURCE = 40, 60
_KEPT = "feed", "language", "change"


def show(request: Request) -> Response[Any]:
    """Show the river; with ``change``, what became of entries, latest first."""
    feeds = request.archive.feeds.all()
    asked = {name: request.parameter(name) for name in _KEPT}
    wanted = _wanted(asked)
    before = request.parameter("before")
    rows: Iterable[dict[str, Any]]
    if asked["change"]:
        some = streams.changes(
            request.archive, wanted, feeds, limit=PAGE, before=before
        )
        rows, behind = changed_rows(request, some.items, feeds), some.before
    else:
        page = streams.entries(request.archive, wanted, limit=PAGE, before=before)
        rows, behind = entry_rows(request, page.items, feeds), page.before
    return views.page(
        request,
        "river.html",
        here="changes" if asked["change"] else "river",
        entries=list(rows),
        older=behind and views.way(request, "/", **asked, before=behind),
        newest=before and views.way(request, "/", **asked),
        is_filtered=any(asked.values()) or before is not None,
        **_filters(request, asked, feeds),
    )


def _wanted(asked: dict[str, str | None]) -> Wanted:
    change = asked["change"]
    if change and change not in {ANY, *KINDS}:
        raise Misuse(f"no such kind of change: {change:.50}; {ANY}, {', '.join(KINDS)}")
    return Wanted(
        feed_id=asked["feed"],
        language=asked["language"] and asked["language"].lower(),
        changes=frozenset({change}) if change and change != ANY else frozenset(),
    )


def _filters(
    request: Request, asked: dict[str, str | None], feeds: Sequence[Feed]
) -> dict[str, Any]:
    """Return what the form offers: with very many sources, the first, and the chosen."""
    said = words(request.language)
    shown = [
        f for n, f in enumerate(feeds) if n < _MOST_SOURCES or f.id == asked["feed"]
    ]
    spoken = {"en", "ja", views.tag(asked["language"] or "en").lower()}
    spoken |= {views.tag(f.language or "en").lower().partition("-")[0] for f in feeds}
    return {
        "asked": asked,
        "source": next(
            (f.title or f.uri for f in feeds if f.id == asked["feed"]), None
        ),
        "sources": [
            ("", said["all_sources"]),
            *((f.id, fitting(f.title or f.uri, _SOURCE)) for f in shown),
        ],
        "languages": [
            ("", said["all_languages"]),
            *(
                (tag, language_name(request.language, tag))
                for tag in sorted(spoken)[:_MOST_SOURCES]
            ),
        ],
        "kinds": [
            ("", said["all_entries"]),
            (ANY, said["any_change"]),
            *((kind, kind_text(request, kind)) for kind in KINDS),
        ],
    }


def kind_text(request: Request, kind: str) -> str:
    """Return what a kind of event or of change is called."""
    said = words(request.language)
    return said.get(f"change_{kind}") or said[kind]


def entry_rows(
    request: Request, shown: Iterable[RiverEntry], feeds: Iterable[Feed]
) -> Iterable[dict[str, Any]]:
    """Yield entries as lists show them; each takes a bounded part of a page."""
    titles = {feed.id: fitting(feed.title or feed.uri, _BYLINE) for feed in feeds}
    said, to, at = words(request.language), views.ways(request), views.moments(request)
    for each in shown:
        source = titles.get(each.entry.feed_id, "")
        stands = state(each)
        reason = views.told(
            request, each.trouble.reason if each.trouble else "", _REASON
        )
        versions = each.life.version if each.life else 0
        yield {
            **_headed(each.entry.title or each.entry.link or each.entry.id),
            "href": to(f"/entries/{each.entry.key}"),
            "language": views.tag(river.language(each)),
            "at": at(each.entry.river_at),
            "byline": fitting(river.byline(each, source), _BYLINE),
            "source": source if each.entry.authors else "",
            "summary": _summary(river.summary(each), each.entry.title, reason),
            "state": "" if stands == "held" else stated(request.language, stands),
            "alarm": stands not in {"held", "waiting", "linkless", "restored"},
            "reason": reason,
            "versions": said["versions_count"].format(versions) if versions > 1 else "",
        }


def changed_rows(
    request: Request, changes: Iterable[Changed], feeds: Iterable[Feed]
) -> Iterable[dict[str, Any]]:
    """Yield changes as lists show them: what, when, of which entry, and how much."""
    known = {feed.id: feed for feed in feeds}
    said, to = words(request.language), views.ways(request)
    for each in changes:
        step, entry = each.step, each.entry
        found = step.finding
        feed = known.get(found.feed_id)
        source = (feed.title or feed.uri) if feed else ""
        is_edit = found.change is not None
        of_feed = feed.language if feed else None
        yield {
            **_headed((entry.title if entry else "") or found.link),
            "href": to(f"/entries/{found.entry_key}") if entry else None,
            "language": views.tag(
                (entry.language if entry else None) or of_feed or "en"
            ),
            "at": moment(request, found.at),
            "byline": fitting(source, _BYLINE),
            "summary": "",
            "state": said[f"change_{found.change}"]
            if is_edit
            else said[step.event or "new"],
            "alarm": step.event in {"missing", "gone"},
            "reason": views.told(request, found.reason or "", _REASON_OF_CHANGE),
            "versions": said["version"].format(step.life.version) if is_edit else "",
            "diff": to(f"/entries/{found.entry_key}/diff", to=step.life.version)
            if is_edit and entry and step.life.version > 1
            else None,
            "share": round(found.size * 100),
            "percent": views.percent(found.size) if is_edit and found.size else "",
        }


def _headed(title: str) -> dict[str, str]:
    return {"title": fitting(title, _TITLE)}


def _summary(text: str, title: str, reason: views.Told | None) -> str:
    """Return what there is room for: the longer title and reason, the less."""
    taken = min(len(title.encode("utf-8", "replace")), _TITLE)
    if reason is not None:
        taken += max(0, views.weight(reason.text) - _SHORT_REASON)
    return fitting(text, _ROOM - taken)
