"""What fuzzing found, and a small fixed number of tries, at every reader.

`make fuzz` looks on, guided by what the readers do.
"""

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from hozon.log import receipts
from tests.fuzz.targets import TARGETS

DATA = Path(__file__).parents[1] / "data"
WORDS = Path(__file__).parents[1] / "fuzz" / "words.dict"
FOUND = sorted((DATA / "fuzz").iterdir())
RECEIPT = json.loads((DATA / "fuzz" / "receipts-whole").read_bytes())
ODD: tuple[Any, ...] = (
    *(None, True, -1, 10**30, 1.5, float("inf"), "", "x", "\ud800", "9" * 5_000),
    *([], [None], [[]], {}, {"checkpoint": None}, "[" * 90_000),
)


@cache
def words() -> tuple[bytes, ...]:
    """Return the words that the fuzzer puts together."""
    lines = WORDS.read_text("ascii").splitlines()
    stated = (line for line in lines if line.startswith('"'))
    return tuple(ast.literal_eval(f"b{line}") for line in stated)


def mutated(whole: bytes) -> st.SearchStrategy[bytes]:
    """Draw what becomes of bytes when a piece of them becomes another."""
    places = st.integers(0, len(whole))
    piece = st.lists(st.sampled_from(words()) | st.binary(max_size=8), max_size=4)
    return st.builds(
        lambda one, other, new: (
            whole[: min(one, other)] + b"".join(new) + whole[max(one, other) :]
        ),
        places,
        places,
        piece,
    )


def drawn(name: str) -> st.SearchStrategy[bytes]:
    """Draw words in a row, and what is known to be whole but for a piece."""
    loose = st.lists(st.sampled_from(words()) | st.binary(max_size=30), max_size=12)
    known = [path.read_bytes() for path in FOUND if path.name.startswith(f"{name}-")]
    return st.one_of(loose.map(b"".join), *map(mutated, known))


def is_named_after_a_target(path: Path) -> bool:
    """Tell whether it is known whose file this is."""
    return path.name.partition("-")[0] in TARGETS


def test_every_find_belongs_to_a_target() -> None:
    """A file that nobody is given would hold nothing."""
    assert all(map(is_named_after_a_target, FOUND))
    assert 100 < len(words())


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_was_found_is_mended(path: Path) -> None:
    """And what its reader should see whole is no trouble either."""
    TARGETS[path.name.partition("-")[0]](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_readers_raise_nothing_but_what_they_promise(name: str) -> None:
    """The same forty inputs on every run."""

    @settings(
        max_examples=40,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn(name))
    @example(b"")
    def survives(data: bytes) -> None:
        TARGETS[name](data)

    survives()


def changed(said: Any) -> Iterator[Any]:
    """Yield a JSON value with each of its members, at any depth, once odd or gone."""
    members = said.items() if isinstance(said, dict) else enumerate(said)
    for place, member in list(members):
        rest = {k: v for k, v in said.items() if k != place}
        for odd in ODD:
            yield {**said, place: odd}
        yield rest
        if isinstance(member, dict):
            yield from ({**said, place: other} for other in changed(member))
        if isinstance(member, list) and member and isinstance(member[0], dict):
            rows = ([other, *member[1:]] for other in changed(member[0]))
            yield from ({**said, place: row} for row in rows)


def test_a_receipt_with_anything_odd_in_it_is_judged() -> None:
    """Each member once of another type, too large, or gone: faults or none, and never
    an exception; not even where every signature is believed.
    """
    count = 0
    for said in changed(RECEIPT):
        found = receipts.checked(said, verify=lambda *_: True)
        count += bool(found.faults)
        assert all(isinstance(fault, str) for fault in found.faults)
    assert 50 < count
