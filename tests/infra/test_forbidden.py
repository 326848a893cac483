"""Each act that the storage forbids is performed, by whoever might try it.

moto keeps the objects, tests.aws.strict refuses what S3 would and moto does not, and
tests.aws.guard judges the bucket's policy for the one who acts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.aws import guard
from tests.aws.place import Place
from tests.aws.stack import REPLICA, STORAGE, Stack, deploy
from tests.aws.strict import strict_s3
from tests.aws.templates import Scalar

ACCOUNT = "123456789012"
BREAK_GLASS = f"arn:aws:iam::{ACCOUNT}:role/break-glass"
KEEPER = f"arn:aws:iam::{ACCOUNT}:role/keeper"
ADMIN = f"arn:aws:iam::{ACCOUNT}:role/Admin"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
KEPT: dict[str, Scalar] = {
    "KeeperRoleArn": KEEPER,
    "BreakGlassRoleArn": BREAK_GLASS,
    "LockMode": "COMPLIANCE",
    "LockYears": 3,
}
KEY = "warcs/2026/08/22/a.warc.gz"
AFTER_ALL = datetime(2190, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket with one object in it, and who may try what."""

    stack: Stack
    name: str
    version_id: str

    def client(self, *, secure: bool = True) -> Any:
        """Return a client whose calls are seen by the guard."""
        make: Any = self.stack.place.client
        if secure:
            return make("s3")
        import boto3  # noqa: PLC0415  for its odd address only

        plain = Config(s3={"addressing_style": "path"})
        return boto3.client(
            "s3",
            region_name="eu-west-1",
            endpoint_url="http://s3.eu-west-1.amazonaws.com",
            config=plain,
        )

    def tries(self, who: str, act: "Act", *, secure: bool = True) -> str:
        """Return the error that an act comes to ("": it is done)."""
        s3 = self.client(secure=secure)
        try:
            with guard.assumed(guard.administrator(self.stack, who)):
                act(s3, self)
        except ClientError as e:
            return e.response["Error"]["Code"]
        return ""


Act = Callable[[Any, Bucket], object]


def _stored(stack: Stack, name: str) -> Bucket:
    made = stack.place.client("s3").put_object(
        Bucket=name, Key=KEY, Body=b"warc", ChecksumAlgorithm="SHA256", IfNoneMatch="*"
    )
    return Bucket(stack, name, made["VersionId"])


@pytest.fixture(scope="module", autouse=True)
def _strictly(aws: None) -> Iterator[None]:
    with strict_s3():
        yield


@pytest.fixture(scope="module")
def open_archive(aws: None) -> Bucket:
    """The archive with its defaults: nobody is named."""
    stack = deploy(STORAGE, Place(name="forbidden"), parameters={})
    return _stored(stack, stack.outputs["ArchiveName"])


@pytest.fixture(scope="module")
def kept_archive(aws: None) -> Bucket:
    """The archive with a keeper and a break-glass role, locked for good."""
    stack = deploy(STORAGE, Place(name="kept"), parameters=KEPT)
    return _stored(stack, stack.outputs["ArchiveName"])


def delete(s3: Any, bucket: Bucket) -> None:
    s3.delete_object(Bucket=bucket.name, Key=KEY)


def delete_version(s3: Any, bucket: Bucket) -> None:
    s3.delete_object(Bucket=bucket.name, Key=KEY, VersionId=bucket.version_id)


def delete_many(s3: Any, bucket: Bucket) -> None:
    objects = [{"Key": KEY, "VersionId": bucket.version_id}]
    s3.delete_objects(Bucket=bucket.name, Delete={"Objects": objects})


def bypass(s3: Any, bucket: Bucket) -> None:
    s3.delete_object(
        Bucket=bucket.name,
        Key=KEY,
        VersionId=bucket.version_id,
        BypassGovernanceRetention=True,
    )


def delete_bucket(s3: Any, bucket: Bucket) -> None:
    s3.delete_bucket(Bucket=bucket.name)


