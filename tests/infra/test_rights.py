"""Each role has the rights that its function needs: all of them, and no others.

Here the ports do under each role what the function's use cases ask of them; moto plays
AWS, and tests.aws.guard says no where IAM would.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from hozon import settings, wiring
from hozon.adapters.aws.hostbook import DynamoDbHostBook
from hozon.adapters.aws.scratch import PART_BYTES
from hozon.adapters.embedded.workspace import FolderWorkspace
from hozon.auditing import auditing
from hozon.auditing.auditing import Budget
from hozon.audits.audits import Report
from hozon.guarding import granting
from hozon.guarding.guarding import guarded
from hozon.nouns.access import Decision
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Conflict, NotFound, Restoring, Unavailable, Unusable
from hozon.nouns.events import Crier
from hozon.nouns.hosts import HostBook
from hozon.nouns.model import Holdings
from hozon.nouns.places import place_of
from hozon.nouns.seals import Signer
from hozon.nouns.tallies import WHOLE
from hozon.retrieving import showing
from hozon.sealing.sealing import note, seal
from hozon.searching.searching import update
from hozon.stored.holdings import read
from hozon.wiring import Deployed
from tests.aws import guard
from tests.aws.functions import functions
from tests.aws.policies import as_list
from tests.aws.stack import Stack
from tests.fakes import (
    NOON,
    a_backfill_job,
    a_capture,
    a_capture_job,
    a_feed,
    a_finding,
    a_hub_job,
    a_look_job,
    a_poll_job,
    a_robots,
    a_snapshot,
    a_trouble,
    a_warc_key,
    after,
    an_entry,
    an_event,
)
from tests.objects import a_snapshot_object

R = TypeVar("R")
DATA = Path(__file__).parents[1] / "data" / "warc"


@dataclass(frozen=True, slots=True, kw_only=True)
class As:
    """The archive of the stack, worked on under one function's role."""

    archive: Archive
    signer: Signer
    hosts: HostBook
    role: guard.Role

    def does(self, call: Callable[[], R]) -> R:
        """Return what the call returns, done under the role."""
        with guard.assumed(self.role):
            return call()


@pytest.fixture(scope="module")
def deployed(stack: Stack) -> Deployed:
    """The archive as wiring makes it, and one feed in it, added by the operator."""
    guard.watch()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", stack.place.region)
        found = functions(stack)["PollFeed"].environment
        made = wiring.connect(settings.from_environment(found))
        late: tuple[Any, ...] = (made.signer, _crier(made.archive))
        assert all(each._client for each in late)  # made now: the region is known
    made.archive.feeds.add(a_feed(due_at=NOON))
    return made


@pytest.fixture(scope="module")
def archive(deployed: Deployed) -> Archive:
    """The ports of that archive."""
    return deployed.archive


@pytest.fixture
def acting(request: pytest.FixtureRequest, stack: Stack, deployed: Deployed) -> As:
    """Act as the function that the test names."""
    function = functions(stack)[request.param]
    hosts = DynamoDbHostBook(stack.place.client("dynamodb"), stack.outputs["Table"])
    role = guard.role(stack, function.role_arn)
    archive, signer = deployed.archive, deployed.signer
    return As(archive=archive, signer=signer, hosts=hosts, role=role)


def _holdings(key: str) -> Holdings:
    """Return what makes `Index.add` write every kind of item, of an entry of its own."""
    uri = f"https://{key}.example.com/"
    return Holdings(
        captures=(a_capture(uri), a_capture(uri, record_type="revisit")),
        entries=(an_entry(key),),
        snapshots=(a_snapshot(f"s-{key}", entry_key=key),),
        warc_key=a_warc_key(key),
    )


def _crier(archive: Archive) -> Crier:
    assert archive.telling.crier is not None
    return archive.telling.crier


def _keeps_scratch(acting: As) -> None:
    """Have the role do all that there is to do with the scratch."""
    scratch, large = acting.archive.scratch, [bytes(PART_BYTES), b"more"]

    acting.does(lambda: scratch.keep("cdx/0/1", b"null"))
    assert acting.does(lambda: scratch.kept("cdx/0/2")) is None
    assert b"null" == acting.does(lambda: scratch.kept("cdx/0/1"))
    acting.does(lambda: scratch.keep_all("replay/large", large))


def _due(acting: As, link: str) -> datetime | None:
    watch = acting.does(lambda: acting.archive.watches.get_all([link]))
    return next(iter(watch.values())).due_at if watch else None


