"""What commands cost: wall time, processor time and memory of the whole process tree.

Reads ``/proc`` (Linux). Processor time is what the kernel charged to the command and
to all descendants that were waited for; memory is the largest sum of PSS seen (shared
pages are counted once), sampled twenty times a second from outside.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one or more commands took, one after the other."""

    wall_s: float
    cpu_s: float
    peak_bytes: int
    exit_codes: tuple[int, ...]

    def __add__(self, other: "Cost") -> "Cost":
        """Return the cost of this and then `other`."""
        return Cost(
            wall_s=self.wall_s + other.wall_s,
            cpu_s=self.cpu_s + other.cpu_s,
            peak_bytes=max(self.peak_bytes, other.peak_bytes),
            exit_codes=self.exit_codes + other.exit_codes,
        )


def cost(
    command: Sequence[str],
    *,
    cwd: Path,
    log: Path,
    environment: dict[str, str],
    timeout_s: float,
) -> Cost:
    """Run `command` and return what it took; it is killed after `timeout_s`.

    Its output is appended to `log`.
    """
    started = time.perf_counter()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=os.environ | environment,
            start_new_session=True,
        )
    sampler = _Sampler(process.pid)
    guard = threading.Timer(timeout_s, _kill_session, (process.pid,))
    guard.start()
    sampler.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        wall_s = time.perf_counter() - started
        guard.cancel()
        sampler.stop()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        wall_s=wall_s,
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_bytes=sampler.peak_bytes,
        exit_codes=(process.returncode,),
    )


def _kill_session(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


class _Sampler(threading.Thread):
    """Keeps the largest memory use of a process tree that it has seen."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self.peak_bytes = 0

    def run(self) -> None:
        while not self._ended.wait(_SAMPLE_S):
            total = sum(_pss_bytes(pid) for pid in _tree(self._pid))
            self.peak_bytes = max(self.peak_bytes, total)

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        # A process may end between being listed and being read.
        with suppress(OSError):
            for child in children.read_text().split():
                yield from _tree(int(child))


def _pss_bytes(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