def overwrite(s3: Any, bucket: Bucket) -> None:
    s3.put_object(Bucket=bucket.name, Key=KEY, Body=b"another")


def create_again(s3: Any, bucket: Bucket) -> None:
    s3.put_object(Bucket=bucket.name, Key=KEY, Body=b"another", IfNoneMatch="*")


def copy_over(s3: Any, bucket: Bucket) -> None:
    source = {"Bucket": bucket.name, "Key": KEY}
    s3.copy_object(Bucket=bucket.name, Key="warcs/b", CopySource=source)


def write_with_a_key_of_others(s3: Any, bucket: Bucket) -> None:
    s3.put_object(
        Bucket=bucket.name,
        Key="warcs/kms",
        Body=b"",
        IfNoneMatch="*",
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId="arn:aws:kms:eu-west-1:999999999999:key/theirs",
    )


def write_with_a_key_of_the_client(s3: Any, bucket: Bucket) -> None:
    s3.put_object(
        Bucket=bucket.name,
        Key="warcs/ssec",
        Body=b"",
        IfNoneMatch="*",
        SSECustomerAlgorithm="AES256",
        SSECustomerKey="0" * 32,
    )


def retain(mode: str, until: datetime, *, is_bypassed: bool = False) -> Act:
    def act(s3: Any, bucket: Bucket) -> None:
        s3.put_object_retention(
            Bucket=bucket.name,
            Key=KEY,
            VersionId=bucket.version_id,
            Retention={"Mode": mode, "RetainUntilDate": until},
            BypassGovernanceRetention=is_bypassed,
        )

    return act


SOON = datetime.now(UTC) + timedelta(days=1)
shorten = retain("GOVERNANCE", SOON, is_bypassed=True)
lock_for_ever = retain("COMPLIANCE", AFTER_ALL)


def write_locked_for_ever(s3: Any, bucket: Bucket) -> None:
    s3.put_object(
        Bucket=bucket.name,
        Key="warcs/ever",
        Body=b"",
        IfNoneMatch="*",
        ChecksumAlgorithm="SHA256",
        ObjectLockMode="COMPLIANCE",
        ObjectLockRetainUntilDate=AFTER_ALL,
    )


@pytest.mark.parametrize("who", [ADMIN, ROOT, KEEPER, BREAK_GLASS])
@pytest.mark.parametrize(
    "act",
    [
        delete,
        delete_version,
        delete_many,
        bypass,
        delete_bucket,
        overwrite,
        copy_over,
        write_with_a_key_of_others,
        write_with_a_key_of_the_client,
        shorten,
        lock_for_ever,
        write_locked_for_ever,
    ],
)
def test_where_nobody_is_named_nobody_may(
    act: Act, who: str, open_archive: Bucket
) -> None:
    """Not even the account's owner destroys, replaces, or locks for ever."""
    assert "AccessDenied" == open_archive.tries(who, act)


def test_a_second_write_of_a_key_is_a_conflict(open_archive: Bucket) -> None:
    """What keeps to the condition is told that the object is there."""
    assert "PreconditionFailed" == open_archive.tries(ADMIN, create_again)


def test_plain_http_is_refused(open_archive: Bucket) -> None:
    """The same request that is answered over TLS."""

    def read(s3: Any, bucket: Bucket) -> None:
        s3.get_object(Bucket=bucket.name, Key=KEY)

    assert "" == open_archive.tries(ADMIN, read)
    assert "AccessDenied" == open_archive.tries(ADMIN, read, secure=False)


def test_what_is_damaged_on_its_way_is_refused(open_archive: Bucket) -> None:
    """S3 holds the body against its checksum; moto would not."""

    def put(s3: Any, bucket: Bucket) -> None:
        s3.put_object(
            Bucket=bucket.name,
            Key="warcs/damaged",
            Body=b"other bytes",
            ChecksumSHA256="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            IfNoneMatch="*",
        )

    assert "BadDigest" == open_archive.tries(ADMIN, put)


