"""One worker at a time for each host: leases, in a loop whose time jumps."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.hostbook import SqliteHostBook
from hozon.adapters.embedded.schemas import HOSTS
from hozon.fetch import leases
from hozon.fetch.leases import LEASE_S, Leases
from hozon.fetch.turns import HostTurns
from hozon.nouns.errors import Busy, Unavailable
from hozon.nouns.hosts import HostBook
from tests.unit.fetch.rehearsed import rehearse

NOON = datetime(2026, 8, 22, 12, tzinfo=UTC)


def running() -> datetime:
    """Tell the instant by the running loop."""
    return NOON + timedelta(seconds=asyncio.get_running_loop().time())


def standing() -> datetime:
    """Tell one instant for ever, as some rehearsals do."""
    return NOON


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostBook]:
    """Yield a host book that is asked in the loop itself, for its time would jump."""

    async def at_once(call: Callable[..., Any], *args: Any, **named: Any) -> Any:
        return call(*args, **named)

    monkeypatch.setattr(leases, "to_thread", at_once)
    with closing(Database(tmp_path / "hosts.sqlite", HOSTS)) as database:
        yield SqliteHostBook(database)


class Counting:
    """A host book that counts what it is asked, and may fail."""

    def __init__(self, book: HostBook) -> None:
        self.book = book
        self.asked: list[str] = []
        self.fails = False

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.book, name)

        def counted(*args: Any, **named: Any) -> Any:
            self.asked.append(name)
            if self.fails:
                raise Unavailable("the table is away")
            return call(*args, **named)

        return counted


class Host:
    """Takes `busy_s` for an exchange, and notes who was there when."""

    def __init__(self, busy_s: float) -> None:
        self.busy_s = busy_s
        self.visits: list[tuple[float, float, str]] = []

    async def visited(self, turns: HostTurns, name: str, times: int = 1) -> None:
        time = asyncio.get_running_loop().time
        for _ in range(times):
            async with turns.turn("example.com") as turn:
                turn.started()
                begun = time()
                await asyncio.sleep(self.busy_s)
                self.visits.append((begun, time(), name))

    def check(self, interval_s: float) -> None:
        """Fail where two were there at once, or one too soon after the other."""
        for (begun, ended, _), (following, _, _) in pairwise(sorted(self.visits)):
            assert following >= ended
            assert following >= begun + interval_s - 0.002


def worker(
    book: Any,
    interval_s: float = 2.0,
    *,
    lets_go: bool = True,
    patience_s: float = 30.0,
) -> HostTurns:
    held = Leases(book, running, lets_go=lets_go)
    return HostTurns(interval_s, patience_s=patience_s, leases=held)


@pytest.mark.parametrize("busy_s", [0.1, 25.0])
@pytest.mark.parametrize("lets_go", [True, False])
def test_workers_take_turns(book: HostBook, busy_s: float, *, lets_go: bool) -> None:
    """Three workers on one host: never two at once, never too close, all get there."""
    host = Host(busy_s)

    async def play() -> None:
        async def work(name: str) -> None:
            turns = worker(book, lets_go=lets_go, patience_s=900)
            await host.visited(turns, name, 30)
            await turns.aclose()

        await asyncio.gather(*(work(name) for name in "abc"))

    rehearse(play())
    host.check(2.0)
    of = {name: [b for b, _, who in host.visits if who == name] for name in "abc"}
    assert [30, 30, 30] == [len(begun) for begun in of.values()]
    # Nobody had to wait until another was through with everything.
    assert max(map(min, of.values())) < min(map(max, of.values()))


def test_a_page_costs_one_request(book: HostBook) -> None:
    """A page with its requisites is one lease, and its end is no request."""
    counting = Counting(book)

    async def play() -> None:
        turns = worker(counting, lets_go=False)
        await Host(0.1).visited(turns, "a")
        for _ in range(12):
            async with turns.turn("example.com", interval_s=0.25):
                await asyncio.sleep(0.1)
        await turns.aclose()

    rehearse(play())
    assert ["lease"] == counting.asked


def test_without_interval_nothing_is_leased(book: HostBook) -> None:
    """Where nobody waits for anybody, the book is not asked."""
    counting = Counting(book)

    async def play() -> None:
        turns = worker(counting, 0)
        await asyncio.gather(*(Host(0.1).visited(turns, "a") for _ in range(9)))
        await turns.aclose()

    rehearse(play())
    assert [] == counting.asked


def test_a_worker_that_dies_loses_its_lease(book: HostBook) -> None:
    """Nobody waits for longer than a lease for one who never comes back."""
    host = Host(0.1)

    async def play() -> float:
        dead = worker(book)
        await host.visited(dead, "dead")
        died_at = asyncio.get_running_loop().time()
        await host.visited(worker(book), "alive")
        return host.visits[-1][0] - died_at

    assert rehearse(play()) <= LEASE_S + 0.01


def test_what_is_given_back_is_free_after_the_pause(book: HostBook) -> None:
    """Who is done lets others in at once, but for the host's own pause."""
    host = Host(0.1)

    async def play() -> None:
        first = worker(book)
        await host.visited(first, "a")
        await first.aclose()
        await host.visited(worker(book), "b")

    rehearse(play())
    (begun, _, _), (following, _, _) = host.visits
    assert 2.0 == pytest.approx(following - begun, abs=0.05)


