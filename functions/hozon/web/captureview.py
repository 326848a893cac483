"""``/captures``: the calendar of what is held of one URI."""

import re
from calendar import Calendar
from collections.abc import Iterator, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from hozon.nouns.instants import timestamp
from hozon.nouns.model import Capture
from hozon.retrieving import calendars
from hozon.retrieving.calendars import Year
from hozon.web import replayview, views
from hozon.web.elsewhere import Elsewhere
from hozon.web.request import Request
from hozon.web.views import fitting, moment
from hozon.web.words import words

_ROOM = 24_000
_ROW = 330
_MOST = 60
_FULLEST, _FAINTEST = 100, 25
_YEARS = range(1970, 9999)


def show(request: Request) -> Response[Any]:
    """Show the calendar of a URI; without one, a form."""
    uri = request.parameter("uri")
    if uri is None:
        return views.page(request, "captures.html", here="calendar", uri="", found=None)
    uri = _whole(uri)
    day = _day(request.parameter("day"))
    wanted = day.year if day else _number(request.parameter("year"))
    found = calendars.year(uri, request.archive, wanted)
    some = calendars.of_day(found, day) if day else found.captures
    most = max(5, min(_MOST, _ROOM // (2 * len(uri) + _ROW)))
    return views.page(
        request,
        "captures.html",
        here="calendar",
        wide=True,
        uri=uri,
        found=found,
        day=day,
        months=list(_months(request, found)),
        rows=_rows(request, some[-most:]),
        count=len(some),
        ends=[
            {"at": moment(request, c.captured_at), "way": _path(request, c)}
            for c in (found.first, found.last)
        ],
        earlier=_other(request, found, -1),
        later=_other(request, found, +1),
        elsewhere=Elsewhere.of(uri),
    )


def led(request: Request) -> Response[Any]:
    """Lead from ``/web/*/<uri>``, as other archives call it, to the calendar."""
    said = request.path.removeprefix("/web/*/")
    said += f"?{request.query}" if request.query else ""
    fields: dict[str, Any] = {"location": views.way(request, "/captures", uri=said)}
    return Response(HTTPStatus.FOUND, "text/plain; charset=utf-8", "", headers=fields)


def _whole(uri: str) -> str:
    """Return what a person has typed as a URI."""
    said = uri.strip()
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", said):
        said = f"https://{said}"
    return uris.lenient(said)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise Misuse(f"not a day: {text!r:.50}; write one like 2026-08-22")
    return found


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch("[0-9]{4}", text) or int(text) not in _YEARS:
        raise Misuse(f"not a year: {text!r:.50}; write one like 2026")
    return int(text)


def _months(request: Request, found: Year) -> Iterator[dict[str, Any]]:
    """Yield those months of a year that have captures, by weeks from Monday on."""
    said = words(request.language)
    for month in sorted({day.month for day in found.days}):
        weeks = Calendar().monthdatescalendar(found.year, month)
        yield {
            "name": said["month"].format(found.year, month),
            "weeks": [[_cell(each, month, found) for each in week] for week in weeks],
        }


def _cell(day: date, month: int, found: Year) -> dict[str, Any] | None:
    if day.month != month:
        return None
    held = found.days.get(day)
    edited = held.edited if held else None
    return {
        "number": day.day,
        "iso": day.isoformat(),
        "captures": held.captures if held else 0,
        "edited": views.percent(edited) if edited else "",
        "fill": round(_FAINTEST + edited * (_FULLEST - _FAINTEST)) if edited else 0,
    }


def _rows(request: Request, captures: Sequence[Capture]) -> list[dict[str, Any]]:
    """Return captures as rows, latest first."""
    before = [None, *(c.payload_digest for c in captures)]
    return [
        {
            "exact": f"{c.captured_at:%Y-%m-%d %H:%M:%S}",
            "stamp": timestamp(c.captured_at),
            "way": _path(request, c),
            "status": c.status,
            "type": fitting(c.media_type, 60),
            "size": views.amount(c.payload_length),
            "kind": c.kind and words(request.language)[f"kind_{c.kind}"],
            "is_same": digest == c.payload_digest,
        }
        for c, digest in reversed([*zip(captures, before, strict=False)])
    ]


def _path(request: Request, capture: Capture) -> str:
    return replayview.path(request, capture.target_uri, capture.captured_at)


def _other(request: Request, found: Year, step: int) -> str | None:
    """Return the link to the year before or after, if anything may be held of it."""
    other = found.year + step
    if not found.first.captured_at.year <= other <= found.last.captured_at.year:
        return None
    return views.way(request, "/captures", uri=found.uri, year=other)