@pytest.mark.parametrize(
    ("key", "error"), [("a" * 1025, "KeyTooLongError"), ("a\0b", "InvalidURI")]
)
def test_keys_that_s3_does_not_take(key: str, error: str, open_archive: Bucket) -> None:
    """Moto takes them; a test of ours must not pass because of it."""

    def put(s3: Any, bucket: Bucket) -> None:
        s3.put_object(Bucket=bucket.name, Key=key, Body=b"")

    assert error == open_archive.tries(ADMIN, put)


def suspend_versions(s3: Any, bucket: Bucket) -> None:
    s3.put_bucket_versioning(
        Bucket=bucket.name, VersioningConfiguration={"Status": "Suspended"}
    )


def unlock_bucket(s3: Any, bucket: Bucket) -> None:
    s3.put_object_lock_configuration(Bucket=bucket.name, ObjectLockConfiguration={})


def weaken_default(s3: Any, bucket: Bucket) -> None:
    s3.put_object_lock_configuration(
        Bucket=bucket.name,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
        },
    )


def expire_all(s3: Any, bucket: Bucket) -> None:
    rule = {
        "ID": "x",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": 1},
    }
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket.name, LifecycleConfiguration={"Rules": [rule]}
    )


def drop_policy(s3: Any, bucket: Bucket) -> None:
    s3.delete_bucket_policy(Bucket=bucket.name)


def replace_policy(s3: Any, bucket: Bucket) -> None:
    s3.put_bucket_policy(Bucket=bucket.name, Policy="{}")


def open_to_the_public(s3: Any, bucket: Bucket) -> None:
    block = {"BlockPublicAcls": False, "BlockPublicPolicy": False}
    s3.put_public_access_block(Bucket=bucket.name, PublicAccessBlockConfiguration=block)


def copy_elsewhere(s3: Any, bucket: Bucket) -> None:
    s3.put_bucket_replication(
        Bucket=bucket.name,
        ReplicationConfiguration={
            "Role": ADMIN,
            "Rules": [
                {
                    "ID": "x",
                    "Status": "Enabled",
                    "Priority": 1,
                    "Filter": {"Prefix": ""},
                    "Destination": {"Bucket": "arn:aws:s3:::theirs"},
                }
            ],
        },
    )


def encrypt_otherwise(s3: Any, bucket: Bucket) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(
        Bucket=bucket.name, ServerSideEncryptionConfiguration={"Rules": [rule]}
    )


def lift_hold(s3: Any, bucket: Bucket) -> None:
    s3.put_object_legal_hold(Bucket=bucket.name, Key=KEY, LegalHold={"Status": "OFF"})


SETTINGS: list[Act] = [
    suspend_versions,
    unlock_bucket,
    weaken_default,
    expire_all,
    drop_policy,
    replace_policy,
    open_to_the_public,
    copy_elsewhere,
    encrypt_otherwise,
    lift_hold,
]


@pytest.mark.parametrize("act", SETTINGS)
def test_settings_are_the_keepers(act: Act, kept_archive: Bucket) -> None:
    """Where a keeper is named, administrators cannot take the ground away."""
    for who in (ADMIN, ROOT):
        assert "AccessDenied" == kept_archive.tries(who, act)


@pytest.mark.parametrize("who", [KEEPER, BREAK_GLASS])
def test_the_keeper_can_deploy(who: str, kept_archive: Bucket) -> None:
    """Those who are named may do all that an update of the stack does."""
    assert "" == kept_archive.tries(who, encrypt_otherwise)
    assert "" == kept_archive.tries(who, expire_all)
    # Moto refuses this of a bucket that holds something; S3 does not.
    assert "InvalidBucket" == kept_archive.tries(who, weaken_default)
    assert "" == kept_archive.tries(who, lift_hold)


@pytest.mark.parametrize("who", [KEEPER, BREAK_GLASS, ADMIN])
def test_versions_cannot_be_suspended_by_anybody(
    who: str, kept_archive: Bucket
) -> None:
    """S3 itself refuses it for a bucket with Object Lock, and to switch that off."""
    assert kept_archive.tries(who, suspend_versions) in {
        "AccessDenied",
        "InvalidBucketState",
    }
    assert kept_archive.tries(who, unlock_bucket) in {"AccessDenied", "MalformedXML"}