def _does_with_hosts(acting: As) -> None:
    """Have the role do all that there is to do with a host."""
    hosts = acting.hosts
    robots = a_robots()

    acting.does(lambda: hosts.keep(robots))
    assert robots == acting.does(lambda: hosts.robots(robots.host_key))
    acting.does(lambda: hosts.lease("h", owner="a", now=NOON, seconds=9))
    assert acting.does(lambda: hosts.lease("h", owner="b", now=NOON, seconds=9))
    acting.does(lambda: hosts.release("h", owner="a", next_at=NOON))
    acting.does(lambda: hosts.hold("h", now=NOON, until=after(9)))


def _counts(acting: As) -> None:
    """Have the role do all that there is to do with a tally."""
    tallies, day = acting.archive.tallies, NOON.date()

    acting.does(lambda: tallies.of(day, "f1"))
    acting.does(
        lambda: tallies.take(day, "f1", {"captures": 1}, limits={"captures": 9})
    )
    acting.does(lambda: tallies.add(day, WHOLE, {"snapshots": 1}))


def _granted(role: guard.Role) -> set[str]:
    """Return the actions of a role but those that Lambda itself does in its name."""
    lambdas = {"Log", "TakePolls", "TakeCaptures"}
    return {
        action
        for statement in role.policies
        if statement["Sid"] not in lambdas
        for action in as_list(statement["Action"])
    }


def _used(role: guard.Role) -> set[str]:
    # Without ListBucket S3 answers 403 where nothing is, without GetObjectRetention it
    # says nothing of a lock; no call names them.
    unnamed = {"s3:ListBucket", "s3:GetObjectRetention"}
    names_none = unnamed & _granted(role)
    return {action for action, _ in role.used} | names_none


@pytest.mark.parametrize("acting", ["ScheduleWork"], indirect=True)
def test_the_tick_can_do_its_work(acting: As) -> None:
    """It asks for what is due and queues it, captures of later among it."""
    feeds, queue = acting.archive.feeds, acting.archive.queue
    queue.send_at(a_capture_job(), after(1))

    watches, outbox = acting.archive.watches, acting.archive.outbox
    outbox.put(an_event(), at=NOON)

    acting.does(lambda: feeds.due(after(1), limit=10))
    acting.does(queue.depths)
    acting.does(lambda: queue.send([a_poll_job(), a_look_job()]))
    acting.does(lambda: acting.archive.tallies.add(NOON.date(), WHOLE, {"ticks": 1}))
    acting.does(acting.archive.seals.oldest)
    assert 1 == acting.does(lambda: queue.release(after(1), limit=1))
    acting.does(lambda: watches.due(after(1), limit=10))
    spent = acting.does(lambda: watches.spent(NOON.date()))
    acting.does(lambda: watches.spend(spent))
    [event] = acting.does(lambda: outbox.due(after(1), limit=9))
    acting.does(lambda: _crier(acting.archive).tell([event]))
    acting.does(lambda: outbox.put(event, at=after(9)))
    acting.does(lambda: outbox.told(event))

    assert _granted(acting.role) == _used(acting.role)


@pytest.mark.parametrize("acting", ["PollFeed"], indirect=True)
def test_a_poll_can_do_its_work(acting: As) -> None:
    """It stores, reads back, indexes, queues, and saves the feed."""
    archive, key = acting.archive, a_warc_key("poll")

    feed = acting.does(lambda: archive.feeds.get("f1"))
    acting.does(lambda: archive.warcs.holds(key))
    acting.does(lambda: archive.warcs.put(key, b"warc"))
    acting.does(lambda: archive.warcs.read_all(key))
    acting.does(lambda: archive.index.entries(["e1"]))
    acting.does(lambda: archive.index.recent("f1", limit=9))
    acting.does(lambda: archive.index.add(_holdings("poll")))
    acting.does(lambda: archive.index.add(_holdings("poll")))
    acting.does(lambda: archive.queue.send([a_capture_job()]))
    acting.does(lambda: archive.queue.send([a_backfill_job()]))
    acting.does(lambda: archive.outbox.put(an_event("failing"), at=NOON))
    acting.does(lambda: archive.watches.get_all(["https://example.com/poll"]))
    archive.index.add(_holdings("watched"), planner=lambda _: after(99))
    link = "https://example.com/e1"
    due = _due(acting, link)
    acting.does(lambda: archive.watches.plan(link, after(9), was=due))
    acting.does(lambda: archive.feeds.save(feed, due_at=feed.due_at))
    _counts(acting)
    _does_with_hosts(acting)

    assert _granted(acting.role) == _used(acting.role)


