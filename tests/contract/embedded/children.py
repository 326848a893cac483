"""Processes that do one thing with an archive, and die, or meet a broken system.

What happens to them is told by the interpreter's audit hooks (PEP 578): these see each
call of the operating system before it is made, and need no door in the code. No byte
code is written in them, since that would be seen as well.
"""

import subprocess
import sys
from pathlib import Path

PRELUDE = """
import errno, os, signal, sys
from pathlib import Path

from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.folder import FolderWarcStore
from hozon.adapters.embedded.index import SqliteIndex
from hozon.adapters.embedded.rebuilding import fresh_index
from hozon.adapters.embedded.schemas import INDEX, STATE
from hozon.nouns.model import (Holdings)
from tests.fakes import a_capture, a_snapshot, a_warc_key

root = Path(sys.argv[1])

def die_at(name, part=""):
    def hook(event, args):
        if event == name and part in str(args):
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)

def fail_at(name, number, part=""):
    def hook(event, args):
        if event == name and part in str(args):
            raise OSError(number, os.strerror(number))
    sys.addaudithook(hook)
"""


def run(code: str, root: Path, *, user: int | None = None) -> tuple[int, str]:
    """Run `code` in a process of its own, on the archive at `root`.

    Returns its exit status (negative: the signal that ended it) and what it printed,
    or the last line of its complaint.
    """
    done = subprocess.run(  # noqa: PLW1510 (the status is what we ask for)
        [sys.executable, "-c", PRELUDE + code, str(root)],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
        user=user,
    )
    lines = (done.stdout or done.stderr).strip().splitlines()
    return done.returncode, lines[-1] if lines else ""
