"""The program as a process, on a site served on loopback."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Hozon:
    """``hozon`` on one archive, allowed to reach one site."""

    directory: Path
    allow: tuple[str, ...] = ()

    def command(self, *arguments: str) -> list[str]:
        """Return the command line; what fetches is allowed to reach the site."""
        named = {*arguments[:4]}
        fetches = bool(named & {"run", "capture", "recheck"}) or arguments[:2] in {
            ("feeds", "add"),
            ("feeds", "remove"),
        }
        fetches = fetches and "settings" not in named
        allowed = [o for host in self.allow for o in ("--allow-host", host)]
        quick = ["--host-interval", "0"] if allowed else []
        hozon = [sys.executable, "-m", "hozon", "--archive", str(self.directory)]
        return [*hozon, *arguments, *(allowed + quick if fetches else [])]

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start the program and do not wait for it."""
        return subprocess.Popen(
            self.command(*arguments),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def __call__(
        self, *arguments: str, code: int = 0
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run the program to its end, which must have this exit code."""
        done = subprocess.run(
            self.command(*arguments),
            env=environment(),
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert code == done.returncode, done.stderr.decode()
        return done

    def json(self, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        """Run the program with ``--json`` and return what it wrote."""
        done = self("--json", *arguments, code=code)
        return [json.loads(line) for line in done.stdout.splitlines()]


def environment() -> dict[str, str]:
    """Return an environment in which nothing of this machine's Hozon is set."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HOZON_")}
    return {**kept, "PYTHONPATH": str(ROOT / "functions"), "PYTHONUTF8": "1"}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where the archive of a test lies."""
    return tmp_path / "archive"
