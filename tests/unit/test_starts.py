"""What is started loads no more than it needs: nobody waits for what they never use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[2] / "functions"
READING = {"turbohtml", "hozon.reading.page", "hozon.text", "hozon.verdicts"}
"""What reads pages, which children do."""

FEEDS = {"feedparser", "hozon.feeds"}
AUDITS = {"hozon.auditing.auditing", "hozon.auditing.census"}
FETCHING = {"asyncio", "ssl", "hozon.fetch"}


@pytest.mark.parametrize(
    ("module", "spared"),
    [
        ("hozon.cli.entries", READING | FEEDS | AUDITS | FETCHING),
        ("hozon.cli.retrieving", READING | FEEDS | AUDITS | FETCHING),
        ("hozon.cli.searching", READING | FEEDS | AUDITS | FETCHING),
        ("hozon.cli.running", READING | FEEDS | AUDITS),
        ("hozon.capturing.capturing", READING | FEEDS | AUDITS),
        ("poll_feed", READING | FEEDS | AUDITS),
        ("capture_entry", READING | FEEDS | AUDITS),
        ("serve_archive", READING | FEEDS | AUDITS),
    ],
)
def test_no_more_is_loaded(module: str, spared: set[str]) -> None:
    """Starting it loads nothing of what only some of its work needs."""
    code = f"import sys, {module}; print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(FUNCTIONS)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert set() == spared & set(done.stdout.split())
