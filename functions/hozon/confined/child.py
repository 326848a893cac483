"""The child's side: one page after another, until who asks has gone.

Nothing here trusts what it reads; nothing that reads here is trusted by who asks.
"""

import resource
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hozon import extracts, text
from hozon.claims import Extract
from hozon.page import Page

Reading = Callable[[str, str], Extract]
"""What makes an extract of a page's HTML and URI."""

_SPARE_S = 5
_LARGE = 128 * 1024 * 1024
_HEAD = struct.calcsize(">II")


def serve(*, memory: int, page_s: float, read: Reading | None = None) -> None:
    """Answer the pages that come on standard input, within limits.

    The kernel ends a process that uses more processor time on a page than whoever
    asked would wait, so that none spins on alone. One that has grown large ends itself
    between two pages.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    while head := sys.stdin.buffer.read(_HEAD):
        seconds = int(time.process_time() + page_s) + _SPARE_S
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
        uri, html = map(_text, struct.unpack(">II", head))
        answer = extracts.dumps(_read(read or extracted, html, uri))
        sys.stdout.buffer.write(struct.pack(">I", len(answer)) + answer)
        sys.stdout.buffer.flush()
        if _resident() > _LARGE:
            return


def extracted(html: str, uri: str) -> Extract:
    """Return what can be made out of a page."""
    return text.extract(Page.parse(html, uri))


def _read(read: Reading, html: str, uri: str) -> Extract:
    """Return what is read; a failure is an extract with a note."""
    try:
        return read(html, uri)
    except MemoryError:
        return Extract(notes=("text: it takes more memory than it may",))
    except Exception as e:  # noqa: BLE001  a page that breaks us still is a snapshot
        return Extract(notes=(f"text: {type(e).__name__}: {e!s:.200}",))


def _resident() -> int:
    """Return the bytes of memory in use; `ru_maxrss` would count the parent's too."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError):
        return 0
    return pages * resource.getpagesize()


def _text(length: int) -> str:
    return sys.stdin.buffer.read(length).decode("utf-8", "surrogatepass")
