"""The template as it is deployed, once for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from tests.aws import artifacts, templates
from tests.aws.atomic import make_atomic
from tests.aws.edwards import make_edwards
from tests.aws.place import Place
from tests.aws.stack import TEMPLATE, Stack, deploy
from tests.aws.templates import Json

PARAMETERS = {"Contact": "archivist@example.org"}


@pytest.fixture(scope="package")
def aws() -> Iterator[None]:
    """Moto instead of AWS, for as long as the tests of this folder run."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        make_atomic()
        make_edwards()
        with mock_aws():
            yield


@pytest.fixture(scope="package")
def stack(aws: None) -> Stack:
    """The whole template with its defaults."""
    return deploy(TEMPLATE, Place(name="hozon"), parameters=PARAMETERS)


@pytest.fixture(scope="package")
def source() -> Json:
    """template.yaml as it is written."""
    return templates.load(TEMPLATE)


@pytest.fixture(scope="package")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the artifact, built for this machine."""
    return artifacts.built(tmp_path_factory.mktemp("project"))
