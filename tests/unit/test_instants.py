from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hozon.nouns import instants
from hozon.nouns.errors import Misuse

INSTANT = datetime(2026, 8, 22, 10, 15, tzinfo=UTC)
ANY = st.datetimes(timezones=st.just(UTC))


@given(ANY)
def test_iso_round_trip(instant: datetime) -> None:
    """What is written as RFC 3339 is read back to the millisecond."""
    assert instants.truncated(instant) == instants.from_iso(instants.iso(instant))


@given(ANY)
def test_timestamp_and_http_date_round_trip(instant: datetime) -> None:
    """The 14 digits and the HTTP date are exact to the second."""
    assume(instant.year > 1000)
    second = instant.replace(microsecond=0)

    assert second == instants.from_timestamp(instants.timestamp(instant))
    assert second == instants.from_http_date(instants.http_date(instant))


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ],
)
def test_all_three_http_dates(text: str) -> None:
    """Recipients accept all three forms of HTTP dates (RFC 9110 §5.6.7)."""
    assert datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC) == instants.from_http_date(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-08-22T10:15:00Z", INSTANT),
        ("2026-08-22T19:15:00+09:00", INSTANT),
        ("2026-08-22", INSTANT.replace(hour=0, minute=0)),
        ("20260822101500", INSTANT),
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("202608", datetime(2026, 8, 1, tzinfo=UTC)),
        ("3d", INSTANT - timedelta(days=3)),
        ("15m", INSTANT - timedelta(minutes=15)),
    ],
)
def test_what_people_type(text: str, expected: datetime) -> None:
    """Dates, RFC 3339, timestamps and ages are understood."""
    assert expected == instants.parse(text, now=INSTANT)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "20261345", "-3d", "9" * 20]
)
def test_what_nobody_understands(text: str) -> None:
    """Anything else is refused, with a sentence."""
    with pytest.raises(Misuse):
        instants.parse(text, now=INSTANT)


@pytest.mark.parametrize("text", ["", "now", "Sat, 99 Foo 2026", "٣", "0" * 5000])
def test_no_http_date(text: str) -> None:
    """A broken Accept-Datetime is the reader's mistake, not a crash."""
    with pytest.raises(Misuse):
        instants.from_http_date(text)
