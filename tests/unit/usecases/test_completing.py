"""What a page needs, within limits: nothing beyond them, and nothing untold."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from hozon.capturing.completing import Allowance, Completed, Fetch, complete
from hozon.capturing.sharing import Commons, Fetched
from hozon.nouns.errors import Refused, Unreachable
from hozon.nouns.model import Exchange
from hozon.nouns.requisites import Need, Requisite
from tests.fakes import NOON, after


def a_requisite(name: str, need: Need = Need.SHOWN, host: str = "e") -> Requisite:
    return Requisite(uri=f"https://{host}.example/{name}", kind="image", need=need)


def an_exchange(uri: str, size: int = 10) -> Exchange:
    return Exchange(
        target_uri=uri,
        started_at=NOON,
        request=b"",
        status=200,
        head=b"HTTP/1.1 200 OK\r\n\r\n",
        headers=(),
        payload=b"x" * size,
        ip="192.0.2.1",
    )


def fetching(
    asked: list[str],
    *,
    size: int = 10,
    needs: Callable[[str], tuple[Requisite, ...]] = lambda _: (),
    error: Exception | None = None,
) -> Fetch:
    async def fetch(requisite: Requisite, memory_bytes: int) -> Fetched:
        del memory_bytes
        asked.append(requisite.uri.rpartition("/")[2])
        await asyncio.sleep(0)
        if error is not None:
            raise error
        return Fetched((an_exchange(requisite.uri, size),), needs(requisite.uri))

    return fetch


async def completed(
    needed: list[Requisite], fetch: Fetch, **allowance: float
) -> Completed:
    return await complete(
        needed,
        fetch=fetch,
        commons=Commons(clock=lambda: NOON),
        allowance=Allowance(**allowance),  # type: ignore[arg-type]
    )


async def test_the_most_needed_come_first() -> None:
    """Whatever the order in the document, and though a sheet's needs come late."""
    asked: list[str] = []
    needed = [
        *(a_requisite(f"spare{n}", Need.SPARE) for n in range(20)),
        *(a_requisite(f"shown{n}") for n in range(20)),
        a_requisite("sheet", Need.SHAPES),
    ]

    def needs(uri: str) -> tuple[Requisite, ...]:
        return (a_requisite("font", Need.SHAPES),) if uri.endswith("sheet") else ()

    await completed(needed, fetching(asked, needs=needs))

    assert "sheet" == asked[0]
    assert asked.index("font") < 20
    assert all("spare" in name for name in asked[-20:])


@pytest.mark.museum(43)
async def test_the_least_needed_give_way() -> None:
    """Over the limit of requisites, what is left out is told with the reason."""
    asked: list[str] = []
    needed = [a_requisite(f"spare{n}", Need.SPARE) for n in range(9)]

    got = await completed(
        [*needed, a_requisite("shown")], fetching(asked), requisites=4
    )

    assert ["shown", "spare0", "spare1", "spare2"] == asked
    assert {"skipped"} == {one.outcome for one in got.missing}
    assert 6 == len(got.missing)
    assert ["6 requisites left out: over the page's 4 requisites"] == got.notes


@pytest.mark.museum(43)
async def test_bytes_of_a_page() -> None:
    """Once they are spent nothing more is begun."""
    asked: list[str] = []
    needed = [a_requisite(f"{n}") for n in range(100)]

    got = await completed(needed, fetching(asked, size=1000), payload_bytes=10_000)

    assert 10 <= len(asked) < 20
    assert 100 == len(got.wanted) + len(got.missing)
    assert "over the page's 10000 bytes" in got.notes[0]


async def test_the_time_of_a_page() -> None:
    """What hangs is given up, what waits is not begun, and both are told."""
    commons = Commons(clock=lambda: NOON)
    hung: list[str] = []

    async def hang(requisite: Requisite, _memory_bytes: int) -> Fetched:
        try:
            await asyncio.sleep(60)
        finally:
            hung.append(requisite.uri)
        raise AssertionError

    got = await complete(
        [a_requisite(f"{n}") for n in range(30)],
        fetch=hang,
        commons=commons,
        allowance=Allowance(span_s=0.02, grace_s=0.02),
    )
    await asyncio.sleep(0)

    assert {"failed", "skipped"} == {one.outcome for one in got.missing}
    assert 30 == len(got.missing)
    assert 8 == len(hung), "what nobody waits for any more is not fetched on"


async def test_a_host_that_fails() -> None:
    """After three failures in a row a host is left alone; the others are not."""
    asked: list[str] = []
    needed = [a_requisite(f"{n}") for n in range(50)]

    got = await completed(needed, fetching(asked, error=Unreachable("down")))

    assert 3 <= len(asked) <= 16
    assert 50 == len(got.missing)
    assert "e.example failed again and again" in got.notes[0]


@pytest.mark.museum(44)
async def test_what_is_refused() -> None:
    """It is told; a document of another site is not even asked for."""
    asked: list[str] = []
    frame = Requisite(uri="https://o.example/", kind="frame", foreign=True)

    got = await completed(
        [a_requisite("a"), frame], fetching(asked, error=Refused("robots.txt"))
    )

    assert ["a"] == asked
    assert {("refused", "robots.txt"), ("foreign", "a document of another site")} == {
        (one.outcome, one.reason) for one in got.missing
    }


@pytest.mark.museum(43)
@pytest.mark.parametrize("depth", [3])
async def test_depth(depth: int) -> None:
    """Sheets that import sheets for ever end at four."""
    asked: list[str] = []

    def needs(uri: str) -> tuple[Requisite, ...]:
        return (a_requisite(uri.rpartition("/")[2] + "x", Need.SHAPES),)

    await completed([a_requisite("x")], fetching(asked, needs=needs))

    assert [(n + 1) * "x" for n in range(depth + 1)] == asked


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ((), 600),
        ((("Cache-Control", "max-age=30"),), 600),
        ((("Cache-Control", "max-age=7200"),), 7200),
        ((("Cache-Control", "max-age=99999999"),), 86_400),
        ((("Cache-Control", "no-cache, max-age=7200"),), 600),
    ],
)
async def test_how_long_one_serves_others(
    headers: tuple[tuple[str, str], ...], seconds: int
) -> None:
    """A moment, or as long as its own headers say, a day at most."""
    fetched = Fetched((replace(an_exchange("https://e.example/a"), headers=headers),))

    async def fetch() -> Fetched:
        return fetched

    shared = await Commons(clock=lambda: NOON).obtain("https://e.example/a", fetch)

    assert after(seconds) == shared.until


async def test_the_memory_of_a_page() -> None:
    """Once its share is spent, what still comes is to lie in files."""
    rooms: list[int] = []

    async def fetch(requisite: Requisite, memory_bytes: int) -> Fetched:
        rooms.append(memory_bytes)
        await asyncio.sleep(0)
        return Fetched((an_exchange(requisite.uri, 100_000),))

    await completed(
        [a_requisite(f"{n}") for n in range(30)], fetch, memory_bytes=1_000_000
    )

    assert 256 * 1024 == rooms[0] == max(rooms)
    assert 0 == rooms[-1] == min(rooms)
