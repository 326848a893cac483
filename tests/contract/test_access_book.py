"""What every `AccessBook` promises."""

from dataclasses import replace
from itertools import permutations

import pytest

from hozon.nouns.access import AccessBook
from tests.fakes import NOON, a_decision, after


def test_a_decision_comes_back_as_it_was(accessbook: AccessBook) -> None:
    """With every field, however it is spelt."""
    assert [] == accessbook.all()
    decision = a_decision(
        state="embargoed",
        until=after(3600),
        reason="裁判所の命令 12/34 🙈",
        by="Ann <ann@example.org>",
    )
    accessbook.put(decision)

    assert [decision] == accessbook.all()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_latest_decision_stands(
    accessbook: AccessBook, order: tuple[int, ...]
) -> None:
    """Whatever order they are put in, and however often."""
    states = "dark", "public", "unlisted"
    made = [
        a_decision(state=state, decided_at=after(n)) for n, state in enumerate(states)
    ]
    for n in (*order, *order):
        accessbook.put(made[n])

    assert [made[2]] == accessbook.all()


def test_two_of_one_instant_end_the_same(accessbook: AccessBook) -> None:
    """It is one of them, whichever came first."""
    one, other = a_decision(state="dark"), a_decision(state="unlisted")
    accessbook.put(one)
    accessbook.put(other)
    first = accessbook.all()
    accessbook.put(one)

    assert first == accessbook.all()


def test_subjects_are_apart(accessbook: AccessBook) -> None:
    """A page, however its link is tracked; a site; a feed. In the order of decisions."""
    uri = "https://example.com/a"
    made = [
        a_decision(subject=uri, decided_at=after(3)),
        a_decision(scope="site", subject=uri, decided_at=after(2)),
        a_decision(scope="feed", subject="f1", decided_at=after(1)),
    ]
    for each in made:
        accessbook.put(each)
    tracked = replace(made[0], subject=f"{uri}?utm_source=x", decided_at=after(9))
    accessbook.put(tracked)

    assert [made[2], made[1], tracked] == accessbook.all()


def test_many(accessbook: AccessBook) -> None:
    """Some hundreds, of the longest reasons."""
    made = [
        a_decision(
            subject=f"https://example.com/{n}", reason="x" * 1000, decided_at=after(n)
        )
        for n in range(200)
    ]
    for each in made:
        accessbook.put(each)

    assert made == accessbook.all()
    assert NOON == made[0].decided_at
