"""Run the built artifact under the real Lambda runtime interface emulator.

The emulator (a static program in the SAM CLI's wheel) plays Lambda's side of the runtime
API, ``awslambdaric`` is the runtime that AWS ships, and the artifact lies as it would in
``/var/task``. Seen: it takes one invocation at a time (two at once end it), enforces the
timeout and the size of an answer, and does not enforce memory.

Everything listens on loopback; nothing outlives the block that started it.
"""

import json
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import IO, Any

from tests.aws.functions import Function

_READY_S = 20.0
_SLACK_S = 10.0
_INIT = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)\)")
_DURATION = re.compile(
    r"REPORT RequestId: \S+\s+(?:Init Duration: [\d.]+ ms\s+)?Duration: ([\d.]+) ms"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """What runs an artifact: the emulator, and a Python that has the runtime client."""

    emulator: Path
    python: Path


@dataclass(slots=True, kw_only=True)
class Emulated:
    """One function under the emulator. `lines` is what it has logged so far."""

    function: Function
    port: int
    lines: list[str] = field(default_factory=list)
    _one: threading.Lock = field(default_factory=threading.Lock)

    def invoke(self, event: Any) -> Any:
        """Return the function's answer; what it raised comes as `FunctionFailed`."""
        data = json.dumps(event).encode()
        uri = f"http://127.0.0.1:{self.port}/2015-03-31/functions/function/invocations"
        asked = urllib.request.Request(uri, data=data)
        limit = self.function.timeout_s + _SLACK_S
        with self._one:
            try:
                with urllib.request.urlopen(asked, timeout=limit) as got:
                    answer = json.loads(got.read() or b"null")
            except urllib.error.HTTPError as e:
                raise FunctionFailed(e.read().decode()) from e
        if isinstance(answer, dict) and "errorMessage" in answer:
            raise FunctionFailed(json.dumps(answer))
        return answer

    def init_ms(self) -> list[float]:
        """Return how long each start of the runtime took, imports included."""
        return [float(m[1]) for line in self.lines if (m := _INIT.search(line))]


class FunctionFailed(Exception):
    """The function raised, ran out of time, or answered more than it may."""


@contextmanager
def emulated(
    function: Function,
    artifact: Path,
    runtime: Runtime,
    *,
    environment: Mapping[str, str],
) -> Iterator[Emulated]:
    """Start a function, yield it, and end it.

    `environment` is what AWS adds to the function's own: region, credentials.
    """
    port, api = _free_ports(2)
    found = Emulated(function=function, port=port)
    process = subprocess.Popen(
        [
            runtime.emulator,
            "--runtime-interface-emulator-address",
            f"127.0.0.1:{port}",
            "--runtime-api-address",
            f"127.0.0.1:{api}",
            runtime.python,
            "-m",
            "awslambdaric",
            function.handler,
        ],
        cwd=artifact,
        env=_environment(function, artifact) | dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    reader = threading.Thread(target=_read, args=(process.stdout, found.lines))
    reader.start()
    try:
        _wait_for(port)
        yield found
    finally:
        process.terminate()
        process.wait()
        reader.join()
        process.stdout.close()


def _environment(function: Function, artifact: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "LAMBDA_TASK_ROOT": str(artifact),
        "PYTHONPATH": str(artifact),
        "PYTHONDONTWRITEBYTECODE": "1",
        "_HANDLER": function.handler,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout_s),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        **function.environment,
    }


def _read(stream: IO[bytes], lines: list[str]) -> None:
    lines.extend(line.decode("utf-8", "replace").rstrip("\n") for line in stream)


def _free_ports(count: int) -> list[int]:
    sockets = [socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _wait_for(port: int) -> None:
    until = time.monotonic() + _READY_S
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
