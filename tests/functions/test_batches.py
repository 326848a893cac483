"""What a batch does when something in it, or around it, goes wrong."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from hozon import wiring
from hozon.adapters.embedded.folder import FolderWarcStore
from hozon.lambdas import batches
from hozon.nouns.errors import Unavailable
from hozon.nouns.tallies import WHOLE, Quota, Quotas
from hozon.nouns.work import CaptureJob
from hozon.stored import jobs
from hozon.wiring import Deployed
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import Stack
from tests.fakes import a_capture_job
from tests.sites import Reply, Site, page, rss

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_record(body: str, name: str = "m1", *, count: int = 1) -> dict[str, Any]:
    """Return a message as Lambda's event has it; it waited 90 seconds."""
    return {
        "messageId": name,
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": str(count),
            "SentTimestamp": "1000000",
            "ApproximateFirstReceiveTimestamp": "1090000",
        },
    }


@dataclass
class Context:
    """Lambda's context. There is plenty of time until something has happened."""

    is_time_up: Callable[[], bool] = lambda: False
    function_name: str = "CaptureEntry"
    aws_request_id: str = "r1"
    memory_limit_in_mb: int = 1024

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that is left, in milliseconds."""
        return 5_000 if self.is_time_up() else 300_000


def waiting(stack: Stack, output: str) -> int:
    """Return how many messages a queue has, visible or not."""
    names = (
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    )
    made = stack.place.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs[output], AttributeNames=list(names)
    )
    return sum(int(made["Attributes"][name]) for name in names)


@contextmanager
def at_work(stack: Stack, routes: dict[str, Any]) -> Iterator[tuple[Rehearsal, Site]]:
    """Serve a site, and let the stack's handlers reach it."""
    with Site(routes) as site:
        yield (
            Rehearsal.of(
                stack, allow=[site.authority], interval_s=0, clock=lambda: NOW
            ),
            site,
        )


def job_of(site: Site, path: str, name: str = "s1") -> CaptureJob:
    return a_capture_job(name, link=site.uri(path), entry_key=name)


def test_a_poison_message_dies_after_five_and_harms_nobody(stack: Stack) -> None:
    """What is no job fails alone, each time, and then lies with the dead letters."""
    sqs = stack.place.client("sqs")
    with at_work(stack, {"/feed": rss("/a"), "/a": page("A")}) as (rehearsal, site):
        queue = stack.outputs["CaptureQueueUrl"]
        sqs.send_message(QueueUrl=queue, MessageBody='{"capture":{}}')
        rehearsal.follow([site.uri("/feed")])
        drains = [rehearsal.work(at=NOW) for _ in range(7)]
        archive = rehearsal.deployed.archive

    assert [1, 1, 1, 1, 1, 0, 0] == [each.failed for each in drains]
    assert 1 == len(archive.index.timemap(site.uri("/a")))
    assert 1 == waiting(stack, "CaptureDeadLettersUrl")
    assert 0 == waiting(stack, "CaptureQueueUrl")


def test_each_job_is_told_in_one_line(
    stack: Stack, capfd: pytest.CaptureFixture[str]
) -> None:
    """With what came of it, whatever its words are; and metrics in one line more."""
    odd = "T\ud83d \u2028 保存"
    with at_work(stack, {"/a": page("A"), "/b": page("B")}) as (rehearsal, site):
        bodies = [
            jobs.to_json(replace(job_of(site, "/a"), title=odd)),
            jobs.to_json(a_capture_job("s2", link="https://me:pw@127.0.0.1:9/x")),
            "no job at all \udc80",
        ]
        records = [a_record(body, f"m{n}") for n, body in enumerate(bodies)]
        batches.work({"Records": records}, Context(), rehearsal.deployed)
    out = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    told = [line for line in out if line["event"] != "measured"]
    [measured] = [line for line in out if line["event"] == "measured"]

    assert ["m0", "m1", "m2"] == [line["message_id"] for line in told]
    assert ["INFO", "WARNING", "ERROR"] == [line["level"] for line in told]
    assert {"snapshots": 1} == {
        k: v for k, v in told[0]["counts"].items() if k == "snapshots"
    }
    assert "pw" not in json.dumps(out)
    assert {"r1"} == {line["request_id"] for line in told}
    assert [0] == measured["PagesBlocked"]
    assert 90.0 == measured["BacklogAge"]
    assert measured["counts"]["handed_back"] == 1
    assert measured["counts"]["lambda_invocations"] == 1


def test_what_was_used_stands_in_the_tally(stack: Stack) -> None:
    """Requests, units and gigabyte-seconds of the day, beside what was done for them."""
    with at_work(stack, {"/feed": rss("/a"), "/a": page("A")}) as (rehearsal, site):
        rehearsal.follow([site.uri("/feed")])
        rehearsal.work(at=NOW)
        archive = rehearsal.deployed.archive
        counts = archive.tallies.of(archive.clock().date(), WHOLE)

    assert (1, 1, 1) == tuple(
        counts[name] for name in ("ticks", "polls_news", "snapshots")
    )
    assert 6 == counts["lambda_invocations"]  # four ticks, a poll, a capture
    # Two objects; sealer and indexer list the log; the day's first audit lists the archive
    # and keeps what it knows.
    assert 8 == counts["s3_puts"]
    for name in ("dynamodb_half_reads", "sqs_requests", "lambda_mb_ms"):
        assert counts[name] > 0


