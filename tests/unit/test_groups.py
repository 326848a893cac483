"""Tests that share what takes long to make run on one worker of pytest-xdist."""

import os

import pytest


@pytest.mark.xdist_group("kept")
@pytest.mark.skipif(
    "PYTEST_XDIST_WORKER" not in os.environ, reason="there are no workers"
)
def test_groups_are_kept(request: pytest.FixtureRequest) -> None:
    """A group stands behind the id by which a test is given to a worker; where it does
    not, each worker makes all for itself (tools/dev.in).
    """
    assert request.node.nodeid.endswith("@kept")
