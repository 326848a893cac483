"""What this process opens, connects to and starts, as the interpreter itself tells it."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_TOLD = (
    "open",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.bind",
    "socket.sendto",
    "subprocess.Popen",
    "os.exec",
    "os.system",
    "os.posix_spawn",
    "os.fork",
    "os.listdir",
    "os.scandir",
    "ctypes.dlopen",
    "urllib.Request",
)
_seen: dict[int, list[str]] = {}


def _hook(event: str, args: tuple[object, ...]) -> None:
    if _seen and event in _TOLD:
        told = _seen.get(threading.get_ident())
        if told is not None:
            told.append(f"{event} {args[0] if args else ''}")


sys.addaudithook(_hook)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Yield the list of what this thread opens within the block."""
    mine = threading.get_ident()
    _seen[mine] = []
    try:
        yield _seen[mine]
    finally:
        del _seen[mine]
