"""Instants: aware UTC datetimes, and the only formatter and parser of their spellings.

======================  ==========================  ===========================
spelling                example                     source
======================  ==========================  ===========================
WARC-Date, ISO          2026-08-22T10:15:00.123Z    ISO 28500 §5.4, RFC 3339
timestamp               20260822101500              CDX, Memento URI-M
HTTP date               Sat, 22 Aug 2026 10:15:00 GMT   RFC 9110 §5.6.7
======================  ==========================  ===========================
"""

import email.utils
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hozon.nouns.errors import Misuse

Clock = Callable[[], datetime]
"""Tells the current instant. The world's is `utcnow`; rehearsals have others."""

_TIMESTAMP_FULL = "00000101000000"
_MONTH_NAMES = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split("|"), start=1)}
_FIXDATE = re.compile(
    rf"[A-Z][a-z]{{2}}, (\d\d) ({_MONTH_NAMES}) (\d{{4}}) (\d\d):(\d\d):([0-5]\d) GMT",
    re.ASCII,
)
"""The form that all servers of today use (RFC 9110 §5.6.7)."""


def utcnow() -> datetime:
    """Return the current instant."""
    return datetime.now(UTC)


def iso(instant: datetime) -> str:
    """Format as RFC 3339 in UTC with milliseconds: the form of WARC-Date and of JSON."""
    utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def from_iso(text: str) -> datetime:
    """Parse RFC 3339 (what `iso` writes, and WARC-Dates of others); UTC if unzoned.

    Raises `ValueError` for anything else, also for an instant that UTC has no year for.
    """
    return _in_utc(datetime.fromisoformat(text))


def _in_utc(parsed: datetime) -> datetime:
    if parsed.tzinfo is None:
        return parsed.replace(tzinfo=UTC)
    try:
        return parsed.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"no such instant in UTC: {parsed}") from None


def truncated(instant: datetime) -> datetime:
    """Return the instant as precise as we store it: milliseconds."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def timestamp(instant: datetime) -> str:
    """Format as the 14 digits of CDX and of Memento URIs."""
    return f"{instant.astimezone(UTC):%Y%m%d%H%M%S}"


def from_timestamp(digits: str) -> datetime:
    """Parse 4 to 14 digits (``2026``, ``202608221015``…); what is missing is the first.

    Raises `Misuse` for anything else.
    """
    if not re.fullmatch(r"\d{4,14}", digits):
        raise Misuse(f"not a timestamp of 4 to 14 digits: {digits!r}")
    full = digits + _TIMESTAMP_FULL[len(digits) :] if len(digits) < 14 else digits
    try:
        return datetime.strptime(full, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise Misuse(f"no such instant: {digits!r}") from None


def http_date(instant: datetime) -> str:
    """Format as an HTTP date (RFC 9110 §5.6.7), as in Memento-Datetime."""
    return email.utils.format_datetime(instant.astimezone(UTC), usegmt=True)


def from_http_date(text: str) -> datetime:
    """Parse any of the three HTTP-date forms. Raises `Misuse` for anything else."""
    if usual := _FIXDATE.fullmatch(text):
        day, month, year, hour, minute, second = usual.groups()
        with suppress(ValueError):
            return datetime(
                int(year),
                _MONTHS[month],
                int(day),
                int(hour),
                int(minute),
                int(second),
                tzinfo=UTC,
            )
    for form in ("%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    try:
        return _in_utc(email.utils.parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        raise Misuse(
            f"not an HTTP date: {text!r}; write one like "
            f"{http_date(datetime(2026, 8, 22, 10, 15, tzinfo=UTC))!r}"
        ) from None


def parse(text: str, *, now: datetime) -> datetime:
    """Parse what a person types: a date, RFC 3339, a timestamp, or an age like ``3d``.

    Ages (``90s``, ``15m``, ``6h``, ``3d``, ``2w``) count back from `now`.
    Raises `Misuse` and shows the forms that would be understood.
    """
    text = text.strip()
    if age := re.fullmatch(r"(\d{1,6})([smhdw])", text):
        units = {
            "s": "seconds",
            "m": "minutes",
            "h": "hours",
            "d": "days",
            "w": "weeks",
        }
        return _ago(timedelta(**{units[age[2]]: int(age[1])}), now)
    if text.isdecimal() and len(text) >= 4:
        return from_timestamp(text)
    try:
        return from_iso(text)
    except ValueError:
        raise Misuse(
            f"not an instant: {text!r}; write 2026-08-22, 2026-08-22T10:15:00Z, "
            "20260822101500 or an age like 3d"
        ) from None


def _ago(age: timedelta, now: datetime) -> datetime:
    try:
        return now - age
    except OverflowError:
        raise Misuse(f"no such instant: {age.days} days ago") from None
