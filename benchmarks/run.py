"""Archives one synthetic news site with several tools, side by side.

``python -m benchmarks.run`` generates the site, serves it from a process of its own
with 50 ms before each response, and measures each tool on it: articles per second,
processor time and memory of the whole process tree, bytes stored, requests made. What
was stored is read back and compared with what there was to store.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import measure, report, site
from benchmarks.measure import Cost
from benchmarks.report import Asked, Result
from benchmarks.site import Article, Generated
from benchmarks.stored import stored
from benchmarks.tools import ENVIRONMENT, OURS, ROOT, TOOLS, Task, Tool

_TIMEOUT_S = 900.0
_LATENCY_S = 0.05
_PEER_ARTICLES = 200
_AWS_ARTICLES = 50


def main(words: Sequence[str] | None = None) -> None:
    """Measure all tools that there are, print a table, and keep the figures."""
    stated = _parser().parse_args(words)
    generated = site.generated(count=stated.articles)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        scratch = Path(name)
        capacity = _capacity(generated, scratch, stated)
        _say(f"the site answers {capacity['requests_per_s']} requests/s on its own")
        results = [*_results(generated, scratch, stated)]
    sys.stdout.write("\n" + report.table(results) + "\n")
    extra = {"latency_s": stated.latency, "capacity": capacity, "aws": _aws(stated)}
    _say(f"kept in {report.save(results, extra, now=datetime.now(UTC))}")
    if not all(r.whole for r in results if r.tool == OURS):
        sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.run", description=__doc__
    )
    option = parser.add_argument
    option(
        "--articles", type=int, default=site.ARTICLES, help="for hozon (%(default)s)"
    )
    option("--peer-articles", type=int, default=_PEER_ARTICLES, help="(%(default)s)")
    option("--latency", type=float, default=_LATENCY_S, metavar="SECONDS")
    option("--aws-articles", type=int, default=_AWS_ARTICLES, help="0: none at all")
    names = ", ".join(tool.name for tool in TOOLS)
    option("--tools", default=names, metavar="NAME,…", help=f"of: {names}")
    option("--peer-python", default=sys.executable, metavar="PATH", help="runs peers")
    option("--keep", type=Path, metavar="DIR", help="keep what the tools stored here")
    return parser


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


@contextmanager
def _served(count: int, latency_s: float) -> Iterator[str]:
    """Serve the site from another process; yields its base URI."""
    command = [sys.executable, "-m", "benchmarks.serve", f"--articles={count}"]
    with subprocess.Popen(
        [*command, f"--latency={latency_s}"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


def _capacity(
    generated: Generated, scratch: Path, stated: argparse.Namespace
) -> dict[str, float]:
    """Return what the site can answer when nothing but asking is done."""
    paths = scratch / "paths.txt"
    paths.write_text("\n".join(sorted(generated.expected(stated.articles))), "utf-8")
    with _served(stated.articles, stated.latency) as base:
        command = [sys.executable, "-m", "benchmarks.capacity", base, str(paths)]
        printed = subprocess.check_output(command, cwd=ROOT, text=True)
    figures: dict[str, float] = json.loads(printed)
    return figures


def _aws(stated: argparse.Namespace) -> dict[str, Any] | None:
    """Return what an article costs in requests to AWS, and say so."""
    if not stated.aws_articles:
        return None
    with _served(stated.articles, latency_s=0) as base:
        feed = f"{base}/feed-{stated.aws_articles}.xml"
        command = [sys.executable, "-m", "benchmarks.aws", feed, urlsplit(base).netloc]
        run = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | ENVIRONMENT,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if run.returncode:
        _say("aws: no figures, it ended with an error (above)")
        return None
    figures: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    sys.stdout.write(f"\n{report.aws_lines(figures)}\n")
    return figures


def _results(
    generated: Generated, scratch: Path, stated: argparse.Namespace
) -> Iterator[Result]:
    wanted = {name.strip() for name in stated.tools.split(",")}
    for tool in (t for t in TOOLS if t.name in wanted):
        python = sys.executable if tool.whole_run else stated.peer_python
        if lacks := tool.lacks(python):
            _say(f"{tool.name}: skipped, {lacks}")
            continue
        count = stated.articles if tool.whole_run else stated.peer_articles
        _say(f"{tool.name}: {count} articles …")
        folder = (stated.keep or scratch).resolve() / tool.name.replace(" ", "-")
        # Each tool gets a site of its own, started anew: none profits from another.
        with _served(stated.articles, stated.latency) as base:
            task = _task(python, count, folder, base, generated.articles[:count])
            yield _measured(tool, task, generated.expected(count), base)
        if stated.keep is None:
            shutil.rmtree(folder)


def _task(
    python: str, count: int, folder: Path, base: str, articles: Sequence[Article]
) -> Task:
    folder.mkdir(parents=True)
    uris = folder.with_suffix(".uris")
    uris.write_text("".join(f"{base}{a.path}\n" for a in articles), "utf-8")
    feed = f"{base}/feed-{count}.xml"
    return Task(python=python, count=count, folder=folder, feed=feed, uris=uris)


def _measured(tool: Tool, task: Task, wanted: set[str], base: str) -> Result:
    spent = Cost(wall_s=0, cpu_s=0, peak_bytes=0, exit_codes=())
    for command in tool.commands(task):
        spent += measure.cost(
            command,
            cwd=ROOT,
            log=task.folder.with_suffix(".log"),
            environment=ENVIRONMENT,
            timeout_s=_TIMEOUT_S,
        )
    if any(spent.exit_codes):
        log = task.folder.with_suffix(".log").read_text("utf-8", "replace")
        _say(f"{tool.name} ended with {spent.exit_codes}: {log[-500:]}")
    with urllib.request.urlopen(f"{base}/count") as answer:
        asked = Asked(**json.load(answer))
    held = stored(task.folder)
    return report.result(tool.name, task.count, spent, held, asked=asked, wanted=wanted)


if __name__ == "__main__":
    main()
