"""The locks pin everything by hash, name no address, and agree with each other."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.aws.stack import ROOT
from tests.infra.locks import pins_of

DEV = ROOT / "requirements-dev.txt"
FUNCTIONS = ROOT / "functions" / "requirements.txt"
SAM = ROOT / "requirements-sam.txt"
AWS = ROOT / "requirements-aws.txt"
PEERS = ROOT / "requirements-peers.txt"
CLIENTS = ROOT / "requirements-clients.txt"
FUZZ = ROOT / "requirements-fuzz.txt"
LOCKS = [DEV, FUNCTIONS, SAM, AWS, PEERS, CLIENTS, FUZZ]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_have_pins_hashes_and_comments_only(lock: Path) -> None:
    """No option, no address, no path: pip is to ask the index it is set up for."""
    line = re.compile(
        r"[a-z0-9-]+(\[[a-z0-9,_-]+\])?==[^ ]+ \\"
        r"|    --hash=sha256:[0-9a-f]{64}( \\)?"
        r"|(    )?#( [^:]*| {4}tools/lock.sh| This file.*| by the following command:)?"
        r"|# The following packages are considered to be unsafe in a requirements file:"
        r"|"
    )

    for text in lock.read_text(encoding="utf-8").splitlines():
        assert line.fullmatch(text), text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_has_hashes(lock: Path) -> None:
    """So one lock serves each CPython and CPU, and nothing else is ever installed."""
    pins = re.split(
        r"^(?=[a-z0-9-]+(?:\[\S+\])?==)",
        lock.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )

    assert len(pins) > 15
    assert all("--hash=sha256:" in pin for pin in pins[1:])


def test_what_ships_is_what_was_tested() -> None:
    """The artifact's versions are those of the tests."""
    assert pins_of(FUNCTIONS).items() <= pins_of(DEV).items()


def test_everything_we_need_ships() -> None:
    """All runtime dependencies of pyproject.toml, and boto3: not what Lambda has of it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = (re.match(r"[\w-]+", d) for d in project["project"]["dependencies"])
    needed = {m[0].replace("_", "-").lower() for m in named if m}
    shipped = pins_of(FUNCTIONS).keys()

    assert needed <= shipped
    assert {"boto3", "botocore", "s3transfer"} <= shipped


def test_what_is_fuzzed_is_what_was_tested() -> None:
    """The fuzzer's environment has the versions that ship."""
    fuzzed = pins_of(FUZZ)

    assert "atheris" in fuzzed
    assert pins_of(FUNCTIONS).items() <= fuzzed.items()


def test_the_builder_is_locked_apart() -> None:
    """The SAM CLI and uv, and the AWS of tests, whose pins clash with what tests need."""
    assert pins_of(SAM).keys() >= {"aws-sam-cli", "uv", "awslambdaric", "cyclonedx-bom"}
    assert "ministack" in pins_of(AWS)
    assert not pins_of(DEV).keys() & {"aws-sam-cli", "uv", "ministack"}
