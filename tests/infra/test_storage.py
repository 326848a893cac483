"""What outlives the app: buckets and table, as they were made."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from hozon.adapters.aws.derived import DISCARDED
from tests.aws import templates
from tests.aws.place import Place
from tests.aws.stack import REPLICA, STORAGE, TEMPLATE, Stack, deploy
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
    copy = templates.load(REPLICA)["Resources"]
    everything = [source["Resources"]["Storage"], *storage.values(), *copy.values()]

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

    sids = [statement["Sid"] for statement in json.loads(made)["Statement"]]
    assert ["NoCopiesInto", "NoDelete", "NoOtherLock"] == sids


COPY = "arn:aws:s3:::hozon-copy"


def _replication(storage: Stack) -> Json:
    s3 = storage.place.client("s3")
    made = s3.get_bucket_replication(Bucket=storage.outputs["ArchiveName"])
    configuration: Json = made["ReplicationConfiguration"]
    return configuration


@pytest.mark.parametrize("account", ["", "999999999999"])
def test_a_second_copy_is_kept_where_one_is_named(account: str, aws: None) -> None:
    """All objects go there, delete markers do not; it is theirs if it is elsewhere."""
    copy = Place(name=f"second{account}", region="eu-central-1")
    bucket = deploy(REPLICA, copy, parameters={"SourceAccountId": "123456789012"})
    values = {
        "ReplicaBucketArn": bucket.outputs["BucketArn"],
        "ReplicaAccountId": account,
    }
    storage = deploy(STORAGE, Place(name=f"twice{account}"), parameters=values)
    made = _replication(storage)
    [rule] = made["Rules"]

    assert ("Enabled", {"Prefix": ""}) == (rule["Status"], rule["Filter"])
    assert {"Status": "Disabled"} == rule["DeleteMarkerReplication"]
    assert bucket.outputs["BucketArn"] == rule["Destination"]["Bucket"]
    assert "STANDARD_IA" == rule["Destination"]["StorageClass"]
    assert (account or None) == rule["Destination"].get("Account")
    [(_, role)] = storage.of_type("AWS::IAM::Role")
    assert role.made.attributes["Arn"] == made["Role"]


def test_replication_may_copy_and_nothing_else(aws: None) -> None:
    """Its role reads one bucket and writes one other; it deletes and hides nothing."""
    storage = deploy(
        STORAGE, Place(name="copying"), parameters={"ReplicaBucketArn": COPY}
    )
    [(_, policy)] = storage.of_type("AWS::IAM::Policy")
    [(_, role)] = storage.of_type("AWS::IAM::Role")
    archive = f"arn:aws:s3:::{storage.outputs['ArchiveName']}"
    granted = {
        (action, statement["Resource"])
        for statement in policy.properties["PolicyDocument"]["Statement"]
        for action in statement["Action"]
    }

    assert {archive, f"{archive}/*", f"{COPY}/*"} == {arn for _, arn in granted}
    assert not [action for action, _ in granted if "Delete" in action or "*" in action]
    assert {
        ("s3:ReplicateObject", f"{COPY}/*"),
        ("s3:ReplicateTags", f"{COPY}/*"),
        ("s3:ObjectOwnerOverrideToBucketOwner", f"{COPY}/*"),
    } == {(action, arn) for action, arn in granted if arn.startswith(COPY)}
    [trust] = role.properties["AssumeRolePolicyDocument"]["Statement"]
    assert {"Service": "s3.amazonaws.com"} == trust["Principal"]
    assert {"StringEquals": {"aws:SourceAccount": "123456789012"}} == trust["Condition"]


def test_no_second_copy_without_a_bucket(stack: Stack, s3: Any) -> None:
    """By default nothing is replicated, and there is no role for it."""
    with pytest.raises(ClientError, match="ReplicationConfigurationNotFound"):
        s3.get_bucket_replication(Bucket=stack.outputs["ArchiveBucket"])
    assert [] == list(stack.nested["Storage"].of_type("AWS::IAM::Role"))


def test_old_objects_go_cold_where_it_is_said(aws: None) -> None:
    """WARC objects only: the log stays, and nothing expires."""
    values = {"ColdAfterDays": "90", "ColdClass": "DEEP_ARCHIVE"}
    storage = deploy(STORAGE, Place(name="cold"), parameters=values)
    made = storage.place.client("s3").get_bucket_lifecycle_configuration(
        Bucket=storage.outputs["ArchiveName"]
    )
    [uploads, cold] = made["Rules"]

    assert "warcs/" == cold["Filter"]["Prefix"]
    assert [{"Days": 90, "StorageClass": "DEEP_ARCHIVE"}] == cold["Transitions"]
    for rule in (uploads, cold):
        assert not {"Expiration", "NoncurrentVersionExpiration"} & set(rule)


@pytest.mark.parametrize("days", ["1", "29", "3651", "030", "-1", "x"])
def test_nothing_goes_cold_within_a_month(days: str) -> None:
    """S3 takes no object into colder classes before 30 days, and ten years is the end."""
    with pytest.raises(ValueError, match="ColdAfterDays"):
        templates.parameters(templates.load(STORAGE), {"ColdAfterDays": days})


@pytest.mark.parametrize("days", ["0", "30", "99", "365", "2999", "3599", "3650"])
def test_days_that_are_taken(days: str) -> None:
    """From a month to ten years, and 0 for never."""
    given = {"ColdAfterDays": days}
    assert days == templates.parameters(templates.load(STORAGE), given)["ColdAfterDays"]


def test_storage_that_is_there_is_taken_over(aws: None) -> None:
    """An app that was deployed anew works on the buckets and the table of before."""
    before = deploy(STORAGE, Place(name="before"), parameters={})
    adopted = {
        "AdoptArchiveBucket": before.outputs["ArchiveName"],
        "AdoptDerivedBucket": before.outputs["DerivedName"],
        "AdoptTable": before.outputs["TableName"],
    }
    after = deploy(STORAGE, Place(name="after"), parameters=adopted)

    key = {"SigningKeyArn"}
    assert {k: v for k, v in before.outputs.items() if k not in key} == {
        k: v for k, v in after.outputs.items() if k not in key
    }
    # The log goes on under a key of the new stack's: only its sealer may sign with it.
    assert {"SigningKey"} == set(after.resources)


def test_a_copy_alone_is_taken_over(aws: None) -> None:
    """After the loss of a region: the copy is the archive, table and bucket are made."""
    adopted = {"AdoptArchiveBucket": "hozon-copy", "ReplicaBucketArn": COPY}
    storage = deploy(STORAGE, Place(name="heirs"), parameters=adopted)

    assert "hozon-copy" == storage.outputs["ArchiveName"]
    assert {"Derived", "DerivedPolicy", "SigningKey", "Table"} == set(storage.resources)


def test_compliance_has_to_be_meant() -> None:
    """Whoever asks for locks that nobody can open is told so, and has to say it twice."""
    for path, needed in ((TEMPLATE, {"Contact": "a@example.org"}), (REPLICA, SOURCE)):
        template = templates.load(path)
        asked = {**needed, "LockMode": "COMPLIANCE"}
        with pytest.raises(ValueError, match="cannot be taken back"):
            templates.parameters(template, asked)
        meant = {**asked, "ComplianceAccepted": "nobody-can-delete"}
        assert "COMPLIANCE" == templates.parameters(template, meant)["LockMode"]


SOURCE = {"SourceAccountId": "123456789012"}


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
