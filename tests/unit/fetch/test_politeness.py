import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from hozon.fetch import AllowedHosts, HttpFetcher, vet
from hozon.nouns.errors import Busy, Unreachable
from hozon.nouns.ports import Limits
from tests.unit.fetch.scripted import fetcher, here, ok, scripted


def test_no_more_exchanges_at_once_than_there_are_places() -> None:
    """Without an interval, the number of places is the bound."""

    async def play() -> None:
        async with scripted(lambda _: ok(), delay_s=0.01) as site:
            async with fetcher(here(site), max_concurrent=3) as web:
                uri = f"http://{here(site)}/"
                await asyncio.gather(*(web.fetch(uri) for _ in range(12)))
            assert 3 == site.peak
            assert 3 == site.connections

    asyncio.run(play())


def test_an_allowed_host_may_have_a_short_interval() -> None:
    """Below a second, an interval still keeps the requests apart and in single file."""

    async def play() -> None:
        async with scripted(lambda _: ok(), delay_s=0.01) as site:
            async with fetcher(here(site), interval_s=0.1) as web:
                uri = f"http://{here(site)}/"
                await asyncio.gather(*(web.fetch(uri) for _ in range(3)))
            assert 1 == site.peak
            first, second, third = site.started
            assert min(second - first, third - second) > 0.09

    asyncio.run(play())


@pytest.mark.parametrize(
    ("configured", "uri", "kept"),
    [
        (0, "http://127.0.0.1:8080/", 0),
        (0.5, "http://127.0.0.1:8080/", 0.5),
        (3, "http://127.0.0.1:8080/", 3),
        (0, "http://example.org/", 2),
        (0.999, "https://example.org/", 2),
        (1, "https://example.org/", 1),
        (5, "https://example.org/", 5),
    ],
)
def test_haste_is_for_allowed_hosts_only(
    configured: float, uri: str, kept: float
) -> None:
    """An interval below a second holds for allowed hosts; others keep theirs of 2 s."""
    specs = ["127.0.0.1:8080"]
    web = fetcher(*specs, interval_s=configured)

    assert kept == web._interval_s(vet(uri, AllowedHosts.parse(specs)), Limits())


def test_a_host_that_asks_us_to_wait_is_left_alone() -> None:
    """After 429 with Retry-After, the host is not asked until then."""
    busy = ok(b"", b"Retry-After: 3600", status=b"429 Too Many Requests")

    async def play() -> None:
        async with scripted(lambda _: busy) as site:
            async with fetcher(here(site), interval_s=1) as web:
                assert 429 == (await web.fetch(f"http://{here(site)}/")).status
                with pytest.raises(Unreachable, match="asked us to wait") as raised:
                    await web.fetch(f"http://{here(site)}/other")
            assert 3600 == pytest.approx(raised.value.retry_after_s, abs=1)
            assert 1 == len(site.requests)

    asyncio.run(play())


def test_haste_is_no_excuse() -> None:
    """A host that may be asked in haste is left alone as well, by the archive's clock."""
    busy = ok(b"", b"Retry-After: 3600", status=b"503 Service Unavailable")
    clock = [datetime(2026, 8, 22, tzinfo=UTC)]

    async def play() -> None:
        async with scripted(lambda _: busy) as site:
            web = HttpFetcher(
                user_agent="Hozon tests",
                allowed=AllowedHosts.parse([here(site)]),
                interval_s=0,
                clock=lambda: clock[0],
            )
            async with web:
                await web.fetch(f"http://{here(site)}/")
                clock[0] += timedelta(minutes=59)
                with pytest.raises(Busy, match="asked us to wait another 60 s"):
                    await web.fetch(f"http://{here(site)}/other")
                clock[0] += timedelta(minutes=1)
                assert 503 == (await web.fetch(f"http://{here(site)}/")).status
            assert 2 == len(site.requests)

    asyncio.run(play())


def test_a_fetch_that_is_given_up_leaves_nothing_behind() -> None:
    """A cancelled exchange frees its place, and its connection is not used again."""

    async def play() -> None:
        async with scripted(lambda _: ok(), delay_s=0.1) as site:
            async with fetcher(here(site), max_concurrent=1) as web:
                uri = f"http://{here(site)}/"
                given_up = asyncio.create_task(web.fetch(uri))
                await asyncio.sleep(0.03)
                given_up.cancel()
                assert b"ok" == (await web.fetch(uri)).payload
            assert 2 == site.connections

    asyncio.run(play())
