"""Payloads as they come: few bytes in memory, many in a file, and all of them right."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hozon.fetch.spooling import Spool


@given(st.lists(st.binary(max_size=40)), st.integers(0, 120))
def test_a_payload_is_what_was_added(pieces: list[bytes], memory_bytes: int) -> None:
    """Wherever it lies, and though it is looked at on the way."""
    spool = Spool(memory_bytes)
    for at, piece in enumerate(pieces):
        assert spool.add(piece)
        if at % 3 == 0:
            assert b"".join(pieces[: at + 1]) == spool.payload

    whole = b"".join(pieces)
    assert whole == spool.payload
    assert len(whole) == spool.size == len(spool.payload)


def test_many_bytes_lie_in_a_file_without_a_name(tmp_path: Path) -> None:
    """Nothing is left of it, whatever becomes of the process."""
    spool = Spool(10, tmp_path)
    spool.add(b"0123456789")
    assert isinstance(spool.payload, bytes)

    spool.add(b"a")

    view = spool.payload
    assert isinstance(view, memoryview)
    assert [] == list(tmp_path.iterdir())
    del spool
    assert b"0123456789a" == view, "a view outlives what made it"


def test_where_there_is_no_room_nothing_is_taken(tmp_path: Path) -> None:
    """What was taken before stays as it was."""
    spool = Spool(4, tmp_path / "absent")
    assert spool.add(b"1234")

    assert not spool.add(b"5")

    assert b"1234" == spool.payload
    assert 4 == spool.size
