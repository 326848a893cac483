"""Looking again on AWS, through the real handlers and their roles."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from benchmarks.metering import metered
from hozon.nouns.archive import Archive
from hozon.nouns.watches import Watch
from hozon.rechecking import versions
from hozon.retrieving import retrieval
from hozon.stored import naming
from hozon.stored.holdings import read
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import Stack
from tests.functions.test_main_job import get
from tests.sites import Reply, Site, page, redirect, rss

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = (
    "<p>The north landing opened again on Thursday, after eleven years.</p>"
    "<p>The harbour office counted 41 passengers. Most of them went straight back.</p>"
    "<p>A second boat will run from April, if the council agrees on 12 March.</p>"
)
EDITED = TEXT.replace("41 passengers", "43 passengers")


class Town:
    """A stack that looks at one article, a clock that stands, and what it is told."""

    def __init__(self, stack: Stack, site: Site) -> None:
        self.now = NOW
        self.site = site
        self.stack = stack
        self.rehearsal = Rehearsal.of(
            stack, allow=[site.authority], interval_s=0, clock=lambda: self.now
        )
        self.link = site.uri("/a")
        self.queue = self._listen()
        self.rehearsal.follow([site.uri("/feed")])
        self.rehearsal.work(at=self.now)

    @property
    def archive(self) -> Archive:
        return self.rehearsal.deployed.archive

    def _listen(self) -> str:
        """Have a queue hear all that is put on the stack's bus."""
        sqs, events = self.stack.place.client("sqs"), self.stack.place.client("events")
        name = self.stack.outputs["EventBusArn"].rpartition("/")[2]
        url = str(sqs.create_queue(QueueName=f"{name}-heard")["QueueUrl"])
        asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        pattern = json.dumps({"source": ["hozon"]})
        events.put_rule(Name="all", EventBusName=name, EventPattern=pattern)
        target = {"Id": "1", "Arn": asked["Attributes"]["QueueArn"]}
        events.put_targets(Rule="all", EventBusName=name, Targets=[target])
        return url

    def heard(self) -> list[dict[str, Any]]:
        """Return the events that the bus has passed on."""
        sqs, found = self.stack.place.client("sqs"), []
        while messages := sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10
        ).get("Messages", []):
            for each in messages:
                found.append(json.loads(each["Body"]))
                sqs.delete_message(
                    QueueUrl=self.queue, ReceiptHandle=each["ReceiptHandle"]
                )
        return found

    def later(self, **by: float) -> None:
        """Move on, tick, and drain the queues."""
        self.now += timedelta(**by)
        drained = self.rehearsal.work(at=self.now)
        assert (0, ()) == (drained.failed, drained.errors)

    def watch(self) -> Watch:
        found = self.archive.watches.get(self.link)
        assert found is not None
        return found

    def outcomes(self) -> list[str]:
        return [each.outcome for each in self.archive.index.findings(self.link)]


Maker = Callable[[], Town]


@pytest.fixture
def town(stack: Stack) -> Any:
    with Site({"/feed": rss("/a"), "/a": page("Item /a", TEXT)}) as site:
        yield Town(stack, site)


def test_an_article_that_is_edited_deleted_and_back(town: Town) -> None:
    """All states and versions, told on the bus, read back from the objects alone."""
    town.later(hours=2)
    town.site.routes["/a"] = page("Item /a", EDITED)
    town.later(hours=6)
    town.site.routes["/a"] = Reply(b"<title>Gone</title>", status=410)
    town.later(hours=20)
    town.later(hours=7)
    town.site.routes["/a"] = page("Item /a", EDITED)
    town.later(days=31)

    assert ["new", "same", "changed", "gone-410", "gone-410", "same"] == town.outcomes()
    assert ("restored", 2) == (town.watch().life.state, town.watch().life.version)
    told = [each["detail"]["event"] for each in town.heard()]
    assert ["new", "changed", "missing", "gone", "restored"] == told
    index = town.archive.index
    assert ["restored", "gone", "missing", "changed"] == [
        step.event for step in index.changes(limit=9)[0]
    ]
    known = versions.versions(town.link, town.archive)
    assert ["41", "43"] == [number_in(each.snapshots[0], town) for each in known]


