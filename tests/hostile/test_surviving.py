"""What breaks a reader, or this very program, costs neither bytes nor the other jobs."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from hozon import wiring
from hozon.confined.reader import ConfinedReader
from hozon.nouns.errors import NotAFeed, Refused, Unavailable
from hozon.nouns.model import Exchange, Headers
from hozon.nouns.ports import Limits
from hozon.polling.subscribing import subscribe
from hozon.retrieving import retrieval
from hozon.settings import ENVIRONMENT, from_environment
from tests.fetching import Answer, FakeFetcher, html
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FEED, LONG, STYLE, A, B, rss, site

OTHER = "https://other.example.org/feed"
XML = (("Content-Type", "application/rss+xml"),)


@pytest.fixture
def broken(desk: Desk) -> Iterator[Desk]:
    """An archive whose readers break as documents tell them to."""
    reader = ConfinedReader(
        program="tests.faults.breaking_child", page_s=60, feed_s=20, memory=512 << 20
    )
    opened, archive = desk.opened, replace(desk.opened.archive, reader=reader)
    yield Desk(replace(opened, archive=archive), desk.clock, desk.told)
    reader.close()


@pytest.mark.museum(33)
@pytest.mark.parametrize("way", ["hang", "die", "eat", "lie"])
async def test_a_feed_that_breaks_its_reader_is_stored(broken: Desk, way: str) -> None:
    """Its bytes are in the archive as they came, it says what is wrong, it is asked again
    later; the other feed and its pages are archived.
    """
    document = (
        f"<rss version='2.0'><channel><title>{way}</title></channel></rss>".encode()
    )
    broken.follow(OTHER)
    broken.follow(FEED)
    served = site({OTHER: Answer(document, 200, XML)})
    run = await broken.run(broken.fetcher(served))
    archive = broken.opened.archive
    state = next(feed for feed in archive.feeds.all() if feed.uri == OTHER)

    assert document == retrieval.follow(OTHER, archive).content()
    assert "could not be read as a feed" in (state.trouble or "")
    assert broken.clock.now < state.due_at
    assert 2 == run.counts["snapshots"]
    assert broken.dump() == broken.rebuilt()


@pytest.mark.museum(41)
@pytest.mark.parametrize("way", ["die", "eat", "babble", "flood"])
async def test_a_page_that_breaks_its_reader_is_stored(broken: Desk, way: str) -> None:
    """Its bytes are in the archive as they came, with a note; it is parsed nowhere else."""
    page = html(f"<p>{way}<p>{LONG}<img src=/never.png>")
    broken.follow(FEED)
    fetcher = broken.fetcher(site({A: page}))
    run = await broken.run(fetcher)
    archive = broken.opened.archive
    held = retrieval.find(A, archive)
    (note,) = retrieval.metadata(held, archive)["notes"]

    assert page.body == retrieval.read(held, archive).content()
    assert note.startswith("not read: ")
    assert "https://news.example.org/never.png" not in dict(fetcher.asked)
    assert (2, 0) == (run.counts["snapshots"], run.counts["failed"])
    assert broken.dump() == broken.rebuilt()


async def test_a_sheet_that_breaks_its_reader_is_stored(broken: Desk) -> None:
    """The style sheet is kept, what it needs is not known, and that is on record."""
    sheet = Answer(b"/* die */ @font-face { src: url(f.woff2) }", 200, (CSS,))
    broken.follow(FEED)
    await broken.run(broken.fetcher(site({STYLE: sheet})))
    archive = broken.opened.archive
    requisites = retrieval.metadata(retrieval.find(A, archive), archive)["requisites"]
    told = {one["uri"]: one.get("reason") for one in requisites}

    assert sheet.body == retrieval.follow(STYLE, archive).content()
    assert {
        STYLE: "not read for what it needs: its reader ended (exit code -11)"
    } == told


CSS = ("Content-Type", "text/css")


class FallingFetcher(FakeFetcher):
    """A fetcher that fails in a way that nobody foresaw."""

    fall: dict[str, Exception]

    async def fetch(
        self,
        uri: str,
        *,
        headers: Headers = (),
        limits: Limits | None = None,  # noqa: ARG002  the port's
    ) -> Exchange:
        """Answer, or fall."""
        if uri in self.fall:
            raise self.fall[uri]
        return await FakeFetcher.fetch(self, uri, headers=headers)


def falling(desk: Desk, uri: str, error: Exception) -> FallingFetcher:
    """Return a fetcher that falls over one URI of the site."""
    fetcher = FallingFetcher(site(), desk.clock)
    fetcher.fall = {uri: error}
    return fetcher


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("x"), MemoryError(), KeyError("x")]
)
async def test_a_page_that_breaks_us_stops_nobody_else(
    desk: Desk, error: Exception
) -> None:
    """It is told and noted as our mistake, and tried again; the others are captured."""
    desk.follow(FEED)
    run = await desk.run(falling(desk, A, error))
    (trouble,) = desk.opened.archive.index.troubles()

    assert (1, 1) == (run.counts["snapshots"], run.counts["failed"])
    assert trouble.reason.startswith("this program failed at it: ")
    assert not trouble.final
    assert B == retrieval.find(B, desk.opened.archive).target_uri


async def test_a_feed_that_breaks_us_is_asked_later(desk: Desk) -> None:
    """It fails as one does whose server is down; the run ends."""
    desk.follow(FEED)
    run = await desk.run(falling(desk, FEED, ZeroDivisionError("x")))
    (state,) = desk.opened.archive.feeds.all()

    assert 1 == run.counts["failed"]
    assert "this program failed at it" in (state.trouble or "")
    assert desk.clock.now < state.due_at


async def test_a_requisite_that_breaks_us_costs_its_page_an_attempt(desk: Desk) -> None:
    """It comes up in the middle of many; the run goes on."""
    desk.follow(FEED)
    run = await desk.run(falling(desk, STYLE, ZeroDivisionError("x")))

    assert 2 == run.counts["failed"]
    assert all("this program failed" in problem for _, problem in desk.problems())


async def test_a_store_that_fails_still_ends_the_run(desk: Desk) -> None:
    """Also where it failed among other things: there is no going on without it."""
    desk.follow(FEED)
    with pytest.raises(Unavailable, match="throttled"):
        await desk.run(falling(desk, STYLE, Unavailable("throttled")))


OWN = frozenset({"archive.example.org:443", "archive.example.org:80"})


@pytest.mark.museum(15)
async def test_an_archive_does_not_archive_itself(desk: Desk) -> None:
    """Where it was told its own address, its fetchers refuse that."""
    wiring.publish(desk.opened.directory, "https://archive.example.org/")
    with wiring.embedded(desk.opened.directory) as opened:
        async with opened.fetcher(wiring.Fetching()) as fetcher:
            assert OWN == fetcher._own_hosts
            with pytest.raises(Refused, match="is this archive itself"):
                await fetcher.fetch("https://archive.example.org/river.atom")


@pytest.mark.museum(15)
def test_a_deployed_archive_does_not_archive_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The template tells it its own address."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    environment = dict.fromkeys(ENVIRONMENT.values(), "0")
    environment |= {
        "HOZON_ROBOTS": "respect",
        "HOZON_PUBLIC_URL": "https://archive.example.org",
        "HOZON_REPLAY_URL": "",
        "HOZON_RECHECK_PLAN": "none",
    }

    deployed = wiring.connect(from_environment(environment))

    assert OWN == deployed.fetching.own_hosts


@pytest.mark.museum(40)
async def test_a_page_that_names_itself_as_its_feed(desk: Desk) -> None:
    """Looking for a feed ends, whatever a page says of where one is."""
    named = f"<link rel=alternate type=application/rss+xml href={A}>"
    fetcher = desk.fetcher({A: html(named), FEED: rss(A)})
    with pytest.raises(NotAFeed) as refusal:
        await subscribe(A, desk.opened.archive, fetcher)

    assert (A,) == refusal.value.feeds
    assert len(fetcher.asked) < 20
