"""The captures of one URI by day: what a calendar of them shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.model import Capture
from hozon.retrieving import retrieval
from hozon.serving import memento

MOST = 5000
"""Captures of one year that are read; of more, the latest."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is held of one day (UTC): how many captures, and how much of the text had
    been edited when it was looked at (0 to 1; None: no edit was found).
    """

    captures: int
    edited: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The captures of a URI in a year, oldest first, and those days that have any.

    `first` and `last` are those of all years.
    """

    uri: str
    year: int
    captures: Sequence[Capture]
    days: Mapping[date, Day]
    first: Capture
    last: Capture


def year(uri: str, archive: Archive, wanted: int | None = None) -> Year:
    """Return the captures of a URI in a year, by default that of the last one.

    Raises `NotFound` with a hint where nothing at all is held of it.
    """
    near = retrieval.around(uri, None, archive)
    # Links that differ in tracking parameters lead to one page: it has another name here.
    href = near.last.target_uri
    chosen = wanted or near.last.captured_at.year
    begin = datetime(chosen, 1, 1, tzinfo=UTC)
    end = datetime(chosen + 1, 1, 1, tzinfo=UTC)
    found = archive.index.timemap(href, since=begin, until=end, limit=MOST, latest=True)
    captures = memento.best_spelling(found, href)
    return Year(
        uri=href,
        year=chosen,
        captures=captures,
        days=_days(captures, _edits(uris.normal(uri), begin, end, archive)),
        first=near.first,
        last=near.last,
    )


def _edits(
    uri: str, begin: datetime, end: datetime, archive: Archive
) -> Mapping[date, float]:
    """Return by day how much of the text looks have found to be edited."""
    edits: dict[date, float] = {}
    for found in archive.index.findings(uri):
        if found.outcome == "changed" and begin <= found.at < end:
            day = found.at.date()
            edits[day] = max(found.size, edits.get(day, 0.0))
    return edits


def _days(
    captures: Sequence[Capture], edits: Mapping[date, float]
) -> Mapping[date, Day]:
    counts: dict[date, int] = {}
    for each in captures:
        day = each.captured_at.astimezone(UTC).date()
        counts[day] = counts.get(day, 0) + 1
    return {
        day: Day(captures=count, edited=edits.get(day)) for day, count in counts.items()
    }


def of_day(found: Year, day: date) -> Sequence[Capture]:
    """Return the captures of one day."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return [c for c in found.captures if begin <= c.captured_at < begin + _DAY]