def number_in(snapshot: Any, town: Town) -> str:
    at = snapshot.captured_at
    body = retrieval.follow(town.link, town.archive, at=at).content()
    return "43" if b"43 passengers" in body else "41"


def test_what_a_look_that_finds_nothing_costs(stack: Stack) -> None:
    """One object of two kilobytes at most, and two items of the table."""
    etag = Reply(
        page("Item /a", TEXT).body, etag='"1"', media_type="text/html; charset=utf-8"
    )
    with Site({"/feed": rss("/a"), "/a": etag}) as site:
        with metered() as meter:
            boto3.setup_default_session()
            town = Town(stack, site)
            capture = town.rehearsal.pump.functions["CaptureEntry"]
            town.now += timedelta(hours=2)
            town.rehearsal.pump.tick(at=town.now)
            town.rehearsal.pump.functions = {"CaptureEntry": capture}
            asked = len(site.log)
            meter.on = True
            drained = town.rehearsal.pump.drain()
            meter.on = False

        assert [304] == [
            answered(site, r) for r in list(site.log)[asked:] if r.target == "/a"
        ]
    assert (0, ()) == (drained.failed, drained.errors)
    hosts = 2  # the lease, and the poll's
    tallies = 2  # one for each batch: the poll's, the look's
    assert 1 == meter.requests["s3.PutObject"]
    found = town.archive.index.findings(town.link)[-1]
    assert found.vouched
    assert len(town.archive.warcs.read_all(found.warc_key)) <= 2048
    assert 2 <= meter.items_written <= 2 + 1 + hosts + tallies


def answered(site: Site, request: Any) -> int:
    """Return what the site answers to a request for a page with a validator."""
    return 304 if request.header("if-none-match") else 200


def test_looks_delivered_twice_are_made_once(town: Town) -> None:
    """SQS delivers at least once: the second finds that the page is not due any more."""
    town.rehearsal.pump.repeat = 2
    asked = len(town.site.requests("/a"))
    town.later(hours=2)

    assert asked + 1 == len(town.site.requests("/a"))
    assert ["new", "same"] == town.outcomes()


def test_a_worker_that_died_behind_its_object(town: Town) -> None:
    """A look whose object is stored and not indexed is told and indexed: no request."""
    town.site.routes["/a"] = page("Item /a", EDITED)
    town.later(hours=2)
    key = town.archive.index.findings(town.link)[-1].warc_key
    data = town.archive.warcs.read_all(key)

    assert read(key, data).findings == (town.archive.index.findings(town.link)[-1],)
    assert naming.link_id(town.link)
    assert 2 == town.watch().life.version


def test_a_moved_article_and_the_api(town: Town) -> None:
    """What became of an article is told by the API and as a feed."""
    town.site.routes["/a"] = redirect("/b")
    town.site.routes["/b"] = page("Item /a", EDITED)
    town.later(hours=2)
    [entry] = json.loads(get(town.rehearsal, "/api/v1/entries")["body"])["entries"]
    path = f"/api/v1/entries/{entry['id']}"
    shown = json.loads(get(town.rehearsal, path)["body"])
    listed = json.loads(get(town.rehearsal, f"{path}/versions")["body"])
    diff = json.loads(get(town.rehearsal, f"{path}/diff")["body"])
    changes = get(town.rehearsal, "/changes.atom?kind=correction")["body"]
    none = get(town.rehearsal, "/changes.atom?kind=gone")["body"]

    assert town.site.uri("/b") == shown["life"]["page"]
    assert ["new", "changed"] == [look["outcome"] for look in shown["looks"]]
    assert [None, "correction"] == [each["kind"] for each in listed["versions"]]
    assert (1, 2, "correction") == (
        diff["from"]["version"],
        diff["to"]["version"],
        diff["kind"],
    )
    assert "&lt;del&gt;41&lt;/del&gt;&lt;ins&gt;43&lt;/ins&gt;" in changes
    assert "<entry>" not in none