@pytest.mark.parametrize("acting", ["CaptureEntry"], indirect=True)
def test_a_capture_can_do_its_work(acting: As) -> None:
    """It looks up what is held, stores, reads back, indexes, notes trouble, plans."""
    archive, key = acting.archive, a_warc_key("capture")

    acting.does(lambda: archive.index.claim(a_capture_job(), now=NOON))
    acting.does(lambda: archive.index.by_digest([a_capture().payload_digest]))
    acting.does(lambda: archive.warcs.holds(key))
    acting.does(lambda: archive.warcs.put(key, b"warc"))
    acting.does(lambda: archive.warcs.read_all(key))
    acting.does(lambda: archive.index.trouble(a_trouble()))
    acting.does(lambda: archive.queue.send([a_capture_job()], delay_s=30))
    acting.does(lambda: archive.queue.send_at(a_capture_job("again"), after(9)))
    acting.does(lambda: archive.queue.defer(a_capture_job("over"), after(9)))
    _counts(acting)
    acting.does(lambda: archive.index.add(_holdings("capture")))
    acting.does(lambda: archive.index.add(_holdings("capture")))
    acting.does(lambda: archive.index.add(Holdings(findings=(a_finding(),))))
    late = a_finding("late", at=after(-9))
    acting.does(lambda: archive.index.add(Holdings(findings=(late,))))
    acting.does(lambda: archive.watches.get("https://example.com/e1"))
    due = _due(acting, "https://example.com/e1")
    acting.does(lambda: archive.watches.plan(a_finding().link, after(9), was=due))
    acting.does(lambda: archive.index.timemap("https://example.com/e1"))
    acting.does(lambda: archive.index.recent("f1", limit=9))
    acting.does(lambda: archive.feeds.get("f1"))
    acting.does(lambda: _crier(archive).tell([an_event()]))
    acting.does(lambda: archive.outbox.put(an_event(), at=NOON))
    # What `add` does when another worker has stated the entry in the meantime.
    acting.does(lambda: archive.index.entry("capture"))
    _does_with_hosts(acting)

    assert _granted(acting.role) == _used(acting.role)


def _frozen(stack: Stack, name: str) -> str:
    """Return the key of an object that an operator has moved to cold storage."""
    key = a_warc_key(f"frozen-{name}")
    stack.place.client("s3").put_object(
        Bucket=stack.outputs["ArchiveBucket"],
        Key=key,
        Body=b"ice",
        StorageClass="GLACIER",
        IfNoneMatch="*",
        ChecksumAlgorithm="SHA256",
    )
    return key


def _shows_the_log_and_searches(acting: As) -> None:
    acting.does(lambda: acting.archive.seals.named("served"))
    acting.does(lambda: list(acting.archive.log.keys("log/keys/")))
    with pytest.raises(NotFound):
        acting.does(lambda: acting.archive.log.read_all("log/origin"))
    with pytest.raises(NotFound):
        acting.does(lambda: acting.archive.derived.get("search/absent"))


def _shows_lives(acting: As) -> None:
    index = acting.archive.index
    acting.does(lambda: acting.archive.watches.get("https://example.com/e1"))
    acting.does(lambda: index.findings("https://example.com/e1"))
    acting.does(lambda: index.changes(limit=9))
    acting.does(lambda: index.changes(limit=9, feed_id="f1"))


@pytest.mark.parametrize("acting", ["ServeArchive"], indirect=True)
def test_a_reader_can_be_served(acting: As, stack: Stack) -> None:
    """Rivers, entries, snapshots, timemaps, captures, troubles, records; and hubs."""
    archive, key = acting.archive, a_warc_key("served")
    frozen = _frozen(stack, "served")
    archive.index.add(_holdings("served"))
    archive.warcs.put(key, b"warc")
    index = archive.index

    acting.does(archive.feeds.all)
    acting.does(lambda: index.river(limit=5))
    acting.does(lambda: index.river(limit=5, feed_id="f1"))
    acting.does(lambda: index.entry("served"))
    acting.does(lambda: index.snapshots("https://example.com/served"))
    acting.does(lambda: index.timemap("https://served.example.com/"))
    acting.does(lambda: list(index.captures(prefix="com,example)/")))
    acting.does(lambda: list(index.captures()))
    acting.does(lambda: list(index.troubles()))
    acting.does(lambda: list(index.captures(after=place_of(a_capture()))))
    acting.does(lambda: index.count(prefix="", most=9))
    acting.does(lambda: archive.warcs.read(key, offset=0, length=4))
    acting.does(lambda: archive.warcs.size(key))
    assert [b"warc"] == acting.does(lambda: list(archive.warcs.pieces(key)))
    with pytest.raises(Restoring):
        acting.does(lambda: archive.warcs.read_all(frozen))
    acting.does(lambda: archive.feeds.get("f1"))
    acting.does(lambda: archive.feeds.parted("f1"))
    acting.does(lambda: archive.queue.send([a_hub_job()]))
    _keeps_scratch(acting)
    _shows_lives(acting)
    _shows_the_log_and_searches(acting)

    assert _granted(acting.role) == _used(acting.role)


