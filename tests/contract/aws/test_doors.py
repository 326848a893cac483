"""What the doors ask of the table: one Query for a TimeMap, a TimeGate, a page of CDX."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from hozon.adapters.aws.index import DynamoDbIndex
from hozon.adapters.aws.keys import RIVER, SHARDS
from hozon.cdx.query import query
from hozon.nouns.model import Holdings
from hozon.retrieving import lookup, nearby
from hozon.serving import memento
from tests.contract.aws.conftest import Wire
from tests.contract.conftest import Aws
from tests.fakes import a_capture, a_snapshot, after, an_entry

URI = "https://news.example.com/a"


@pytest.fixture
def index(client: Callable[[str], Any], aws: Aws) -> DynamoDbIndex:
    """Return an index of 60 captures of one URI, 40 of others, and 30 entries."""
    index = DynamoDbIndex(client("dynamodb"), aws.table(), pause=lambda _: None)
    index.add(
        Holdings(
            captures=(
                *(a_capture(URI, captured_at=after(60 * n)) for n in range(60)),
                *(a_capture(f"{URI}/{n:02}") for n in range(40)),
                a_capture("https://example.com/"),
                a_capture("https://news.example.org/"),
            ),
            entries=tuple(
                an_entry(f"e{n:02}", river_at=after(-60 * n)) for n in range(30)
            ),
            snapshots=(a_snapshot(link="https://example.com/e01"),),
        )
    )
    return index


@pytest.fixture
def wire(index: DynamoDbIndex) -> Wire:
    """Return what sees the requests from now on."""
    return Wire(index._table._client)


def archive(index: DynamoDbIndex) -> Any:
    """Return as much of an archive as these use cases touch."""
    return SimpleNamespace(index=index)


def asked(**parameters: str) -> Any:
    """Return a CDX query."""
    return query((name, value) for name, value in parameters.items())


ONE_QUERY: list[Callable[[DynamoDbIndex], object]] = [
    lambda on: on.timemap(URI),
    lambda on: on.timemap(URI, since=after(600), until=after(900)),
    lambda on: on.timemap(URI, limit=3, latest=True),
    lambda on: nearby.page(URI, None, archive(on), most=1000),
    lambda on: nearby.page(URI, after(600), archive(on), most=10),
    lambda on: memento.closest(
        nearby.nearby(URI, after(99), archive(on)).captures, None
    ),
    lambda on: lookup.look_up(asked(url=URI), archive(on), room=10**6),
    lambda on: lookup.look_up(
        asked(url=f"{URI}*", limit="30"), archive(on), room=10**6
    ),
    lambda on: lookup.look_up(
        asked(url="news.example.com", matchType="host", limit="30"),
        archive(on),
        room=10**6,
    ),
    lambda on: lookup.look_up(
        asked(url=f"{URI}/2*", filter="statuscode:404"), archive(on), room=10**6
    ),
]


@pytest.mark.parametrize("use", ONE_QUERY)
def test_one_query(
    index: DynamoDbIndex, wire: Wire, use: Callable[[DynamoDbIndex], object]
) -> None:
    """Each question of a reader is one Query, however many captures there are."""
    assert use(index)

    assert {"Query": 1} == wire.counts


def test_a_page_reads_its_page(index: DynamoDbIndex, wire: Wire) -> None:
    """A limit reaches the table: it is asked for the page, and one to see its end."""
    lookup.look_up(asked(url=f"{URI}*", limit="5"), archive(index), room=10**6)

    [(_, sent)] = wire.sent
    assert 6 == sent["Limit"]


def test_going_on_begins_at_the_place(index: DynamoDbIndex, wire: Wire) -> None:
    """A resume key costs what its page costs, wherever it is."""
    first = lookup.look_up(asked(url=f"{URI}*", limit="90"), archive(index), room=10**6)
    wire.counts.clear()

    rest = lookup.look_up(
        asked(url=f"{URI}*", resumeKey=first.more or ""), archive(index), room=10**6
    )

    assert 10 == len(rest.body.splitlines())
    assert {"Query": 1} == wire.counts


def test_the_river(index: DynamoDbIndex, wire: Wire) -> None:
    """A page of the river is one Query of each of its partitions, and one read of the
    states of its pages.
    """
    found, _ = index.river(limit=20)

    assert 20 == len(found)
    assert {"Query": SHARDS[RIVER], "BatchGetItem": 1} == wire.counts


def test_the_timegate_of_very_many(
    index: DynamoDbIndex, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more than is read whole: the latest, the first, and both sides of the instant."""
    monkeypatch.setattr(nearby, "MOST", 20)

    found = nearby.nearby(URI, after(600), archive(index))

    assert (URI, after(0), after(3540)) == (
        found.first.target_uri,
        found.first.captured_at,
        found.last.captured_at,
    )
    assert {"Query": 4} == wire.counts
