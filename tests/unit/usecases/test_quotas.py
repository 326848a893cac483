"""Quotas: no more a day than was said, nothing dropped, and few writes for it."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.schemas import STATE
from hozon.adapters.embedded.tallies import SqliteTallies
from hozon.nouns.errors import Unavailable
from hozon.nouns.tallies import WHOLE, Counts, NoTallies, Quota, Quotas, Tallies
from hozon.working.quotas import Allowance, OverQuota
from tests.fakes import NOON

DAY = NOON.date()


@dataclass
class Counted:
    """Tallies that count how often they are written, and may be lost."""

    within: Tallies
    writes: int = 0
    is_lost: bool = False
    seen: list[str] = field(default_factory=list)

    def add(self, day: date, whose: str, counts: Counts) -> None:
        self._write(whose)
        self.within.add(day, whose, counts)

    def take(self, day: date, whose: str, counts: Counts, *, limits: Counts) -> bool:
        self._write(whose)
        return self.within.take(day, whose, counts, limits=limits)

    def of(self, day: date, whose: str) -> Counts:
        return self.within.of(day, whose)

    def days(self, whose: str, *, since: date, until: date) -> dict[date, Counts]:
        return dict(self.within.days(whose, since=since, until=until))

    def _write(self, whose: str) -> None:
        if self.is_lost:
            raise Unavailable("the table is throttled")
        self.writes += 1
        self.seen.append(whose)


@pytest.fixture
def tallies(tmp_path: Path) -> Iterator[Counted]:
    database = Database(tmp_path / "state.sqlite", STATE)
    yield Counted(SqliteTallies(database))
    database.close()


def allowance(
    tallies: Tallies, quotas: Quotas, *, at: datetime = NOON, **expected: int
) -> Allowance:
    return Allowance(
        tallies=tallies,
        quotas=quotas,
        clock=lambda: at,
        expected=Counter({**expected, WHOLE: sum(expected.values())}),
    )


async def begun(allowed: Allowance, feed: str, times: int) -> int:
    """Try to begin captures, all at once; return how many were let through."""
    tried = (allowed.capture(feed) for _ in range(times))
    found = await asyncio.gather(*tried, return_exceptions=True)
    assert all(each is None or isinstance(each, OverQuota) for each in found)
    return sum(each is None for each in found)


async def test_no_more_captures_than_a_feed_may_have(tallies: Counted) -> None:
    """Those of other feeds go on."""
    allowed = allowance(tallies, Quotas(feed=Quota(captures=7)), f1=10)

    assert 7 == await begun(allowed, "f1", 10)
    assert 3 == await begun(allowed, "f2", 3)


async def test_no_more_captures_than_the_archive_may_have(tallies: Counted) -> None:
    """Whichever feeds they are of; what a feed did not use of its own is not counted."""
    quotas = Quotas(feed=Quota(captures=10), whole=Quota(captures=5))
    allowed = allowance(tallies, quotas, f1=4, f2=4)

    assert 4 == await begun(allowed, "f1", 4)
    assert 1 == await begun(allowed, "f2", 4)
    await allowed.settle()
    assert {"captures": 5} == tallies.of(DAY, WHOLE)
    assert {"captures": 1} == tallies.of(DAY, "f2")


async def test_many_workers_share_what_there_is(tallies: Counted) -> None:
    """Each takes in advance; what the last ones find is taken one by one."""
    workers = [
        allowance(tallies, Quotas(feed=Quota(captures=25)), f1=10) for _ in range(4)
    ]

    let_through = [await begun(each, "f1", 10) for each in workers]

    assert 25 == sum(let_through)
    assert [10, 10, 5, 0] == let_through


async def test_captures_of_one_batch_are_taken_at_once(tallies: Counted) -> None:
    """One write before and one after, however many captures of a feed there are."""
    allowed = allowance(tallies, Quotas(feed=Quota(captures=99)), f1=10)
    await begun(allowed, "f1", 10)
    for _ in range(10):
        allowed.stored("f1", 100)
    await allowed.settle({"snapshots": 10})

    assert ["f1", "f1", WHOLE] == tallies.seen
    assert {"captures": 10, "bytes": 1000} == tallies.of(DAY, "f1")
    assert {"snapshots": 10} == tallies.of(DAY, WHOLE)


async def test_what_was_not_begun_is_given_back(tallies: Counted) -> None:
    """A page that is held already, a host that is busy: nothing was captured."""
    quotas = Quotas(feed=Quota(captures=5), whole=Quota(captures=5))
    allowed = allowance(tallies, quotas, f1=5)
    await begun(allowed, "f1", 3)
    allowed.give_back("f1")
    await allowed.settle()

    assert 2 == tallies.of(DAY, "f1")["captures"] == tallies.of(DAY, WHOLE)["captures"]
    assert 3 == await begun(allowance(tallies, quotas, f1=5), "f1", 5)


async def test_bytes_stop_captures_and_polls(tallies: Counted) -> None:
    """What is under way when the last byte is used up still ends; nothing begins."""
    quotas = Quotas(feed=Quota(bytes=1000))
    first = allowance(tallies, quotas)
    await first.poll("f1")
    assert 1 == await begun(first, "f1", 1)
    first.stored("f1", 1500)
    await first.settle()

    with pytest.raises(OverQuota, match="its feed has had its 1000 bytes"):
        await allowance(tallies, quotas).poll("f1")
    assert 0 == await begun(allowance(tallies, quotas), "f1", 1)
    await allowance(tallies, quotas).poll("f2")


async def test_what_is_over_comes_again_the_next_day(tallies: Counted) -> None:
    """In its first hours, each feed at a time of its own, and then there is room."""
    quotas = Quotas(feed=Quota(captures=1))
    waits = []
    for feed in ("f1", "f2", "f3"):
        today = allowance(tallies, quotas)
        await begun(today, feed, 1)
        with pytest.raises(OverQuota, match="again from 2026-08-23T") as over:
            await today.capture(feed)
        assert over.value.retry_after_s is not None
        waits.append(over.value.retry_after_s)

    midnight_s = 12 * 3600
    assert all(midnight_s <= each <= midnight_s + 6 * 3600 for each in waits)
    assert 3 == len(set(waits))
    later = NOON + timedelta(seconds=waits[0])
    assert 1 == await begun(allowance(tallies, quotas, at=later), "f1", 1)


async def test_days_are_those_of_utc(tallies: Counted) -> None:
    """Whatever zone the clock is in."""
    tokyo = datetime(2026, 8, 23, 1, tzinfo=UTC).astimezone()
    quotas = Quotas(feed=Quota(captures=1))
    await begun(allowance(tallies, quotas, at=tokyo), "f1", 1)

    assert {"captures": 1} == tallies.of(date(2026, 8, 23), "f1")


async def test_quotas_fail_closed(tallies: Counted) -> None:
    """Where the tally cannot be had nothing is begun: the job comes again."""
    tallies.is_lost = True

    with pytest.raises(Unavailable):
        await allowance(tallies, Quotas(feed=Quota(captures=9))).capture("f1")


async def test_without_quotas_nothing_is_asked(tallies: Counted) -> None:
    """Only what was done is counted: one write for all of it."""
    allowed = allowance(tallies, Quotas(), f1=9)

    assert 9 == await begun(allowed, "f1", 9)
    await allowed.poll("f1")
    allowed.stored("f1", 10**12)
    await allowed.settle({"snapshots": 9})
    assert [WHOLE] == tallies.seen
    await allowed.settle()
    assert 1 == tallies.writes


def test_an_archive_that_nobody_runs_counts_nothing() -> None:
    """It lets everything through, and has nothing to tell."""
    nothing = NoTallies()
    nothing.add(DAY, WHOLE, {"polls": 1})

    assert nothing.take(DAY, "f1", {"captures": 1}, limits={"captures": 0})
    assert {} == nothing.of(DAY, WHOLE)
    assert {} == nothing.days(WHOLE, since=DAY, until=DAY)
