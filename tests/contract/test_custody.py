"""`Custody`: which legal holds stand, and which objects are held."""

from dataclasses import replace

import pytest

from hozon.nouns.custody import Custody, LegalHold
from hozon.nouns.errors import Misuse, NotFound
from hozon.nouns.ports import WarcStore
from tests.contract.conftest import Guarded
from tests.fakes import NOON, a_warc_key, after

HOLD = LegalHold(
    id="h1",
    kind="feed",
    subject="f1",
    uri="https://example.com/feed",
    reason="Case 4711",
    placed_by="me@here",
    placed_at=NOON,
)


@pytest.fixture
def custody(guarded: Guarded) -> Custody:
    """Return a custody of nothing."""
    return guarded.custody


@pytest.fixture
def warcs(guarded: Guarded) -> WarcStore:
    """Return the store that the custody keeps."""
    return guarded.warcs


def test_holds_are_remembered(custody: Custody) -> None:
    """Oldest first, with all that was said; the same hold again replaces it."""
    later = replace(HOLD, id="h0", placed_at=after(1))
    custody.save(later)
    custody.save(HOLD)
    lifted = replace(HOLD, lifted_at=after(9), lifted_by="you", lifted_reason="over")
    custody.save(lifted)

    assert [lifted, later] == list(custody.holds())
    assert [False, True] == [hold.stands for hold in custody.holds()]


def test_no_hold(custody: Custody) -> None:
    """At first there is none."""
    assert [] == list(custody.holds())


def test_an_object_is_held_until_it_is_let_go(
    custody: Custody, warcs: WarcStore
) -> None:
    """Twice is as good as once, and what it holds can be read all the while."""
    key = a_warc_key()
    warcs.put(key, b"warc")

    assert not custody.keeps(key)
    custody.keep(key)
    custody.keep(key)
    assert custody.keeps(key)
    assert b"warc" == warcs.read_all(key)
    custody.let_go(key)
    custody.let_go(key)
    assert not custody.keeps(key)


def test_one_hold_is_no_other_objects(custody: Custody, warcs: WarcStore) -> None:
    """Objects are held one by one."""
    for name in ("a", "b"):
        warcs.put(a_warc_key(name), b"warc")
    custody.keep(a_warc_key("a"))

    assert not custody.keeps(a_warc_key("b"))


def test_what_is_not_there_cannot_be_held(custody: Custody) -> None:
    """Neither held nor let go, nor asked about; nor what is no key at all."""
    for act in (custody.keep, custody.let_go, custody.keeps):
        with pytest.raises(NotFound):
            act(a_warc_key("absent"))
        with pytest.raises(Misuse):
            act("../state.sqlite")


def test_locks(guarded: Guarded) -> None:
    """A store that is to lock nothing says so; an object that is not there has no lock."""
    key = a_warc_key()
    guarded.warcs.put(key, b"warc")

    assert guarded.custody.locks(key) is None
    with pytest.raises(NotFound):
        guarded.custody.locks(a_warc_key("absent"))
