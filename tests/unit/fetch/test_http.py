import asyncio
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from hozon.fetch import AllowedHosts, HttpFetcher
from hozon.nouns.errors import Misuse, Refused, Unreachable
from hozon.nouns.ports import Fetcher, Limits
from tests.unit.fetch.scripted import (
    NOW,
    answers,
    fetcher,
    here,
    ok,
    path,
    scripted,
)


def test_an_exchange_is_what_went_over_the_wire() -> None:
    """Request and response are kept to the byte, with time, address and protocol."""
    body = b"\x1f\x8b not really gzip"
    wire = ok(body, b"content-ENCODING: gzip", b"Set-Cookie: a", b"Set-Cookie: b")

    async def play() -> None:
        async with scripted(lambda _: wire) as site, fetcher(here(site)) as web:
            port_holds: Fetcher = web
            uri = f"http://127.1:{site.port}/a?b#c"
            exchange = await port_holds.fetch(uri, headers=(("X-A", "b"),))

            assert f"http://127.0.0.1:{site.port}/a?b" == exchange.target_uri
            assert NOW.replace(microsecond=123_000) == exchange.started_at
            assert site.requests == [exchange.request]
            assert b"\r\nX-A: b\r\n" in exchange.request
            assert wire == exchange.head + exchange.payload
            assert body == exchange.payload
            assert [
                "Content-Length",
                "content-ENCODING",
                "Set-Cookie",
                "Set-Cookie",
            ] == [name for name, _ in exchange.headers]
            assert (200, "127.0.0.1", ("http/1.1",), None, None, ()) == (
                exchange.status,
                exchange.ip,
                exchange.protocol,
                exchange.cipher_suite,
                exchange.truncated,
                exchange.anomalies,
            )

    asyncio.run(play())


def test_a_clean_connection_is_used_again() -> None:
    """Exchanges with one origin share a connection, one after the other."""

    async def play() -> None:
        async with (
            scripted(lambda r: ok(path(r).encode())) as site,
            fetcher(here(site)) as web,
        ):
            bodies = [
                (await web.fetch(f"http://{here(site)}/{n}")).payload for n in range(5)
            ]
            assert [b"/0", b"/1", b"/2", b"/3", b"/4"] == bodies
            assert (1, 5) == (site.connections, web.requests)

    asyncio.run(play())


def test_what_comes_at_once_is_never_mixed() -> None:
    """All connections receive into one buffer; each body is its own all the same."""

    async def play() -> None:
        async with (
            scripted(lambda r: ok(path(r).encode() * 60_000)) as site,
            fetcher(here(site)) as web,
        ):
            uris = [f"http://{here(site)}/{n:02}" for n in range(24)]
            exchanges = await asyncio.gather(*map(web.fetch, uris))
            assert [f"/{n:02}".encode() * 60_000 for n in range(24)] == [
                exchange.payload for exchange in exchanges
            ]

    asyncio.run(play())


@pytest.mark.parametrize(
    "wire",
    [
        ok(b"ok", b"Connection: close"),
        ok(b"ok").replace(b"HTTP/1.1", b"HTTP/1.0"),
        ok(b"ok") + b"extra",
        ok(b"ok").replace(b"\r\n", b"\n"),
        ok(b"ok", b"Content-Length: 2"),
    ],
    ids=["close", "http/1.0", "extra bytes", "bare LF", "two lengths"],
)
def test_a_connection_in_doubt_is_not_used_again(wire: bytes) -> None:
    """After a broken or last answer, the next exchange has a connection of its own."""

    async def play() -> None:
        async with scripted(lambda _: wire) as site, fetcher(here(site)) as web:
            limits = Limits(total_s=0.3)
            for _ in range(2):
                assert (
                    b"ok"
                    == (await web.fetch(f"http://{here(site)}/", limits=limits)).payload
                )
            assert 2 == site.connections

    asyncio.run(play())