def test_what_is_late_is_handed_back(stack: Stack) -> None:
    """A page that hangs costs its own message, not those that were done beside it."""
    hanging = Reply(b"<p>late</p>", latency_s=60)
    with at_work(stack, {"/a": page("A"), "/slow": hanging}) as (rehearsal, site):
        records = [
            a_record(jobs.to_json(job_of(site, "/a", "s1")), "m1"),
            a_record(jobs.to_json(job_of(site, "/slow", "s2")), "m2"),
        ]
        archive = rehearsal.deployed.archive

        def is_captured() -> bool:
            return bool(archive.index.timemap(site.uri("/a")))

        answer = batches.work(
            {"Records": records}, Context(is_captured), rehearsal.deployed
        )

    assert {"batchItemFailures": [{"itemIdentifier": "m2"}]} == answer


class Stuck(FolderWarcStore):
    """A store that does not answer until it is let go."""

    asked, let_go = Event(), Event()

    def put(self, key: str, data: bytes) -> None:
        """Hang."""
        self.asked.set()
        self.let_go.wait(60)
        raise Unavailable(f"{key}: {len(data)} bytes too late")


def test_a_store_that_hangs_holds_up_no_answer(stack: Stack, tmp_path: Path) -> None:
    """What a thread waits for is not waited for once the time is up."""
    with at_work(stack, {"/a": page("A")}) as (rehearsal, site):
        archive = replace(rehearsal.deployed.archive, warcs=Stuck(tmp_path))
        stuck = replace(rehearsal.deployed, archive=archive)
        record = a_record(jobs.to_json(job_of(site, "/a")))
        answer = batches.work({"Records": [record]}, Context(Stuck.asked.is_set), stuck)
        was_let_go = Stuck.let_go.is_set()
        Stuck.let_go.set()

    assert {"batchItemFailures": [{"itemIdentifier": "m1"}]} == answer
    assert not was_let_go


def limited(rehearsal: Rehearsal, quotas: Quotas, hours: float = 0) -> Deployed:
    """Return the archive of a rehearsal with quotas, so many hours later."""
    archive = replace(
        rehearsal.deployed.archive,
        quotas=quotas,
        clock=lambda: NOW + timedelta(hours=hours),
    )
    return replace(rehearsal.deployed, archive=archive)


def test_what_is_over_a_quota_comes_again_the_next_day(stack: Stack) -> None:
    """It is neither a failure nor lost: it waits in the table, and a tick sends it."""
    routes = {"/feed": rss("/a", "/b", "/c"), **{f"/{c}": page(c) for c in "abc"}}
    quotas = Quotas(feed=Quota(captures=2), whole=Quota(captures=10))
    with at_work(stack, routes) as (rehearsal, site):
        rehearsal.follow([site.uri("/feed")])
        wiring.use(limited(rehearsal, quotas))
        today = rehearsal.work(at=NOW)
        again = rehearsal.work(at=NOW)
        held = [len(site.requests(f"/{c}")) for c in "abc"]
        wiring.use(limited(rehearsal, quotas, hours=20))
        tomorrow = rehearsal.work(at=NOW)
        archive = rehearsal.deployed.archive
        found = [len(archive.index.timemap(site.uri(f"/{c}"))) for c in "abc"]

    assert (0, ()) == (today.failed, today.errors)
    assert 0 == again.invocations
    assert [0, 1, 1] == sorted(held)
    assert 0 == tomorrow.failed
    assert [1, 1, 1] == found
    assert 0 == waiting(stack, "CaptureDeadLettersUrl")


def test_the_archives_quota_is_for_all_feeds(stack: Stack) -> None:
    """However many workers and feeds there are."""
    routes = {
        "/f": rss("/a", "/b"),
        "/g": rss("/c", "/d"),
        **{f"/{c}": page(c) for c in "abcd"},
    }
    with at_work(stack, routes) as (rehearsal, site):
        rehearsal.follow([site.uri("/f"), site.uri("/g")])
        wiring.use(limited(rehearsal, Quotas(whole=Quota(captures=3))))
        rehearsal.work(at=NOW)
        tally = rehearsal.deployed.archive.tallies.of(NOW.date(), WHOLE)

    assert (3, 3, 1) == (tally["captures"], tally["snapshots"], tally["over_quota"])


def test_a_tally_that_is_lost_loses_no_work(stack: Stack) -> None:
    """The captures are done and told; their messages do not come again for that."""
    with at_work(stack, {"/a": page("A")}) as (rehearsal, site):
        archive = replace(
            rehearsal.deployed.archive,
            tallies=SimpleNamespace(add=_throttled),
            quotas=Quotas(),
        )
        record = a_record(jobs.to_json(job_of(site, "/a")))
        answer = batches.work(
            {"Records": [record]},
            Context(),
            replace(rehearsal.deployed, archive=archive),
        )

    assert {"batchItemFailures": []} == answer
    assert 1 == len(archive.index.timemap(site.uri("/a")))


def test_quotas_that_cannot_be_asked_let_nothing_through(stack: Stack) -> None:
    """They fail closed: the message comes again, and no page was asked for."""
    quotas = Quotas(feed=Quota(captures=9))
    with at_work(stack, {"/a": page("A")}) as (rehearsal, site):
        deployed = limited(rehearsal, quotas)
        lost = SimpleNamespace(take=_throttled, add=_throttled, of=_throttled)
        deployed = replace(deployed, archive=replace(deployed.archive, tallies=lost))
        record = a_record(jobs.to_json(job_of(site, "/a")))
        answer = batches.work({"Records": [record]}, Context(), deployed)

        assert {"batchItemFailures": [{"itemIdentifier": "m1"}]} == answer
        assert [] == site.requests("/a")


def _throttled(*_: object, **__: object) -> None:
    raise Unavailable("the table is throttled")


def test_an_empty_batch_is_done(stack: Stack) -> None:
    """Lambda sends none, but whoever tries a function does."""
    answer = batches.work({"Records": []}, Context(), Rehearsal.of(stack).deployed)

    assert {"batchItemFailures": []} == answer
