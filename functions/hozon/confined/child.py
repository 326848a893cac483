"""The child's side: one page after another, until who asks has gone.

Nothing here trusts what it reads; nothing that reads here is trusted by who asks.
"""

import resource
import socket
import struct
import time
from pathlib import Path

from hozon import extracts, text
from hozon.model import Extract
from hozon.page import Page

_SPARE_S = 5
_LARGE = 128 * 1024 * 1024
_HEAD = struct.calcsize(">II")


def serve(*, memory: int, page_s: float) -> None:
    """Answer pages on the socket that is standard input, within limits.

    The kernel ends a process that uses more processor time on a page than whoever
    asked would wait, so that none spins on alone. One that has grown large ends itself
    between two pages.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with socket.socket(fileno=0) as asking:
        while head := _exactly(asking, _HEAD):
            seconds = int(time.process_time() + page_s) + _SPARE_S
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
            uri_length, length = struct.unpack(">II", head)
            uri = _exactly(asking, uri_length).decode("utf-8", "surrogatepass")
            html = _exactly(asking, length).decode("utf-8", "surrogatepass")
            answer = extracts.dumps(read(html, uri))
            asking.sendall(struct.pack(">I", len(answer)) + answer)
            if _resident() > _LARGE:
                return


def read(html: str, uri: str) -> Extract:
    """Return what can be made out of a page; a failure is an extract with a note."""
    try:
        return text.extract(Page.parse(html, uri))
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


def _exactly(asking: socket.socket, size: int) -> bytes:
    """Return the next `size` bytes; nothing where who asks has gone."""
    found = bytearray()
    while len(found) < size:
        part = asking.recv(min(size - len(found), 1 << 18))
        if not part:
            return b""
        found += part
    return bytes(found)
