"""Are there known holes in what Hozon is made of?

    python -m tools.audit                what can be asked is asked
    python -m tools.audit --required     fail where the index cannot be asked

Asks PyPI for the advisories on each pin of the locks (pip-audit). A hole fails. Where the
index cannot be asked, from a desk without it, that is told, and only fails if required:
the same commit must not pass or fail by the network it is on.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent

LOCKS = ("functions/requirements.txt", "requirements-dev.txt")
"""What ships, and what is run on the machines of those who work on it."""

_PATIENCE_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What asking came to: holes in a sentence each, and what could not be asked."""

    asked: int
    holes: tuple[str, ...]
    unknown: int


def read(report: str) -> Audited:
    """Return what a report of pip-audit (JSON) says; nothing asked if it is none."""
    try:
        dependencies = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audited(asked=0, holes=(), unknown=1)
    holes = [
        f"{each['name']} {each['version']}: {hole['id']}, mended in "
        f"{', '.join(hole.get('fix_versions', [])) or 'no version yet'}"
        for each in dependencies
        for hole in each.get("vulns", [])
    ]
    unknown = sum("skip_reason" in each for each in dependencies)
    return Audited(
        asked=len(dependencies) - unknown,
        holes=tuple(dict.fromkeys(holes)),
        unknown=unknown,
    )


def ask(lock: str) -> str:
    """Return pip-audit's report on a lock; empty where it cannot be had."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes"]
    command += ["--progress-spinner", "off", "--format", "json", "-r", lock]
    try:
        done = subprocess.run(  # noqa: S603  our own command
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


def main(arguments: Sequence[str], ask: Callable[[str], str] = ask) -> int:
    """Ask, and return 1 where there is a hole, or nobody to ask who is required."""
    holes, unknown = list[str](), 0
    for lock in LOCKS:
        found = read(ask(lock))
        holes += found.holes
        unknown += found.unknown
        sys.stdout.write(f"{lock}: {found.asked} asked, {len(found.holes)} holes\n")
    for hole in dict.fromkeys(holes):
        sys.stderr.write(f"{hole}\n")
    if unknown:
        sys.stderr.write(
            f"{unknown} could not be asked about: the index does not tell of holes\n"
        )
    return int(bool(holes) or (bool(unknown) and "--required" in arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
