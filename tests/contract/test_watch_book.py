"""What every `WatchBook` promises, and the lives that an `Index` makes for it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hozon.lives import lifecycle
from hozon.lives.looks import of_snapshot
from hozon.nouns.errors import Conflict, Misuse
from hozon.nouns.findings import Finding, Outcome
from hozon.nouns.model import Holdings
from hozon.nouns.watches import Planner, Spent, Watch
from hozon.stored import naming
from tests.contract.conftest import Watched
from tests.fakes import NOON, a_finding, a_snapshot, after

LINK = "https://example.com/e1"
LATER = after(3600)


def found(n: int, outcome: Outcome = "same", **fields: object) -> Finding:
    return a_finding(f"l{n}", at=after(n), outcome=outcome, **fields)


def looked(*findings: Finding) -> Holdings:
    return Holdings(findings=findings)


CAPTURED = Holdings(snapshots=(a_snapshot(),))


def test_nothing_was_captured(watched: Watched) -> None:
    """Of a page that nobody captured there is no watch."""
    assert watched.book.get(LINK) is None
    assert {} == watched.book.get_all([LINK])
    assert [] == watched.index.findings(LINK)


def test_a_first_capture_begins_a_life(watched: Watched) -> None:
    """It is looked at when the planner says, and compared with its snapshot."""
    watched.index.add(CAPTURED, planner=lambda _: LATER)

    watch = watched.book.get(LINK)
    assert watch is not None
    life = lifecycle.life([of_snapshot(a_snapshot())])
    assert (life, LATER, a_snapshot()) == (watch.life, watch.due_at, watch.record)
    assert ("f1", "e1", LINK) == (watch.feed_id, watch.entry_key, watch.link)


def test_any_of_its_links_leads_to_a_page(watched: Watched) -> None:
    """Tracking parameters, scheme and www. make no other page."""
    watched.index.add(CAPTURED, planner=lambda _: LATER)
    other = "http://www.example.com/e1?utm_source=feed"

    assert watched.book.get(other) == watched.book.get(LINK)
    assert [naming.link_id(LINK)] == list(watched.book.get_all([other, LINK]))


def test_the_planner_knows_the_life_behind_the_look(watched: Watched) -> None:
    """It is asked with what the look came to, whatever was planned before."""
    seen: list[Watch] = []

    def planner(watch: Watch) -> None:
        seen.append(watch)

    watched.index.add(CAPTURED, planner=planner)
    watched.index.add(looked(found(1, "changed", held=True)), planner=planner)

    assert [1, 2] == [watch.life.version for watch in seen]
    assert [] == watched.book.due(after(10**9), limit=9)


def test_without_a_planner_what_was_said_stands(watched: Watched) -> None:
    """An index that is added to by others forgets no look."""
    watched.index.add(CAPTURED, planner=lambda _: LATER)
    watched.index.add(looked(found(1)))

    [watch] = watched.book.due(LATER, limit=9)
    assert LATER == watch.due_at


def _always(at: datetime) -> Planner:
    return lambda _: at


def test_what_is_due(watched: Watched) -> None:
    """Longest due first, up to the limit; at the very instant, and not before."""
    for n in (3, 1, 2):
        snapshot = a_snapshot(f"s{n}", link=f"https://example.com/{n}")
        watched.index.add(Holdings(snapshots=(snapshot,)), planner=_always(after(n)))

    due = [watch.link[-1] for watch in watched.book.due(after(2), limit=9)]
    assert ["1", "2"] == due
    assert ["1"] == [w.link[-1] for w in watched.book.due(after(9), limit=1)]
    assert [] == watched.book.due(after(0.999), limit=9)


def test_a_plan_is_that_of_the_look_that_was_due(watched: Watched) -> None:
    """Who comes second is told so, and changes nothing."""
    watched.index.add(CAPTURED, planner=lambda _: NOON)
    watched.book.plan(LINK, LATER, was=NOON, tries=2)

    with pytest.raises(Conflict):
        watched.book.plan(LINK, None, was=NOON)
    watch = watched.book.get(LINK)
    assert watch is not None
    assert (LATER, 2) == (watch.due_at, watch.tries)

    watched.book.plan(LINK, None, was=LATER)
    assert [] == watched.book.due(after(10**9), limit=9)
    with pytest.raises(Conflict):
        watched.book.plan(LINK, NOON, was=LATER)
    watched.book.plan(LINK, NOON, was=None)
    assert 1 == len(watched.book.due(NOON, limit=9))


def test_a_look_that_is_made_was_tried_enough(watched: Watched) -> None:
    """Tries are those of the next look alone."""
    watched.index.add(CAPTURED, planner=lambda _: NOON)
    watched.book.plan(LINK, LATER, was=NOON, tries=3)
    watched.index.add(looked(found(1)), planner=lambda _: LATER)

    [watch] = watched.book.due(LATER, limit=9)
    assert 0 == watch.tries


def test_an_operators_wish_outlives_looks(watched: Watched) -> None:
    """And the planner hears of it."""
    watched.index.add(CAPTURED, planner=lambda _: NOON)
    watched.book.wish(LINK, "news")
    heard: list[str | None] = []
    watched.index.add(looked(found(1)), planner=lambda watch: heard.append(watch.plan))

    watch = watched.book.get(LINK)
    assert watch is not None
    assert ("news", ["news"]) == (watch.plan, heard)
    watched.book.wish(LINK, None)
    watch = watched.book.get(LINK)
    assert watch is not None
    assert watch.plan is None


def test_a_record_that_is_none(watched: Watched) -> None:
    """A block page never stands for the article."""
    blocked = a_snapshot(kind="challenge", status=403)
    watched.index.add(Holdings(snapshots=(blocked,)), planner=lambda _: None)

    watch = watched.book.get(LINK)
    assert watch is not None
    assert watch.record is None
    assert 0 == watch.life.version


def test_findings_of_looks_and_of_captures(watched: Watched) -> None:
    """All that was found of a page, oldest first, whatever was added last."""
    looks = [found(2, "missing"), found(1), found(3)]
    for each in looks:
        watched.index.add(looked(each))
    watched.index.add(CAPTURED)

    expected = [of_snapshot(a_snapshot()), looks[1], looks[0], looks[2]]
    assert expected == watched.index.findings(LINK)
    watch = watched.book.get(LINK)
    assert watch is not None
    assert lifecycle.life(expected) == watch.life


def test_a_snapshot_that_a_look_has_made(watched: Watched) -> None:
    """What the look says of it is what it found, and not what a first capture would."""
    watched.index.add(CAPTURED)
    changed = found(9, "changed", held=True, change="correction", size=0.25)
    snapshot = a_snapshot("l9", captured_at=after(9))
    watched.index.add(Holdings(snapshots=(snapshot,), findings=(changed,)))

    assert [of_snapshot(a_snapshot()), changed] == watched.index.findings(LINK)


def test_what_is_told(watched: Watched) -> None:
    """Changes are told newest first, of all feeds or one; first captures are not."""
    watched.index.add(CAPTURED)
    watched.index.add(looked(found(1), found(2, "changed"), found(3, "missing")))
    other = a_snapshot("s2", link="https://example.com/e2", feed_id="f2")
    gone = found(4, "gone-410", link=other.link, feed_id="f2")
    again = found(5, "gone-410", link=other.link, feed_id="f2")
    watched.index.add(Holdings(snapshots=(other,), findings=(gone, again)))

    steps, _ = watched.index.changes(limit=9)
    told = [(step.event, step.finding.id) for step in steps]
    assert [
        ("gone", "l5"),
        ("missing", "l4"),
        ("missing", "l3"),
        ("changed", "l2"),
    ] == told
    first, cursor = watched.index.changes(limit=3)
    rest, end = watched.index.changes(limit=3, before=cursor)
    assert told == [(s.event, s.finding.id) for s in [*first, *rest]]
    assert end is None
    of_one, _ = watched.index.changes(limit=9, feed_id="f2")
    assert ["l5", "l4"] == [step.finding.id for step in of_one]
    since, _ = watched.index.changes(limit=9, since=after(3))
    assert ["l5", "l4", "l3"] == [step.finding.id for step in since]
    assert "gone" == steps[0].life.state


def test_a_late_finding_changes_what_was_told(watched: Watched) -> None:
    """An earlier deletion turns what was found later into a return."""
    watched.index.add(CAPTURED)
    watched.index.add(looked(found(9)))
    watched.index.add(looked(found(5, "missing")))

    steps, _ = watched.index.changes(limit=9)
    assert [("restored", "l9"), ("missing", "l5")] == [
        (step.event, step.finding.id) for step in steps
    ]


def test_a_capture_of_what_was_missing_is_told(watched: Watched) -> None:
    """Whether a look or a capture found it again, the page is back; and where it turns out
    that it had been back before, that is told instead.
    """
    watched.index.add(CAPTURED)
    watched.index.add(looked(found(1, "missing")))
    back = a_snapshot("s2", captured_at=after(5))
    watched.index.add(Holdings(snapshots=(back,)))

    steps, _ = watched.index.changes(limit=9)
    assert [("restored", "s2"), ("missing", "l1")] == [
        (step.event, step.finding.id) for step in steps
    ]
    watched.index.add(looked(found(3)))
    steps, _ = watched.index.changes(limit=9)
    assert [("restored", "l3"), ("missing", "l1")] == [
        (step.event, step.finding.id) for step in steps
    ]


def test_a_forged_cursor(watched: Watched) -> None:
    """What we never made is refused."""
    with pytest.raises(Misuse):
        watched.index.changes(limit=9, before="forged")


def test_what_a_day_has_cost(watched: Watched) -> None:
    """The budget of each day is its own."""
    today = NOON.date()
    assert Spent(day=today) == watched.book.spent(today)
    spent = Spent(day=today, looks=12, until="2026-08-22T12:00:00.000Z#a")
    watched.book.spend(spent)
    watched.book.spend(replace(spent, looks=13))

    assert replace(spent, looks=13) == watched.book.spent(today)
    tomorrow = today + timedelta(days=1)
    assert Spent(day=tomorrow) == watched.book.spent(tomorrow)
