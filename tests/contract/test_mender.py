"""`Mender`: what is set aside is out of sight, and not lost; its key is free again."""

import pytest

from hozon.nouns.errors import Misuse, NotFound
from tests.contract.conftest import Mendable
from tests.fakes import a_warc_key

NOTE = "log/notes/2026/10/01/hozon-20261001000000-abc.json"


def test_what_is_set_aside_is_out_of_sight(mendable: Mendable) -> None:
    """Neither read nor listed; and another object can be put in its place."""
    key = a_warc_key()
    mendable.warcs.put(key, b"wrong")
    mendable.mender.set_aside(key)

    assert not mendable.warcs.holds(key)
    assert [] == list(mendable.warcs.keys())
    with pytest.raises(NotFound):
        mendable.warcs.read_all(key)
    mendable.warcs.put(key, b"right")
    assert b"right" == mendable.warcs.read_all(key)


def test_nothing_is_lost(mendable: Mendable) -> None:
    """All that was ever set aside is still there, in the order it came."""
    key = a_warc_key()
    for data in (b"one", b"two", b"three"):
        mendable.warcs.put(key, data)
        mendable.mender.set_aside(key)

    assert {b"one", b"two", b"three"} == set(mendable.aside(key))


def test_notes_of_the_log_are_set_aside_too(mendable: Mendable) -> None:
    """They are objects with a leaf as well."""
    mendable.log.put(NOTE, b"{}")
    mendable.mender.set_aside(NOTE)

    with pytest.raises(NotFound):
        mendable.log.read_all(NOTE)


def test_nothing_to_set_aside(mendable: Mendable) -> None:
    """What is not there is no key to free; what is no key is none."""
    with pytest.raises(NotFound):
        mendable.mender.set_aside(a_warc_key())
    with pytest.raises(Misuse):
        mendable.mender.set_aside("warcs/../log.key")
