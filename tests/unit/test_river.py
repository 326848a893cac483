from datetime import UTC, datetime, timedelta

import pytest

from hozon.serving import river

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "english", "japanese"),
    [
        (38, "1 month 1 week ago", "1か月1週間前"),
        (44, "1 month 2 weeks ago", "1か月2週間前"),
        (31, "1 month ago", "1か月前"),
        (400, "1 year 1 month ago", "1年1か月前"),
        (366, "1 year ago", "1年前"),
        (8, "1 week 1 day ago", "1週間1日前"),
        (2.5, "2 days 12 hours ago", "2日12時間前"),
        (1 / 24, "1 hour ago", "1時間前"),
        (90 / 86400, "1 minute 30 seconds ago", "1分30秒前"),
        (5 / 86400, "5 seconds ago", "5秒前"),
        (0, "just now", "たった今"),
        (-3, "just now", "たった今"),
    ],
)
def test_age_in_two_units(days: float, english: str, japanese: str) -> None:
    """An age is told in its two largest neighbouring units, in either language."""
    then = NOW - timedelta(days=days)

    assert english == river.age(then, NOW)
    assert japanese == river.age(then, NOW, language="ja-JP")


def test_latin_text_is_cut_between_words() -> None:
    """A summary ends with two dots after a whole word."""
    assert "These harms are.." == river.cut("These harms are likely", 17)


def test_japanese_text_is_cut_anywhere() -> None:
    """Japanese has no spaces to wait for."""
    assert "高市早苗首相は.." == river.cut("高市早苗首相は、24日の所信表明", 8)


def test_short_text_is_left_alone() -> None:
    """What fits is not cut, only folded into one line."""
    assert "one two" == river.cut("one\n  two ", 7)
