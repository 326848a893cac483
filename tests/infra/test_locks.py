"""The locks pin everything by hash, name no address, and agree with each other."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.aws.stack import ROOT

DEV = ROOT / "requirements-dev.txt"
FUNCTIONS = ROOT / "functions" / "requirements.txt"
SAM = ROOT / "requirements-sam.txt"
PEERS = ROOT / "requirements-peers.txt"
CLIENTS = ROOT / "requirements-clients.txt"
FUZZ = ROOT / "requirements-fuzz.txt"
LOCKS = [DEV, FUNCTIONS, SAM, PEERS, CLIENTS, FUZZ]

# What Lambda's runtime has: it does not ship, see tools/lock.sh.
IN_THE_RUNTIME = {"boto3", "botocore", "s3transfer"}


def _pins(lock: Path) -> dict[str, str]:
    found = re.findall(
        r"^([a-z0-9-]+)(?:\[\S+\])?==(\S+) \\$",
        lock.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return dict(found)


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
    assert _pins(FUNCTIONS).items() <= _pins(DEV).items()


def test_everything_we_need_ships_but_the_runtime_has() -> None:
    """All runtime dependencies of pyproject.toml, without boto3 and its kin."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = (re.match(r"[\w-]+", d) for d in project["project"]["dependencies"])
    needed = {m[0].replace("_", "-").lower() for m in named if m}
    shipped = _pins(FUNCTIONS).keys()

    assert needed - IN_THE_RUNTIME <= shipped
    assert not IN_THE_RUNTIME & shipped
    assert _pins(DEV).keys() >= IN_THE_RUNTIME


def test_what_is_fuzzed_is_what_was_tested() -> None:
    """The fuzzer's environment has the versions that ship."""
    fuzzed = _pins(FUZZ)

    assert "atheris" in fuzzed
    assert _pins(FUNCTIONS).items() <= fuzzed.items()


def test_the_builder_is_locked_apart() -> None:
    """The SAM CLI and uv, whose pins clash with what tests need."""
    assert _pins(SAM).keys() >= {"aws-sam-cli", "uv"}
    assert not _pins(DEV).keys() & {"aws-sam-cli", "uv"}
