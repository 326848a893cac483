"""Make what holds things: buckets, tables, queues, topics, log groups."""

import json
from typing import Any

from tests.aws.place import Made, Place
from tests.aws.properties import known, renamed
from tests.aws.templates import Json


def bucket(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::S3::Bucket`` with all it says."""
    s3, name = place.client("s3"), place.physical(logical, limit=63).lower()
    locked = bool(properties.pop("ObjectLockEnabled", False))
    where = (
        {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
        if place.region != "us-east-1"
        else {}
    )
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=locked, **where)
    for aspect, value in properties.items():
        if aspect not in _ASPECTS:
            raise NotImplementedError(f"AWS::S3::Bucket.{aspect}")
        operation, argument, translate = _ASPECTS[aspect]
        getattr(s3, operation)(Bucket=name, **{argument: translate(value)})
    return Made(ref=name, attributes={"Arn": f"arn:aws:s3:::{name}"})


def _encryption(value: Json) -> Json:
    rules = value["ServerSideEncryptionConfiguration"]
    new = "ApplyServerSideEncryptionByDefault"
    return {"Rules": [renamed(r, ServerSideEncryptionByDefault=new) for r in rules]}


def _lifecycle(value: Json) -> Json:
    return {"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]}


def _lifecycle_rule(rule: Json) -> Json:
    known(
        rule,
        "Id",
        "Status",
        "Prefix",
        "TagFilters",
        "ExpirationInDays",
        "AbortIncompleteMultipartUpload",
        "Transitions",
    )
    where = {"Prefix": rule.get("Prefix", "")}
    tags = rule.get("TagFilters")
    made = {
        "ID": rule["Id"],
        "Status": rule["Status"],
        "Filter": {"And": {**where, "Tags": tags}} if tags else where,
    }
    if "ExpirationInDays" in rule:
        made["Expiration"] = {"Days": rule["ExpirationInDays"]}
    if "AbortIncompleteMultipartUpload" in rule:
        made["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    if "Transitions" in rule:
        made["Transitions"] = [
            {
                "StorageClass": each["StorageClass"],
                "Days": int(each["TransitionInDays"]),
            }
            for each in rule["Transitions"]
        ]
    return made


def _replication(value: Json) -> Json:
    return {**value, "Rules": [renamed(rule, Id="ID") for rule in value["Rules"]]}


def _cors(value: Json) -> Json:
    names = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
    rules = [
        {names.get(name, name): each for name, each in rule.items()}
        for rule in value["CorsRules"]
    ]
    return {"CORSRules": rules}


def _same(value: Json) -> Json:
    return value


# Property → S3's operation, its argument, and how the property becomes the argument.
_ASPECTS: dict[str, tuple[str, str, Any]] = {
    "VersioningConfiguration": (
        "put_bucket_versioning",
        "VersioningConfiguration",
        _same,
    ),
    "ObjectLockConfiguration": (
        "put_object_lock_configuration",
        "ObjectLockConfiguration",
        _same,
    ),
    "BucketEncryption": (
        "put_bucket_encryption",
        "ServerSideEncryptionConfiguration",
        _encryption,
    ),
    "PublicAccessBlockConfiguration": (
        "put_public_access_block",
        "PublicAccessBlockConfiguration",
        _same,
    ),
    "OwnershipControls": (
        "put_bucket_ownership_controls",
        "OwnershipControls",
        _same,
    ),
    "LifecycleConfiguration": (
        "put_bucket_lifecycle_configuration",
        "LifecycleConfiguration",
        _lifecycle,
    ),
    "CorsConfiguration": ("put_bucket_cors", "CORSConfiguration", _cors),
    "ReplicationConfiguration": (
        "put_bucket_replication",
        "ReplicationConfiguration",
        _replication,
    ),
}


def bucket_policy(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::S3::BucketPolicy``, as far as the place can evaluate it.

    moto takes every Deny with a condition for a plain Deny, met or not, so there only
    statements without a condition are put; tests.aws.policies judges the others.
    """
    known(properties, "Bucket", "PolicyDocument")
    document = properties["PolicyDocument"]
    if place.is_moto:
        plain = [s for s in document["Statement"] if "Condition" not in s]
        document = {**document, "Statement": plain}
    if document["Statement"]:
        place.client("s3").put_bucket_policy(
            Bucket=properties["Bucket"], Policy=json.dumps(document)
        )
    return Made(ref=logical)


def table(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::DynamoDB::Table`` and wait until it is there."""
    dynamodb, name = place.client("dynamodb"), place.physical(logical, limit=255)
    expiry = properties.pop("TimeToLiveSpecification", None)
    recovery = properties.pop("PointInTimeRecoverySpecification", None)
    if "SSESpecification" in properties:
        encryption = renamed(properties["SSESpecification"], SSEEnabled="Enabled")
        properties["SSESpecification"] = encryption
    dynamodb.create_table(TableName=name, **properties)
    dynamodb.get_waiter("table_exists").wait(
        TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    if expiry:
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=expiry)
    if recovery:
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification=recovery
        )
    arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
    return Made(ref=name, attributes={"Arn": arn})


def queue(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::SQS::Queue`` (standard)."""
    sqs, name = place.client("sqs"), place.physical(logical, limit=80)
    attributes = {k: _attribute(v) for k, v in properties.items()}
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    wanted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn = wanted["Attributes"]["QueueArn"]
    names = {"Arn": arn, "QueueName": name, "QueueUrl": url}
    return Made(ref=url, attributes=names)


def _attribute(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def topic(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::SNS::Topic`` with its subscriptions."""
    known(properties, "Subscription")
    sns, name = place.client("sns"), place.physical(logical)
    arn = sns.create_topic(Name=name)["TopicArn"]
    for subscription in properties.get("Subscription", []):
        sns.subscribe(TopicArn=arn, **subscription)
    return Made(ref=arn, attributes={"TopicArn": arn, "TopicName": name})


def topic_policy(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::SNS::TopicPolicy``."""
    known(properties, "Topics", "PolicyDocument")
    for arn in properties["Topics"]:
        place.client("sns").set_topic_attributes(
            TopicArn=arn,
            AttributeName="Policy",
            AttributeValue=json.dumps(properties["PolicyDocument"]),
        )
    return Made(ref=logical)


def log_group(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::Logs::LogGroup`` with its retention."""
    known(properties, "LogGroupName", "RetentionInDays")
    logs = place.client("logs")
    name = properties.get("LogGroupName", place.physical(logical, limit=512))
    logs.create_log_group(logGroupName=name)
    if "RetentionInDays" in properties:
        logs.put_retention_policy(
            logGroupName=name, retentionInDays=properties["RetentionInDays"]
        )
    arn = f"arn:aws:logs:{place.region}:{place.account()}:log-group:{name}:*"
    return Made(ref=name, attributes={"Arn": arn})


def key(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::KMS::Key``. On moto it needs `edwards.make_edwards`."""
    known(
        properties,
        "Description",
        "KeySpec",
        "KeyUsage",
        "KeyPolicy",
        "PendingWindowInDays",  # of a deletion that nobody asks for here
    )
    made = place.client("kms").create_key(
        Description=properties["Description"],
        KeySpec=properties["KeySpec"],
        KeyUsage=properties["KeyUsage"],
        Policy=json.dumps(properties["KeyPolicy"]),
    )["KeyMetadata"]
    return Made(ref=made["KeyId"], attributes={"Arn": made["Arn"]})