@pytest.mark.parametrize("acting", ["ReplayArchive"], indirect=True)
def test_a_replay_can_be_shown(acting: As) -> None:
    """It knows grants and decisions, reads records, and lends a large WARC out."""
    archive, key = acting.archive, a_warc_key("shown")
    archive.warcs.put(key, (DATA / "snapshot.warc.gz").read_bytes())
    grant = granting.grant(key, "https://p.example", archive)
    uri = "https://dark.example.com/"
    dark = Decision(scope="page", subject=uri, state="dark", decided_at=NOON)
    archive.access.put(dark)

    acting.does(lambda: granting.granted(grant, key, archive))
    seen = acting.does(lambda: guarded(archive))
    held = acting.does(lambda: showing.directory(key, seen))
    some = next(iter(held.captures))
    acting.does(lambda: showing.document(held, some, seen))
    acting.does(lambda: seen.index.by_digest([a_capture().payload_digest]))
    acting.does(lambda: seen.index.snapshots(some))
    assert archive.scratch.lend("replay/x", filename="x", media_type="a/b")

    assert _granted(acting.role) == _used(acting.role)


@pytest.mark.parametrize("acting", ["ReplayArchive"], indirect=True)
def test_a_replay_leaves_nothing(acting: As) -> None:
    """What shows the pages of strangers writes nowhere, and reads no other scratch."""
    archive = acting.archive
    archive.scratch.keep("cdx/0/other", b"of another reader")

    for write in (
        lambda: archive.warcs.put(a_warc_key("forged"), b"forged"),
        lambda: archive.scratch.keep("replay/forged", b"forged"),
        lambda: archive.scratch.kept("cdx/0/other"),
        lambda: archive.feeds.get("f1"),
        lambda: archive.queue.send([a_poll_job()]),
    ):
        with pytest.raises(Unusable, match="allows"):
            acting.does(write)


@pytest.mark.parametrize("acting", ["SealLog"], indirect=True)
def test_the_sealer_can_do_its_work(acting: As) -> None:
    """It sees what waits, reads objects, grows the log, signs, marks, and looks back."""
    archive, signer, key = acting.archive, acting.signer, a_warc_key("sealed")
    data = (DATA / "snapshot.warc.gz").read_bytes()
    archive.warcs.put(key, data)
    archive.seals.note(key, at=NOON)

    sealed = acting.does(lambda: seal(archive, signer))
    acting.does(lambda: note("settings", {"a": "b"}, archive))
    again = acting.does(lambda: seal(archive, signer))
    assert (1, 1) == (sealed.leaves, again.leaves)
    assert _granted(acting.role) == _used(acting.role)


@pytest.mark.parametrize("acting", ["IndexSearch"], indirect=True)
def test_the_indexer_can_do_its_work(acting: As) -> None:
    """It follows the log, reads objects, stores segments, merges and gives up old ones."""
    archive = acting.archive

    def index(name: str, *, hours: int = 0) -> None:
        key = a_warc_key(name)
        archive.warcs.put(key, a_snapshot_object(key, id_=name, entry_key=name))
        archive.seals.note(key, at=NOON)
        seal(archive, acting.signer)
        later = replace(archive, clock=lambda: after(3600 * hours))
        with FolderWorkspace() as room:
            acting.does(lambda: update(later, room))

    index("indexed")
    index("indexed-too")
    index("indexed-last", hours=2)
    acting.does(lambda: archive.index.entries(["indexed"]))
    acting.does(lambda: archive.tallies.add(NOON.date(), WHOLE, {"indexed": 3}))

    assert _granted(acting.role) == _used(acting.role)


