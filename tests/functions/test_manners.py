"""robots.txt and the leases of hosts on AWS, through the real handlers and their roles."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import boto3
from botocore import handlers

from hozon import wiring
from hozon.fetch.leases import LEASE_S, NEEDED_S
from hozon.nouns.work import Job
from hozon.retrieving import retrieval
from hozon.retrieving.listing import entries_of
from hozon.serving import describing
from hozon.stored import jobs
from tests.aws.place import Place
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import TEMPLATE, Stack, deploy
from tests.fakes import a_capture_job
from tests.sites import Reply, Site, page, rss

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RULES = Reply(b"User-agent: *\nDisallow: /closed/\n", media_type="text/plain")
OTHER_STACKS = count(1)


def routes(articles: int = 1) -> dict[str, Reply]:
    """Return a feed of articles with two images each, and one that is closed."""
    images = '<img src="/i/{n}.png"><img src="/i/{n}.jpg">'
    pages = {f"/{n}": page(f"Article {n}", images.format(n=n)) for n in range(articles)}
    pictures = {
        f"/i/{n}.{kind}": Reply(b"%d" % n * 99, media_type=f"image/{kind}")
        for n in range(articles)
        for kind in ("png", "jpg")
    }
    return {
        "/feed": rss(*pages, "/closed/x"),
        "/closed/x": page("Closed"),
        "/robots.txt": RULES,
        **pages,
        **pictures,
    }


@contextmanager
def hosts_requests() -> Iterator[Counter[str]]:
    """Count the requests to DynamoDB for items of hosts, by operation and kind."""
    found: Counter[str] = Counter()

    def saw(request: Any, event_name: str, **_: object) -> None:
        body = request.body.decode() if isinstance(request.body, bytes) else ""
        if ".dynamodb." in event_name and '"HOST#' in body:
            sk = json.loads(body)
            key = sk.get("Key") or sk.get("Item")
            kind = key["sk"]["S"].partition("#")[0]
            found[f"{event_name.rpartition('.')[2]} {kind}"] += 1

    hook = ("before-send", saw, handlers.REGISTER_FIRST)
    handlers.BUILTIN_HANDLERS.append(hook)
    boto3.setup_default_session()
    try:
        yield found
    finally:
        handlers.BUILTIN_HANDLERS.remove(hook)


def states(rehearsal: Rehearsal) -> dict[str | None, str]:
    index = rehearsal.deployed.archive.index
    return {
        e.entry.link: describing.described(e, "")["state"] for e in entries_of(index)
    }


def test_a_publishers_no_is_a_no(stack: Stack) -> None:
    """A page that is disallowed is refused for good; the rules are in the archive."""
    with Site(routes()) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        rehearsal.follow([site.uri("/feed")])
        drained = rehearsal.work(at=NOW)
        closed, rules = site.uri("/closed/x"), site.uri("/robots.txt")
        assert [] == site.requests("/closed/x")

    assert 0 == drained.failed
    archive = rehearsal.deployed.archive
    assert "refused" == states(rehearsal)[closed]
    [trouble] = archive.index.troubles()
    assert (closed, "refused", True) == (trouble.link, trouble.kind, trouble.final)
    assert RULES.body == retrieval.follow(rules, archive).content()


def test_the_stacks_policy_is_the_archives(stack: Stack) -> None:
    """The template's parameter reaches the workers: record-only captures all."""
    wiring.use(None)
    lax = deploy(
        TEMPLATE,
        Place(name=f"hozon-lax-{next(OTHER_STACKS)}"),
        parameters={"Contact": "me@example.org", "RobotsPolicy": "record-only"},
    )
    assert stack.outputs["Table"] != lax.outputs["Table"]
    with Site(routes()) as site:
        rehearsal = Rehearsal.of(lax, allow=[site.authority], interval_s=0)
        rehearsal.follow([site.uri("/feed")])
        rehearsal.work(at=NOW)
        closed = site.uri("/closed/x")

    archive = rehearsal.deployed.archive
    assert "held" == states(rehearsal)[closed]
    said = retrieval.metadata(retrieval.follow(closed, archive).capture, archive)
    [verdict] = said["robots"]
    assert (False, "record-only") == (verdict["allowed"], verdict["policy"])


def test_what_manners_cost(stack: Stack) -> None:
    """The rules take two requests a day and host, a lease one in six seconds of work."""
    articles = 8
    begun = time.monotonic()
    with hosts_requests() as requests, Site(routes(articles)) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0.05)
        rehearsal.follow([site.uri("/feed")])
        rehearsal.work(at=NOW)
        assert 3 * articles + 2 <= len(site.log)

    # One look for the rules, one to keep them; a lease for the poll, one for the
    # captures, and one more for each six seconds that they take.
    seconds = time.monotonic() - begun
    assert 1 == requests["GetItem ROBOTS"]
    assert 1 == requests["PutItem ROBOTS"]
    assert 2 <= requests["UpdateItem LEASE"] <= 2 + seconds / (LEASE_S - NEEDED_S)
    # Haste, which no deployed archive has, looks for a host's pauses besides.
    assert {"GetItem LEASE"} >= requests.keys() - {
        "GetItem ROBOTS",
        "PutItem ROBOTS",
        "UpdateItem LEASE",
    }


def test_a_poll_without_a_turn_is_put_off(stack: Stack) -> None:
    """A poll that may ask nobody is put off, and the feed has not failed by that."""
    with Site(routes(2)) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0.05)
        archive = rehearsal.deployed.archive
        rehearsal.follow([site.uri("/feed")])
        rehearsal.pump.tick(at=NOW)
        now = archive.clock()
        archive.hosts.hold("127.0.0.1", now=now, until=now.replace(year=now.year + 1))
        polled = rehearsal.pump.drain()
        asked = len(site.log)

    assert 0 == polled.failed
    assert 0 == asked
    [feed] = archive.feeds.all()
    assert (0, None) == (feed.failures, feed.trouble)
    assert feed.due_at > now


def test_captures_without_a_turn_come_again(stack: Stack) -> None:
    """A message whose host is not to be asked is done, and sent anew with a delay."""
    with Site(routes()) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0.05)
        archive = rehearsal.deployed.archive
        job = a_capture_job(link=site.uri("/0"))
        now = archive.clock()
        archive.hosts.hold("127.0.0.1", now=now, until=now + timedelta(minutes=5))
        function = rehearsal.pump.functions["CaptureEntry"]

        answer = rehearsal.pump.invoke(function, batch_of(job, count=5))

        assert [] == list(site.log)
    assert {"batchItemFailures": []} == answer
    assert [] == list(archive.index.troubles())
    queue = stack.place.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs["CaptureQueueUrl"], AttributeNames=["All"]
    )
    assert "1" == queue["Attributes"]["ApproximateNumberOfMessagesDelayed"]


def batch_of(job: Job, *, count: int) -> dict[str, Any]:
    """Return the event of one message that was received `count` times."""
    record = {
        "messageId": "m1",
        "receiptHandle": "r1",
        "body": jobs.to_json(job),
        "attributes": {"ApproximateReceiveCount": str(count)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:captures",
        "awsRegion": "eu-west-1",
    }
    return {"Records": [record]}