def test_origins_do_not_share_connections() -> None:
    """Another name for the same address and port is another origin."""

    async def play() -> None:
        async with scripted(lambda _: ok()) as site:
            specs = f"a.test:{site.port}", f"b.test:{site.port}"
            async with fetcher(*specs, resolver=answers("127.0.0.1")) as web:
                await web.fetch(f"http://a.test:{site.port}/")
                await web.fetch(f"http://b.test:{site.port}/")
            assert 2 == site.connections
            assert b"Host: b.test" in site.requests[1]

    asyncio.run(play())


def test_a_connection_that_died_idle_is_replaced_once() -> None:
    """A reused connection that ends without a byte of answer: a fresh one is asked."""
    deaf = iter([False, True, False, True])

    async def play() -> None:
        async with (
            scripted(lambda _: b"" if next(deaf) else ok()) as site,
            fetcher(here(site)) as web,
        ):
            for _ in range(2):
                assert b"ok" == (await web.fetch(f"http://{here(site)}/")).payload
            assert (2, 3) == (site.connections, web.requests)

    asyncio.run(play())


def test_a_fresh_connection_that_dies_is_unreachable() -> None:
    """A server that hangs up on a new connection is not asked again."""

    async def play() -> None:
        async with scripted(lambda _: b"") as site, fetcher(here(site)) as web:
            with pytest.raises(Unreachable, match="ended before a whole response head"):
                await web.fetch(f"http://{here(site)}/")
            assert (1, 1) == (site.connections, web.requests)

    asyncio.run(play())


def test_bytes_that_nobody_asked_for_are_no_answer() -> None:
    """What a server sends on an idle connection ends it and is never read."""
    late: list[asyncio.StreamWriter] = []

    async def serve(r: asyncio.StreamReader, w: asyncio.StreamWriter) -> None:
        await r.readuntil(b"\r\n\r\n")
        w.write(ok(b"true"))
        late.append(w)

    async def play() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server, fetcher(place) as web:
            await web.fetch(f"http://{place}/")
            late[0].write(ok(b"smuggled"))
            await asyncio.sleep(0.05)
            assert b"true" == (await web.fetch(f"http://{place}/")).payload
            assert 2 == len(late)
            for writer in late:
                writer.transport.abort()
        await asyncio.sleep(0)

    asyncio.run(play())


@pytest.mark.parametrize(
    ("uri", "error"),
    [
        ("http://127.0.0.1/", Refused),
        ("http://169.254.169.254/latest/meta-data/", Refused),
        ("file:///etc/passwd", Refused),
        ("http://private.org/", Refused),
        ("http://nowhere.org/", Unreachable),
        ("http://empty.org/", Unreachable),
    ],
)
def test_what_is_refused_is_not_asked(uri: str, error: type[Exception]) -> None:
    """A refused or unresolved URI costs no request."""

    async def resolve(host: str) -> Sequence[str]:
        if host == "nowhere.org":
            raise OSError("no such name")
        return {"private.org": ("10.0.0.1", "::1"), "empty.org": ()}[host]

    async def play() -> None:
        async with fetcher(resolver=resolve) as web:
            with pytest.raises(error):
                await web.fetch(uri)
            assert 0 == web.requests

    asyncio.run(play())


def test_the_next_address_is_tried() -> None:
    """Where the first address does not answer, the next one does."""

    async def play() -> None:
        async with scripted(lambda _: ok()) as site:
            place = f"news.test:{site.port}"
            resolver = answers("127.77.0.9", "127.0.0.1")
            async with fetcher(place, resolver=resolver) as web:
                exchange = await web.fetch(f"http://{place}/")
            assert "127.0.0.1" == exchange.ip

    asyncio.run(play())


def test_all_addresses_are_named_where_none_answers() -> None:
    """An unreachable host is described by what each of its addresses said."""

    async def play() -> None:
        async with fetcher("news.test:9", resolver=answers("127.77.0.9", "::1")) as web:
            with pytest.raises(Unreachable, match=r"127\.77\.0\.9: .*; ::1: "):
                await web.fetch("http://news.test:9/")

    asyncio.run(play())


