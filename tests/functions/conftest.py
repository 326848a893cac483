"""A whole stack on moto for each test, and its handlers at work."""

from collections.abc import Iterator
from itertools import count

import pytest
from moto import mock_aws

from hozon import wiring
from tests.aws.atomic import make_atomic
from tests.aws.edwards import make_edwards
from tests.aws.place import Place
from tests.aws.stack import TEMPLATE, Stack, deploy

# moto keeps what other tests of this process have made: each stack has its own names.
STACKS = count(1)


@pytest.fixture
def stack(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stack]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "POWERTOOLS_LOG_LEVEL": "ERROR",
    }.items():
        monkeypatch.setenv(name, value)
    make_atomic()
    make_edwards()
    with mock_aws():
        yield deploy(
            TEMPLATE,
            Place(name=f"hozon-{next(STACKS)}"),
            parameters={"Contact": "me@example.org", **getattr(request, "param", {})},
        )
    wiring.use(None)
