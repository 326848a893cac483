"""What each function's role may do, as a table; and how a test asks for it."""

from collections.abc import Iterator

from tests.aws import guard
from tests.aws.functions import functions
from tests.aws.needs import requests
from tests.aws.policies import Request
from tests.aws.stack import Stack
from tests.aws.templates import Json

ALL = [
    "ScheduleWork",
    "PollFeed",
    "CaptureEntry",
    "ServeArchive",
    "SealLog",
    "IndexSearch",
    "AuditArchive",
    "ServeReaders",
    "ReplayArchive",
]

# Every pair of action and resource that a function may have, and no other.
GRANTED: dict[str, dict[str, set[str]]] = {
    "ScheduleWork": {
        "logs": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "due": {"dynamodb:Query"},
        "polls": {"sqs:SendMessage", "sqs:GetQueueAttributes"},
        "captures": {"sqs:SendMessage", "sqs:GetQueueAttributes"},
        "table": {"dynamodb:GetItem", "dynamodb:UpdateItem"},
        "events": {"events:PutEvents"},
    },
    "PollFeed": {
        "logs": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "polls": {
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:SendMessage",
        },
        "captures": {"sqs:SendMessage"},
        "warcs": {"s3:PutObject", "s3:GetObject"},
        "archive": {"s3:ListBucket"},
        "table": {
            "dynamodb:BatchGetItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        },
        "due": {"dynamodb:Query"},
    },
    "CaptureEntry": {
        "logs": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "captures": {
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:SendMessage",
        },
        "warcs": {"s3:PutObject", "s3:GetObject"},
        "archive": {"s3:ListBucket"},
        "table": {
            "dynamodb:BatchGetItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        },
        "due": {"dynamodb:Query"},
        "events": {"events:PutEvents"},
    },
    "ServeArchive": {
        "logs": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "polls": {"sqs:SendMessage"},
        "warcs": {"s3:GetObject", "s3:RestoreObject"},
        "log": {"s3:GetObject"},
        "archive": {"s3:ListBucket"},
        "scratch": {"s3:GetObject", "s3:PutObject"},
        "derived": {"s3:ListBucket"},
        "search": {"s3:GetObject"},
        "table": {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"},
        "due": {"dynamodb:Query"},
        "river": {"dynamodb:Query"},
    },
    "SealLog": {
        "logs": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "warcs": {"s3:GetObject"},
        "log": {"s3:PutObject", "s3:GetObject"},
        "archive": {"s3:ListBucket"},
        "table": {
            "dynamodb:BatchGetItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        },
        "due": {"dynamodb:Query"},
        "key": {"kms:GetPublicKey", "kms:Sign"},
    },
    "IndexSearch": {
        "logs": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "warcs": {"s3:GetObject"},
        "log": {"s3:GetObject"},
        "archive": {"s3:ListBucket"},
        "derived": {"s3:ListBucket"},
        "search": {"s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"},
        "table": {
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        },
    },
    "AuditArchive": {
        "logs": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "warcs": {"s3:GetObject", "s3:GetObjectRetention", "s3:PutObject"},
        "log": {"s3:GetObject"},
        "notes": {"s3:PutObject"},
        "archive": {"s3:GetBucketObjectLockConfiguration", "s3:ListBucket"},
        "derived": {"s3:ListBucket"},
        "audits": {"s3:GetObject", "s3:PutObject"},
        "census": {"s3:GetObject", "s3:PutObject"},
        "counted": {"s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"},
        "river": {"dynamodb:Query"},
        "table": {
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        },
    },
    "ReplayArchive": {
        "logs": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "warcs": {"s3:GetObject"},
        "archive": {"s3:ListBucket"},
        "derived": {"s3:ListBucket"},
        "grants": {"s3:GetObject"},
        "table": {"dynamodb:BatchGetItem", "dynamodb:Query"},
    },
}
READERS = GRANTED["ServeArchive"]
GRANTED["ServeReaders"] = {
    **READERS,
    "table": READERS["table"] | {"dynamodb:PutItem"},
}


def resources(stack: Stack) -> dict[str, str]:
    """Return what the table calls each resource, by its ARN."""
    outputs = stack.outputs
    archive = f"arn:aws:s3:::{outputs['ArchiveBucket']}"
    derived = f"arn:aws:s3:::{outputs['DerivedBucket']}"
    queues = {
        name: f"arn:aws:sqs:eu-west-1:123456789012:hozon-{name}"
        for name in ("PollQueue", "CaptureQueue")
    }
    table = f"arn:aws:dynamodb:eu-west-1:123456789012:table/{outputs['Table']}"
    logs = f"arn:aws:logs:eu-west-1:123456789012:log-group:{outputs['LogGroup']}:*"
    return {
        archive: "archive",
        f"{archive}/warcs/*": "warcs",
        f"{archive}/log/*": "log",
        f"{archive}/log/notes/*": "notes",
        f"{derived}/search/audits.json": "audits",
        f"{derived}/search/census.json": "census",
        f"{derived}/search/census/*": "counted",
        derived: "derived",
        f"{derived}/search/*": "search",
        outputs["SigningKeyArn"]: "key",
        f"{derived}/tmp/*": "scratch",
        f"{derived}/tmp/replay/*": "grants",
        queues["PollQueue"]: "polls",
        queues["CaptureQueue"]: "captures",
        table: "table",
        f"{table}/index/due": "due",
        f"{table}/index/river": "river",
        logs: "logs",
        outputs["EventBusArn"]: "events",
    }


def role_of(stack: Stack, function: str) -> guard.Role:
    """Return the role of a function."""
    return guard.role(stack, functions(stack)[function].role_arn)


def statements(stack: Stack) -> Iterator[Json]:
    """Yield the statements of all roles."""
    for _, resource in stack.of_type("AWS::IAM::Role"):
        for policy in resource.properties["Policies"]:
            yield from policy["PolicyDocument"]["Statement"]


WRITING = ["BatchWriteItem", "PutItem", "UpdateItem", "DeleteItem"]


def writes(stack: Stack, function: str, *leading: str) -> list[str]:
    """Return which of the writing operations a function may do on such items."""
    role, table = role_of(stack, function), stack.outputs["Table"]
    items = [{"pk": {"S": pk}, "sk": {"S": "s"}} for pk in leading]
    puts = {"RequestItems": {table: [{"PutRequest": {"Item": i}} for i in items]}}
    one = {"TableName": table, "Key": items[0]}
    return [
        operation
        for operation in WRITING
        for parameters in [puts if operation == "BatchWriteItem" else one]
        if all(
            role.permits(request)
            for request in requests("dynamodb", operation, parameters, stack.place)
        )
    ]


def asks(stack: Stack, operation: str, **parameters: str) -> Request:
    """Return what an operation on the archive's bucket asks for."""
    bucket = stack.outputs["ArchiveBucket"]
    [request] = requests("s3", operation, {"Bucket": bucket, **parameters}, stack.place)
    return request


def with_context(request: Request, **context: str) -> Request:
    """Return a request that comes with something else besides."""
    keys = {name.replace("_", ":"): value for name, value in context.items()}
    return Request(
        action=request.action,
        resource=request.resource,
        context={**request.context, **keys},
    )


def auth_types(stack: Stack) -> dict[str, str]:
    """Return how each function URL knows who asks, by the function."""
    ask = stack.place.client("lambda").get_function_url_config
    targets = [
        resource.properties["TargetFunctionArn"]
        for _, resource in stack.of_type("AWS::Lambda::Url")
    ]
    return {
        each.rpartition("-")[2]: str(ask(FunctionName=each)["AuthType"])
        for each in targets
    }


def open_to_all(stack: Stack) -> dict[str, list[Json]]:
    """Return what everybody is allowed, by the function."""
    found: dict[str, list[Json]] = {}
    for _, resource in stack.of_type("AWS::Lambda::Permission"):
        stated = dict(resource.properties)
        found.setdefault(stated.pop("FunctionName"), []).append(stated)
    return found


def kms(stack: Stack, **how: str) -> Request:
    """Return a request to sign with the log's key."""
    key = stack.outputs["SigningKeyArn"]
    [request] = requests("kms", "Sign", {"KeyId": key, **how}, stack.place)
    return request


ADMIN = "arn:aws:iam::123456789012:role/Admin"
EDWARDS = {"SigningAlgorithm": "ED25519_SHA_512", "MessageType": "RAW"}
