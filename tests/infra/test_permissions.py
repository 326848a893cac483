"""What each role may do."""

import re

import pytest

from hozon.adapters.aws import keys
from tests.aws.functions import functions
from tests.aws.needs import requests
from tests.aws.place import Place
from tests.aws.policies import as_list
from tests.aws.stack import TEMPLATE, Stack, deploy
from tests.infra.conftest import PARAMETERS
from tests.infra.granted import (
    ALL,
    GRANTED,
    resources,
    role_of,
    statements,
    writes,
)


@pytest.mark.parametrize("function", ALL)
def test_roles_grant_exactly_what_is_listed(function: str, stack: Stack) -> None:
    """The table above is the whole of a role, so a new right is seen in a review."""
    names, granted = resources(stack), dict[str, set[str]]()
    for statement in role_of(stack, function).policies:
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
    for statement in statements(stack):
        assert "Allow" == statement["Effect"]
        for action in as_list(statement["Action"]):
            assert "*" not in action
        for resource in as_list(statement["Resource"]):
            named = re.sub(
                r"(/warcs/|/log/|/log/notes/|/search/(?:census/)?|/tmp/(?:replay/)?|:)[*]$",
                "",
                resource,
            )
            assert "*" not in named


def test_no_role_may_delete_but_its_own_messages(stack: Stack) -> None:
    """The roles read as the archive's promise: what is in it stays."""
    deleting = {
        action
        for statement in statements(stack)
        for action in as_list(statement["Action"])
        if "Delete" in action or "Purge" in action or "PartiQL" in action
    }

    assert {"sqs:DeleteMessage"} == deleting


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
        assert ["BatchWriteItem", "PutItem", "UpdateItem"] == writes(
            stack, function, pk
        )


def test_feeds_are_changed_by_polls_only_and_one_by_one(stack: Stack) -> None:
    """What writes in batches could delete in batches; feeds cannot be rebuilt."""
    assert ["PutItem"] == writes(stack, "PollFeed", "FEED#f")
    assert "BatchWriteItem" not in writes(stack, "PollFeed", "ENTRY#e", "FEED#f")
    assert [] == writes(stack, "CaptureEntry", "FEED#f")


def test_jobs_of_later_are_planned_by_one_and_ended_by_another(stack: Stack) -> None:
    """A capture may plan the next one, the tick may say that it was sent; no more."""
    assert ["PutItem"] == writes(stack, "CaptureEntry", "JOB#j")
    assert ["UpdateItem"] == writes(stack, "ScheduleWork", "JOB#j")
    assert [] == writes(stack, "ScheduleWork", "ENTRY#e")
    assert [] == writes(stack, "PollFeed", "JOB#j")


def test_what_a_day_costs_is_counted_by_the_tick(stack: Stack) -> None:
    """It alone counts looks, and changes no page's watch."""
    assert ["UpdateItem"] == writes(stack, "ScheduleWork", "LOOKS")
    assert [] == writes(stack, "ScheduleWork", "LINK#l")
    assert [] == writes(stack, "CaptureEntry", "LOOKS")


@pytest.mark.parametrize("function", ["ScheduleWork", "PollFeed", "CaptureEntry"])
def test_events_wait_one_by_one(function: str, stack: Stack) -> None:
    """Who tells events may keep those that could not be told; none is lost."""
    assert ["UpdateItem"] == writes(stack, function, "EVENT#e")


@pytest.mark.parametrize("function", ["PollFeed", "CaptureEntry"])
def test_hosts_are_taken_one_by_one(function: str, stack: Stack) -> None:
    """Who asks hosts may note what they said and whose turn it is; nothing goes."""
    assert ["PutItem", "UpdateItem"] == writes(stack, function, "HOST#example.com")


@pytest.mark.parametrize(
    "function",
    [each for each in ALL if "Serve" not in each and each != "ReplayArchive"],
)
def test_whoever_works_counts_up(function: str, stack: Stack) -> None:
    """A tally is added to, and never written over: a quota cannot be wiped out."""
    assert ["UpdateItem"] == writes(stack, function, "TALLY#f")


@pytest.mark.parametrize("function", ALL)
def test_no_function_may_touch_a_legal_hold(function: str, stack: Stack) -> None:
    """Neither the order in the table nor the hold on an object."""
    role, bucket = role_of(stack, function), stack.outputs["ArchiveBucket"]
    held = {"Bucket": bucket, "Key": "warcs/a", "LegalHold": {"Status": "OFF"}}
    [lift] = requests("s3", "PutObjectLegalHold", held, stack.place)
    lock = {"Bucket": bucket, "Key": "warcs/a", "Retention": {}}
    [shorten] = requests("s3", "PutObjectRetention", lock, stack.place)

    assert [] == writes(stack, function, "HOLDS")
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
        assert [] == writes(stack, function, pk)


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


def test_the_door_writes_signins_and_nothing_else(stack: Stack) -> None:
    """What anybody may call can change no item but those that let in."""
    role = role_of(stack, "ServeReaders")
    writing = [
        statement
        for statement in role.policies
        if "dynamodb:PutItem" in as_list(statement["Action"])
    ]

    assert [{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["SIGNINS"]}}] == [
        statement["Condition"] for statement in writing
    ]


def test_the_sealer_marks_and_no_more(stack: Stack) -> None:
    """It writes what is derived of seals; neither feeds nor the rest of the index."""
    for pk in ("FEED#f", "ENTRY#e", "CAP#c", "HOST#h", "JOB#j", "LINK#l"):
        assert [] == writes(stack, "SealLog", pk)
    assert ["BatchWriteItem", "PutItem"] == writes(stack, "SealLog", "SEAL#s")
    assert ["UpdateItem"] == writes(stack, "SealLog", "LOG")
