"""Dates in documents: RFC 822, ISO 8601 and W3C forms, and those that Japan writes.

Never evidence and never trusted: a document's date is kept as it was written, and as
an instant where it can be one between 1990 and 2100.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from hozon.reading.patterns import late

JST = timezone(timedelta(hours=9), "JST")
"""Japan's standard time: what unzoned dates of Japanese documents are in."""

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_TWO_DIGIT_PIVOT = 70
_NOON, _HOURS, _MINUTES, _LEAP_SECOND = 12, 24, 60, 60
_WIDEST_OFFSET_H = 14
_LONGEST = 200
_MONTH_NAMES = (
    "jan ene gen|feb fev fév|mar mär mrz mrt maa|apr abr avr|may mai mei mag|jun juin giu"
    "|jul juil lug|aug ago aoû aou|sep set|oct okt ott out|nov|dec dez dic déc"
)
_MONTHS = {
    name: number
    for number, names in enumerate(_MONTH_NAMES.split("|"), start=1)
    for name in names.split()
}
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_ZONES = (
    "-10 hst|-9 akst|-8 pst akdt|-7 mst pdt|-6 cst mdt|-5 est cdt|-4 edt ast|-3 adt brt"
    "|-3.5 nst|0 z ut utc gmt wet|1 bst west cet met|2 cest mest eet|3 eest msk|4 msd"
    "|5.5 ist|7 wib ict|8 sgt hkt awst|9 jst kst|9.5 acst|10 aest|11 aedt"
    "|12 nzst|13 nzdt"
)
_ZONE_HOURS = {
    name: float(hours)
    for hours, *names in (group.split() for group in _ZONES.split("|"))
    for name in names
}

_ZONE = r"(?P<zone>[+-]\d{2}:?\d{2}|[+-]\d{2}\b|[A-Za-z]{1,5}\b)?"
_CLOCK = (
    r"(?:(?:\s*T|[\s,]+at|[\s,]*)\s*(?P<half>午前|午後|오전|오후)?\s*"
    r"(?P<hour>\d{1,2})\s*(?:[:時시]\s*(?P<minute>\d{1,2})|[時시])"
    r"(?:\s*[:分분]\s*(?P<second>\d{1,2})(?:[.,]\d+)?)?\s*[分분秒초]?"
    r"\s*(?P<noon>[ap]\.?m\b\.?)?\s*(?:GMT(?=[+-]))?\s*" + _ZONE + ")?"
)
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-zà-ÿ]{{0,7}}\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"

_EAST_ASIAN = (
    rf"(?<!\d){_YEAR}\s*(?:[-/.]|[年년])\s*(?P<month>\d{{1,2}})\s*(?:[-/.]|[月월])"
    r"\s*(?P<day>\d{1,2})(?!\d)\s*[日일]?"
    r"\s*(?:\([^()\d]{1,9}\)|[月火水木金土日](?:曜日?)?)?"
)
_ERA = (
    r"(?P<era>令和|平成|昭和)\s*(?P<year>\d{1,2}|元)\s*年"
    r"\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"
)
_RFC_822 = (
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[\s-]*(?:(?:de|of)\s+)?{_MONTH}"
    r",?[\s-]*(?:del?\s+)?(?P<year>\d{4}|\d{2})(?!\d)"
)
_AMERICAN = rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d)"
_ASCTIME = (
    rf"{_MONTH}\s+(?P<day>\d{{1,2}})\s+(?=[\d:]+\s+(?:[a-z]{{1,5}}\s+)?{_YEAR}(?!\d))"
)
_EUROPEAN = rf"(?<!\d)(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}(?!\d)"
_COMPACT = (
    rf"(?<!\d){_YEAR}(?P<month>[01]\d)(?P<day>[0-3]\d)"
    rf"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?{_ZONE})?(?!\d)"
)
_FORMS = tuple(
    late(form, re.IGNORECASE)
    for form in (
        _EAST_ASIAN + _CLOCK,  # 2025-10-24T12:34:56Z, 2025年10月24日(金) 12時34分
        _ERA + _CLOCK,  # 令和7年10月24日 午後3時
        _RFC_822 + _CLOCK,  # Fri, 24 Oct 2025 12:34:56 +0900
        _AMERICAN + _CLOCK,  # October 24, 2025 at 5:30 PM EST
        _ASCTIME + _CLOCK,  # Fri Oct 24 12:34:56 JST 2025
        _EUROPEAN + _CLOCK,  # 24.10.2025 12:34
        _COMPACT,  # 20251024T123456Z
    )
)
_EPOCH = re.compile(r"\s*(\d{10})(?:\d{3})?\s*")
_Parts = dict[str, str | None]


def parse(text: str, *, unzoned: tzinfo = UTC) -> datetime | None:
    """Return the first date in `text` as an instant in UTC; None if there is none.

    A date without a time is that day's midnight. What states no zone, or one that
    nobody knows, is in `unzoned`. Never raises.
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST])
    if epoch := _EPOCH.fullmatch(plain):
        return datetime.fromtimestamp(int(epoch[1]), UTC)
    found = (match for form in _FORMS if (match := form().search(plain)))
    first = min(found, key=lambda match: match.start(), default=None)
    return _instant(first.groupdict(), unzoned) if first else None


def _instant(parts: _Parts, unzoned: tzinfo) -> datetime | None:
    year, zone, clock = _year(parts), _zone(parts["zone"], unzoned), _clock(parts)
    if zone is None or clock is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        day = datetime(year, _month(parts), int(parts["day"] or 0), tzinfo=zone)
    except ValueError:
        return None
    return (day + clock).astimezone(UTC)


def _year(parts: _Parts) -> int:
    digits = parts["year"] or ""
    year = 1 if digits == "元" else int(digits)
    if era := parts.get("era"):
        return year + _ERAS[era]
    if len(digits) == len("99"):
        return year + (2000 if year < _TWO_DIGIT_PIVOT else 1900)
    return year


def _month(parts: _Parts) -> int:
    name = parts.get("name")
    return _MONTHS[name.lower()] if name else int(parts["month"] or 0)


def _clock(parts: _Parts) -> timedelta | None:
    """Return the time since midnight; None for a time that no clock shows."""
    hour, minute = _hour(parts), int(parts["minute"] or 0)
    second = int(parts["second"] or 0)
    if hour > _HOURS or minute >= _MINUTES or second > _LEAP_SECOND:
        return None
    return timedelta(hours=hour, minutes=minute, seconds=min(second, _LEAP_SECOND - 1))


def _hour(parts: _Parts) -> int:
    hour = int(parts["hour"] or 0)
    half = (parts.get("half") or parts.get("noon") or "").lower()
    if not half or hour > _NOON:
        return hour
    return hour % _NOON + (_NOON if half.startswith(("p", "午後", "오후")) else 0)


def _zone(name: str | None, unzoned: tzinfo) -> tzinfo | None:
    """Return the zone of that name or offset; None for an offset that cannot be."""
    if not name:
        return unzoned
    if name[0] not in "+-":
        hours = _ZONE_HOURS.get(name.lower())
        return unzoned if hours is None else timezone(timedelta(hours=hours))
    whole, minutes = int(name[1:3]), int(name[3:].strip(":") or 0)
    if whole > _WIDEST_OFFSET_H or minutes >= _MINUTES:
        return None
    offset = timedelta(hours=whole, minutes=minutes)
    return timezone(-offset if name[0] == "-" else offset)
