"""Audits on a deployed stack: the function under its own role, and what operators add."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws
from moto.s3.models import s3_backends

from hozon import wiring
from hozon.auditing import auditing, census
from hozon.auditing.auditing import Budget
from hozon.audits.audits import Audits, Report
from hozon.lambdas import ticks
from hozon.nouns.model import Holdings
from hozon.sealing import following
from hozon.sealing.sealing import note, seal
from hozon.stored.holdings import read
from tests.archives import stocked
from tests.aws.atomic import make_atomic
from tests.aws.edwards import make_edwards
from tests.aws.place import Place
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import TEMPLATE, Stack, deploy
from tests.fakes import a_capture, a_warc_key
from tests.functions.conftest import STACKS
from tests.objects import a_snapshot_object
from tests.unit.usecases.conftest import Hands

NOW = datetime(2026, 10, 3, 12, tzinfo=UTC)
MONTH = timedelta(days=30)
LONG = 4 * MONTH
"""After that all is read, whatever was read when."""


class Archived:
    """A stack with a sealed archive, and with a second copy of it."""

    def __init__(self, stack: Stack, replica: str) -> None:
        self.clock = Hands(NOW)
        self.s3: Any = stack.place.client("s3")
        self.bucket = stack.outputs["ArchiveBucket"]
        # All that can happen here, happens where somebody has taken the policy away.
        self.s3.delete_bucket_policy(Bucket=self.bucket)
        self.rehearsal = Rehearsal.of(stack, clock=self.clock)
        self.deployed = self.rehearsal.deployed
        self.archive = self.deployed.archive
        stocked(self.archive, 3)
        seal(self.archive, self.deployed.signer)
        self.keys = list(self.archive.warcs.keys())
        for key in self.keys:
            source = {"Bucket": self.bucket, "Key": key}
            self.s3.copy_object(Bucket=replica, Key=key, CopySource=source)

    def audit(self, *, after: timedelta = MONTH) -> dict[str, int]:
        """Let the function audit, a month later than last time."""
        self.clock.now += after
        pump = self.rehearsal.pump
        answer: dict[str, int] = pump.invoke(pump.functions["AuditArchive"], {})
        return answer

    def audit_as_operator(self) -> Report:
        """Audit with the rights of whoever may hide objects."""
        self.clock.now += MONTH
        return auditing.audit(
            self.archive,
            Budget(is_beyond=True, is_census_due=True),
            custody=self.deployed.custody,
            remedies=self.deployed.remedies(),
        )

    def audits(self) -> list[dict[str, Any]]:
        """Return what the log says of all audits."""
        seal(self.archive, self.deployed.signer)
        found = following.since(6, self.archive, limit=99)
        return [leaf.said for leaf in found if leaf.said["kind"] == "audit"]

    def overwrite(self, key: str, data: bytes) -> None:
        """Be somebody who may do anything: put a version over the one that is read."""
        self.s3.delete_object(Bucket=self.bucket, Key=key)
        self.archive.warcs.put(key, data)


@pytest.fixture(scope="module")
def archived() -> Iterator[Archived]:
    """Deploy a stack with a replica, for all tests here: each leaves it without faults."""
    name = f"audited-{next(STACKS)}"
    replica = f"{name}-copy"
    values = {
        "Contact": "me@example.org",
        "ReplicaBucketArn": f"arn:aws:s3:::{replica}",
    }
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(variable, "testing")
        environment.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        make_atomic()
        make_edwards()
        place = Place(name=name)
        s3: Any = place.client("s3")
        s3.create_bucket(
            Bucket=replica,
            CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
            ObjectLockEnabledForBucket=True,
        )
        yield Archived(deploy(TEMPLATE, place, parameters=values), replica)
    wiring.use(None)


def _metrics(text: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("event") == "measured"]


def test_an_audit_by_itself(archived: Archived, capsys: Any) -> None:
    """It reads, counts, notes it in the log, and tells that nothing is damaged."""
    first = archived.audit()
    second = archived.audit()
    third = archived.audit()

    assert 6 <= first["read"] + second["read"] + third["read"]
    assert [0, 0, 0] == [each["faults"] for each in (first, second, third)]
    assert [0, 0, 0] == [m["FixityDamaged"] for m in _metrics(capsys.readouterr().out)]
    found = archived.audits()
    [census] = [said for said in found if "census" in said][:1]
    assert 6 == census["census"]["objects"]


def test_a_hidden_object_is_put_back(archived: Archived) -> None:
    """A delete marker hides an object from all; the auditor's own role undoes that."""
    key = archived.keys[1]
    data = archived.archive.warcs.read_all(key)
    archived.audit()
    archived.s3.delete_object(Bucket=archived.bucket, Key=key)
    assert not archived.archive.warcs.holds(key)

    assert 0 == archived.audit(after=LONG)["faults"]
    assert data == archived.archive.warcs.read_all(key)


def test_an_overwritten_object_is_told_and_then_mended(
    archived: Archived, capsys: Any
) -> None:
    """No function may hide what lies there; whoever may, mends it, and loses nothing."""
    key = archived.keys[2]
    data = archived.archive.warcs.read_all(key)
    archived.audit()
    archived.overwrite(key, b"another")

    assert 1 == archived.audit(after=LONG)["faults"]
    text = capsys.readouterr().out
    assert 1 == _metrics(text)[-1]["FixityDamaged"]
    assert "audit found" in text
    assert "who may set this one aside mends it" in text
    assert b"another" == archived.archive.warcs.read_all(key)

    report = archived.audit_as_operator()
    assert ([key], 0) == (report.mended, report.faults)
    assert data == archived.archive.warcs.read_all(key)
    versions = archived.s3.list_object_versions(Bucket=archived.bucket, Prefix=key)
    assert 3 == len(versions["Versions"])
    assert 0 == archived.audit()["faults"]