@pytest.mark.parametrize("acting", ["AuditArchive"], indirect=True)
def test_the_auditor_can_do_its_work(acting: As, deployed: Deployed) -> None:
    """It reads objects and locks, counts rows and keys, puts back, and notes it."""
    archive, key = acting.archive, a_warc_key("audited")
    data = a_snapshot_object(key, id_="audited")
    archive.warcs.put(key, data)
    archive.index.add(read(key, data))
    seal(archive, acting.signer)
    unsealed = a_warc_key("unsealed")
    archive.warcs.put(unsealed, a_snapshot_object(unsealed, id_="unsealed"))
    whole = Budget(is_beyond=True, is_census_due=True)

    def audit() -> Report:
        return acting.does(
            lambda: auditing.audit(archive, whole, custody=deployed.custody)
        )

    assert audit().read
    assert audit().note
    acting.does(lambda: archive.warcs.put(a_warc_key("put-back"), b"warc"))
    acting.does(lambda: archive.tallies.add(NOON.date(), WHOLE, {"audits": 1}))

    assert _granted(acting.role) == _used(acting.role)


@pytest.mark.parametrize("acting", ["AuditArchive"], indirect=True)
def test_the_auditor_sets_nothing_aside(acting: As, deployed: Deployed) -> None:
    """Who can hide one object can hide any: no function may."""
    mender = deployed.remedies().mender
    key = a_warc_key("not-hidden")
    acting.archive.warcs.put(key, b"warc")

    assert mender is not None
    with pytest.raises(Unusable, match="allows"):
        acting.does(lambda: mender.set_aside(key))
    assert acting.archive.warcs.holds(key)


@pytest.mark.parametrize(
    "acting",
    ["ScheduleWork", "PollFeed", "CaptureEntry", "ServeArchive", "IndexSearch"],
    indirect=True,
)
def test_nobody_may_make_or_remove_a_feed(acting: As) -> None:
    """Feeds are the operator's: no function can lose one."""
    with pytest.raises(Unusable, match="allows"):
        acting.does(lambda: acting.archive.feeds.remove("f1"))


@pytest.mark.parametrize(
    "acting", ["ScheduleWork", "ServeArchive", "IndexSearch"], indirect=True
)
def test_hosts_are_the_workers_business(acting: As) -> None:
    """Who asks no host can neither take one nor say what its publisher allows."""
    with pytest.raises(Unusable, match="allows"):
        acting.does(lambda: acting.hosts.keep(a_robots()))
    with pytest.raises(Unusable, match="allows"):
        acting.does(lambda: acting.hosts.lease("h", owner="a", now=NOON, seconds=9))


@pytest.mark.parametrize("acting", ["PollFeed"], indirect=True)
def test_a_poll_looks_at_the_entries_of_feeds_alone(acting: As) -> None:
    """What is due, what has trouble and what was captured are not its business."""
    index = acting.archive.index
    for use in (
        lambda: acting.archive.feeds.due(after(1), limit=1),
        lambda: list(index.troubles()),
        lambda: index.timemap("https://example.com/"),
    ):
        with pytest.raises(Unusable, match="allows"):
            acting.does(use)


@pytest.mark.parametrize("acting", ["PollFeed", "CaptureEntry"], indirect=True)
def test_a_key_is_written_once(acting: As) -> None:
    """A worker that comes second is told so, and can read what was stored first."""
    archive, key = acting.archive, a_warc_key(f"once{acting.role.arn[-12:]}")
    acting.does(lambda: archive.warcs.put(key, b"first"))

    with pytest.raises(Conflict):
        acting.does(lambda: archive.warcs.put(key, b"second"))

    assert b"first" == acting.does(lambda: archive.warcs.read_all(key))


@pytest.mark.parametrize("acting", ["ServeArchive"], indirect=True)
def test_what_is_not_there_is_not_forbidden(acting: As) -> None:
    """A reader is told that nothing is held, and not that reading is denied."""
    with pytest.raises(NotFound):
        acting.does(lambda: acting.archive.warcs.read_all(a_warc_key("absent")))


@pytest.mark.parametrize("acting", ["ServeArchive"], indirect=True)
def test_a_reader_leaves_nothing_but_scratch(acting: As) -> None:
    """What faces the world can neither add to the archive nor write an export."""
    with pytest.raises(Unusable, match="allows"):
        acting.does(lambda: acting.archive.warcs.put(a_warc_key("forged"), b"forged"))


@pytest.mark.parametrize("acting", ["PollFeed", "CaptureEntry"], indirect=True)
def test_only_a_reader_has_objects_thawed(acting: As, stack: Stack) -> None:
    """A worker that meets a cold object says so, and costs nobody anything."""
    key = _frozen(stack, acting.role.arn[-12:])

    with pytest.raises(Unavailable, match="its operator can restore it"):
        acting.does(lambda: acting.archive.warcs.read_all(key))
