"""Locks as they are read: which version of what."""

import re
from pathlib import Path


def pins_of(lock: Path) -> dict[str, str]:
    """Return the versions that a lock pins, by name."""
    found = re.findall(
        r"^([a-z0-9-]+)(?:\[\S+\])?==(\S+) \\$",
        lock.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return dict(found)