def test_an_object_without_a_lock_is_told(archived: Archived) -> None:
    """One that came while the bucket locked nothing is odd, and no fault."""
    key = archived.keys[3]
    # moto lets nobody change a bucket's lock once it has objects; S3 does.
    backend: Any = s3_backends["123456789012"]["aws"]
    backend.get_object(archived.bucket, key).lock_mode = None

    report = archived.audit_as_operator()
    assert ("unlocked", key, True) in {
        (f.act, f.subject, f.is_doubt) for f in report.findings
    }
    assert 0 == report.faults


def test_a_cold_object_is_not_thawed(archived: Archived) -> None:
    """To read it would cost hours and money: its length is compared, and it is told."""
    key = archived.keys[4]
    data = archived.archive.warcs.read_all(key)
    archived.s3.delete_object(Bucket=archived.bucket, Key=key)
    archived.s3.put_object(
        Bucket=archived.bucket,
        Key=key,
        Body=data,
        StorageClass="GLACIER",
        IfNoneMatch="*",
        ChecksumAlgorithm="SHA256",
    )
    for _ in range(3):
        assert 0 == archived.audit()["faults"]

    assert 1 <= sum(said["cold"] for said in archived.audits())
    assert "Restore" not in archived.s3.head_object(Bucket=archived.bucket, Key=key)


def test_a_note_of_the_log_is_put_back(archived: Archived) -> None:
    """Decisions have a leaf, too; the copy has the whole log."""
    key = note("settings", {"robots": "respect"}, archived.archive)
    seal(archived.archive, archived.deployed.signer)
    data = archived.archive.log.read_all(key)
    remedy = archived.deployed.remedies().copy
    assert remedy is not None
    remedy.log.put(key, data)
    archived.s3.delete_object(Bucket=archived.bucket, Key=key)

    assert [0, 0, 0] == [archived.audit()["faults"] for _ in range(3)]
    assert data == archived.archive.log.read_all(key)


@dataclass(slots=True)
class Hurried:
    """The context of an invocation of 15 minutes in which each look at the clock shows
    that four of them are over.
    """

    left_ms: int = 1_140_000
    function_name: str = "audits"
    function_version: str = "$LATEST"
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:audits"
    memory_limit_in_mb: int = 1024
    aws_request_id: str = "0"

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left."""
        self.left_ms -= 240_000
        return max(0, self.left_ms)


def test_a_census_that_takes_many_ticks(archived: Archived) -> None:
    """Each goes on where the one before ended, while the archive lives on; then it is
    noted once, and what was written for it is given up.
    """
    archived.audit_as_operator()
    before = len([said for said in archived.audits() if "census" in said])
    size = following.published(archived.archive)
    archived.clock.now += MONTH
    for ticks_ in range(1, 60):
        archived.clock.now += timedelta(hours=1)
        assert 0 == ticks.audit(Hurried(), archived.deployed)["faults"]
        if census.begun_at(archived.archive, Audits()) is None:
            break
        key = a_warc_key(f"meanwhile{ticks_}")
        data = a_snapshot_object(key, id_=f"meanwhile{ticks_}", at=archived.clock.now)
        archived.archive.warcs.put(key, data)
        archived.archive.index.add(read(key, data))
        if ticks_ % 2:
            seal(archived.archive, archived.deployed.signer)

    assert ticks_ > 4
    taken = [said for said in archived.audits() if "census" in said]
    assert 1 == len(taken) - before
    assert size <= taken[-1]["census"]["leaves"] < following.published(archived.archive)
    bucket = archived.deployed.settings.derived_bucket
    listed = archived.s3.list_objects_v2(Bucket=bucket, Prefix=census.RUNS)["Contents"]
    for each in listed:
        tags = archived.s3.get_object_tagging(Bucket=bucket, Key=each["Key"])
        assert "discarded" == tags["TagSet"][0]["Value"]


def test_a_row_under_another_key(archived: Archived) -> None:
    """A copy of a true row where it does not belong could lead astray who goes on there."""
    table = archived.deployed.settings.table
    client: Any = archived.rehearsal.pump.stack.place.client("dynamodb")
    item = next(
        item
        for item in client.scan(TableName=table)["Items"]
        if item["pk"]["S"].startswith("CAP#")
    )
    moved = {**item, "sk": {"S": f"{item['sk']['S']}0"}}
    client.put_item(TableName=table, Item=moved)
    found = archived.audit_as_operator().findings
    client.delete_item(TableName=table, Key={k: moved[k] for k in ("pk", "sk")})

    assert {"row forged"} == {f.act for f in found} - {"unlocked"}
    assert 0 == archived.audit_as_operator().faults


def test_the_table_forges(archived: Archived) -> None:
    """A row that no object holds is found by the census, and gone when it is gone."""
    forged = a_capture("https://forged.example.com/")
    archived.archive.index.add(Holdings(captures=(forged,)))
    found = archived.audit_as_operator().findings
    table = archived.deployed.settings.table
    client: Any = archived.rehearsal.pump.stack.place.client("dynamodb")
    for item in client.scan(TableName=table)["Items"]:
        if forged.record_id in item["sk"]["S"]:
            key = {name: item[name] for name in ("pk", "sk")}
            client.delete_item(TableName=table, Key=key)

    assert {"row forged"} == {f.act for f in found} - {"unlocked"}
    assert 0 == archived.audit_as_operator().faults
