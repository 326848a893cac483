"""A child that reads documents as the real one does, and ends where it opens anything."""

import os
import sys

from hozon.confined import child
from tests.hostile.watching import FORBIDDEN, is_ours

ASTRAY = 77
"""The exit code of a child that went where it had no business."""


def serve(memory: int) -> None:
    """Serve as the real child does, watched."""
    sys.addaudithook(_hook)
    child.serve(memory)


def _hook(event: str, args: tuple[object, ...]) -> None:
    if event != "open" and event not in FORBIDDEN:
        return
    if not is_ours(event, args) and args[0] not in _OWN:
        os._exit(ASTRAY)


_OWN = ("/proc/self/statm", "/proc/self/oom_score_adj")
