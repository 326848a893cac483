"""Dates as documents write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.reading.dates import JST, parse

NOON = datetime(2025, 10, 24, 12, 34, 56, tzinfo=UTC)
MINUTE = NOON.replace(second=0)
DAY = datetime(2025, 10, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-10-24T12:34:56Z", NOON),
        ("2025-10-24T21:34:56.789+09:00", NOON),
        ("2025-10-24T21:34:56+0900", NOON),
        ("2025-10-24 12:34:56", NOON),
        ("20251024T123456Z", NOON),
        ("20251024123456", NOON),
        ("2025-10-24", DAY),
        ("2025/10/24 12:34", MINUTE),
        ("2025.10.24 12:34", MINUTE),
        ("24.10.2025 12:34", MINUTE),
        ("Fri, 24 Oct 2025 12:34:56 GMT", NOON),
        (
            "Fri, 24 Oct 2025 07:34:56 EST",
            datetime(2025, 10, 24, 12, 34, 56, tzinfo=UTC),
        ),
        ("24 Oct 25 21:34:56 +0900", NOON),
        ("Fri Oct 24 12:34:56 UTC 2025", NOON),
        ("Fri Oct 24 12:34:56 2025", NOON),
        ("October 24, 2025 at 12:34 PM", MINUTE),
        ("Oct 24, 2025 12:34:56 pm", NOON),
        ("24. Oktober 2025", DAY),
        ("24 octobre 2025, 12:34", MINUTE),
        ("24 de outubro de 2025", DAY),
        ("2025年10月24日", DAY),
        ("2025年10月24日（金） 12時34分56秒", NOON),
        ("２０２５年１０月２４日 １２：３４", MINUTE),
        ("公開日：2025年10月24日 更新日：2025年11月1日", DAY),
        ("令和7年10月24日", DAY),
        ("平成元年5月1日", None),
        ("平成31年4月30日 午後3時", datetime(2019, 4, 30, 15, tzinfo=UTC)),
        ("2025년 10월 24일 오후 12:34", MINUTE),
        ("1761309296", NOON),
        ("1761309296000", NOON),
        (
            "Sat, 31 Dec 2016 23:59:60 GMT",
            datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC),
        ),
        ("2025-10-23T24:00:00Z", DAY),
    ],
)
def test_forms_of_dates(text: str, instant: datetime | None) -> None:
    """RFC 822, ISO 8601, asctime, America, Europe, Japan, Korea, and seconds."""
    assert instant == parse(text)


@pytest.mark.museum(38)
@pytest.mark.parametrize(
    "text",
    [
        *("", "12:00", "yesterday", "きのう", "2025", "10/24/2025", "日" * 10_000),
        *("0000-00-00", "-0001-01-01", "9999-12-31", "1970-01-01", "2024-02-30"),
        *("2025-13-01", "2025-10-24T25:00", "2025-10-24T12:61", "2025-10-24T12:34:99"),
        *("2025-10-24T12:34+99:99", "32 Oct 2025", "99999999999999"),
    ],
)
def test_what_is_no_date(text: str) -> None:
    """Nonsense, and what lies outside of 1990 to 2100, is no instant."""
    assert parse(text) is None


@pytest.mark.parametrize("text", ["2025-10-24 21:34", "2025年10月24日 21時34分"])
def test_unzoned_dates_are_in_the_given_zone(text: str) -> None:
    """Japanese documents mean Japan's time and do not say so."""
    assert parse(text, unzoned=JST) == MINUTE


def test_a_stated_zone_beats_the_given_one() -> None:
    """Only what states no zone is in the document's."""
    assert parse("Fri, 24 Oct 2025 12:34:56 GMT", unzoned=JST) == NOON


@pytest.mark.museum(38)
@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    """Nothing raises, and every instant is aware and within the years."""
    instant = parse(text)

    assert instant is None or (instant.tzinfo is UTC and 1989 <= instant.year <= 2101)


@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)),  # noqa: DTZ001  made aware
    st.sampled_from(
        ["%Y-%m-%dT%H:%M:%SZ", "%d %b %Y %H:%M:%S GMT", "%Y/%m/%d %H:%M:%S"]
    ),
)
def test_dates_come_back(instant: datetime, form: str) -> None:
    """What is written in a common form is read as the same second."""
    whole = instant.replace(microsecond=0, tzinfo=UTC)

    assert whole == parse(f"{whole:{form}}")
