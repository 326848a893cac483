"""What every `Seals` promises, and what `Index.add` does for it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hozon.nouns.model import Holdings
from hozon.nouns.seals import Head
from hozon.stored.holdings import read
from tests.contract.conftest import Kept
from tests.fakes import NOON, a_capture, a_snapshot, a_warc_key, after
from tests.objects import a_poll_object, a_snapshot_object

ONE, TWO, THREE = a_warc_key("aaaa"), a_warc_key("bbbb"), a_warc_key("cccc")


def test_what_is_noted_waits(kept: Kept) -> None:
    """Longest waiting first, each once, up to a limit."""
    for key, seconds in ((TWO, 2), (ONE, 1), (THREE, 3), (ONE, 9)):
        kept.seals.note(key, at=after(seconds))

    assert [ONE, TWO, THREE] == kept.seals.pending(limit=9)
    assert [ONE, TWO] == kept.seals.pending(limit=2)
    assert after(1) == kept.seals.oldest()


def test_nothing_waits(kept: Kept) -> None:
    """In an archive that holds nothing."""
    assert ([], None, None) == (
        kept.seals.pending(limit=9),
        kept.seals.oldest(),
        kept.seals.head(),
    )


def test_what_is_marked_waits_no_more(kept: Kept) -> None:
    """Not even if it is noted again, as a second delivery does."""
    for key in (ONE, TWO, THREE):
        kept.seals.note(key, at=NOON)
    kept.seals.mark({ONE: 0, THREE: 1})
    kept.seals.note(ONE, at=NOON)

    assert [TWO] == kept.seals.pending(limit=9)
    assert {ONE: 0, THREE: 1} == kept.seals.leaves([ONE, TWO, THREE, "warcs/x.warc"])


def test_what_was_never_noted_can_be_marked(kept: Kept) -> None:
    """As where an index is made anew: what the log has sealed does not wait."""
    kept.seals.mark({ONE: 7})
    kept.seals.note(ONE, at=NOON)

    assert ([], {ONE: 7}) == (kept.seals.pending(limit=9), kept.seals.leaves([ONE]))


def test_objects_are_found_by_their_id(kept: Kept) -> None:
    """With their leaf, or waiting; nothing where there is none."""
    kept.seals.note(ONE, at=NOON)
    kept.seals.mark({TWO: 3})

    assert {ONE: None} == kept.seals.named("aaaa")
    assert {TWO: 3} == kept.seals.named("bbbb")
    assert {} == kept.seals.named("dddd")


def test_many_are_marked(kept: Kept) -> None:
    """More than any batch of a request."""
    leaves = {a_warc_key(f"many{n:03}"): n for n in range(130)}
    for key in leaves:
        kept.seals.note(key, at=NOON)

    kept.seals.mark(leaves)

    assert [] == kept.seals.pending(limit=200)
    assert leaves == kept.seals.leaves(leaves)


def test_the_head_goes_on(kept: Kept) -> None:
    """And never back, whoever says so last."""
    kept.seals.advance(Head(published=5, marked=3))
    kept.seals.advance(Head(published=5, marked=5))
    kept.seals.advance(Head(published=4, marked=4))
    kept.seals.advance(Head(published=5, marked=4))

    assert Head(published=5, marked=5) == kept.seals.head()


def test_the_head_knows_of_stamps(kept: Kept) -> None:
    """When one was last asked for, whatever is published after that."""
    kept.seals.advance(Head(published=5, marked=5))
    kept.seals.advance(Head(published=5, marked=5, stamped_at=NOON))
    kept.seals.advance(Head(published=6, marked=6))

    assert Head(published=6, marked=6, stamped_at=NOON) == kept.seals.head()


def test_many_writers_end_alike(kept: Kept) -> None:
    """Notes and marks of one object, in any order and at once."""
    with ThreadPoolExecutor(8) as pool:
        for n in range(24):
            if n % 3:
                pool.submit(kept.seals.note, ONE, at=after(n))
            else:
                pool.submit(kept.seals.mark, {ONE: 4})

    assert [f"{ONE} 4"] == list(kept.seals.dump())


def test_adding_holdings_lets_the_object_wait(kept: Kept) -> None:
    """Once, since its last capture, in the same write path as the index."""
    snapshot = read(ONE, a_snapshot_object(ONE, id_="aaaa", at=after(5)))
    poll = read(TWO, a_poll_object(TWO, at=after(2)))
    for holdings in (snapshot, poll, snapshot):
        kept.index.add(holdings)

    assert [TWO, ONE] == kept.seals.pending(limit=9)
    assert after(2) == kept.seals.oldest()


def test_holdings_that_are_added_again(kept: Kept) -> None:
    """After they were sealed: nothing waits."""
    holdings = read(ONE, a_snapshot_object(ONE, id_="aaaa"))
    kept.index.add(holdings)
    kept.seals.mark({ONE: 0})
    kept.index.add(holdings)

    assert [] == kept.seals.pending(limit=9)


def test_holdings_without_captures(kept: Kept) -> None:
    """Wait since the instant in their key."""
    kept.index.add(Holdings(warc_key=ONE))

    assert NOON == kept.seals.oldest()


def test_a_dump_tells_all(kept: Kept) -> None:
    """What waits and what is sealed; equal dumps are equal states."""
    kept.seals.note(TWO, at=NOON)
    kept.seals.mark({ONE: 0})

    assert [f"{ONE} 0", f"{TWO} -"] == list(kept.seals.dump())


def test_the_index_is_not_told_by_it(kept: Kept) -> None:
    """What is sealed is no row of the index, nor counted in it."""
    kept.index.add(
        Holdings(captures=(a_capture(),), snapshots=(a_snapshot("aaaa"),), warc_key=ONE)
    )
    before = list(kept.index.dump()), kept.index.counts()
    kept.seals.mark({ONE: 0})
    kept.seals.advance(Head(published=1, marked=1))

    assert before == (list(kept.index.dump()), kept.index.counts())


@pytest.mark.parametrize("limit", [1, 3, 40])
def test_limits(kept: Kept, limit: int) -> None:
    """As many as were asked for, while there are so many."""
    keys = [a_warc_key(f"limit{n:02}") for n in range(30)]
    for n, key in enumerate(keys):
        kept.seals.note(key, at=after(n))

    assert keys[:limit] == kept.seals.pending(limit=limit)
