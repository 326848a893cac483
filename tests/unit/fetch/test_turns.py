import asyncio
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.fetch.turns import HostTurns
from hozon.nouns.errors import Misuse, Unreachable
from tests.unit.fetch.rehearsed import rehearse

NOW = datetime(2026, 8, 22, 10, 15, tzinfo=UTC)


class Site:
    """Takes `busy_s` for each exchange and notes when each starts and ends."""

    def __init__(self, turns: HostTurns, busy_s: float = 0.5) -> None:
        self.turns = turns
        self.busy_s = busy_s
        self.log: list[tuple[str, float, float]] = []

    async def ask(self, host: str, *, interval_s: float | None = None) -> None:
        loop = asyncio.get_running_loop()
        async with self.turns.turn(host, interval_s=interval_s) as turn:
            turn.started()
            start = loop.time()
            await asyncio.sleep(self.busy_s)
            self.log.append((host, start, loop.time()))

    def of(self, host: str) -> list[tuple[float, float]]:
        return sorted((start, end) for name, start, end in self.log if name == host)


@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=12),
    st.floats(0.1, 5),
    st.floats(0, 7),
)
def test_a_host_is_asked_one_at_a_time_and_apart(
    hosts: list[str], interval_s: float, busy_s: float
) -> None:
    """Per host, exchanges never overlap and start at least the interval apart."""
    site = Site(HostTurns(interval_s), busy_s)

    async def play() -> None:
        await asyncio.gather(*(site.ask(host) for host in hosts))

    rehearse(play())
    for host in set(hosts):
        times = site.of(host)
        assert hosts.count(host) == len(times)
        for (start, end), (following, _) in pairwise(times):
            assert following >= end
            assert following >= start + interval_s - 1e-6


def test_hosts_do_not_wait_for_one_another() -> None:
    """A hundred hosts are asked at once, each in its own rhythm."""
    site = Site(HostTurns(2.0))

    async def play() -> float:
        loop = asyncio.get_running_loop()
        started = loop.time()
        names = [f"host{number}" for number in range(100)]
        await asyncio.gather(*(site.ask(name) for name in names * 2))
        return loop.time() - started

    assert 2.5 == pytest.approx(rehearse(play()), abs=0.01)


def test_the_interval_counts_from_the_request_not_from_the_turn() -> None:
    """A slow connection does not bring two requests closer together."""
    sent = []

    async def ask(turns: HostTurns, connecting_s: float) -> None:
        async with turns.turn("a") as turn:
            await asyncio.sleep(connecting_s)
            turn.started()
            sent.append(asyncio.get_running_loop().time())

    async def play() -> None:
        turns = HostTurns(2.0)
        await asyncio.gather(ask(turns, 1.5), ask(turns, 0))

    rehearse(play())
    assert 2.0 == pytest.approx(sent[1] - sent[0], abs=0.01)


def test_without_interval_nobody_waits() -> None:
    """An interval of 0 gives a turn to everybody at once."""
    site = Site(HostTurns(0), busy_s=1.0)

    async def play() -> float:
        loop = asyncio.get_running_loop()
        started = loop.time()
        await asyncio.gather(*(site.ask("a") for _ in range(50)))
        return loop.time() - started

    assert 1.0 == pytest.approx(rehearse(play()), abs=0.01)


def test_an_interval_can_be_a_hosts_own() -> None:
    """The interval given with a turn holds for that host."""
    site = Site(HostTurns(0), busy_s=0)

    async def play() -> None:
        asked = [site.ask("a", interval_s=3.0), site.ask("a", interval_s=3.0)]
        await asyncio.gather(*asked)

    rehearse(play())
    (first, _), (second, _) = site.of("a")
    assert 3.0 == pytest.approx(second - first, abs=0.01)


def test_a_short_hold_is_waited() -> None:
    """A host that asked for some seconds gets them, and others do not wait with it."""
    site = Site(HostTurns(2.0), busy_s=0)

    async def play() -> float:
        now = asyncio.get_running_loop().time()
        site.turns.hold("a", now + 20)
        site.turns.hold("a", now + 5)
        await asyncio.gather(site.ask("a"), site.ask("b"))
        return now

    now = rehearse(play())
    assert (20, 0) == pytest.approx(
        (site.of("a")[0][0] - now, site.of("b")[0][0] - now), abs=0.01
    )


def test_a_long_hold_is_for_the_caller_to_wait() -> None:
    """A host that asked for an hour is not waited for: the error says how long."""
    site = Site(HostTurns(2.0), busy_s=0)

    async def play() -> Unreachable:
        site.turns.hold("a", asyncio.get_running_loop().time() + 3600)
        with pytest.raises(Unreachable, match="asked us to wait another 3600 s") as got:
            await site.ask("a")
        await site.ask("b")
        return got.value

    assert 3600 == pytest.approx(rehearse(play()).retry_after_s)


def test_a_hold_comes_to_those_who_wait_already() -> None:
    """Who stands in line when the host asks for time is held as well."""
    site = Site(HostTurns(2.0, patience_s=1.0), busy_s=0.5)

    async def play() -> tuple[BaseException | None, BaseException | None, object]:
        async def hold_soon() -> None:
            await asyncio.sleep(1)
            site.turns.hold("a", asyncio.get_running_loop().time() + 60)

        asked = (site.ask("a"), site.ask("a"), hold_soon())
        return await asyncio.gather(*asked, return_exceptions=True)

    first, second, _ = rehearse(play())
    assert first is None
    assert isinstance(second, Unreachable)


def test_who_gives_up_lets_the_others_go_on() -> None:
    """A turn that is cancelled while waiting or while asking is free again."""
    site = Site(HostTurns(2.0), busy_s=10)

    async def play() -> None:
        asking = asyncio.create_task(site.ask("a"))
        waiting = asyncio.create_task(site.ask("a"))
        last = asyncio.create_task(site.ask("a"))
        await asyncio.sleep(1)
        waiting.cancel()
        asking.cancel()
        await last

    rehearse(play())
    assert 1 == len(site.of("a"))


def test_finished_hosts_are_forgotten() -> None:
    """The state of hosts that nobody asks any more does not grow without end."""
    site = Site(HostTurns(1.0), busy_s=0)

    async def play() -> None:
        for number in range(3000):
            await site.ask(f"host{number}")
            await asyncio.sleep(0.01)

    rehearse(play())
    assert len(site.turns._lanes) <= 1100


def test_turns_go_on_in_another_loop() -> None:
    """The same turns serve one event loop after another."""
    site = Site(HostTurns(1.0), busy_s=0)

    async def play() -> None:
        await asyncio.gather(*(site.ask("a") for _ in range(3)))

    rehearse(play())
    rehearse(play())
    assert 6 == len(site.log)


@pytest.mark.parametrize("interval_s", [-1, float("nan")])
def test_an_interval_is_not_negative(interval_s: float) -> None:
    """There is no pause of less than nothing."""
    with pytest.raises(Misuse):
        HostTurns(interval_s)
