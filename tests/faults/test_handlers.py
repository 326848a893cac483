"""The fault run of the handlers, as far as CI has time; `python -m tests.faults.handlers`
has more.
"""

import os
from collections.abc import Iterator

import pytest

from tests.faults.handlers import play

pytestmark = pytest.mark.xdist_group("model")


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever asks moto, asks with these."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_nothing_is_lost() -> None:
    """Refused, throttled, killed, told nothing: all is held, sealed and indexed, once."""
    assert play(3, seed=1) > 10


def test_an_object_that_is_not_stored_is_missed() -> None:
    """A run that finds nothing wrong would prove nothing."""
    with pytest.raises(AssertionError, match="is not held"):
        play(1, seed=1, planted=True)
