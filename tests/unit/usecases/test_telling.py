"""Who is told of what was found: at least once each, whatever fails in between."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from hozon.nouns.errors import Unavailable
from hozon.nouns.events import Event, Filter, Telling
from hozon.settling.telling import tell_waiting
from tests.fetching import Answer, FakeFetcher, Reply, down
from tests.unit.usecases.conftest import Desk, a_desk
from tests.unit.usecases.test_looking import EDITED, GONE, article, followed, later
from tests.unit.usecases.test_running import FEED, A, rss

if TYPE_CHECKING:
    from hozon.nouns.ports import Index

HOOK = "https://hooks.example.net/hozon"


@dataclass(slots=True)
class Crier:
    """Somebody who is told, and may be out."""

    heard: list[Event] = field(default_factory=list)
    is_out: bool = False

    def tell(self, events: Sequence[Event]) -> None:
        """Hear the events, or be out."""
        if self.is_out:
            raise Unavailable("nobody is in")
        self.heard += events

    @property
    def kinds(self) -> list[str]:
        """The kinds of what was heard."""
        return [event.kind for event in self.heard]


@pytest.fixture
def crier() -> Crier:
    return Crier()


@pytest.fixture
def desk(tmp_path: Path, crier: Crier) -> Iterator[Desk]:
    """Yield a desk at which somebody listens."""
    with a_desk(tmp_path / "archive") as made:
        listening(made, Telling(crier=crier))
        yield made


def listening(desk: Desk, telling: Telling) -> None:
    """Have somebody listen to what is found at a desk."""
    archive = replace(desk.opened.archive, telling=telling)
    desk.opened = replace(desk.opened, archive=archive)


async def test_a_life_is_told(desk: Desk, crier: Crier) -> None:
    """New, changed, missing, restored: each once, in order, and nothing in between."""
    site = await followed(desk, article())
    await later(desk, site, hours=2)
    await later(desk, {**site, A: article(EDITED, etag='"2"')}, hours=6)
    await later(desk, {**site, A: GONE["404"][0]}, days=1)
    await later(desk, {**site, A: article(EDITED, etag='"2"')}, days=1)

    assert ["new", "changed", "missing", "restored"] == crier.kinds
    changed = crier.heard[1]
    assert ("correction", 2, "live") == (changed.change, changed.version, changed.state)
    assert changed.title.endswith(A)
    assert FEED == changed.feed_uri
    assert desk.opened.archive.warcs.holds(changed.warc_key)
    assert 4 == len({event.id for event in crier.heard})


async def test_who_is_out_is_told_later(desk: Desk, crier: Crier) -> None:
    """Nothing is held up; the events wait, in order, and are told with their ids."""
    crier.is_out = True
    site = await followed(desk, article())
    await later(desk, {**site, A: article(EDITED, etag='"2"')}, hours=2)
    assert [] == crier.heard
    crier.is_out = False
    desk.clock.advance(minutes=11)
    await desk.run(desk.fetcher(site))

    assert ["new", "changed"] == crier.kinds
    assert 0 == await tell_waiting(desk.opened.archive)


async def test_who_dies_before_the_index_tells_again(desk: Desk, crier: Crier) -> None:
    """The object is durable and was told: the job is done again, with the same id."""
    site = await followed(desk, article())
    archive = desk.opened.archive
    edited = {**site, A: article(EDITED, etag='"2"')}

    class Dying:
        """An index that fails once, when it is to be written."""

        def __getattr__(self, name: str) -> object:
            if name == "add":
                raise Unavailable("the disk is gone")
            return getattr(archive.index, name)

    desk.opened = replace(
        desk.opened, archive=replace(archive, index=cast("Index", Dying()))
    )
    with pytest.raises(Unavailable):
        await later(desk, edited, hours=2)
    desk.opened = replace(desk.opened, archive=archive)
    fetcher = desk.fetcher(edited)
    await desk.run(fetcher)

    assert ["new", "changed", "changed"] == crier.kinds
    assert 2 == len({event.id for event in crier.heard})
    assert A not in [uri for uri, _ in fetcher.asked]


async def test_filters(desk: Desk) -> None:
    """By feed, by kind of event or of change, by size; a title is never too small."""
    crier = Crier()
    wanted = Filter(kinds=frozenset({"correction", "gone"}), min_size=0.5)
    listening(desk, Telling(crier=crier, filter=wanted))
    site = await followed(desk, article())
    await later(desk, {**site, A: article(EDITED, etag='"2"')}, hours=2)
    await later(desk, {**site, A: GONE["410"][0]}, hours=6)
    await later(desk, {**site, A: GONE["410"][0]}, hours=9)

    assert ["gone"] == crier.kinds
    event = crier.heard[0]
    assert not Filter(feeds=frozenset({"other"})).takes(event)
    assert Filter(feeds=frozenset({event.feed_id})).takes(event)
    titled = replace(event, kind="changed", change="title", size=0.0)
    assert wanted.takes(replace(titled, kind="gone"))
    assert Filter(min_size=0.5).takes(titled)


async def test_a_feed_that_fails(desk: Desk, crier: Crier) -> None:
    """Three times in a row, and once told until it has answered again."""
    await followed(desk, article())
    failing: dict[str, Reply] = {FEED: Answer(b"", 500), A: article()}
    for _ in range(5):
        await later(desk, failing, days=2)

    [failed] = [event for event in crier.heard if event.kind == "failing"]
    assert (3, "status 500") == (failed.failures, failed.reason)
    assert FEED == failed.feed_uri
    await later(desk, {FEED: rss(A), A: article()}, days=9)
    for _ in range(4):
        await later(desk, {FEED: down(), A: article()}, days=9)
    assert 2 == sum(event.kind == "failing" for event in crier.heard)


def posted(fetcher: FakeFetcher) -> list[dict[str, object]]:
    """Return the events that were posted to the webhook."""
    return [
        json.loads(bytes.fromhex(value))
        for uri, headers in fetcher.asked
        if uri == HOOK
        for _, value in headers
    ]


async def test_a_webhook(desk: Desk) -> None:
    """JSON is posted; another answer than success is tried again later."""
    listening(desk, Telling(webhook=HOOK))
    site: dict[str, Reply] = {FEED: rss(A), A: article(), HOOK: Answer(b"", 500)}
    desk.follow(FEED)
    busy = desk.fetcher(site)
    await desk.run(busy)
    desk.clock.advance(minutes=11)
    well = desk.fetcher({**site, HOOK: Answer(b"", 204)})
    await desk.run(well)

    assert posted(busy) == posted(well)
    assert ["new"] == [event["event"] for event in posted(well)]


async def test_nobody_listens(desk: Desk) -> None:
    """Then nothing is kept to be told."""
    listening(desk, Telling())
    site = await followed(desk, article())
    await later(desk, {**site, A: GONE["404"][0]}, hours=2)

    assert [] == desk.opened.archive.outbox.due(desk.clock.now, limit=9)
