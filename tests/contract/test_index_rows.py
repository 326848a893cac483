"""What every `Index` promises to whoever trusts none of its rows."""

import pytest

from hozon.nouns.model import Capture, Holdings
from hozon.nouns.ports import Index
from tests.contract.test_index import HOSTS
from tests.fakes import a_capture, after

LONG = "https://example.com/" + "a" * 1500


@pytest.fixture
def held(index: Index) -> list[Capture]:
    """Return captures of many hosts that are held, some with very long keys."""
    made = [
        a_capture(uri, captured_at=after(n), record_id=f"urn:uuid:{n}")
        for host in HOSTS
        for uri in (f"https://{host}/", f"https://{host}/b?c=d")
        for n in range(2)
    ]
    made += [a_capture(f"{LONG}{n}", captured_at=after(n)) for n in range(3)]
    index.add(Holdings(captures=tuple(made)))
    return made


def test_all_rows_once(index: Index, held: list[Capture]) -> None:
    """In the order of their cursors, and each where it belongs."""
    rows = list(index.rows())
    cursors = [row.cursor for row in rows]

    assert len(held) == len(set(cursors))
    assert sorted(cursors) == cursors
    assert set(held) == {row.capture for row in rows}
    assert all(row.is_in_place for row in rows)


def test_going_on_behind_any_row(index: Index, held: list[Capture]) -> None:
    """What comes is what came behind it, and nothing else."""
    rows = list(index.rows())
    for number, row in enumerate(rows, start=1):
        assert rows[number:] == list(index.rows(after=row.cursor))


def test_going_on_where_more_has_come(index: Index, held: list[Capture]) -> None:
    """New rows come if they lie behind the cursor; none comes twice."""
    rows = list(index.rows())
    middle = rows[len(rows) // 2]
    new = [a_capture(f"https://{host}/new") for host in ("aa.example", "zz.example")]
    index.add(Holdings(captures=tuple(new)))
    later = list(index.rows(after=middle.cursor))

    assert {row for row in rows if row.cursor > middle.cursor} <= set(later)
    assert all(row.cursor > middle.cursor for row in later)
    assert len(rows) + 2 == len(list(index.rows()))


def test_no_rows(index: Index) -> None:
    """A new index has none."""
    assert [] == list(index.rows())
