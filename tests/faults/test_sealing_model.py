"""The sealer's fault model, as far as CI has time; `python -m tests.faults.model` has
more, and one more mistake.
"""

import pytest
from moto import mock_aws

from tests.aws.atomic import make_atomic
from tests.aws.edwards import make_edwards
from tests.faults import planting
from tests.faults.model import play

pytestmark = pytest.mark.xdist_group("model")
MISTAKES = sorted(planting.PLANTED.keys() - {"nothing", "overwriting-log"})


def test_nothing_is_found() -> None:
    """On the embedded adapters, with a fault at every port."""
    play(examples=20, steps=25, seeded=True)


def test_nothing_is_found_on_aws() -> None:
    """On those of AWS, with a fault at every request."""
    make_atomic()
    make_edwards()
    with mock_aws():
        play(examples=3, steps=8, on_moto=True, seeded=True)


@pytest.mark.parametrize("planted", MISTAKES)
def test_a_planted_mistake_is_found(planted: str) -> None:
    """A model that finds nothing wrong would prove nothing."""
    with pytest.raises(AssertionError):
        play(examples=200, steps=40, planted=planted, seeded=True)
