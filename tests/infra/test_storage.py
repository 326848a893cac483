"""What outlives the app: buckets and table, as they were made."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from hozon.adapters.aws.derived import DISCARDED
from tests.aws import templates
from tests.aws.place import Place
from tests.aws.stack import STORAGE, Stack, deploy
from tests.aws.templates import Json, Scalar

BUCKETS = ["ArchiveBucket", "DerivedBucket"]


@pytest.fixture
def s3(stack: Stack) -> Any:
    """A client of S3."""
    return stack.place.client("s3")


@pytest.fixture
def table(stack: Stack) -> Json:
    """The table as DynamoDB describes it."""
    dynamodb = stack.place.client("dynamodb")
    described: Json = dynamodb.describe_table(TableName=stack.outputs["Table"])["Table"]
    return described


def test_nothing_is_deleted_with_a_stack(source: Json) -> None:
    """Every resource of the storage is retained, and so is the nested stack itself."""
    storage = templates.load(STORAGE)["Resources"]
    everything = [source["Resources"]["Storage"], *storage.values()]

    for resource in everything:
        assert "Retain" == resource["DeletionPolicy"] == resource["UpdateReplacePolicy"]


@pytest.mark.parametrize("bucket", BUCKETS)
def test_buckets_are_encrypted(bucket: str, stack: Stack, s3: Any) -> None:
    """S3 encrypts every object with its own keys."""
    made = s3.get_bucket_encryption(Bucket=stack.outputs[bucket])

    [rule] = made["ServerSideEncryptionConfiguration"]["Rules"]
    assert "AES256" == rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]


@pytest.mark.parametrize("bucket", BUCKETS)
def test_buckets_are_private(bucket: str, stack: Stack, s3: Any) -> None:
    """No policy or ACL can open a bucket, and ACLs are off."""
    name = stack.outputs[bucket]
    block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    controls = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]

    assert [True] * 4 == list(block.values())
    assert [{"ObjectOwnership": "BucketOwnerEnforced"}] == controls["Rules"]


def test_archive_keeps_every_version(stack: Stack, s3: Any) -> None:
    """The archive is versioned; what can be made again is not."""
    states = [
        s3.get_bucket_versioning(Bucket=stack.outputs[b]).get("Status") for b in BUCKETS
    ]

    assert ["Enabled", None] == states


def test_archive_is_locked_by_default(stack: Stack, s3: Any) -> None:
    """A new object is locked for ten years, in a mode that the law can still open."""
    assert ("GOVERNANCE", 10) == _retention(s3, stack.outputs["ArchiveBucket"])


def test_archive_can_be_locked_for_good(aws: None) -> None:
    """COMPLIANCE and any number of years are a parameter away."""
    values: dict[str, Scalar] = {"LockMode": "COMPLIANCE", "LockYears": 3}
    storage = deploy(STORAGE, Place(name="for-good"), parameters=values)

    s3 = storage.place.client("s3")
    assert ("COMPLIANCE", 3) == _retention(s3, storage.outputs["ArchiveName"])


def _retention(s3: Any, bucket: str) -> tuple[str, int]:
    made = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    rule = made["Rule"]["DefaultRetention"]
    return rule["Mode"], rule["Years"]


def test_archive_can_be_unlocked_but_lockable(aws: None) -> None:
    """NONE sets no retention, yet Object Lock is on: it cannot be switched on later."""
    storage = deploy(STORAGE, Place(name="open"), parameters={"LockMode": "NONE"})

    made = storage.place.client("s3").get_object_lock_configuration(
        Bucket=storage.outputs["ArchiveName"]
    )
    assert {"ObjectLockEnabled": "Enabled"} == made["ObjectLockConfiguration"]


def test_nothing_in_the_archive_expires(stack: Stack, s3: Any) -> None:
    """The archive's one rule is on uploads that never ended."""
    name = stack.outputs["ArchiveBucket"]
    [rule] = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]

    assert {"DaysAfterInitiation": 1} == rule["AbortIncompleteMultipartUpload"]
    assert not {"Expiration", "NoncurrentVersionExpiration", "Transitions"} & set(rule)


