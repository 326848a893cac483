"""What each role may do, and what the buckets refuse to everybody."""

import re
from collections.abc import Iterator
from itertools import product

import pytest

from hozon.adapters.aws import keys
from tests.aws import guard
from tests.aws.functions import functions
from tests.aws.needs import requests
from tests.aws.place import Place
from tests.aws.policies import Request, allowed, as_list, denied
from tests.aws.stack import STORAGE, TEMPLATE, Stack, deploy
from tests.aws.templates import Json
from tests.infra.conftest import PARAMETERS

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


def _resources(stack: Stack) -> dict[str, str]:
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


def _role(stack: Stack, function: str) -> guard.Role:
    return guard.role(stack, functions(stack)[function].role_arn)


def _statements(stack: Stack) -> Iterator[Json]:
    for _, resource in stack.of_type("AWS::IAM::Role"):
        for policy in resource.properties["Policies"]:
            yield from policy["PolicyDocument"]["Statement"]


@pytest.mark.parametrize("function", ALL)
def test_roles_grant_exactly_what_is_listed(function: str, stack: Stack) -> None:
    """The table above is the whole of a role, so a new right is seen in a review."""
    names, granted = _resources(stack), dict[str, set[str]]()
    for statement in _role(stack, function).policies:
        for arn in as_list(statement["Resource"]):
            granted.setdefault(names[arn], set()).update(as_list(statement["Action"]))

    assert GRANTED[function] == granted


def test_roles_have_nothing_but_their_own_statements(stack: Stack) -> None:
    """No managed policy (SAM's own may read any queue), and only Lambda may be it."""
    ours = [
        resource.properties
        for name, resource in stack.of_type("AWS::IAM::Role")
        if not name.endswith("TickRole")
    ]

    assert len(ALL) == len(ours)
    for properties in ours:
        assert {"AssumeRolePolicyDocument", "Policies"} == set(properties)
        [trust] = properties["AssumeRolePolicyDocument"]["Statement"]
        assert {"Service": "lambda.amazonaws.com"} == trust["Principal"]


def test_no_statement_is_for_everything(stack: Stack) -> None:
    """No action has a wildcard, and no resource but a prefix and a group's streams."""
    for statement in _statements(stack):
        assert "Allow" == statement["Effect"]
        for action in as_list(statement["Action"]):
            assert "*" not in action
        for resource in as_list(statement["Resource"]):
            named = re.sub(
                r"(/warcs/|/log/|/log/notes/|/search/|/tmp/(?:replay/)?|:)[*]$",
                "",
                resource,
            )
            assert "*" not in named


def test_no_role_may_delete_but_its_own_messages(stack: Stack) -> None:
    """The roles read as the archive's promise: what is in it stays."""
    deleting = {
        action
        for statement in _statements(stack)
        for action in as_list(statement["Action"])
        if "Delete" in action or "Purge" in action or "PartiQL" in action
    }

    assert {"sqs:DeleteMessage"} == deleting


WRITING = ["BatchWriteItem", "PutItem", "UpdateItem", "DeleteItem"]


def _writes(stack: Stack, function: str, *leading: str) -> list[str]:
    """Return which of the writing operations a function may do on such items."""
    role, table = _role(stack, function), stack.outputs["Table"]
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


@pytest.mark.parametrize("function", ["PollFeed", "CaptureEntry"])
def test_every_item_of_the_index_may_be_written(function: str, stack: Stack) -> None:
    """The partitions that the template names are those of the table's key grammar."""
    grammar = re.findall(r"^    ([A-Z]+#?)\S* ", keys.__doc__ or "", re.MULTILINE)
    partitions = dict.fromkeys(f"{pk}x" if pk.endswith("#") else pk for pk in grammar)

    others = {
        "FEED#x",
        "HOST#x",
        "JOB#x",
        "TALLY#x",
        "HOLDS",
        "ACCESS",
        "LOG",
        "EVENT#x",
        "LOOKS",
        "SIGNINS",
    }
    assert len(partitions) == 16
    assert others <= partitions.keys()
    for pk in partitions.keys() - others:
        assert ["BatchWriteItem", "PutItem", "UpdateItem"] == _writes(
            stack, function, pk
        )


def test_feeds_are_changed_by_polls_only_and_one_by_one(stack: Stack) -> None:
    """What writes in batches could delete in batches; feeds cannot be rebuilt."""
    assert ["PutItem"] == _writes(stack, "PollFeed", "FEED#f")
    assert "BatchWriteItem" not in _writes(stack, "PollFeed", "ENTRY#e", "FEED#f")
    assert [] == _writes(stack, "CaptureEntry", "FEED#f")


