"""The archive's manners over a simulated month, judged from the publishers' logs."""

import asyncio
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.manners.cast import Span, everybody
from tests.manners.judge import RULES, violations
from tests.manners.simulate import MONTH, SINCE, Simulated, simulate

# One worker plays the month, for all that is judged of it.
pytestmark = pytest.mark.xdist_group("month")

# Tens of thousands of commits wait for the disk; manners are the same without one.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@pytest.fixture(scope="module")
def month() -> Simulated:
    """A month with everybody."""
    publishers = everybody(Span(SINCE, SINCE + MONTH))
    with TemporaryDirectory(prefix="hozon-month-", dir=MEMORY) as directory:
        return asyncio.run(simulate(publishers, Path(directory) / "archive"))


@pytest.mark.parametrize("rule", RULES)
def test_rule(month: Simulated, rule: str) -> None:
    """Each rule is kept; what is told are its violations."""
    assert [] == violations(rule, month.evidence)


def test_every_trap_was_met(month: Simulated) -> None:
    """The month was no empty one: each kind of answer was given at least once."""
    given = {visit.status for visit in month.evidence.visits}

    assert given >= {200, 301, 302, 304, 307, 308, 404, 410, 429, 503}
