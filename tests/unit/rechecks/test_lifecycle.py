"""The states of an article, folded from what each look at it found."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.lives import lifecycle
from hozon.lives.lifecycle import life, look_by, steps
from hozon.nouns.findings import Finding, Life, Outcome

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(days: float, outcome: Outcome) -> Finding:
    return Finding(
        id=f"{days:08.3f}",
        link="https://a.example/a",
        at=START + timedelta(days=days),
        outcome=outcome,
    )


def told(*findings: Finding) -> list[str | None]:
    return [step.event for step in steps(findings)]


def test_an_article_that_stays() -> None:
    """One that is found again is live; nothing is told but that it is new."""
    findings = [at(0, "new"), at(1, "same"), at(3, "same")]

    assert ["new", None, None] == told(*findings)
    assert Life(
        state="live",
        since=START,
        first_at=START,
        seen_at=findings[-1].at,
        changed_at=START,
        looked_at=findings[-1].at,
        last_id=findings[-1].id,
        version=1,
    ) == life(findings)


def test_edits_count_versions() -> None:
    """Each change is a version; a move is none."""
    findings = [at(0, "new"), at(1, "changed"), at(2, "moved"), at(3, "changed")]

    assert ["new", "changed", "moved", "changed"] == told(*findings)
    assert 3 == life(findings).version


def test_a_deletion_needs_five_looks_and_a_fortnight() -> None:
    """The first look that misses it tells so; the threshold makes it gone."""
    missed = [at(d, "missing") for d in (1, 2, 4, 8, 14.9, 15.1)]

    assert [None] * 4 + ["gone"] == told(at(0, "new"), *missed)[2:]
    before = life([at(0, "new"), *missed[:-1]])
    assert ("missing", missed[0].at) == (before.state, before.since)
    after = life([at(0, "new"), *missed])
    assert ("gone", missed[0].at) == (after.state, after.since)


def test_a_fortnight_alone_is_not_enough() -> None:
    """Two looks, a month apart, prove little."""
    findings = [at(0, "new"), at(1, "missing"), at(31, "missing")]

    assert "missing" == life(findings).state


def test_a_server_that_says_gone_is_believed_the_second_time() -> None:
    """410 twice, even within the day."""
    findings = [at(0, "new"), at(1, "gone-410"), at(1.5, "gone-410")]

    assert ["new", "missing", "gone"] == told(*findings)


@pytest.mark.parametrize("outcome", sorted(lifecycle.UNKNOWN))
def test_trouble_is_never_a_deletion(outcome: Outcome) -> None:
    """A network that is down for a year leaves the article as it was."""
    findings = [at(0, "new"), *(at(d, outcome) for d in range(1, 365, 5))]

    assert ["new"] == [event for event in told(*findings) if event]
    assert "live" == life(findings).state


@pytest.mark.parametrize("outcome", sorted(lifecycle.ABSENT))
def test_every_kind_of_absence_counts(outcome: Outcome) -> None:
    """Whatever stands in its place, the article is missing."""
    assert "missing" == life([at(0, "new"), at(1, outcome)]).state


@pytest.mark.parametrize("back", ["same", "changed", "moved"])
def test_a_return_is_told(back: Outcome) -> None:
    """From missing and from gone; what was counted before counts no more."""
    missed = [at(d, "missing") for d in (1, 2, 4, 8, 16)]
    brief = [at(0, "new"), missed[0], at(1.5, back)]
    long = [at(0, "new"), *missed, at(20, back), at(21, "missing")]

    assert "restored" == told(*brief)[-1]
    assert ["gone", "restored", "missing"] == told(*long)[-3:]
    assert 1 == life(long).missed


def test_an_article_first_missing_is_new_when_it_comes() -> None:
    """A link that is published before its page."""
    findings = [at(0, "missing"), at(0.2, "unreachable"), at(1, "same")]

    assert [None, None, "new"] == told(*findings)
    assert ("live", 1) == (life(findings).state, life(findings).version)


def test_the_order_of_reading_does_not_matter() -> None:
    """The index may be made anew from the objects in any order."""
    findings = [at(0, "new"), at(1, "missing"), at(2, "changed"), at(3, "gone-410")]
    lives = {life(order) for order in permutations(findings)}

    assert 1 == len(lives)


OUTCOMES = st.sampled_from(
    sorted(lifecycle.PRESENT | lifecycle.UNKNOWN | lifecycle.ABSENT)
)


@given(st.lists(OUTCOMES, max_size=40))
def test_what_is_told_follows_the_states(outcomes: list[Outcome]) -> None:
    """Gone only after missing, restored only after either; a state never lies."""
    absent = False
    for step in steps(at(n, outcome) for n, outcome in enumerate(outcomes)):
        if step.event in {"missing", "gone"}:
            absent = True
        if step.event == "restored":
            assert absent
            absent = False
        if step.finding.outcome in lifecycle.PRESENT:
            assert step.life.state in {"live", "restored"}
            assert step.life.seen_at == step.finding.at
        assert step.life.looked_at == step.finding.at


def test_what_is_missing_is_looked_for_sooner_than_planned() -> None:
    """Often enough that five looks fit into a fortnight; what is gone monthly."""
    findings = [at(0, "new"), at(100, "missing")]
    while (due := look_by(life(findings))) and life(findings).state == "missing":
        findings.append(at((due - START) / timedelta(days=1), "missing"))
    lived = life(findings)

    assert "gone" == lived.state
    assert lived.looked_at is not None
    assert timedelta(days=14) <= lived.looked_at - findings[1].at < timedelta(days=16)
    assert due == lived.looked_at + timedelta(days=30)
    assert look_by(life([at(0, "new")])) is None
