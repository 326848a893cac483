"""Questions to an index of a million captures, beside pywb's CDX server on its own file.

``python -m benchmarks.index`` fills an embedded archive and writes the same captures as
a sorted CDXJ file, serves both over HTTP on loopback, and asks both the same: the
TimeMap of a URI, the capture nearest to an instant, a page of a prefix; and of ours the
river too. In turns, from one client, each answer read whole. Then it counts what one
question costs: statements of SQLite here, requests to DynamoDB on moto (on a part of the
captures, for moto holds its tables in memory as Python objects).
"""

import argparse
import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks import captures
from benchmarks.captures import Article
from benchmarks.metering import metered
from benchmarks.report import RESULTS
from benchmarks.tools import ENVIRONMENT
from hozon import web, wiring
from hozon.cdx import fields, writing
from hozon.cdx.fields import Row
from hozon.nouns.archive import Archive
from hozon.nouns.instants import http_date, timestamp
from hozon.nouns.places import place_of
from tests.contract.conftest import SCHEMA
from tests.events import url_event

LARGEST = 4_400_000
_AT_ONCE = 1000
_MOTO_ARTICLES = 400
_WARM_UP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One kind of question: what is asked of us, and of pywb where it can be."""

    name: str
    ours: Callable[[Article], tuple[str, Mapping[str, str]]]
    theirs: Callable[[Article], str] | None = None


def _at(article: Article) -> datetime:
    return article.at + timedelta(days=20)


def _prefix(article: Article) -> str:
    parts = article.uri.split("/")
    return "/".join(parts[:4] if len(parts) > 4 else parts[:3]) + "/*"


QUESTIONS = (
    Question(
        name="TimeMap of a page",
        ours=lambda a: (f"/web/timemap/link/{a.uri}", {}),
        theirs=lambda a: f"/c/index?output=link&url={quote(a.uri, safe='')}",
    ),
    Question(
        name="TimeGate of a page",
        ours=lambda a: (f"/web/{a.uri}", {"accept-datetime": http_date(_at(a))}),
        theirs=lambda a: (
            f"/c/index?limit=1&closest={timestamp(_at(a))}&url={quote(a.uri, safe='')}"
        ),
    ),
    Question(
        name="TimeGate of a feed",
        ours=lambda a: (f"/web/{a.feed_uri}", {"accept-datetime": http_date(_at(a))}),
        theirs=lambda a: (
            f"/c/index?limit=1&closest={timestamp(_at(a))}"
            f"&url={quote(a.feed_uri, safe='')}"
        ),
    ),
    Question(
        name="CDX prefix, 100 rows",
        ours=lambda a: (f"/cdx?output=cdxj&limit=100&url={quote(_prefix(a))}", {}),
        theirs=lambda a: f"/c/index?output=cdxj&limit=100&url={quote(_prefix(a))}",
    ),
    Question(
        name="CDX host, page of 3000",
        ours=lambda a: (
            f"/cdx?output=cdxj&page=0&matchType=host&url={a.host}&gzip=false",
            {},
        ),
        theirs=lambda a: f"/c/index?output=cdxj&limit=3000&matchType=host&url={a.host}",
    ),
    Question(name="river, 50 entries", ours=lambda _: ("/api/v1/entries", {})),
    Question(name="river as a page", ours=lambda _: ("/", {})),
)


def main(words: Sequence[str] | None = None) -> None:
    """Measure, print a table, and keep the figures."""
    stated = _parser().parse_args(words)
    with tempfile.TemporaryDirectory(prefix="index-") as name, ExitStack() as ends:
        folder = stated.keep or Path(name)
        made = _filled(folder, stated.captures)
        asked = random.Random(7).sample(made, min(stated.questions, len(made)))
        bases = {"hozon": ends.enter_context(_hozon(folder / "archive"))}
        if stated.clients.exists():
            bases["pywb"] = ends.enter_context(_pywb(folder, stated.clients))
        else:
            _say(f"without pywb: there is no {stated.clients}")
        times = _times(bases, asked)
    counts = {"SQLite statements": _statements(made), "DynamoDB": _requests(made)}
    _tell(times, counts, stated.captures)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.index", description=__doc__
    )
    parser.add_argument("--captures", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=300, help="of each kind")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="fill this folder, or use it as it was filled",
    )
    parser.add_argument(
        "--clients",
        type=Path,
        default=Path(".venv-clients/bin/warcserver"),
        help="pywb's CDX server (make .venv-clients/.clients)",
    )
    return parser


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _filled(folder: Path, count: int) -> list[Article]:
    """Fill an embedded archive and a CDXJ file, if they are not; return the articles."""
    began = time.perf_counter()
    made: list[Article] = []
    if (folder / "index.cdxj").exists():
        with wiring.embedded(folder / "archive") as opened:
            held = opened.archive.index.counts()["entries"]
        return list(islice(captures.articles(), held))
    rows: list[tuple[Any, str]] = []
    with wiring.embedded(folder / "archive", create=True) as opened:
        all_ = captures.articles()
        while some := list(islice(all_, _AT_ONCE)):
            holdings = captures.joined([captures.holdings(each) for each in some])
            opened.archive.index.add(holdings)
            made += some
            rows += (
                (place_of(c), writing.line(Row(capture=c), "cdxj", fields.PYWB))
                for c in holdings.captures
            )
            if len(rows) >= count:
                break
    rows.sort()
    with (folder / "index.cdxj").open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for _, line in rows)
    took = time.perf_counter() - began
    _say(f"{len(rows)} captures of {len(made)} articles in {took:.0f} s")
    return made


@contextmanager
def _hozon(folder: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "hozon", "--archive", str(folder), "--json"]
    port = _free_port()
    with _running([*command, "serve", "--port", str(port)], folder, port):
        yield port


@contextmanager
def _pywb(folder: Path, program: Path) -> Iterator[int]:
    config = f"collections:\n  c:\n    index: {folder / 'index.cdxj'}\n"
    (folder / "config.yaml").write_text(config, "utf-8")
    port = _free_port()
    command = [str(program.absolute()), "-b", "127.0.0.1", "-p", str(port)]
    with _running(command, folder, port):
        yield port


@contextmanager
def _running(command: Sequence[str], folder: Path, port: int) -> Iterator[None]:
    """Run a server until the block ends; yields once its port answers."""
    environment = {**os.environ, **ENVIRONMENT}
    null = subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=null, stderr=null
    ) as running:
        try:
            for _ in range(600):
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                if running.poll() is not None:
                    raise SystemExit(f"{command[0]} did not start")
                time.sleep(0.1)
            yield
        finally:
            running.terminate()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


Times = dict[str, dict[str, list[float]]]


def _times(bases: Mapping[str, int], asked: Sequence[Article]) -> Times:
    """Return milliseconds of each question to each server, in turns."""
    found: Times = {question.name: {} for question in QUESTIONS}
    for question in QUESTIONS:
        for n, article in enumerate([*asked[:_WARM_UP], *asked]):
            for name, port in bases.items():
                path, headers = _asked(question, article, ours=name == "hozon")
                if path and (took := _took(port, path, headers)) and n >= _WARM_UP:
                    found[question.name].setdefault(name, []).append(took)
    return found


def _asked(
    question: Question, article: Article, *, ours: bool
) -> tuple[str, Mapping[str, str]]:
    if ours:
        return question.ours(article)
    return (question.theirs(article), {}) if question.theirs else ("", {})


def _took(port: int, path: str, headers: Mapping[str, str]) -> float:
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - began) * 1000
    connection.close()
    if answer.status not in {200, 302} or (answer.status == 200 and not body):
        raise SystemExit(f"{answer.status} to {path}: {body[:300]!r}")
    return took


def _statements(made: Sequence[Article]) -> dict[str, float]:
    """Return how many statements SQLite runs for one question of each kind."""
    counts = Counter[str]()
    with (
        tempfile.TemporaryDirectory() as name,
        wiring.embedded(Path(name) / "a", create=True) as opened,
    ):
        part = [captures.holdings(each) for each in made[:_MOTO_ARTICLES]]
        opened.archive.index.add(captures.joined(part))
        for database in (opened.index, opened.state):
            for method in ("read", "stream"):
                _count(database, method, counts)
        return _per_question(opened.archive, made, lambda: counts)


def _count(database: Any, method: str, counts: Counter[str]) -> None:
    """Count the calls of a method of a database, each of which is one statement."""
    original = getattr(database, method)

    def counted(*given: Any) -> Any:
        counts["statement"] += 1
        return original(*given)

    setattr(database, method, counted)


def _requests(made: Sequence[Article]) -> dict[str, float]:
    """Return how many requests to DynamoDB one question of each kind takes."""
    import boto3  # noqa: PLC0415  slow
    from moto import mock_aws  # noqa: PLC0415  the same

    from hozon.adapters.aws.index import DynamoDbIndex  # noqa: PLC0415  the same

    with (
        tempfile.TemporaryDirectory() as name,
        mock_aws(),
        metered() as meter,
        wiring.embedded(Path(name) / "a", create=True) as opened,
    ):
        session = boto3.Session("testing", "testing", region_name="eu-west-1")
        client = session.client("dynamodb")
        client.create_table(TableName="index", **SCHEMA)
        index = DynamoDbIndex(client, "index")
        for article in made[:_MOTO_ARTICLES]:
            index.add(captures.holdings(article))
        meter.on = True
        archive = replace(opened.archive, index=index)
        return _per_question(archive, made, lambda: meter.requests)


def _per_question(
    archive: Archive, made: Sequence[Article], counts: Callable[[], Counter[str]]
) -> dict[str, float]:
    asked = list(islice(made, 3, _MOTO_ARTICLES, _MOTO_ARTICLES // 10))
    found = {}
    for question in QUESTIONS:
        counts().clear()
        for article in asked:
            path, headers = question.ours(article)
            path, _, query = path.partition("?")
            event = url_event(path, query, headers=headers)
            answer = web.respond(event, None, archive, largest=LARGEST)
            if answer["statusCode"] not in {200, 302}:
                raise SystemExit(f"{answer['statusCode']} to {path}")
        found[question.name] = counts().total() / len(asked)
    return found


def _tell(times: Times, counts: Mapping[str, Mapping[str, float]], size: int) -> None:
    names = sorted({name for one in times.values() for name in one})
    head = "".join(f"{name + ' p50':>12}{'p99':>9}" for name in names)
    lines = [f"{'ms':<26}{head}" + "".join(f"{name:>20}" for name in counts)]
    for question, by_name in times.items():
        cells = "".join(_cell(by_name.get(name)) for name in names)
        costs = "".join(f"{cost[question]:>20.1f}" for cost in counts.values())
        lines.append(f"{question:<26}{cells}{costs}")
    sys.stdout.write("\n".join(lines) + "\n")
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"index-{datetime.now(UTC):%Y%m%d%H%M%S}.json"
    said = {"captures": size, "ms": times, "counts": counts}
    kept.write_text(json.dumps(said, indent=1), "utf-8")
    _say(f"kept in {kept}")


def _cell(ms: Sequence[float] | None) -> str:
    if not ms:
        return f"{'-':>12}{'-':>9}"
    p99 = sorted(ms)[int(len(ms) * 0.99)]
    return f"{statistics.median(ms):>12.2f}{p99:>9.2f}"


if __name__ == "__main__":
    main()
