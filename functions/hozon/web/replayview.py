"""``/replay/<timestamp>/<uri>``: a snapshot as it looked, in a frame, with what to know.

What is said stands on this origin, outside of the frame: no page that was captured can
write over it, or say it itself.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.cdx.query import earliest
from hozon.guarding import granting
from hozon.nouns.errors import Damaged, Misuse, NotFound
from hozon.nouns.instants import timestamp
from hozon.nouns.model import Capture
from hozon.retrieving import retrieval
from hozon.retrieving.nearby import Nearby
from hozon.serving import memento
from hozon.web import mementos, views
from hozon.web.elsewhere import Elsewhere
from hozon.web.replay import full
from hozon.web.request import Request
from hozon.web.views import fitting, moment
from hozon.web.words import words

_PATH = re.compile(
    r"/replay/(?:(?P<lang>en|ja)/)?(?:(?P<digits>[0-9]{1,14})(?P<full>js_)?/)?(?P<uri>.+)",
    re.DOTALL,
)
_ABSENCES = frozenset({"failed", "refused", "skipped"})
_ABSENT, _LINE = 30, 300
_OPEN = frozenset({"live", "moved"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a replay is asked for: as of when, run or inert, in a chosen language."""

    language: str | None
    is_full: bool

    def to(self, capture: Capture, *, is_full: bool | None = None) -> str:
        """Return the path of the replay of a capture, asked for in the same way."""
        chosen = f"{self.language}/" if self.language else ""
        runs = self.is_full if is_full is None else is_full
        at = timestamp(capture.captured_at) + ("js_" if runs else "")
        return f"/replay/{chosen}{at}/{memento.linked(capture.target_uri)}"


def path(request: Request, uri: str, at: datetime) -> str:
    """Return where a capture is shown as it looked; its memento, if nowhere."""
    if not request.replay:
        return memento.path(uri, at)
    chosen = f"{request.chosen_language}/" if request.chosen_language else ""
    return f"/replay/{chosen}{timestamp(at)}/{memento.linked(uri)}"


def show(request: Request) -> Response[Any]:
    """Show the replay of a capture; a timestamp that is not exact leads to the nearest."""
    found = _PATH.fullmatch(request.path)
    assert found is not None
    way = Way(language=found["lang"], is_full=found["full"] is not None)
    uri = mementos.original(request, found.start("uri"))
    digits, archive = found["digits"], request.archive
    wanted = earliest(digits) if digits else None
    near = retrieval.around(uri, wanted, archive)
    exact = [c for c in near.captures if timestamp(c.captured_at) == digits]
    if not exact:
        chosen = retrieval.nearest(uri, near.captures, archive, at=wanted)
        return _led(way.to(chosen))
    # Of two in a second the page is wanted, not the redirect that led to it.
    capture = min(exact, key=lambda c: (c.status >= 300, c.captured_at))
    if capture.status in range(300, 400):
        document = retrieval.read(capture, archive)
        if target := retrieval.redirect_target(document):
            return _led(way.to(replace(capture, target_uri=target)))
    if not request.replay:
        return _led(memento.path(capture.target_uri, capture.captured_at))
    # What follows the ``?`` is the archived page's, and nothing that is asked of us.
    asked = f"lang={way.language}" if way.language else ""
    return _shown(replace(request, query=asked), way, near, capture)


def _led(path: str) -> Response[Any]:
    fields: dict[str, Any] = {"location": path, "cache-control": "no-store"}
    return Response(HTTPStatus.FOUND, "text/plain; charset=utf-8", "", headers=fields)


def _shown(request: Request, way: Way, near: Nearby, capture: Capture) -> Response[Any]:
    if not request.base:
        raise Misuse("the request names no host that could be one")
    said = _said(request, capture)
    may_run = request.runs_replays and capture.media_type.startswith("text/html")
    runs = way.is_full and may_run
    if runs:
        full.prepare(
            capture.location.warc_key, request.archive, largest=request.largest
        )
    link = str(said.get("link") or capture.target_uri)
    answer = views.page(
        request,
        "replay.html",
        own=views.sheet("replay.css"),
        uri=fitting(capture.target_uri, _LINE),
        title=fitting(_title(said) or capture.target_uri, _LINE),
        language_of=_language(said),
        at=moment(request, capture.captured_at),
        neighbours=_neighbours(request, way, near, capture),
        frame=_frame(request, capture, runs=runs),
        runs=runs,
        toggle=way.to(capture, is_full=not runs) if may_run else None,
        other=replace(way, language=_other(request)).to(capture, is_full=runs),
        notices=_notices(request, link, capture),
        absent=[_absent(request, one) for one in _lacking(said)[:_ABSENT]],
        missing=len(_lacking(said)),
        entry=_entry(request, link, said),
        calendar=capture.target_uri,
        memento=memento.path(capture.target_uri, capture.captured_at, "id_"),
        elsewhere=Elsewhere.of(capture.target_uri, capture.captured_at),
    )
    answer.headers["cache-control"] = "no-store"  # the grant in it is over soon
    answer.headers.pop("etag", None)
    return answer


