"""Clients run as they are, in an environment of their own (`make test` makes it)."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.collection import Served, served

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".venv-clients"
SCRIPTS = Path(__file__).parent / "scripts"
ABSENT = (
    f"no {ENVIRONMENT.name}: `make test` makes it, with the clients of tools/clients.in"
)

Script = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="session")
def clients() -> Path:
    """Return the programs of the environment, or skip where it was not made."""
    programs = ENVIRONMENT / "bin"
    if not (programs / "python").exists():
        pytest.skip(ABSENT)
    return programs


@pytest.fixture(scope="session")
def archive(
    clients: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Serve the collection on loopback."""
    with served(tmp_path_factory.mktemp("collection") / "archive") as serving:
        yield serving


@pytest.fixture
def script(clients: Path, archive: Served) -> Script:
    """Return what runs a script of a client, and gives back what it found."""

    def run(name: str) -> dict[str, Any]:
        told = json.dumps(archive.expectations())
        done = subprocess.run(
            [clients / "python", SCRIPTS / f"{name}_.py", told],
            env=environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert 0 == done.returncode, done.stderr[-3000:]
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


def environment() -> dict[str, str]:
    """Return the environment of a client: it paces itself for others, not for us."""
    return {
        **os.environ,
        "CDXT_DEFAULT_MIN_RETRY_INTERVAL": "0",
        "CDXT_MAX_ERRORS": "3",
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": str(ROOT / "functions"),
        "PYTHONWARNINGS": "ignore",
    }
