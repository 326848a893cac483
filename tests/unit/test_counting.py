"""What is kept of a census: it comes back as it was, or not at all."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.audits import counting
from hozon.audits.counting import Progress, Run
from hozon.log import tree
from hozon.log.findings import Finding
from tests.fakes import NOON

texts = st.text(max_size=9)
cursors = st.lists(texts, max_size=3).map(tuple)
runs = st.builds(
    Run,
    key=texts,
    source=st.sampled_from(list(counting.BEHIND)),
    after=cursors,
    until=cursors,
)
progresses = st.builds(
    Progress,
    begun_at=st.just(NOON),
    salt=st.binary(max_size=32),
    size=st.integers(0, 2**40),
    root=texts,
    stage=st.sampled_from(["leaves", "comparing", "deciding", "ended"]),
    at=cursors,
    runs=st.lists(runs, max_size=3),
    differing=st.sets(st.integers(0, 2**64 - 1), max_size=5),
    doubtful=st.lists(st.integers(0, 9), max_size=3),
    gone=st.lists(st.integers(0, 9), max_size=3),
    findings=st.lists(
        st.builds(Finding, act=st.just("added"), subject=texts, says=texts), max_size=2
    ),
    is_settled=st.booleans(),
)


@given(known=progresses, count=st.integers(0, 40))
def test_it_comes_back(known: Progress, count: int) -> None:
    """To the last cursor; and its tree grows on as if nothing had been between."""
    whole = tree.Growing()
    for number in range(count):
        known.growing.add(tree.leaf_hash(bytes([number])))
        whole.add(tree.leaf_hash(bytes([number])))
    again = counting.decoded(counting.encoded(known))

    assert counting.encoded(known) == counting.encoded(again)
    assert known.runs == again.runs
    assert (known.at, known.differing) == (again.at, again.differing)
    again.growing.add(tree.leaf_hash(b"next"))
    whole.add(tree.leaf_hash(b"next"))
    assert whole.root() == again.growing.root()
    known.growing = tree.Growing()


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"hozon":"census/0"}', b"null"])
def test_what_is_none(data: bytes) -> None:
    """Other bytes are refused, with an error that tells it is the bytes."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        counting.decoded(data)


def test_runs_of_another_machine() -> None:
    """Numbers lie the other way round there: such a census is begun anew."""
    said = json.loads(counting.encoded(Progress(begun_at=NOON, salt=b"", size=0)))
    said["hozon"] = "census/1-middle"
    with pytest.raises(ValueError, match="middle"):
        counting.decoded(json.dumps(said).encode())
