"""How long each function takes to start: ``python -m benchmarks.coldstart``.

The artifact as `tools/build.sh local` leaves it, with its ``.pyc``, under the real Lambda
runtime interface emulator and AWS's own runtime client, with one processor's worth of this
machine. AWS is a moto server on loopback with the whole template deployed.

``cpu`` is the processor time of importing the handler's module, least of several: what
others do on this machine weighs less in it. The row `boto3` is that library alone.
``init`` is what Lambda calls so: the runtime has started and the handler's module is
imported. ``first`` is the first invocation after it, with what it asks of AWS. Prints a
table of the least and the median of several starts, and one JSON object, last.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.aws import rie
from tests.aws.functions import Function, functions
from tests.aws.place import Place
from tests.aws.rehearse import moto_server
from tests.aws.rie import Runtime
from tests.aws.stack import ROOT, TEMPLATE, deploy

GOALS_MS = {"PollFeed": 350, "CaptureEntry": 350, "ServeArchive": 400}
"""What each start is to take at most, on this class of machine."""

_GET = {
    "version": "2.0",
    "rawPath": "/api/v1/status",
    "rawQueryString": "",
    "headers": {"host": "abc.lambda-url.eu-west-1.on.aws"},
    "requestContext": {
        "stage": "$default",
        "http": {"method": "GET", "path": "/api/v1/status"},
    },
    "isBase64Encoded": False,
}
EVENTS: Mapping[str, Any] = {
    "ScheduleWork": {},
    "SealLog": {},
    "AuditArchive": {},
    "PollFeed": {"Records": []},
    "CaptureEntry": {"Records": []},
    "ServeArchive": _GET,
}
"""The least that each function can be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What the starts of one function took, in milliseconds."""

    name: str
    cpu_min: float
    init_min: float
    init_median: float
    first_min: float
    first_median: float


def artifact(build: Path = ROOT / ".aws-sam" / "local") -> Path:
    """Return the folder of the built artifact, or end saying what to do."""
    for folder in build.glob("*-Shared"):
        return folder
    raise SystemExit("no artifact: tools/build.sh local")


def runtime(venv: Path = ROOT / ".venv-sam") -> Runtime:
    """Return the emulator of the SAM CLI, and the Python that has the runtime client."""
    [emulator] = venv.glob("lib/python3*/site-packages/samcli/local/rapid/*-x86_64")
    return Runtime(emulator=emulator, python=venv / "bin" / "python")


def started(function: Function, name: str, *, endpoint: str, times: int) -> Started:
    """Start a function so often, each time in a process of its own."""
    inits, firsts = [], []
    environment = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    for _ in range(times):
        with rie.emulated(
            function, artifact(), runtime(), environment=environment
        ) as one:
            begun = time.monotonic()
            one.invoke(EVENTS[name])
            whole = (time.monotonic() - begun) * 1000
        [init] = one.init_ms()
        inits.append(init)
        firsts.append(whole - init)
    return Started(
        name=name,
        cpu_min=cpu_ms(function.handler.partition(".")[0], times),
        init_min=round(min(inits)),
        init_median=round(statistics.median(inits)),
        first_min=round(min(firsts)),
        first_median=round(statistics.median(firsts)),
    )


def cpu_ms(module: str, times: int) -> float:
    """Return the processor time that importing a module takes, without Python's own."""
    code = f"import time; t = time.process_time(); import {module}; "
    code += "print((time.process_time() - t) * 1000)"
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(artifact()),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [str(runtime().python), "-c", code]
    taken = [
        float(subprocess.check_output(command, env=environment)) for _ in range(times)
    ]
    return round(min(taken))


def table(found: Sequence[Started]) -> str:
    """Return the figures as a table for people."""
    rows = [
        "| function | cpu ms | init min / median ms | first min / median ms | goal ms |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    rows += [
        f"| {s.name} | {s.cpu_min:.0f} | {s.init_min:.0f} / {s.init_median:.0f} "
        f"| {s.first_min:.0f} / {s.first_median:.0f} | {GOALS_MS.get(s.name, '')} |"
        for s in found
    ]
    return "\n".join(rows)


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coldstart")
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--build", action="store_true", help="build the artifact first")
    given = parser.parse_args(arguments)
    if given.build:
        subprocess.run(["tools/build.sh", "local"], cwd=ROOT, check=True)
    with moto_server() as endpoint:
        place = Place(name="cold", endpoint_url=endpoint)
        parameters = {"Contact": "bench@example.org"}
        made = functions(deploy(TEMPLATE, place, parameters=parameters))
        found = [
            started(made[name], name, endpoint=endpoint, times=given.times)
            for name in EVENTS
        ]
    print(table(found))
    print(f"boto3 alone: {cpu_ms('boto3', given.times):.0f} ms of processor time")
    load = round(os.getloadavg()[0], 1)
    print(json.dumps({"load": load, "starts": [asdict(each) for each in found]}))


if __name__ == "__main__":
    main(sys.argv[1:])