def test_a_long_exchange_keeps_its_host(book: HostBook) -> None:
    """A minute of one answer is a minute for all, even if the book is away a while."""
    host, counting = Host(60.0), Counting(book)

    async def play() -> None:
        async def disturb() -> None:
            await asyncio.sleep(9)
            counting.fails = True
            await asyncio.sleep(0.9)
            counting.fails = False

        await asyncio.gather(
            host.visited(worker(counting), "a"),
            disturb(),
            host.visited(worker(book, patience_s=300), "b"),
        )

    rehearse(play())
    host.check(2.0)


def test_a_long_pause_outlives_the_lease(book: HostBook) -> None:
    """A host that wants half a minute between two requests has it from all workers."""
    host = Host(0.1)

    async def play() -> None:
        for name in "ab":
            turns = worker(book, 30.0, lets_go=False, patience_s=90)
            await host.visited(turns, name)
            await turns.aclose()

    rehearse(play())
    host.check(30.0)


def test_a_hosts_wish_reaches_all_workers(book: HostBook) -> None:
    """Whom one was told to leave alone, the others leave alone as well."""
    host = Host(0.1)

    async def play() -> Busy:
        one, other = worker(book), worker(book)
        await host.visited(one, "one")
        await one.announce("example.com", 3600)
        for turns in (one, other):
            with pytest.raises(Busy) as raised:
                await host.visited(turns, "too soon")
        await asyncio.sleep(3600)
        await host.visited(other, "later")
        return raised.value

    assert 3600 == pytest.approx(rehearse(play()).retry_after_s, abs=40)
    assert ["one", "later"] == [name for *_, name in host.visits]


def test_no_turn_begins_too_late(book: HostBook) -> None:
    """A worker whose time is limited asks nobody when it is nearly over."""
    host = Host(0.5)

    async def play() -> None:
        turns = HostTurns(2.0, leases=Leases(book, running), until_s=7.0)
        with pytest.raises(Busy, match="no time"):
            await host.visited(turns, "a", 9)

    rehearse(play())
    assert 4 == len(host.visits)


def test_a_clock_that_stands_holds_nobody_up(book: HostBook) -> None:
    """In a rehearsal of one instant time passes for leases all the same."""
    host = Host(0.1)

    async def play() -> None:
        for name in "ab":
            turns = HostTurns(2.0, leases=Leases(book, standing), patience_s=60)
            await host.visited(turns, name, 20)
            await turns.aclose()
            await asyncio.sleep(0)

    rehearse(play())
    assert 40 == len(host.visits)


def test_a_worker_goes_on_in_another_loop(book: HostBook) -> None:
    """Its next loop takes the host again at once, and still keeps its distance."""
    host, held = Host(0.1), Leases(Counting(book), running, lets_go=False)

    async def play() -> None:
        for name in "ab":
            turns = HostTurns(2.0, leases=held)
            await host.visited(turns, name)
            await turns.aclose()

    rehearse(play())
    (begun, _, _), (following, _, _) = host.visits
    assert 2.0 == pytest.approx(following - begun, abs=0.05)


def test_hosts_that_are_done_are_forgotten(book: HostBook) -> None:
    """What is known of hosts does not grow without end."""
    held = Leases(book, running, lets_go=False)

    async def play() -> None:
        turns = HostTurns(1.0, leases=held)
        for number in range(3000):
            async with turns.turn(f"host{number}"):
                await asyncio.sleep(0.02)

    rehearse(play())
    assert len(held._held) < 1500