def test_jobs_of_later_are_planned_by_one_and_ended_by_another(stack: Stack) -> None:
    """A capture may plan the next one, the tick may say that it was sent; no more."""
    assert ["PutItem"] == _writes(stack, "CaptureEntry", "JOB#j")
    assert ["UpdateItem"] == _writes(stack, "ScheduleWork", "JOB#j")
    assert [] == _writes(stack, "ScheduleWork", "ENTRY#e")
    assert [] == _writes(stack, "PollFeed", "JOB#j")


def test_what_a_day_costs_is_counted_by_the_tick(stack: Stack) -> None:
    """It alone counts looks, and changes no page's watch."""
    assert ["UpdateItem"] == _writes(stack, "ScheduleWork", "LOOKS")
    assert [] == _writes(stack, "ScheduleWork", "LINK#l")
    assert [] == _writes(stack, "CaptureEntry", "LOOKS")


@pytest.mark.parametrize("function", ["ScheduleWork", "PollFeed", "CaptureEntry"])
def test_events_wait_one_by_one(function: str, stack: Stack) -> None:
    """Who tells events may keep those that could not be told; none is lost."""
    assert ["UpdateItem"] == _writes(stack, function, "EVENT#e")


@pytest.mark.parametrize("function", ["PollFeed", "CaptureEntry"])
def test_hosts_are_taken_one_by_one(function: str, stack: Stack) -> None:
    """Who asks hosts may note what they said and whose turn it is; nothing goes."""
    assert ["PutItem", "UpdateItem"] == _writes(stack, function, "HOST#example.com")


@pytest.mark.parametrize(
    "function",
    [each for each in ALL if "Serve" not in each and each != "ReplayArchive"],
)
def test_whoever_works_counts_up(function: str, stack: Stack) -> None:
    """A tally is added to, and never written over: a quota cannot be wiped out."""
    assert ["UpdateItem"] == _writes(stack, function, "TALLY#f")


@pytest.mark.parametrize("function", ALL)
def test_no_function_may_touch_a_legal_hold(function: str, stack: Stack) -> None:
    """Neither the order in the table nor the hold on an object."""
    role, bucket = _role(stack, function), stack.outputs["ArchiveBucket"]
    held = {"Bucket": bucket, "Key": "warcs/a", "LegalHold": {"Status": "OFF"}}
    [lift] = requests("s3", "PutObjectLegalHold", held, stack.place)
    lock = {"Bucket": bucket, "Key": "warcs/a", "Retention": {}}
    [shorten] = requests("s3", "PutObjectRetention", lock, stack.place)

    assert [] == _writes(stack, function, "HOLDS")
    assert not role.permits(lift)
    assert not role.permits(shorten)


def test_tracing_is_the_one_right_on_everything(aws: None) -> None:
    """X-Ray has no resources to name; where nothing is traced, the right is not there."""
    values = {**PARAMETERS, "Tracing": "Active"}
    traced = deploy(TEMPLATE, Place(name="traced"), parameters=values)
    [(_, policy)] = traced.of_type("AWS::IAM::Policy")
    [statement] = policy.properties["PolicyDocument"]["Statement"]

    assert ["xray:PutTraceSegments", "xray:PutTelemetryRecords"] == statement["Action"]
    assert "*" == statement["Resource"]
    assert len(ALL) == len(policy.properties["Roles"])
    for _, function in traced.of_type("AWS::Lambda::Function"):
        assert {"Mode": "Active"} == function.properties["TracingConfig"]


@pytest.mark.parametrize(
    "function", ["ScheduleWork", "ServeArchive", "IndexSearch", "ReplayArchive"]
)
def test_who_only_reads_may_not_write(function: str, stack: Stack) -> None:
    """Neither the index nor the feeds, nor what is known of hosts."""
    for pk in ("FEED#f", "ENTRY#e", "CAP#c", "HOST#h"):
        assert [] == _writes(stack, function, pk)


def test_the_schedule_may_invoke_one_function(stack: Stack) -> None:
    """The tick's role has one action on one function."""
    role = next(
        r
        for name, r in stack.of_type("AWS::IAM::Role")
        if name == "ScheduleWorkTickRole"
    )
    [policy] = role.properties["Policies"]
    [statement] = policy["PolicyDocument"]["Statement"]

    assert "lambda:InvokeFunction" == statement["Action"]
    assert functions(stack)["ScheduleWork"].arn == statement["Resource"]


def _asks(stack: Stack, operation: str, **parameters: str) -> Request:
    bucket = stack.outputs["ArchiveBucket"]
    [request] = requests("s3", operation, {"Bucket": bucket, **parameters}, stack.place)
    return request


def _with(request: Request, **context: str) -> Request:
    keys = {name.replace("_", ":"): value for name, value in context.items()}
    return Request(
        action=request.action,
        resource=request.resource,
        context={**request.context, **keys},
    )