@pytest.mark.parametrize("act", [delete_version, bypass, shorten])
@pytest.mark.parametrize("who", [KEEPER, BREAK_GLASS, ADMIN, ROOT])
def test_compliance_is_for_everybody(act: Act, who: str, kept_archive: Bucket) -> None:
    """Before its time nobody deletes such an object, nor shortens its lock."""
    assert "AccessDenied" == kept_archive.tries(who, act)


def test_compliance_may_be_prolonged(kept_archive: Bucket) -> None:
    """By those who are named; nobody else touches a lock."""
    longer = retain("COMPLIANCE", datetime.now(UTC) + timedelta(days=4 * 366))

    assert "AccessDenied" == kept_archive.tries(ADMIN, longer)
    assert "" == kept_archive.tries(KEEPER, longer)


def test_the_law_can_still_be_obeyed(aws: None) -> None:
    """GOVERNANCE with a break-glass role: it alone deletes, and only if it says so."""
    values = {"BreakGlassRoleArn": BREAK_GLASS, "KeeperRoleArn": KEEPER}
    stack = deploy(STORAGE, Place(name="lawful"), parameters=values)
    archive = _stored(stack, stack.outputs["ArchiveName"])

    assert "AccessDenied" == archive.tries(KEEPER, bypass)
    assert "AccessDenied" == archive.tries(BREAK_GLASS, delete_version)
    assert "" == archive.tries(BREAK_GLASS, bypass)


def test_a_hold_outlasts_every_right(aws: None) -> None:
    """What is on hold is not deleted by the break-glass role either, until lifted."""
    values = {"BreakGlassRoleArn": BREAK_GLASS, "KeeperRoleArn": KEEPER}
    stack = deploy(STORAGE, Place(name="held"), parameters=values)
    archive = _stored(stack, stack.outputs["ArchiveName"])
    archive.client().put_object_legal_hold(
        Bucket=archive.name, Key=KEY, LegalHold={"Status": "ON"}
    )

    assert "AccessDenied" == archive.tries(BREAK_GLASS, bypass)
    assert "AccessDenied" == archive.tries(ADMIN, lift_hold)
    assert "" == archive.tries(KEEPER, lift_hold)
    assert "" == archive.tries(BREAK_GLASS, bypass)


@pytest.fixture(scope="module")
def copy(aws: None) -> Bucket:
    """The second copy, in another account than the archive's."""
    values = {"SourceAccountId": "999999999999", "BreakGlassRoleArn": BREAK_GLASS}
    place = Place(name="copy", region="eu-central-1")
    stack = deploy(REPLICA, place, parameters=values)
    name = stack.outputs["BucketName"]
    # What S3 itself replicates is no PutObject, but moto has no other way.
    place.client("s3").delete_bucket_policy(Bucket=name)
    return _stored(stack, name)


@pytest.mark.parametrize("who", [ADMIN, ROOT])
@pytest.mark.parametrize(
    "act", [delete, delete_version, bypass, delete_bucket, overwrite, create_again]
)
def test_nobody_writes_or_deletes_the_copy(act: Act, who: str, copy: Bucket) -> None:
    """Only replication writes there, which is another action, and nothing deletes."""
    assert "AccessDenied" == copy.tries(who, act)


def test_the_copy_can_become_the_archive(aws: None) -> None:
    """Where the archive is lost, new keys may be written to the copy, and only new."""
    values = {"SourceAccountId": ACCOUNT, "IsArchiveNow": "true"}
    place = Place(name="heir", region="eu-central-1")
    heir = deploy(REPLICA, place, parameters=values)
    bucket = _stored(heir, heir.outputs["BucketName"])

    assert "AccessDenied" == bucket.tries(ADMIN, overwrite)
    assert "PreconditionFailed" == bucket.tries(ADMIN, create_again)
