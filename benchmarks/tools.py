"""The tools that are compared: the commands that make each archive the articles."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {
    "PYTHONPATH": f"{ROOT / 'functions'}{os.pathsep}{ROOT}",
    # As installed: no tool translates its own modules at every start.
    "PYTHONDONTWRITEBYTECODE": "",
}
OURS = "hozon"
CAPTURE_ONLY = "hozon capture"
TEXTLESS = "hozon textless"
_PROCESSES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be archived: the `count` newest articles, into `folder`.

    `feed` is the URI of a feed that lists them, `uris` a file with one a line.
    """

    python: str
    count: int
    folder: Path
    feed: str
    uris: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One way to archive articles. `lacks` says in words what is missing here, or None.

    `whole_run` tools are ours and get all articles, the others as many as make a fair
    sample.
    """

    name: str
    commands: Callable[[Task], Sequence[Sequence[str]]]
    lacks: Callable[[str], str | None] = lambda _python: None
    whole_run: bool = False


def _hozon(module: str) -> Callable[[Task], Sequence[Sequence[str]]]:
    def commands(task: Task) -> Sequence[Sequence[str]]:
        network = ("--allow-host", urlsplit(task.feed).netloc, "--host-interval", "0")
        program = (task.python, "-m", module, "--archive", str(task.folder), "--json")
        return (
            (*program, "feeds", "add", task.feed, *network),
            (*program, "run", *network),
        )

    return commands


def _wget(task: Task) -> Sequence[Sequence[str]]:
    quiet = ("wget", "--no-verbose", "--execute", "robots=off")
    files = (f"--warc-file={task.folder}/wget", f"--directory-prefix={task.folder}")
    return ((*quiet, "--page-requisites", *files, f"--input-file={task.uris}"),)


def _warcio(processes: int) -> Callable[[Task], Sequence[Sequence[str]]]:
    def commands(task: Task) -> Sequence[Sequence[str]]:
        module = (task.python, "-m", "benchmarks.peers.warcio_requests")
        return ((*module, str(task.uris), str(task.folder), str(processes)),)

    return commands


def _scrapy(task: Task) -> Sequence[Sequence[str]]:
    module = (task.python, "-m", "benchmarks.peers.scrapy_warcio")
    return ((*module, str(task.uris), f"{task.folder}/scrapy.warc.gz"),)


def _warcprox(task: Task) -> Sequence[Sequence[str]]:
    module = (task.python, "-m", "benchmarks.peers.warcprox_requests")
    return ((*module, str(task.uris), str(task.folder), str(_PROCESSES)),)


def _program(name: str) -> Callable[[str], str | None]:
    return lambda _python: (
        None if shutil.which(name) else f"no `{name}` on this machine"
    )


def _modules(*names: str) -> Callable[[str], str | None]:
    def lacks(python: str) -> str | None:
        code = f"import {', '.join(names)}"
        tried = subprocess.run([python, "-c", code], capture_output=True, check=False)
        return f"pip install {' '.join(names)}" if tried.returncode else None

    return lacks


def _hozon_lacks(python: str) -> str | None:
    tried = subprocess.run(
        [python, "-m", "hozon", "--help"],
        env=os.environ | ENVIRONMENT,
        capture_output=True,
        check=False,
    )
    return "`python -m hozon` does not start here" if tried.returncode else None


TOOLS = (
    Tool(name=OURS, commands=_hozon("hozon"), lacks=_hozon_lacks, whole_run=True),
    Tool(
        name=CAPTURE_ONLY,
        commands=_hozon("benchmarks.capture_only"),
        lacks=_hozon_lacks,
        whole_run=True,
    ),
    Tool(
        name=TEXTLESS,
        commands=_hozon("benchmarks.textless"),
        lacks=_hozon_lacks,
        whole_run=True,
    ),
    Tool(name="wget", commands=_wget, lacks=_program("wget")),
    Tool(
        name="warcio",
        commands=_warcio(1),
        lacks=_modules("warcio", "requests", "lxml"),
    ),
    Tool(
        name=f"warcio x{_PROCESSES}",
        commands=_warcio(_PROCESSES),
        lacks=_modules("warcio", "requests", "lxml"),
    ),
    Tool(
        name="scrapy",
        commands=_scrapy,
        lacks=_modules("scrapy", "warcio", "lxml"),
    ),
    Tool(
        name="warcprox x8",
        commands=_warcprox,
        lacks=_modules("warcprox", "requests", "lxml"),
    ),
)
