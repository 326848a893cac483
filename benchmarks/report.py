"""The figures of a benchmark run, as values, as a table and as JSON."""

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost
from benchmarks.stored import Stored
from benchmarks.tools import OURS

RESULTS = Path(__file__).parent / "results"
_COLUMNS = (
    ("tool", "<15"),
    ("n", ">4"),
    ("articles/s", ">11"),
    ("CPU ms/art.", ">12"),
    ("peak MB", ">8"),
    ("WARC B/art.", ">12"),
    ("all B/art.", ">11"),
    ("req./art.", ">10"),
    ("conn.", ">7"),
    ("records/art.", ">13"),
    ("captured", ">12"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a tool asked of the site: requests, and connections opened."""

    requests: int
    connections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one tool did with `count` articles; `missing` lists URI paths not stored."""

    tool: str
    count: int
    articles_per_s: float
    cpu_ms_per_article: float
    peak_mb: float
    warc_bytes_per_article: int
    all_bytes_per_article: int
    requests_per_article: float
    connections: int
    records_per_article: float
    revisits_per_article: float
    expected: int
    missing: Sequence[str]
    exit_codes: Sequence[int]

    @property
    def whole(self) -> bool:
        """Whether every page and requisite is stored."""
        return not self.missing


def result(
    tool: str, count: int, cost: Cost, held: Stored, *, asked: Asked, wanted: set[str]
) -> Result:
    """Return the figures per article."""
    return Result(
        tool=tool,
        count=count,
        articles_per_s=round(count / cost.wall_s, 2),
        cpu_ms_per_article=round(cost.cpu_s / count * 1000, 2),
        peak_mb=round(cost.peak_bytes / 1e6, 1),
        warc_bytes_per_article=held.warc_bytes // count,
        all_bytes_per_article=held.all_bytes // count,
        requests_per_article=round(asked.requests / count, 2),
        connections=asked.connections,
        records_per_article=round((held.responses + held.revisits) / count, 2),
        revisits_per_article=round(held.revisits / count, 2),
        expected=len(wanted),
        missing=sorted(wanted - held.paths),
        exit_codes=cost.exit_codes,
    )


def table(results: Sequence[Result]) -> str:
    """Return all results as lines of text, and how ours compares to each."""
    head = "".join(f"{name:{form}}" for name, form in _COLUMNS)
    rows = ["".join(_cells(r)) for r in results]
    return "\n".join([head, "-" * len(head), *rows, "", *_ratios(results)])


def _cells(r: Result) -> Iterator[str]:
    got = "all" if r.whole else f"{r.expected - len(r.missing)}/{r.expected}"
    values = (
        *(r.tool, r.count, r.articles_per_s, r.cpu_ms_per_article, r.peak_mb),
        *(f"{r.warc_bytes_per_article:,}", f"{r.all_bytes_per_article:,}"),
        *(r.requests_per_article, r.connections, r.records_per_article, got),
    )
    for value, (_, form) in zip(values, _COLUMNS, strict=True):
        yield f"{value:{form}}"


def _ratios(results: Sequence[Result]) -> Iterator[str]:
    """Compare ours with each other one that stored everything too."""
    if not results or results[0].tool != OURS:
        return
    ours, *peers = results
    for peer in (p for p in peers if p.whole):
        yield (
            f"{ours.tool} against {peer.tool}: "
            f"{ours.articles_per_s / peer.articles_per_s:.1f} times the articles/s, "
            f"{ours.cpu_ms_per_article / peer.cpu_ms_per_article:.2f} of the CPU, "
            f"{ours.peak_mb / peer.peak_mb:.2f} of the memory, "
            f"{ours.warc_bytes_per_article / peer.warc_bytes_per_article:.3f} of the "
            "WARC bytes"
        )


def aws_lines(figures: Mapping[str, Any]) -> str:
    """Return what `benchmarks.aws` counted, as lines of text."""
    each = ", ".join(f"{s} {n}" for s, n in figures["per_article"].items())
    every = ", ".join(f"{name} {n}" for name, n in figures["requests"].items())
    items = round(figures["items_written"] / figures["articles"], 2)
    return (
        f"aws: {figures['articles']} articles in {figures['invocations']} invocations\n"
        f"requests per article: {each}; items written to DynamoDB: {items}\n"
        f"all requests: {every}"
    )


def save(results: Sequence[Result], extra: Mapping[str, Any], *, now: datetime) -> Path:
    """Write everything as JSON and return where it lies."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{now:%Y%m%d-%H%M%S}.json"
    machine = {
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "at": now.isoformat(timespec="seconds"),
    }
    tools = [asdict(r) for r in results]
    whole = {"machine": machine, "tools": tools, **extra}
    file.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return file
