"""``/status``: how the archive is: what came in, what waits, what is sealed."""

from datetime import date, timedelta
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.accounts.prices import DATED
from hozon.log import notes
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, HozonError
from hozon.nouns.instants import from_iso
from hozon.operating import standing
from hozon.sealing import following, intake
from hozon.sealing.intake import Intake
from hozon.web import plots, views
from hozon.web.request import Request
from hozon.web.views import fitting, moment
from hozon.web.words import words

_DAYS = 90
_SHOWN = 31
_TROUBLES = 20
_LINE = 240
_WHY = 420


def show(request: Request) -> Response[Any]:
    """Show how the archive is."""
    archive = request.archive
    stands = standing.standing(archive)
    counted = intake.read(archive)
    today = archive.clock().date()
    drawn = plots.bars(counted.of("snapshot"), today, _DAYS)
    oldest = archive.seals.oldest()
    return views.page(
        request,
        "status.html",
        here="status",
        stands=stands,
        last_answer=_moment(request, stands["last_success_at"]),
        next_poll=_moment(request, stands["next_poll_at"]),
        unsealed=oldest and moment(request, oldest),
        seal=_seal(request),
        audit=_audit(request, stands),
        cost=_cost(request, today),
        drawn=drawn,
        days=_table(counted, today),
        total=_total(counted),
        troubles=[_trouble(request, each) for each in stands["trouble"][:_TROUBLES]],
    )


def _moment(request: Request, text: str | None) -> views.Moment | None:
    return moment(request, from_iso(text)) if text else None


def _seal(request: Request) -> dict[str, Any] | None:
    """Return what is known of the newest checkpoint; None: nothing is sealed yet."""
    archive = request.archive
    size = following.published(archive)
    if not size:
        return None
    return {"size": size, "at": _sealed_at(request, size, archive)}


def _audit(request: Request, stands: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": _moment(request, stands["last_audit_at"]),
        "census": _moment(request, stands["last_census_at"]),
        "read": stands["audited"],
        "faults": stands["faults"],
        "damaged": [
            {
                "subject": views.told(request, each["subject"], _LINE),
                "act": words(request.language)[f"act_{each['act']}"],
            }
            for each in stands["damaged"]
        ],
    }


def _cost(request: Request, today: date) -> dict[str, str] | None:
    """Return what the archive has cost in US dollars; None: it runs in no account."""
    found = standing.cost_until(request.archive, today)
    work = sum(found.work.values())
    if not work:
        return None
    return {
        "work": f"{work:,.2f}",
        "rest": f"{sum(found.standing_month.values()):,.2f}",
        "storage": f"{found.storage_month:,.2f}",
        "dated": DATED.isoformat(),
    }


def _sealed_at(request: Request, size: int, archive: Archive) -> views.Moment | None:
    """Return when the newest checkpoint was signed, by the word of a key of the log."""
    try:
        found = notes.parsed(following.checkpoint(size, archive.log))
        stated = [notes.made_at(found, key) for key in following.keys(archive.log)]
    except (Damaged, HozonError):
        return None
    at = max(filter(None, stated), default=None)
    return None if at is None else moment(request, at)


def _table(counted: Intake, today: date) -> list[dict[str, Any]]:
    first = today - timedelta(days=_DAYS)
    days = [day for day in counted.days if day > first][:_SHOWN]
    return [
        {
            "day": day.isoformat(),
            "snapshots": counted.objects[day, "snapshot"],
            "polls": counted.objects[day, "poll"],
            "looks": counted.objects[day, "look"],
            "bytes": views.amount(counted.octets[day]),
        }
        for day in days
    ]


def _total(counted: Intake) -> dict[str, Any]:
    return {
        "snapshots": sum(counted.of("snapshot").values()),
        "polls": sum(counted.of("poll").values()),
        "looks": sum(counted.of("look").values()),
        "bytes": views.amount(counted.octets.total()),
    }


def _trouble(request: Request, each: dict[str, Any]) -> dict[str, Any]:
    return {
        "uri": fitting(each["uri"], _LINE),
        "link": views.web_uri(each["uri"]) if len(each["uri"]) <= _LINE else None,
        "reason": views.told(request, each["reason"] or "", _WHY),
    }
