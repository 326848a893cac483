"""Attempts to lead the fetcher to a server that it must not reach: none gets there.

The forbidden server stands on the same port as the allowed one, at another loopback
address, and counts what reaches it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

import pytest

from hozon.fetch import AllowedHosts, Chain, HttpFetcher, follow
from hozon.nouns.errors import Refused
from hozon.nouns.instants import utcnow
from hozon.nouns.ports import Limits
from tests.unit.fetch.scripted import Scripted, ok, path, scripted

GOOD, BAD = "127.77.0.1", "127.0.0.1"
LIMITS = Limits(total_s=2)


class Names:
    """A resolver that gives one answer after the other, and the last for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


@dataclass(frozen=True, slots=True)
class Scene:
    """A fetcher that may reach `good`, and the server `bad` that it may not."""

    web: HttpFetcher
    good: Scripted
    bad: Scripted
    names: Names

    def uri(self, host: str) -> str:
        return f"http://{host}:{self.good.port}/"


def play(
    act: Callable[[Scene], Awaitable[None]], *answers: Sequence[str], close: bool = True
) -> None:
    """Play `act`, then hold that the forbidden server was never connected to."""
    fields = [b"Connection: close"] if close else []

    def answer(request: bytes) -> bytes:
        there = unquote(path(request))
        if there.startswith("/to/"):
            location = f"Location: {there.removeprefix('/to/')}".encode()
            return ok(b"", location, *fields, status=b"302 Found")
        return ok(b"good", *fields)

    async def scene() -> None:
        async with (
            scripted(answer, host=GOOD) as good,
            scripted(lambda _: ok(b"bad"), host=BAD, port=good.port) as bad,
        ):
            names = Names(*answers)
            async with HttpFetcher(
                user_agent="Hozon tests",
                allowed=AllowedHosts.parse([f"127.77.0.0/17:{good.port}"]),
                interval_s=0,
                clock=utcnow,
                resolver=names,
            ) as web:
                await act(Scene(web, good, bad, names))
            assert (0, []) == (bad.connections, bad.requests)

    asyncio.run(scene())


def test_the_forbidden_server_would_answer() -> None:
    """The scene is real: the forbidden server is there, and only forbidden."""

    async def act(scene: Scene) -> None:
        allowed = AllowedHosts.parse([f"{BAD}:{scene.bad.port}"])
        async with HttpFetcher(
            user_agent="Hozon tests", allowed=allowed, interval_s=0, clock=utcnow
        ) as other:
            assert b"bad" == (await other.fetch(scene.uri(BAD))).payload

    with pytest.raises(AssertionError, match=r"\(0, \[\]\) == \(1, "):
        play(act)


def test_a_forbidden_address_is_not_connected_to() -> None:
    """The literal address is refused before anything is opened."""

    async def act(scene: Scene) -> None:
        for host in (BAD, "127.1", "0x7f000001", "[::ffff:127.0.0.1]", "localhost"):
            with pytest.raises(Refused):
                await scene.web.fetch(scene.uri(host), limits=LIMITS)

    play(act, [BAD])


@pytest.mark.museum(9)
@pytest.mark.parametrize(
    "address",
    [
        BAD,
        "10.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "169.254.169.254",
        "169.254.100.1",
        "fd00:ec2::254",
        "fe80::1%lo",
        "64:ff9b::7f00:1",
    ],
)
def test_a_name_that_leads_astray_is_refused(address: str) -> None:
    """A name whose only address is forbidden is refused by that address."""

    async def act(scene: Scene) -> None:
        with pytest.raises(Refused, match=f"leads to {address}"):
            await scene.web.fetch(scene.uri("news.test"), limits=LIMITS)
        assert ["news.test"] == scene.names.asked

    play(act, [address])


@pytest.mark.museum(10)
def test_a_name_that_turns_cannot_be_used() -> None:
    """Rebinding: one look-up per connection, and what was vetted is connected to."""

    async def act(scene: Scene) -> None:
        exchange = await scene.web.fetch(scene.uri("news.test"), limits=LIMITS)
        assert (b"good", GOOD) == (exchange.payload, exchange.ip)
        assert ["news.test"] == scene.names.asked
        with pytest.raises(Refused):
            await scene.web.fetch(scene.uri("news.test"), limits=LIMITS)
        assert 2 == len(scene.names.asked)

    play(act, [GOOD], [BAD])


@pytest.mark.museum(10)
def test_a_name_that_turns_while_the_connection_lives() -> None:
    """A connection that goes on leads where it was vetted for; no look-up is made."""

    async def act(scene: Scene) -> None:
        for _ in range(3):
            exchange = await scene.web.fetch(scene.uri("news.test"), limits=LIMITS)
            assert GOOD == exchange.ip
        assert ["news.test"] == scene.names.asked

    play(act, [GOOD], [BAD], close=False)


@pytest.mark.museum(11)
@pytest.mark.parametrize("answer", [[GOOD, BAD], [BAD, GOOD], [BAD, GOOD, "::1"]])
def test_of_mixed_answers_only_the_good_is_used(answer: list[str]) -> None:
    """A name with good and forbidden addresses leads to the good; that is noted."""

    async def act(scene: Scene) -> None:
        exchange = await scene.web.fetch(scene.uri("news.test"), limits=LIMITS)
        assert GOOD == exchange.ip
        assert (
            f"the name also leads to {BAD}, which was not used",
        ) == exchange.anomalies

    play(act, answer)


@pytest.mark.museum(11)
def test_a_dead_good_address_does_not_open_the_forbidden_one() -> None:
    """Falling back to the next address stays within those that are admitted."""

    async def act(scene: Scene) -> None:
        exchange = await scene.web.fetch(scene.uri("news.test"), limits=LIMITS)
        assert GOOD == exchange.ip

    play(act, ["127.77.0.9", BAD, GOOD])


@pytest.mark.museum(12)
@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/2018-06-01/runtime/invocation/next",
        "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
        "http://169.254.169.254/latest/meta-data/",
        "//127.0.0.1:{port}/",
        "http://127.1:{port}/",
        "http://[::ffff:7f00:1]:{port}/",
        "http://user@127.77.0.1:{port}/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/_GET",
        "http://evil.test:{port}/",
        "http://localhost:{port}/",
        "http:\\\\127.0.0.1:{port}\\",
    ],
)
def test_a_redirect_into_the_forbidden_is_not_followed(target: str) -> None:
    """Every hop is vetted; the redirect itself is kept, with the reason."""

    async def act(scene: Scene) -> None:
        there = target.format(port=scene.good.port)
        chain: Chain = await follow(
            scene.web,
            scene.uri(GOOD) + "to/" + quote(there, safe=""),
            limits=LIMITS,
        )
        assert [302] == [exchange.status for exchange in chain.exchanges]
        assert isinstance(chain.cause, Refused)

    play(act, [BAD])


@pytest.mark.museum(14)
def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says of proxies is not heard."""

    async def act(scene: Scene) -> None:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{BAD}:{scene.bad.port}")
        exchange = await scene.web.fetch(scene.uri(GOOD), limits=LIMITS)
        assert (b"good", GOOD) == (exchange.payload, exchange.ip)
        assert exchange.request.startswith(b"GET / HTTP/1.1\r\n")

    play(act, [BAD])
