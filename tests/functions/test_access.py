"""Every state on every way in, on both sets of adapters: pages, raw mementos, TimeGate,
TimeMap, CDX, availability, WARC ranges, API, river, feeds, search, receipts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hozon.guarding import deciding
from hozon.guarding.guarding import guarded
from hozon.nouns.access import Decision, Scope, State
from tests import veiled
from tests.aws.stack import Stack
from tests.veiled import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Yield the town, archived in a folder."""
    with veiled.embedded(tmp_path / "archive") as made:
        yield made


def decide(world: World, scope: Scope, state: State) -> None:
    """Decide about the page, or about all below its address, or its feed."""
    subject = {"page": world.link, "site": world.link, "feed": world.feed_id}[scope]
    until = world.clock.now + timedelta(days=1) if state == "embargoed" else None
    deciding.decide(scope, subject, state, world.archive, until=until, reason="why")


def fine(world: World, paths: Iterable[str]) -> None:
    """Hold that all of this is answered."""
    for path in paths:
        answer = world.ask(path, accept="*/*")
        assert answer.status in {200, 302}, (path, answer.text)


def tells(world: World, paths: Iterable[str]) -> set[str]:
    """Return the paths whose answers tell of the page."""
    return {path for path in paths if veiled.names(world.ask(path).text)}


def refused(
    world: World,
    paths: Iterable[str],
    status: int,
    accepted: tuple[str, ...] = ("*/*",),
) -> None:
    """Hold that none of this is answered, and that the refusal says nothing of it."""
    for path in paths:
        for accept in accepted:
            answer = world.ask(path, accept=accept)
            assert status == answer.status, (path, answer.text[:300])
            assert not veiled.names(answer.text), path


def test_every_state_on_every_path(world: World) -> None:
    """Public, unlisted, embargoed, dark, and back: what each way in gives."""
    every_state(world, ("*/*", "text/html", "application/json"))


def test_every_state_on_a_stack(stack: Stack) -> None:
    """The same through the handler on the function URL, under its own role: one way in of
    three, for each costs a moment there.
    """
    with veiled.deployed(stack) as world:
        every_state(world, ("*/*",), step=3)


def every_state(world: World, accepted: tuple[str, ...], *, step: int = 1) -> None:
    """Go through the states, and hold what each way in gives, or each of `step`."""
    lists = list(world.lists())[::step]
    exact, elsewhere = list(world.exact())[::step], list(world.told_elsewhere())[::step]
    everywhere = tells(world, lists)
    if step == 1:
        assert everywhere >= {"/", "/river.atom", "/changes.atom", "/api/v1/entries"}
        assert everywhere >= {"/?change=any", f"/sources/{world.feed_id}"}
    assert len(everywhere) * 3 >= len(lists) * 2
    fine(world, exact)

    decide(world, "page", "unlisted")
    assert set() == tells(world, lists)
    fine(world, exact)
    fine(world, elsewhere)

    hiding: dict[State, int] = {"embargoed": 403, "dark": 451}
    for state, status in hiding.items():
        decide(world, "page", state)
        assert set() == tells(world, lists)
        refused(world, exact, status, accepted)
        refused(world, elsewhere, status, accepted)
        fine(world, list(world.open_still())[::step])

    decide(world, "page", "public")
    assert everywhere == tells(world, lists)
    fine(world, exact)


@pytest.mark.parametrize("scope", ["site", "feed"])
def test_whole_sites_and_feeds(world: World, scope: Scope) -> None:
    """What is decided about all below an address, or about a feed, is so of its pages."""
    decide(world, scope, "dark")
    assert set() == tells(world, world.lists())
    refused(world, world.exact(), 451)
    refused(world, world.told_elsewhere(), 451)
    if scope == "site":
        fine(world, world.open_still())

    decide(world, scope, "unlisted")
    told = tells(world, world.lists())  # by the feed's own id at most
    assert told == {path for path in told if world.feed_id in path}
    fine(world, world.exact())

    decide(world, "page", "dark")
    decide(world, scope, "public")
    refused(world, world.exact(), 451)
    decide(world, "page", "public")
    decide(world, scope, "dark")
    uri = world.link
    assert 200 == world.ask(f"/api/v1/get?uri={uri}").status


def test_an_embargo_ends_by_itself(world: World) -> None:
    """At its instant, without anybody's doing; before, it says when that is."""
    decide(world, "page", "embargoed")
    path = f"/api/v1/get?uri={world.link}"
    answer = world.ask(path)
    assert 403 == answer.status
    assert "until 2026-11-24T19:00:00" in answer.text

    world.clock.now += timedelta(days=1) - timedelta(milliseconds=1)
    assert 403 == world.ask(path).status
    world.clock.now += timedelta(milliseconds=1)
    assert 200 == world.ask(path).status
    assert veiled.names(world.ask("/river.atom").text)


def test_what_comes_later_is_dark_too(world: World) -> None:
    """A page that was decided about is captured again, and is still out of sight."""
    decide(world, "page", "dark")
    known = len(world.archive.index.timemap(world.link))
    world.site.routes[veiled.LINK] = veiled.article(veiled.SECRET, 77)
    world.clock.now += timedelta(days=3)
    world.work()

    assert known < len(world.archive.index.timemap(world.link))
    refused(world, world.exact(), 451)
    assert set() == tells(world, world.lists())


def test_nothing_decided_is_one_query(world: World) -> None:
    """The archive itself is handed over, and nothing but the book was asked."""
    asked: list[str] = []

    class Book:
        """Has no decision, and says how often it was asked."""

        def put(self, decision: Decision) -> None:
            """Take none."""
            raise AssertionError(decision)

        def all(self) -> list[Decision]:
            """Return none."""
            asked.append("all")
            return []

    bare = replace(world.archive, access=Book())

    assert guarded(bare) is bare
    assert ["all"] == asked