def _other(request: Request) -> str:
    return "en" if request.language == "ja" else "ja"


def _frame(request: Request, capture: Capture, *, runs: bool) -> str:
    """Return where the frame finds the page: on the replay's origin, by a grant."""
    key = capture.location.warc_key
    grant = granting.grant(key, _pages(request), request.archive)
    use = "x" if runs else (request.chosen_language or "p")[0]
    return (
        f"{request.replay}/r/{grant}/{key}/{use}_/{memento.linked(capture.target_uri)}"
    )


def _pages(request: Request) -> str:
    """Return the origin that readers see: behind a proxy with TLS, as it was told."""
    public = (request.archive.public_uri or "").rstrip("/")
    at_it = public.partition("://")[2] == request.base.partition("://")[2]
    return public if at_it else request.base


def _said(request: Request, capture: Capture) -> Mapping[str, Any]:
    """Return what the snapshot's metadata says; nothing where it is of others."""
    try:
        return retrieval.metadata(capture, request.archive)
    except (Damaged, NotFound):
        return {}


def _title(said: Mapping[str, Any]) -> str:
    """Return what the page calls itself, else what its entry is called."""
    facts = said.get("facts")
    own = facts.get("title") if isinstance(facts, dict) else None
    return str(own or said.get("title") or "")


def _language(said: Mapping[str, Any]) -> str:
    facts = said.get("facts")
    stated = facts.get("language") if isinstance(facts, dict) else None
    return views.tag(stated if isinstance(stated, str) else None)


def _neighbours(
    request: Request, way: Way, near: Nearby, capture: Capture
) -> dict[str, Any]:
    """Return the captures before and after this one, and how many there are in all."""
    seconds = {timestamp(c.captured_at): c for c in near.captures}
    ordered = [seconds[each] for each in sorted(seconds)]
    at = sorted(seconds).index(timestamp(capture.captured_at))

    def neighbour(number: int) -> dict[str, Any] | None:
        if not 0 <= number < len(ordered):
            return None
        other = ordered[number]
        return {"way": way.to(other), "at": moment(request, other.captured_at)}

    is_counted = near.whole and len(ordered) > 1
    said = words(request.language)
    place = said["place"].format(at + 1, len(ordered)) if is_counted else ""
    return {"before": neighbour(at - 1), "after": neighbour(at + 1), "place": place}


def _notices(request: Request, link: str, capture: Capture) -> Sequence[str]:
    """Return what a reader has to know of what is shown: it is not the page, or the page
    is there no more.
    """
    texts, found = words(request.language), []
    if capture.kind is not None:
        found.append(texts["shown_instead"].format(texts[f"kind_{capture.kind}"]))
    elif capture.status >= 400:
        found.append(texts["shown_error"].format(capture.status))
    if capture.truncated:
        found.append(texts["shown_cut"])
    watch = request.archive.watches.get(link)
    if watch is not None and watch.life.state not in _OPEN and watch.life.since:
        since = views.exact(watch.life.since)
        found.append(texts["shown_gone"].format(since))
    return found


def _lacking(said: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    stated = said.get("requisites")
    listed = stated if isinstance(stated, list) else []
    return [one for one in listed if one.get("outcome") in _ABSENCES]


def _absent(request: Request, one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "uri": fitting(str(one.get("uri", "")), _LINE),
        "reason": views.told(
            request, str(one.get("reason") or one.get("outcome")), _LINE
        ),
    }


def _entry(request: Request, link: str, said: Mapping[str, Any]) -> str | None:
    """Return the path of the page of an entry with this snapshot, if there is one."""
    entries = request.archive.index.linked(link)
    if not entries:
        return None
    id_ = said.get("id") if said.get("hozon") == "snapshot/1" else None
    return views.way(request, f"/entries/{entries[0].key}", snapshot=id_)
