"""What this process opens, connects to and starts, as the interpreter itself tells it."""

import sys
import sysconfig
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
FORBIDDEN = frozenset(
    {
        *(
            "socket.connect",
            "socket.getaddrinfo",
            "socket.gethostbyname",
            "socket.bind",
        ),
        *(
            "socket.sendto",
            "subprocess.Popen",
            "os.exec",
            "os.system",
            "os.posix_spawn",
        ),
        *(
            "os.fork",
            "os.forkpty",
            "os.listdir",
            "os.scandir",
            "os.remove",
            "os.rename",
        ),
        *("os.symlink", "os.link", "os.chmod", "shutil.rmtree", "ctypes.dlopen"),
        *("urllib.Request", "webbrowser.open", "sqlite3.connect"),
    }
)
"""What reads documents does none of this."""

_PROGRAM = tuple(
    {
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib")),
        *(one for one in sys.path if one.startswith("/")),
    }
)
_seen: dict[int, list[str]] = {}


def is_ours(event: str, args: tuple[object, ...]) -> bool:
    """Tell whether an event is that of this program being imported, as it is needed."""
    path = str(args[0]) if args else ""
    if event in {"os.listdir", "os.scandir"}:
        return path.startswith(_PROGRAM)
    is_code = path.endswith((".py", ".pyc", ".so", ".html", ".pth"))
    return event == "open" and path.startswith(_PROGRAM) and is_code


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