def test_a_key_is_written_once(stack: Stack) -> None:
    """A PUT under warcs/ or log/ without If-None-Match is refused to everybody."""
    statements = list(guard.bucket_statements(stack))

    for key in ("warcs/2026/a.warc.gz", "log/checkpoint"):
        create = _asks(stack, "PutObject", Key=key, IfNoneMatch="*")
        assert denied(statements, _asks(stack, "PutObject", Key=key))
        assert denied(statements, _asks(stack, "CopyObject", Key=key))
        assert not denied(statements, create)


def test_parts_of_an_upload_need_no_condition(stack: Stack) -> None:
    """UploadPart carries no If-None-Match, and is s3:PutObject; its completion does."""
    part = Request(
        action="s3:PutObject",
        resource=f"arn:aws:s3:::{stack.outputs['ArchiveBucket']}/warcs/a",
        context={
            "aws:SecureTransport": "true",
            "s3:TlsVersion": "1.3",
            "s3:ObjectCreationOperation": "false",
        },
    )

    assert not denied(guard.bucket_statements(stack), part)


@pytest.mark.parametrize("bucket", ["ArchiveBucket", "DerivedBucket"])
def test_buckets_are_read_over_tls_only(bucket: str, stack: Stack) -> None:
    """Plain HTTP and TLS before 1.2 are refused, for the bucket and for objects."""
    statements = list(guard.bucket_statements(stack))
    name = stack.outputs[bucket]

    for operation, key in (("GetObject", {"Key": "a"}), ("ListObjectsV2", {})):
        safe = _asks(stack, operation, **{"Bucket": name, **key})
        assert not denied(statements, safe)
        assert denied(statements, _with(safe, aws_SecureTransport="false"))
        assert denied(statements, _with(safe, s3_TlsVersion="1.1"))


DELETING = [
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:DeleteBucket",
    "s3:BypassGovernanceRetention",
]
BREAK_GLASS = "arn:aws:iam::123456789012:role/break-glass"
ADMIN = "arn:aws:iam::123456789012:role/Admin"


@pytest.mark.parametrize(
    ("named", "permitted"), [("", set[str]()), (BREAK_GLASS, {BREAK_GLASS})]
)
def test_only_the_break_glass_role_may_delete(
    named: str, permitted: set[str], aws: None
) -> None:
    """Where no role is named nobody may delete; where one is, it and no other."""
    place = Place(name=f"glass-{len(named)}")
    storage = deploy(STORAGE, place, parameters={"BreakGlassRoleArn": named})
    statements = list(guard.bucket_statements(storage))
    bucket = f"arn:aws:s3:::{storage.outputs['ArchiveName']}"

    for who, action, resource in product(
        (BREAK_GLASS, ADMIN), DELETING, (bucket, f"{bucket}/warcs/a")
    ):
        context = {
            "aws:PrincipalArn": who,
            "aws:SecureTransport": "true",
            "s3:TlsVersion": "1.3",
        }
        request = Request(action=action, resource=resource, context=context)
        assert denied(statements, request) is (who not in permitted)


def test_the_public_may_read_only_where_it_is_said(stack: Stack, aws: None) -> None:
    """The archive's URL wants signed requests by default, and takes any on demand; the
    replay's takes any, which gets nothing without a grant.
    """
    values = {**PARAMETERS, "PublicRead": "true"}
    public = deploy(TEMPLATE, Place(name="public"), parameters=values)

    urls = {"ServeArchive": "AWS_IAM", "ReplayArchive": "NONE"}
    assert {**urls, "ServeReaders": "NONE"} == _urls(stack)
    assert {"hozon-ReplayArchive", "hozon-ServeReaders"} == set(_open(stack))
    assert {**urls, "ServeArchive": "NONE"} == _urls(public)
    both = [
        {
            "Action": "lambda:InvokeFunctionUrl",
            "Principal": "*",
            "FunctionUrlAuthType": "NONE",
        },
        {
            "Action": "lambda:InvokeFunction",
            "Principal": "*",
            "InvokedViaFunctionUrl": True,
        },
    ]
    opened = {"public-ServeArchive": both, "public-ReplayArchive": both}
    assert opened == _open(public)


def _urls(stack: Stack) -> dict[str, str]:
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


def test_there_may_be_no_sign_in(aws: None) -> None:
    """Where an account forbids URLs that anybody may call, there is none: no door for
    people, and nobody to replay for.
    """
    values = {**PARAMETERS, "SignIn": "false"}
    made = deploy(TEMPLATE, Place(name="signed"), parameters=values)

    assert {"ServeArchive": "AWS_IAM"} == _urls(made)
    assert {} == _open(made)
    assert not {"PagesUrl", "ReplayUrl"} & made.outputs.keys()
    assert 7 == len(made.outputs["Functions"].split(","))


