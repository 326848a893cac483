"""What ails a feed: each ailment is found, told in words, and told once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hozon.entries.health import Ailment, Kind, Language, ailments
from hozon.nouns.model import Feed
from tests.fakes import NOON, a_feed

DAY = timedelta(days=1)
WELL = a_feed(
    added_at=NOON - 90 * DAY,
    polled_at=NOON,
    succeeded_at=NOON,
    window=20,
    arrivals=tuple(NOON - n * DAY for n in range(20)),
)
BEFORE = NOON - 3 * DAY
AILING: dict[Kind, tuple[Feed, str]] = {
    "failing": (
        replace(WELL, failures=3, trouble="status 503", succeeded_at=BEFORE),
        "failed 3 times in a row: status 503",
    ),
    "gone": (
        replace(WELL, failures=2, trouble="status 410", gone_at=BEFORE),
        "gone since 2026-08-19 12:00",
    ),
    "silent": (
        replace(WELL, arrivals=tuple(at - 8 * DAY for at in WELL.arrivals)),
        "nothing new since 2026-08-14 12:00, which is longer than usual",
    ),
    "rolled": (
        replace(WELL, rolled=2, rolled_at=BEFORE),
        "the feed's window has rolled over 2 times, last on 2026-08-19 12:00: "
        "entries may have been missed",
    ),
    "moving": (
        replace(WELL, moved_uri="https://new.example/", moved_at=BEFORE, moves=1),
        "redirects for good to https://new.example/ (one poll so far)",
    ),
}


def found(feed: Feed, *, days: float = 0, language: Language = "en") -> list[Ailment]:
    return list(ailments(feed, now=NOON + days * DAY, language=language))


def test_a_feed_that_is_well() -> None:
    """Nothing is wrong: nothing is told, in the middle of its rhythm and after a day."""
    assert [] == found(WELL)
    assert [] == found(WELL, days=1)


@pytest.mark.parametrize("kind", AILING)
def test_each_ailment_in_words(kind: Kind) -> None:
    """Each is told by itself, with since when and why; in Japanese it says the same."""
    feed, said = AILING[kind]

    [ailment] = found(feed)
    [japanese] = found(feed, language="ja")

    assert (kind, said) == (ailment.kind, ailment.text)
    assert (kind, ailment.since) == (japanese.kind, japanese.since)
    assert not japanese.text.isascii()


@pytest.mark.parametrize("kind", AILING)
def test_an_ailment_that_goes_on_is_the_same(kind: Kind) -> None:
    """A later poll that finds it again does not make another one of it."""
    feed, _ = AILING[kind]
    later = replace(feed, polled_at=NOON + DAY, failures=feed.failures and 9)

    assert [a.since for a in found(feed)] == [a.since for a in found(later, days=1)]


@pytest.mark.parametrize("kind", AILING)
def test_a_paused_feed_has_no_ailments(kind: Kind) -> None:
    """Whatever it was: the operator knows."""
    assert [] == found(replace(AILING[kind][0], paused=True))


def test_a_window_that_rolled_over_long_ago() -> None:
    """It is told for thirty days; the count stays with the feed."""
    feed = replace(WELL, arrivals=(), rolled=1, rolled_at=NOON)

    assert found(feed, days=30)
    assert [] == found(feed, days=31)


def test_silence_is_measured_by_the_feeds_own_rhythm() -> None:
    """Five days are long for a daily feed, and nothing for a monthly one."""
    monthly = replace(WELL, arrivals=tuple(NOON - n * 20 * DAY for n in range(3)))

    assert ["silent"] == [a.kind for a in found(WELL, days=5)]
    assert [] == found(monthly, days=40)


def test_several_at_once() -> None:
    """A feed may be failing, silent and have rolled over."""
    feed = replace(
        AILING["failing"][0],
        arrivals=AILING["silent"][0].arrivals,
        rolled=1,
        rolled_at=NOON,
    )

    assert ["failing", "silent", "rolled"] == [a.kind for a in found(feed)]
