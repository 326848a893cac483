"""What every `Index` promises of its river."""

from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest

from hozon.lives.lifecycle import life
from hozon.lives.looks import of_snapshot
from hozon.nouns.errors import Misuse
from hozon.nouns.model import Entry, Holdings, RiverEntry
from hozon.nouns.ports import Index
from tests.fakes import a_snapshot, a_trouble, after, an_entry

ENTRIES = [
    an_entry(f"e{n:02}", river_at=after(n // 3), feed_id=f"f{n % 2}") for n in range(20)
]
"""By place in the river, oldest first; three at each instant, of two feeds."""


@pytest.fixture
def river(index: Index) -> Index:
    """Return an index of all `ENTRIES`."""
    index.add(Holdings(entries=tuple(ENTRIES)))
    return index


def paged(index: Index, *, limit: int, feed_id: str | None = None) -> list[list[Entry]]:
    """Return all pages of the river."""
    pages, cursor = [], None
    while True:
        page, cursor = index.river(limit=limit, before=cursor, feed_id=feed_id)
        pages.append([each.entry for each in page])
        if cursor is None:
            return pages


@pytest.mark.parametrize("limit", [1, 3, 7, 10, 19, 20, 21])
def test_all_pages(river: Index, limit: int) -> None:
    """Page by page the river shows every entry once, newest first, in full pages."""
    newest = ENTRIES[::-1]

    assert [newest[n : n + limit] for n in range(0, 20, limit)] == paged(
        river, limit=limit
    )


def test_of_one_feed(river: Index) -> None:
    """The river of a feed has its entries only, and pages as well."""
    newest = [each for each in ENTRIES[::-1] if each.feed_id == "f1"]

    assert [newest[:4], newest[4:8], newest[8:]] == paged(river, limit=4, feed_id="f1")


def test_of_no_feed(river: Index) -> None:
    """A feed without entries has an empty river."""
    assert ([], None) == river.river(limit=9, feed_id="unknown")


@pytest.mark.parametrize("feed_id", [None, "f0"])
@pytest.mark.parametrize(
    ("since", "until"),
    [(2, 4), (None, 1), (6, None), (3, 3), (5, 2), (-9, -1), (0, 99)],
)
def test_a_span(
    river: Index, feed_id: str | None, since: int | None, until: int | None
) -> None:
    """`since` is in the span and `until` is not."""
    page, cursor = river.river(
        limit=99,
        feed_id=feed_id,
        since=None if since is None else after(since),
        until=None if until is None else after(until),
    )

    assert [
        each
        for each in ENTRIES[::-1]
        if (since is None or each.river_at >= after(since))
        and (until is None or each.river_at < after(until))
        and feed_id in (None, each.feed_id)
    ] == [each.entry for each in page]
    assert cursor is None


def test_pages_of_a_span(river: Index) -> None:
    """A cursor goes on inside the span that it began in."""
    first, cursor = river.river(limit=4, since=after(1), until=after(3))
    second, end = river.river(limit=4, before=cursor, since=after(1), until=after(3))

    assert ENTRIES[8:2:-1] == [each.entry for each in (*first, *second)]
    assert end is None


def test_a_new_entry_moves_no_page(river: Index) -> None:
    """What is added above a cursor does not shift what comes after it."""
    _, cursor = river.river(limit=5)
    river.add(Holdings(entries=(an_entry("new", river_at=after(99)),)))

    page, _ = river.river(limit=5, before=cursor)
    assert ENTRIES[14:9:-1] == [each.entry for each in page]


def test_an_entry_that_moves(index: Index) -> None:
    """An entry that turns out to be older stands at its new place only."""
    index.add(Holdings(entries=(an_entry("e1"), an_entry("e2", river_at=after(-1)))))
    older = an_entry("e1", first_seen_at=after(-5), river_at=after(-5))
    index.add(Holdings(entries=(older,)))

    assert [["e2", "e1"], ["e2", "e1"]] == [
        [each.entry.key for each in index.river(limit=9, feed_id=feed_id)[0]]
        for feed_id in (None, "f1")
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_with_its_snapshot_of_record(index: Index, order: tuple[int, ...]) -> None:
    """A block page never stands for an entry that was captured, however late it came."""
    snapshots = [
        a_snapshot("s1", captured_at=after(1), kind="challenge"),
        a_snapshot("s2", captured_at=after(2), kind="part"),
        a_snapshot("s3", captured_at=after(3), status=404, kind="missing"),
    ]
    for place in order:
        index.add(Holdings(snapshots=(snapshots[place],)))
    index.add(Holdings(entries=(an_entry(),)))

    assert [snapshots[1]] == [each.snapshot for each in index.river(limit=9)[0]]
    assert snapshots == index.snapshots("https://example.com/e1")


def test_with_its_latest_block_page(index: Index) -> None:
    """An entry of which there are only block pages is shown with the latest."""
    for n in (2, 3, 1):
        blocked = a_snapshot(f"s{n}", captured_at=after(n), kind="challenge")
        index.add(Holdings(entries=(an_entry(),), snapshots=(blocked,)))

    assert ["s3"] == [
        each.snapshot.id for each in index.river(limit=9)[0] if each.snapshot
    ]


@pytest.mark.parametrize("late", ["entry", "snapshots"])
def test_with_its_latest_snapshot(index: Index, late: str) -> None:
    """An entry is shown with the latest of its snapshots, whatever was added last."""
    entry = Holdings(entries=(an_entry(),))
    snapshots = [a_snapshot(f"s{n}", captured_at=after(n)) for n in (1, 3, 2)]
    if late == "snapshots":
        index.add(entry)
    for snapshot in snapshots:
        index.add(Holdings(snapshots=(snapshot,)))
    if late == "entry":
        index.add(entry)

    lived = life(map(of_snapshot, snapshots))
    expected = RiverEntry(entry=an_entry(), snapshot=snapshots[1], life=lived)
    assert ([expected], None) == index.river(limit=9)


def test_the_latest_of_one_instant(index: Index) -> None:
    """Of two snapshots of one instant the one with the greater id counts as later."""
    for id_ in ("s2", "s3", "s1"):
        index.add(Holdings(snapshots=(a_snapshot(id_),), entries=(an_entry(),)))

    assert [a_snapshot("s3")] == [each.snapshot for each in index.river(limit=9)[0]]


def test_with_its_trouble(index: Index) -> None:
    """An entry is shown with the note that stands, beside an older snapshot."""
    index.add(Holdings(entries=(an_entry(),), snapshots=(a_snapshot(),)))
    index.trouble(a_trouble())

    expected = RiverEntry(
        entry=an_entry(),
        snapshot=a_snapshot(),
        trouble=a_trouble(),
        life=life([of_snapshot(a_snapshot())]),
    )
    assert ([expected], None) == index.river(limit=9)


def test_a_statement_keeps_the_rest(index: Index) -> None:
    """A new statement of an entry takes away neither its snapshot nor its trouble."""
    index.add(Holdings(entries=(an_entry(),), snapshots=(a_snapshot(),)))
    index.trouble(a_trouble())
    new = replace(an_entry(), seen_at=after(9), title="New title")
    index.add(Holdings(entries=(new,)))

    expected = RiverEntry(
        entry=new,
        snapshot=a_snapshot(),
        trouble=a_trouble(),
        life=life([of_snapshot(a_snapshot())]),
    )
    assert ([expected], None) == index.river(limit=9)


def encoded(text: str) -> str:
    """Return `text` as a cursor is written."""
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "=",
        "MjAyNg",
        encoded("2026-08-22T12:00:00.000Z"),
        encoded("2026-08-22T12:00:00.000Z|"),
        encoded("2026-08-22 12:00:00.000Z|e1"),
        encoded("~|e1"),
        encoded("2026-08-22T12:00:00.000Z|e\n1"),
        encoded("2026-08-22T12:00:00.000Z|" + "e" * 999),
        encoded("2026-08-22T12:00:00.000Z|e1") + "=",
        encoded("2026-08-22T12:00:00.000Z|e1") + "\n",
        "x" * 100_000,
    ],
)
def test_a_forged_cursor(river: Index, cursor: str) -> None:
    """What we never gave out as a cursor is refused."""
    with pytest.raises(Misuse):
        river.river(limit=9, before=cursor)


@pytest.mark.parametrize("limit", [0, -1])
def test_no_page_at_all(river: Index, limit: int) -> None:
    """A page without entries would have no end: it is refused."""
    with pytest.raises(Misuse):
        river.river(limit=limit)
