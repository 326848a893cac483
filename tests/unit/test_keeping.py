"""How long a robots.txt counts, and what counts while it cannot be had."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hozon.manners import keeping
from hozon.nouns.model import Exchange
from tests.fakes import NOON, a_robots
from tests.fetching import Answer, exchange

if TYPE_CHECKING:
    from hozon.nouns.hosts import Robots

ORIGIN = "https://example.com"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CLOSED = b"User-agent: *\nDisallow: /\n"


def answer(body: bytes = CLOSED, status: int = 200, **headers: str) -> Exchange:
    """Return an answer to a request for robots.txt."""
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return exchange(f"{ORIGIN}/robots.txt", Answer(body, status, fields), NOON)


@pytest.mark.museum(52)
@pytest.mark.parametrize(
    ("control", "kept"),
    [
        (None, DAY),
        ("max-age=7200", 2 * HOUR),
        ("max-age=60", HOUR),
        ("max-age=9999999", DAY),
        ("no-cache", HOUR),
        ("private", DAY),
    ],
)
def test_how_long(control: str | None, kept: timedelta) -> None:
    """As long as the server says: an hour at least, a day at most (§2.4)."""
    asked = answer() if control is None else answer(cache_control=control)

    found = keeping.answered(ORIGIN, asked, now=NOON)

    assert NOON + kept == found.expires_at
    assert (CLOSED, 200) == (found.document, found.status)


@pytest.mark.museum(52)
def test_a_missing_one_is_kept_as_missing() -> None:
    """404 is an answer: there are no rules for a day."""
    found = keeping.answered(ORIGIN, answer(b"Not here", 404), now=NOON)

    assert (b"", NOON + DAY) == (found.document, found.expires_at)
    assert keeping.rules(found).decide("/x", "hozon").allowed


@pytest.mark.museum(52)
def test_what_broke_off_does_not_count() -> None:
    """An answer that broke off says too little; one that we cut says enough."""
    whole = answer()

    assert keeping.is_whole(whole)
    assert keeping.is_whole(replace(whole, truncated="length"))
    assert not keeping.is_whole(replace(whole, truncated="disconnect"))
    assert not keeping.is_whole(answer(b"", 503))


def test_from_the_last_one_to_none() -> None:
    """First the last one counts for a day, then nothing is allowed, after a month all."""
    kept: Robots = a_robots(document=b"User-agent: *\nDisallow: /private/\n")
    at, allowed = NOON + DAY, []
    for _ in range(40 * 24):
        kept = keeping.failed(ORIGIN, 503, before=kept, now=at)
        allowed.append(keeping.rules(kept).decide("/open", "hozon").allowed)
        assert at < kept.expires_at <= at + HOUR
        at += HOUR

    assert [True] * 24 == allowed[:24]
    assert [False] * 24 * 29 == allowed[24 : 24 * 30]
    assert all(allowed[24 * 30 :])


def test_who_was_never_had_is_closed() -> None:
    """Where there was never an answer, nothing is allowed at once (§2.3.1.4)."""
    kept = keeping.failed(ORIGIN, None, before=None, now=NOON, retry_after_s=900)

    assert not keeping.rules(kept).decide("/", "hozon").allowed
    assert NOON + timedelta(seconds=900) == kept.expires_at