def test_the_door_writes_signins_and_nothing_else(stack: Stack) -> None:
    """What anybody may call can change no item but those that let in."""
    role = _role(stack, "ServeReaders")
    writing = [
        statement
        for statement in role.policies
        if "dynamodb:PutItem" in as_list(statement["Action"])
    ]

    assert [{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["SIGNINS"]}}] == [
        statement["Condition"] for statement in writing
    ]


def _open(stack: Stack) -> dict[str, list[Json]]:
    """Return what everybody is allowed, by the function."""
    found: dict[str, list[Json]] = {}
    for _, resource in stack.of_type("AWS::Lambda::Permission"):
        stated = dict(resource.properties)
        found.setdefault(stated.pop("FunctionName"), []).append(stated)
    return found


def test_policies_are_judged_as_iam_does() -> None:
    """A Deny wins, nothing is allowed unasked, and wildcards are only * and ?."""
    allow = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::a[b]/?"}
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}
    get = Request(action="s3:GetObject", resource="arn:aws:s3:::a[b]/c")
    put = Request(action="s3:PutObject", resource="arn:aws:s3:::a[b]/c")
    other = Request(action="s3:GetObject", resource="arn:aws:s3:::ab/c")

    assert allowed([allow], get)
    assert not allowed([allow, deny], get)
    assert not allowed([allow], put)
    assert not allowed([allow], other)


def test_a_condition_that_nobody_knows_is_not_passed_over() -> None:
    """A policy that uses another operator or element needs the judge to learn it."""
    odd = {"Effect": "Deny", "Action": "*", "Resource": "*", "NotPrincipal": "*"}
    condition = {"DateLessThan": {"aws:CurrentTime": "2026-01-01"}}
    dated = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    get = Request(action="s3:GetObject", resource="a")

    for statement in (odd, dated):
        with pytest.raises(NotImplementedError):
            denied([statement], get)


def _kms(stack: Stack, **how: str) -> Request:
    key = stack.outputs["SigningKeyArn"]
    [request] = requests("kms", "Sign", {"KeyId": key, **how}, stack.place)
    return request


EDWARDS = {"SigningAlgorithm": "ED25519_SHA_512", "MessageType": "RAW"}


@pytest.mark.parametrize("function", ALL)
def test_only_the_sealer_may_sign(function: str, stack: Stack) -> None:
    """Neither another function nor, by the key's own policy, anybody else."""
    may = _role(stack, function).permits(_kms(stack, **EDWARDS))

    assert may is (function == "SealLog")


@pytest.mark.parametrize(
    "how",
    [
        {**EDWARDS, "MessageType": "DIGEST"},
        {**EDWARDS, "SigningAlgorithm": "ED25519_PH_SHA_512"},
    ],
)
def test_the_sealer_signs_in_one_way(how: dict[str, str], stack: Stack) -> None:
    """A note's text as it is: what KMS calls RAW and ED25519_SHA_512."""
    assert not _role(stack, "SealLog").permits(_kms(stack, **how))


def test_administrators_cannot_sign(stack: Stack) -> None:
    """The key's policy lets the account's owner do all with the key but sign."""
    statements = list(guard.key_statements(stack))
    key = stack.outputs["SigningKeyArn"]
    asked = _with(_kms(stack, **EDWARDS), aws_PrincipalArn=ADMIN)
    delete = Request(action="kms:ScheduleKeyDeletion", resource=key, context={})

    assert not allowed(statements, asked)
    assert allowed(statements, delete)


def test_the_sealer_marks_and_no_more(stack: Stack) -> None:
    """It writes what is derived of seals; neither feeds nor the rest of the index."""
    for pk in ("FEED#f", "ENTRY#e", "CAP#c", "HOST#h", "JOB#j", "LINK#l"):
        assert [] == _writes(stack, "SealLog", pk)
    assert ["BatchWriteItem", "PutItem"] == _writes(stack, "SealLog", "SEAL#s")
    assert ["UpdateItem"] == _writes(stack, "SealLog", "LOG")


@pytest.mark.parametrize("function", ALL)
def test_the_log_is_grown_by_the_sealer_alone(function: str, stack: Stack) -> None:
    """Nobody else puts anything below log/, and nobody at all replaces anything."""
    create = _asks(stack, "PutObject", Key="log/batches/a", IfNoneMatch="*")
    replace = _asks(stack, "PutObject", Key="log/batches/a")

    assert _role(stack, function).permits(create) is (function == "SealLog")
    assert not _role(stack, function).permits(replace)
