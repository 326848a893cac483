"""Re-check plans: what they say, and that nobody can write a rude or empty one."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.errors import Misuse
from hozon.timetable import plans

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def looks(text: str, seed: str = "seed", most: int = 2000) -> list[timedelta]:
    """Return the ages at which a plan looks, one after the other."""
    plan = plans.parse(text)
    found: list[timedelta] = []
    at: datetime | None = FIRST
    while len(found) < most and at is not None:
        at = plans.next_at(plan, captured_at=FIRST, after=at, seed=seed)
        found += [at - FIRST] if at is not None else []
    return found


def test_the_standard_plan() -> None:
    """1 h, 6 h, 1 d, 3 d, 7 d, 30 d, 90 d, a year, then every year."""
    year = 365 * DAY
    planned = [HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, year]
    planned += [2 * year, 3 * year]

    for due, plan in zip(islice(looks("standard", most=10), 10), planned, strict=True):
        assert plan <= due <= plan * 1.1


def test_the_news_plan_looks_often_and_then_ends() -> None:
    """Every 15 min for 3 h, hourly for a day, 3-hourly for a week, and so on."""
    ages = looks("news")
    within = [sum(age < limit for age in ages) for limit in (3.2 * HOUR, 1.1 * DAY)]

    assert within == [12, 12 + 21]
    assert len(ages) == 12 + 21 + 48 + 7 + 11
    assert ages[-1] <= 1.1 * 365 * DAY


def test_no_plan_looks_never() -> None:
    """The plan ``none`` has no next look."""
    assert [] == looks("none")


@pytest.mark.parametrize(
    "text",
    ["", "daily", "5m", "1h,30m", "1d/1h", "0m/3h", "15m/1y", "+0h", "+1h,3d", "1h,1h"],
)
def test_a_plan_that_cannot_be_is_refused(text: str) -> None:
    """The error names what is wrong and shows a plan that can be."""
    with pytest.raises(Misuse, match="write one of standard, news, none, or ages"):
        plans.parse(text)


@given(
    st.sampled_from(["standard", "news", "1h,6h,1d/7d,30d,+1y", "+12h"]),
    st.text(max_size=8),
    st.integers(0, 10 * 365 * 86_400),
)
def test_the_next_look_lies_ahead(text: str, seed: str, age_s: int) -> None:
    """From wherever one asks, the next look is later, and no look is skipped twice."""
    plan = plans.parse(text)
    after = FIRST + timedelta(seconds=age_s)
    due = plans.next_at(plan, captured_at=FIRST, after=after, seed=seed)

    assert due is None or due > after
    if due is not None:
        again = plans.next_at(plan, captured_at=FIRST, after=after, seed=seed)
        assert again == due


def test_looks_never_come_closer_than_a_quarter_of_an_hour() -> None:
    """Not even those that the spreading has moved."""
    for text in ("standard", "news", "15m/3h,1h/1d"):
        for seed in "abcdefgh":
            ages = looks(text, seed, most=120)
            assert all(b - a >= timedelta(minutes=14) for a, b in pairwise(ages))


def test_articles_captured_at_once_are_not_looked_at_at_once() -> None:
    """A hundred articles of one tick are spread over the tenth of an hour."""
    firsts = [looks("standard", str(n), most=1)[0] for n in range(100)]

    assert max(firsts) - min(firsts) > timedelta(minutes=5)
    assert len(set(firsts)) > 80