def test_derived_scratch_and_exports_expire(stack: Stack, s3: Any) -> None:
    """tmp/ lasts a day, exports/ a week, search/ until an indexer has discarded it."""
    name = stack.outputs["DerivedBucket"]
    rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    expiring = {
        rule["Filter"]["Prefix"]: rule["Expiration"]["Days"]
        for rule in rules
        if "Expiration" in rule and "And" not in rule["Filter"]
    }
    tagged = {"Prefix": "search/", "Tags": [DISCARDED]}

    assert {"tmp/": 1, "exports/": 7} == expiring
    assert [(tagged, 1)] == [
        (rule["Filter"]["And"], rule["Expiration"]["Days"])
        for rule in rules
        if "And" in rule["Filter"]
    ]


def test_a_stored_object_cannot_be_deleted(stack: Stack, s3: Any) -> None:
    """The bucket policy denies it even to the account's administrator."""
    name = stack.outputs["ArchiveBucket"]
    s3.put_object(
        Bucket=name,
        Key="warcs/a",
        Body=b"",
        ChecksumAlgorithm="SHA256",
        IfNoneMatch="*",
    )

    with pytest.raises(ClientError, match="Forbidden"):
        s3.delete_object(Bucket=name, Key="warcs/a")


def test_bucket_policies_are_put_where_they_can_be_judged(
    stack: Stack, s3: Any
) -> None:
    """On moto only statements without a condition are put; it would misread others."""
    made = s3.get_bucket_policy(Bucket=stack.outputs["ArchiveBucket"])["Policy"]

    assert ["NoDelete"] == [s["Sid"] for s in json.loads(made)["Statement"]]


def test_table_has_the_keys_of_the_index(table: Json) -> None:
    """It has pk and sk, and the two indexes by which work and the river are found."""
    keys = {"": table["KeySchema"]}
    keys |= {i["IndexName"]: i["KeySchema"] for i in table["GlobalSecondaryIndexes"]}
    projections = [i["Projection"] for i in table["GlobalSecondaryIndexes"]]

    assert {name: _names(schema) for name, schema in keys.items()} == {
        "": {"HASH": "pk", "RANGE": "sk"},
        "due": {"HASH": "due", "RANGE": "due_at"},
        "river": {"HASH": "river", "RANGE": "river_at"},
    }
    assert [{"ProjectionType": "ALL"}] * 2 == projections
    assert {"S"} == {a["AttributeType"] for a in table["AttributeDefinitions"]}


def _names(schema: list[Json]) -> Json:
    return {key["KeyType"]: key["AttributeName"] for key in schema}


def test_table_is_billed_by_request_and_encrypted(table: Json) -> None:
    """Bursts on each tick and nothing in between; AWS's key for DynamoDB."""
    assert "PAY_PER_REQUEST" == table["BillingModeSummary"]["BillingMode"]
    assert "ENABLED" == table["SSEDescription"]["Status"]


def test_table_cannot_be_deleted(stack: Stack, table: Json) -> None:
    """Deletion protection refuses it even to the account's administrator."""
    assert table["DeletionProtectionEnabled"] is True
    with pytest.raises(ClientError, match="DeletionProtection"):
        stack.place.client("dynamodb").delete_table(TableName=table["TableName"])


def test_table_can_be_recovered_and_forgets_notes(stack: Stack, table: Json) -> None:
    """Point-in-time recovery is on, and `expires` is the TTL attribute."""
    dynamodb, name = stack.place.client("dynamodb"), table["TableName"]
    backups = dynamodb.describe_continuous_backups(TableName=name)
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]

    assert "ENABLED" == recovery["PointInTimeRecoveryStatus"]
    assert {"AttributeName": "expires", "TimeToLiveStatus": "ENABLED"} == expiry
