"""What a call through boto3 asks of IAM: the actions, resources and condition keys.

After the Service Authorization Reference of each service. Pure. A call that is not known
here raises: no right is guessed.
"""

from collections.abc import Iterator
from typing import Any

from tests.aws.place import Place
from tests.aws.policies import Request
from tests.aws.templates import Json

# Operations that are allowed by an action of another name.
_S3_ACTIONS = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "UploadPart": "PutObject",
}
_CREATING = ("PutObject", "CopyObject", "CompleteMultipartUpload")
_IN_PARTS = ("CreateMultipartUpload", "UploadPart")
# What a parameter asks for beside the action of its operation.
_S3_ALSO = {
    "BypassGovernanceRetention": "BypassGovernanceRetention",
    "ObjectLockLegalHoldStatus": "PutObjectLegalHold",
    "ObjectLockMode": "PutObjectRetention",
    "ObjectLockRetainUntilDate": "PutObjectRetention",
}
_S3_CONTEXT = {
    "IfNoneMatch": "s3:if-none-match",
    "SSECustomerAlgorithm": "s3:x-amz-server-side-encryption-customer-algorithm",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
}
_SQS_ACTIONS = {
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "DeleteMessageBatch": "DeleteMessage",
    "SendMessageBatch": "SendMessage",
}
_TRANSACTION_ACTIONS = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}


def requests(
    service: str, operation: str, parameters: Json, place: Place
) -> Iterator[Request]:
    """Yield what must be allowed for a call of one of the services we use."""
    match service:
        case "s3":
            yield from _s3(operation, parameters)
        case "sqs":
            yield _sqs(operation, parameters, place)
        case "events":
            yield from _events(operation, parameters, place)
        case "kms":
            yield _kms(operation, parameters)
        case "dynamodb":
            yield from _dynamodb(operation, parameters, place)
        case _:
            raise NotImplementedError(f"the needs of {service}:{operation}")


def _s3(operation: str, parameters: Json) -> Iterator[Request]:
    context: dict[str, str | tuple[str, ...]] = {
        "aws:SecureTransport": "true",
        "s3:TlsVersion": "1.3",
    }
    if operation in _CREATING or operation in _IN_PARTS:
        context["s3:ObjectCreationOperation"] = str(operation in _CREATING).lower()
    for name, key in _S3_CONTEXT.items():
        if name in parameters:
            context[key] = parameters[name]
    for action, arn in _s3_actions(operation, parameters):
        yield Request(action=f"s3:{action}", resource=arn, context=context)


def _s3_actions(operation: str, parameters: Json) -> Iterator[tuple[str, str]]:
    bucket = f"arn:aws:s3:::{parameters['Bucket']}"
    if operation == "DeleteObjects":
        rest = {k: v for k, v in parameters.items() if k != "Delete"}
        for each in parameters["Delete"]["Objects"]:
            yield from _s3_actions("DeleteObject", {**rest, **each})
        return
    arn = f"{bucket}/{parameters['Key']}" if "Key" in parameters else bucket
    if operation == "DeleteObject" and "VersionId" in parameters:
        yield "DeleteObjectVersion", arn
    else:
        yield _S3_ACTIONS.get(operation, operation), arn
    for name, action in _S3_ALSO.items():
        if parameters.get(name):
            yield action, arn


def _kms(operation: str, parameters: Json) -> Request:
    keys = ("SigningAlgorithm", "MessageType")
    context = {f"kms:{k}": str(parameters[k]) for k in keys if k in parameters}
    return Request(
        action=f"kms:{operation}", resource=parameters["KeyId"], context=context
    )


def _sqs(operation: str, parameters: Json, place: Place) -> Request:
    account, name = parameters["QueueUrl"].rsplit("/", 2)[1:]
    arn = f"arn:aws:sqs:{place.region}:{account}:{name}"
    action = _SQS_ACTIONS.get(operation, operation)
    return Request(action=f"sqs:{action}", resource=arn)


def _events(operation: str, parameters: Json, place: Place) -> Iterator[Request]:
    for name in {entry["EventBusName"] for entry in parameters["Entries"]}:
        arn = f"arn:aws:events:{place.region}:{place.account()}:event-bus/{name}"
        yield Request(action=f"events:{operation}", resource=arn)


def _dynamodb(operation: str, parameters: Json, place: Place) -> Iterator[Request]:
    for action, table, leading in _table_actions(operation, parameters):
        arn = f"arn:aws:dynamodb:{place.region}:{place.account()}:table/{table}"
        if "IndexName" in parameters:
            arn = f"{arn}/index/{parameters['IndexName']}"
        context = {"dynamodb:LeadingKeys": leading} if leading else {}
        yield Request(action=f"dynamodb:{action}", resource=arn, context=context)


def _table_actions(
    operation: str, parameters: Json
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the actions on tables, and the partition keys of the items they are for."""
    if "KeyConditionExpression" in parameters:
        yield operation, parameters["TableName"], (_queried(parameters),)
    elif "TableName" in parameters:
        yield operation, parameters["TableName"], tuple(_partitions(parameters))
    elif "RequestItems" in parameters:
        for table, requests_ in parameters["RequestItems"].items():
            yield operation, table, tuple(_partitions(requests_))
    elif "TransactItems" in parameters:
        for item in parameters["TransactItems"]:
            [(kind, its)] = item.items()
            yield _TRANSACTION_ACTIONS[kind], its["TableName"], tuple(_partitions(its))
    else:
        raise NotImplementedError(f"the needs of dynamodb:{operation}")


def _queried(parameters: Json) -> str:
    """Return the partition that a query is for, of a table or of one of its indexes."""
    placeholder = parameters["KeyConditionExpression"].split()[2]
    value: str = parameters["ExpressionAttributeValues"][placeholder]["S"]
    return value


def _partitions(value: Any) -> Iterator[str]:
    """Yield every `pk` in what says which items are meant, however deep it stands."""
    if isinstance(value, list):
        for one in value:
            yield from _partitions(one)
    elif isinstance(value, dict):
        if "pk" in value and "sk" in value:
            yield value["pk"]["S"]
        for name in ("Item", "Key", "Keys", "PutRequest", "DeleteRequest"):
            yield from _partitions(value.get(name))