def test_an_ipv6_literal_is_fetched() -> None:
    """Loopback of IPv6 is reached, and its Host has brackets."""

    async def play() -> None:
        try:
            serving = scripted(lambda _: ok(), host="::1")
            site = await serving.__aenter__()
        except OSError:
            pytest.skip("this machine has no IPv6 loopback")
        place = f"[::1]:{site.port}"
        async with fetcher(place) as web:
            exchange = await web.fetch(f"http://{place}/")
        await serving.__aexit__(None, None, None)
        assert "::1" == exchange.ip
        assert f"Host: {place}\r\n".encode() in exchange.request

    asyncio.run(play())


def test_a_resolver_that_hangs_is_unreachable_in_time() -> None:
    """The time limit of an exchange holds for names that nobody resolves."""

    async def resolve(host: str) -> Sequence[str]:
        await asyncio.sleep(60)
        return ()

    async def play() -> None:
        async with fetcher(resolver=resolve) as web:
            with pytest.raises(Unreachable, match=r"within 0\.1 s"):
                await web.fetch("http://example.org/", limits=Limits(total_s=0.1))

    asyncio.run(play())


def test_the_systems_resolver_is_asked_by_default() -> None:
    """Without a resolver of its own, the fetcher asks the system."""

    async def play() -> None:
        async with (
            scripted(lambda _: ok()) as site,
            fetcher(f"localhost:{site.port}") as web,
        ):
            exchange = await web.fetch(f"http://localhost:{site.port}/")
        assert b"ok" == exchange.payload

    asyncio.run(play())


def test_one_fetcher_serves_one_loop_after_another() -> None:
    """A fetcher that was closed in one event loop goes on in the next."""
    web: list[HttpFetcher] = []

    async def play() -> None:
        async with scripted(lambda _: ok(), port=ports[0]) as site:
            ports[0] = site.port
            if not web:
                web.append(fetcher(here(site), interval_s=0.01))
            uri = f"http://{here(site)}/"
            await asyncio.gather(*(web[0].fetch(uri) for _ in range(3)))
            await web[0].aclose()

    ports = [0]
    asyncio.run(play())
    asyncio.run(play())
    assert 6 == web[0].requests


@pytest.mark.parametrize(
    "make",
    [
        lambda: fetcher(max_concurrent=0),
        lambda: fetcher(interval_s=-1),
        lambda: HttpFetcher(
            user_agent="a\nb", allowed=AllowedHosts(), clock=lambda: NOW
        ),
    ],
)
def test_a_fetcher_that_could_not_work_is_not_made(
    make: Callable[[], HttpFetcher],
) -> None:
    """What cannot be right is said when the fetcher is made."""
    with pytest.raises(Misuse):
        make()


def test_large_bodies_cost_no_memory() -> None:
    """However many are under way at once: what is held of each is a view of a file."""
    body = bytes(range(256)) * 20_000
    answer = ok(body)

    async def play() -> None:
        async with scripted(lambda _: answer) as site, fetcher(here(site)) as web:
            tracemalloc.start()
            fetched = await asyncio.gather(
                *(web.fetch(f"http://{here(site)}/{n}") for n in range(20))
            )
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()

            assert all(body == one.payload and not one.truncated for one in fetched)
            assert peak < 5 * len(body), "20 bodies, and those the server sends"

    asyncio.run(play())


def test_a_body_that_no_disk_has_room_for_is_cut(tmp_path: Path) -> None:
    """It says so, and what came before is kept."""
    body = b"x" * 1_000_000

    async def play() -> None:
        async with (
            scripted(lambda _: ok(body)) as site,
            fetcher(here(site), scratch=tmp_path / "absent") as web,
        ):
            limits = Limits(memory_bytes=300_000)
            exchange = await web.fetch(f"http://{here(site)}/", limits=limits)

            assert "unspecified" == exchange.truncated
            assert body.startswith(bytes(exchange.payload))
            assert 0 < len(exchange.payload) <= 300_000
            assert any("no room on the disk" in word for word in exchange.anomalies)

    asyncio.run(play())
