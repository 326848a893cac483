"""Removing objects of a stack: by whom, what, in which order; and not at all where S3, a
lock or a hold says so.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from hozon.adapters.aws.index import DynamoDbIndex
from hozon.adapters.aws.removing import Removal, is_role
from hozon.nouns.errors import Unusable
from hozon.nouns.instants import utcnow
from hozon.stored import holdings
from hozon.warc import writer
from tests.contract.conftest import Aws, never_waits
from tests.fakes import a_warc_key, revisiting
from tests.unit.warc import samples

ROLE = "arn:aws:iam::123456789012:role/ops/BreakGlass"
KEY = a_warc_key()


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks STS who they are."""

    arn: str = "arn:aws:sts::123456789012:assumed-role/BreakGlass/ann"

    def get_caller_identity(self) -> dict[str, str]:
        """Return it."""
        return {"Arn": self.arn}


@dataclass(frozen=True, slots=True)
class Held:
    """A bucket with Object Lock that holds one object, and what removes from it."""

    aws: Aws
    bucket: str
    table: str

    def removal(self, *, role: str = ROLE, **caller: str) -> Removal:
        """Return what removes."""
        sts: Any = Caller(**caller)
        return Removal(
            self.aws.s3,
            self.bucket,
            self.aws.dynamodb,
            self.table,
            sts=sts,
            break_glass=role,
        )

    def put(self, key: str, **lock: Any) -> None:
        """Store an object."""
        self.aws.s3.put_object(Bucket=self.bucket, Key=key, Body=b"x", **lock)

    def left(self) -> list[str]:
        """Return the keys of all versions."""
        found: Any = self.aws.s3.list_object_versions(Bucket=self.bucket)
        both = *found.get("Versions", ()), *found.get("DeleteMarkers", ())
        return sorted(each["Key"] for each in both)


@pytest.fixture
def held(aws: Aws) -> Held:
    """Return a bucket."""
    made = Held(aws, aws.locked_bucket(), aws.table())
    made.put(KEY)
    return made


@pytest.mark.parametrize(
    ("who", "is_one"),
    [
        (ROLE, True),
        ("arn:aws:sts::123456789012:assumed-role/BreakGlass/ann", True),
        ("arn:aws:sts::123456789012:assumed-role/BreakGlass2/ann", False),
        ("arn:aws:sts::210987654321:assumed-role/BreakGlass/ann", False),
        ("arn:aws:sts::123456789012:assumed-role/BreakGlass", False),
        ("arn:aws:iam::123456789012:user/BreakGlass", False),
        ("arn:aws:iam::123456789012:root", False),
        ("arn:aws-cn:sts::123456789012:assumed-role/BreakGlass/ann", False),
    ],
)
def test_who_has_taken_a_role_on(who: str, is_one: bool) -> None:  # noqa: FBT001
    """A session of it, in its account, and nobody else."""
    assert is_one is is_role(who, ROLE)


def test_it_is_asked_first(held: Held) -> None:
    """Nobody but the role that was named; and there has to be one."""
    with pytest.raises(Unusable, match=r"nobody may delete .* BreakGlassRoleArn"):
        held.removal(role="").check([KEY], utcnow())
    with pytest.raises(Unusable, match="BreakGlass alone may purge this archive"):
        held.removal(arn="arn:aws:iam::123456789012:user/ann").check([KEY], utcnow())

    held.removal().check([KEY], utcnow())
    assert [KEY] == held.left()


def test_a_lock_that_nobody_opens(held: Held) -> None:
    """COMPLIANCE until its time, and a legal hold, are told before anything is done."""
    until = utcnow() + timedelta(days=1)
    locked, ordered = a_warc_key("aa" * 8), a_warc_key("bb" * 8)
    held.put(locked, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until)
    held.put(ordered, ObjectLockLegalHoldStatus="ON")
    removal = held.removal()

    with pytest.raises(Unusable, match=r"locked \(COMPLIANCE\) until 2"):
        removal.check([KEY, locked], utcnow())
    removal.check([locked], until + timedelta(seconds=1))
    with pytest.raises(Unusable, match="on legal hold"):
        removal.check([ordered], utcnow())
    assert sorted([KEY, locked, ordered]) == held.left()


def test_governance_is_no_obstacle(held: Held) -> None:
    """The role bypasses it, which is what it is for."""
    governed = a_warc_key("cc" * 8)
    until = utcnow() + timedelta(days=365)
    held.put(governed, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until)

    held.removal().check([governed], utcnow())


def test_what_the_bucket_denies_is_seen_before(held: Held) -> None:
    """Whatever the stack says: nothing was done when it is told."""
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        "Resource": f"arn:aws:s3:::{held.bucket}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    held.aws.s3.put_bucket_policy(Bucket=held.bucket, Policy=policy)

    with pytest.raises(Unusable, match="AWS refuses"):
        held.removal().check([KEY], utcnow())
    assert [KEY] == held.left()


def test_every_version_of_this_object_goes(held: Held) -> None:
    """With what hides it; and nothing whose key only begins so."""
    other = f"{KEY}.x"
    held.put(other)
    held.aws.s3.delete_object(Bucket=held.bucket, Key=other)
    removal = held.removal()

    for _ in range(2):
        for version in list(removal._versions(KEY)):
            removal._delete(KEY, version[0])

    assert [other, other] == held.left()


def test_what_revisits_refer_to(held: Held) -> None:
    """What is removed is referred to no more; another one with its payload still is."""
    removal = held.removal()
    index = DynamoDbIndex(held.aws.dynamodb, held.table, pause=never_waits)
    kept = {}
    for name in ("aa", "bb"):
        response = samples.response(samples.exchange(uri=f"https://{name}.org/"))
        key, data = a_warc_key(name * 8), writer.encode(response)
        held.aws.s3.put_object(Bucket=held.bucket, Key=key, Body=data)
        kept[key] = holdings.read(key, data)
        index.add(kept[key])
        index.add(revisiting(kept[key].captures[0], 1))
    [first, second], [one, _] = kept, kept.values()
    digest = one.captures[0].payload_digest
    assert {digest: one.captures[0]} == index.by_digest([digest])

    removal.remove(first)
    found = index.by_digest([digest])
    assert second == found[digest].location.warc_key
    removal.remove(second)
    items = held.aws.dynamodb.scan(TableName=held.table)["Items"]
    assert not [each for each in items if each["pk"]["S"].startswith("DIGEST#")]
