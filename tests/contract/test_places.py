"""What every `Index` promises of parts: windows of one URI, lists from a place on."""

from datetime import datetime
from itertools import islice

import pytest

from hozon.adapters.capturekeys import place
from hozon.nouns.model import Capture, Holdings
from hozon.nouns.places import Place
from hozon.nouns.ports import Index
from tests.contract.test_index import HOSTS
from tests.fakes import NOON, a_capture, after

URI = "https://example.com/a"


def captured(index: Index, *captures: Capture) -> None:
    """Add captures."""
    index.add(Holdings(captures=captures))


@pytest.fixture
def ten(index: Index) -> list[Capture]:
    """Return ten captures of one URI that are held, a second apart, with neighbours."""
    made = [a_capture(URI, captured_at=after(n)) for n in range(10)]
    captured(index, *made, a_capture(f"{URI}b"), a_capture("https://example.com/"))
    return made


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, slice(0, 10)),
        (after(3), None, slice(3, 10)),
        (after(3.001), None, slice(4, 10)),
        (None, after(3), slice(0, 3)),
        (after(2), after(5), slice(2, 5)),
        (after(5), after(5), slice(0)),
        (after(6), after(5), slice(0)),
        (after(99), None, slice(0)),
    ],
)
def test_a_span(
    index: Index,
    ten: list[Capture],
    since: datetime | None,
    until: datetime | None,
    expected: slice,
) -> None:
    """`since` is inclusive, `until` exclusive."""
    assert ten[expected] == index.timemap(URI, since=since, until=until)


def test_the_earliest_and_the_latest(index: Index, ten: list[Capture]) -> None:
    """Of more than the limit it is the earliest or the latest, in ascending order."""
    assert ten[:3] == index.timemap(URI, limit=3)
    assert ten[7:] == index.timemap(URI, limit=3, latest=True)
    assert ten[2:4] == index.timemap(URI, until=after(4), limit=2, latest=True)
    assert ten[4:5] == index.timemap(URI, since=after(4), limit=1)
    assert ten == index.timemap(URI, limit=99)


def test_captures_behind_a_place(index: Index) -> None:
    """A list goes on behind any place, whichever hosts and ports lie around it."""
    held = [
        a_capture(f"https://{host}/", captured_at=after(n))
        for host in HOSTS
        for n in range(2)
    ]
    captured(index, *held)
    ordered = sorted(held, key=place)

    for n, capture in enumerate(ordered[::2]):
        behind = index.captures(after=place(capture), at_once=2)
        assert ordered[2 * n + 1 :] == list(behind), place(capture).key


@pytest.mark.parametrize("prefix", ["com,example", "com,example)/", "jp,", "com,"])
def test_captures_behind_a_place_by_prefix(index: Index, prefix: str) -> None:
    """The prefix holds, also where the place lies before or behind all that has it."""
    held = [
        a_capture(f"https://{host}{path}") for host in HOSTS for path in ("/", "/b")
    ]
    captured(index, *held)
    ordered = sorted(filter(lambda c: place(c).key.startswith(prefix), held), key=place)

    for n, capture in enumerate(ordered):
        behind = index.captures(prefix=prefix, after=place(capture))
        assert ordered[n + 1 :] == list(behind)
    assert ordered == list(index.captures(prefix=prefix, after=Place("a", NOON, "")))
    assert [] == list(index.captures(prefix=prefix, after=Place("~", NOON, "")))


def test_behind_long_keys(index: Index) -> None:
    """Keys that are longer than what a store can order by are gone through as others."""
    tails = ["", *"cab", "~", "bb"]
    held = [
        a_capture(f"https://example.com/{'x' * size}{tail}", captured_at=after(n))
        for size in (880, 2000)
        for tail in tails
        for n in range(2)
    ]
    captured(index, *held)
    ordered = sorted(held, key=place)

    seen: list[Capture] = []
    while some := list(
        islice(index.captures(after=place(seen[-1]) if seen else None, at_once=3), 5)
    ):
        seen += some

    assert ordered == seen


@pytest.mark.parametrize("prefix", ["", "com,example", "com,example)/", "jp,", "org,"])
def test_captures_are_counted(index: Index, prefix: str) -> None:
    """The count is that of the list, or the most that was asked for."""
    held = [
        a_capture(f"https://{host}{path}") for host in HOSTS for path in ("/", "/b")
    ]
    captured(index, *held)
    listed = len(list(index.captures(prefix=prefix)))

    assert listed == index.count(prefix=prefix, most=99)
    assert min(1, listed) == index.count(prefix=prefix, most=1)
