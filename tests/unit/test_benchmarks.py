"""The benchmark's site and its measuring: deterministic, honest, of the right size."""

import gzip
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from benchmarks import measure, pages, report, site, units
from benchmarks.measure import Cost
from benchmarks.metering import metered
from benchmarks.stored import Stored, stored


@pytest.mark.parametrize("number", [1, 4, 7, 250])
def test_a_page_is_always_the_same(number: int) -> None:
    """The same number and seed give the same page; another seed another one."""
    assert pages.page(number, seed=1) == pages.page(number, seed=1)
    assert pages.page(number, seed=1).html != pages.page(number, seed=2).html


@pytest.mark.parametrize("number", range(1, 9))
def test_a_page_is_as_large_as_news_pages_are(number: int) -> None:
    """60 to 150 KB in its own charset, with all its pictures and shared files."""
    page = pages.page(number, seed=site.SEED)
    coded = page.html.encode(page.codec)
    needed = (*page.images, *(p for p in pages.SHARED if not p.endswith(".woff")))

    assert 60_000 <= len(coded) <= 150_000
    assert all(page.html.count(f'"{path}"') == 1 for path in needed)
    assert len(page.images) in (5, 6)


def test_the_cost_of_a_process_tree_is_measured(tmp_path: Path) -> None:
    """Time and memory of grandchildren count, and so does the exit code."""
    inner = "b = b'x' * 60_000_000; [sum(range(1000)) for _ in range(20_000)]; exit(3)"
    outer = (
        "import subprocess, sys; "
        f"sys.exit(subprocess.run([sys.executable, '-c', {inner!r}]).returncode)"
    )
    spent = measure.cost(
        [sys.executable, "-c", outer],
        cwd=tmp_path,
        log=tmp_path / "log",
        environment={},
        timeout_s=60,
    )

    assert (3,) == spent.exit_codes
    assert spent.cpu_s > 0.1
    assert spent.peak_bytes > 60_000_000


def test_a_command_that_hangs_is_killed(tmp_path: Path) -> None:
    """Nothing outlives its timeout."""
    spent = measure.cost(
        ["sleep", "60"],
        cwd=tmp_path,
        log=tmp_path / "log",
        environment={},
        timeout_s=0.1,
    )

    assert (-9,) == spent.exit_codes
    assert spent.wall_s < 5


ASKED = report.Asked(requests=30, connections=2)


def _result(tool: str, wall_s: float, paths: set[str]) -> report.Result:
    spent = Cost(wall_s=wall_s, cpu_s=1.0, peak_bytes=10_000_000, exit_codes=(0,))
    held = Stored(
        responses=2,
        revisits=1,
        paths=frozenset(paths),
        warc_bytes=1000,
        all_bytes=2000,
    )
    return report.result(tool, 10, spent, held, asked=ASKED, wanted={"/a", "/b"})


def _record(kind: str, uri: str, status: str) -> bytes:
    block = f"HTTP/1.1 {status}\r\nX: y\r\n\r\ntext"
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\n"
        "WARC-Record-ID: <urn:uuid:0d3e9c1a-7f58-4d5b-9f3e-2f6f0c1f7b11>\r\n"
        "WARC-Date: 2026-11-23T09:00:00Z\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(f"{head}{block}\r\n\r\n".encode())


def test_what_was_stored_is_read_back(tmp_path: Path) -> None:
    """Good responses and revisits count, other statuses do not; all bytes do."""
    records = (
        _record("response", "http://127.0.0.1:1/a", "200 OK"),
        _record("response", "<http://127.0.0.1:1/b?c>", "200 OK"),
        _record("revisit", "http://127.0.0.1:1/r", "200 OK"),
        _record("response", "http://127.0.0.1:1/lost", "404 Not Found"),
    )
    (tmp_path / "a.warc.gz").write_bytes(b"".join(records))
    (tmp_path / "index").write_bytes(bytes(1000))
    held = stored(tmp_path)

    assert (2, 1) == (held.responses, held.revisits)
    assert {"/a", "/b", "/r"} == held.paths
    assert 1000 == held.all_bytes - held.warc_bytes


def _keyed(name: str) -> dict[str, Any]:
    return {"pk": {"S": name}, "sk": {"S": "x"}}


def test_requests_to_aws_are_counted_where_they_are_sent() -> None:
    """Each is counted by name while the meter is on, and so is each item written."""
    with metered() as meter, mock_aws():
        session = boto3.Session("testing", "testing", region_name="eu-west-1")
        dynamodb, s3 = session.client("dynamodb"), session.client("s3")
        dynamodb.create_table(
            TableName="t",
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        meter.on = True
        s3.list_buckets()
        dynamodb.put_item(TableName="t", Item=_keyed("a"))
        dynamodb.batch_write_item(
            RequestItems={
                "t": [{"PutRequest": {"Item": _keyed(name)}} for name in "bcd"]
            }
        )
        meter.on = False
        s3.list_buckets()

    assert {
        "s3.ListBuckets": 1,
        "dynamodb.PutItem": 1,
        "dynamodb.BatchWriteItem": 1,
    } == meter.requests
    assert 4 == meter.items_written == meter.write_units
    assert {"dynamodb": 1.0, "s3": 0.5} == meter.per_article(2)


def test_the_size_of_an_item() -> None:
    """Names and values count: of texts their UTF-8, of sets that of their members."""
    item = {"a": {"S": "日本"}, "bb": {"B": b"123"}, "c": {"SS": ["x", "日"]}}

    assert 1 + 6 + 2 + 3 + 1 + 1 + 3 == units.size(item)


def test_only_whole_archives_are_compared() -> None:
    """A tool that lost something is listed with what it lost, and not compared with."""
    results = [
        _result("hozon", 1.0, {"/a", "/b"}),
        _result("slow", 4.0, {"/a", "/b", "/c"}),
        _result("lossy", 0.1, {"/a"}),
    ]
    lines = report.table(results).splitlines()

    assert ("/b",) == tuple(results[2].missing)
    assert lines[4].endswith("1/2")
    assert [
        "hozon against slow: 4.0 times the articles/s, 1.00 of the CPU, "
        "1.00 of the memory, 1.000 of the WARC bytes"
    ] == lines[6:]


def test_ages_are_behind_the_newest() -> None:
    """Articles are listed newest first, all before the fixed instant."""
    newest = pages.page(1, seed=1).published_at

    assert newest < datetime(2026, 11, 23, 9, tzinfo=UTC) == pages.NEWEST
    assert newest > pages.page(2, seed=1).published_at
