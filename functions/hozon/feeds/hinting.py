"""When a feed document says that it is worth asking for again.

RSS 2.0 ``ttl``, ``skipHours``, ``skipDays``; RSS 1.0 syndication module (``sy:``). They
are read from the markup as it stands: feedparser keeps but one of them.
"""

import re

from hozon.nouns.model import Hints

LONGEST_S = 7 * 86400
_NEAR = 4_000
_PERIODS_S = {
    "hourly": 3600,
    "daily": 86400,
    "dayly": 86400,
    "weekly": 7 * 86400,
    "monthly": 30 * 86400,
    "yearly": 365 * 86400,
}
_DAY_NAMES = frozenset(
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
)


def hints(markup: str) -> Hints:
    """Return what a feed's markup states; what is absurd counts as not stated."""
    minutes = _number(_stated(markup, "ttl"))
    period_s = _PERIODS_S.get(_stated(markup, "updatePeriod").lower(), 0)
    frequency = _number(_stated(markup, "updateFrequency")) or 1.0
    longest = max(minutes * 60, period_s / frequency)
    return Hints(
        period_s=int(min(longest, LONGEST_S)),
        skip_hours=tuple(
            str(int(hour) % 24)
            for hour in _listed(markup, "skipHours", "hour")
            if hour.isascii() and hour.isdecimal() and int(hour) <= 24
        ),
        skip_days=tuple(
            day.capitalize()
            for day in _listed(markup, "skipDays", "day")
            if day.capitalize() in _DAY_NAMES
        ),
    )


def _stated(markup: str, name: str) -> str:
    tag = re.compile(
        rf"<(?:\w{{1,20}}:)?{name}(?:\s[^<>]{{0,200}})?>([^<]{{0,100}})", re.IGNORECASE
    )
    found = tag.search(markup)
    return found[1].strip() if found else ""


def _listed(markup: str, name: str, member: str) -> list[str]:
    opening = rf"<(?:\w{{1,20}}:)?{name}(?:\s[^<>]{{0,200}})?>"
    begin = re.search(opening, markup, re.IGNORECASE)
    if begin is None:
        return []
    near = markup[begin.end() : begin.end() + _NEAR]
    closing = rf"</(?:\w{{1,20}}:)?{name}"
    inside = re.split(closing, near, maxsplit=1, flags=re.IGNORECASE)[0]
    members = re.findall(
        rf"<(?:\w{{1,20}}:)?{member}(?:\s[^<>]{{0,200}})?>([^<]*)",
        inside,
        re.IGNORECASE,
    )
    return [text.strip() for text in members]


def _number(text: str) -> float:
    return (
        float(text) if re.fullmatch(r"\d{1,7}(?:\.\d{1,4})?", text, re.ASCII) else 0.0
    )
