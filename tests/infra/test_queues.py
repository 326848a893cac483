"""Queues, event sources and the schedule, as they were made."""

import json
from typing import Any

import pytest

from tests.aws.functions import functions
from tests.aws.place import Place
from tests.aws.pump import Source, sources
from tests.aws.stack import TEMPLATE, Stack, deploy
from tests.aws.templates import Json
from tests.infra.conftest import PARAMETERS

WORK = [("PollQueue", "PollFeed", 2), ("CaptureQueue", "CaptureEntry", 5)]


def _attributes(stack: Stack, output: str) -> Json:
    made: Json = stack.place.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs[output], AttributeNames=["All"]
    )["Attributes"]
    return made


def _source(stack: Stack, function: str) -> Source:
    made = functions(stack)
    return next(s for s in sources(stack, made) if s.function == made[function])


def _mapping(stack: Stack, function: str) -> Json:
    made: Any = stack.place.client("lambda").list_event_source_mappings(
        FunctionName=f"hozon-{function}"
    )["EventSourceMappings"]
    [mapping] = made
    return dict(mapping)


@pytest.mark.parametrize(("queue", "function", "_"), WORK)
def test_messages_stay_hidden_while_they_are_worked_on(
    queue: str, function: str, _: int, stack: Stack
) -> None:
    """VisibilityTimeout is six times the function's timeout and its batching window."""
    hidden_s = int(_attributes(stack, f"{queue}Url")["VisibilityTimeout"])
    mapping = _mapping(stack, function)
    window_s = mapping["MaximumBatchingWindowInSeconds"]

    assert hidden_s >= 6 * functions(stack)[function].timeout_s + window_s


@pytest.mark.parametrize("work", ["Poll", "Capture"])
def test_what_fails_five_times_goes_to_the_dead_letters(
    work: str, stack: Stack
) -> None:
    """Redrive is set, and the dead letters outlast the queue: age counts on there."""
    queue = _attributes(stack, f"{work}QueueUrl")
    dead = _attributes(stack, f"{work}DeadLettersUrl")
    redrive = json.loads(queue["RedrivePolicy"])

    assert dead["QueueArn"] == redrive["deadLetterTargetArn"]
    assert 5 == int(redrive["maxReceiveCount"])
    assert 14 * 86400 == int(dead["MessageRetentionPeriod"])
    assert int(queue["MessageRetentionPeriod"]) < int(dead["MessageRetentionPeriod"])


@pytest.mark.parametrize(
    "output",
    ["PollQueueUrl", "PollDeadLettersUrl", "CaptureQueueUrl", "CaptureDeadLettersUrl"],
)
def test_queues_are_encrypted(output: str, stack: Stack) -> None:
    """SQS encrypts every message with its own keys."""
    assert "true" == _attributes(stack, output)["SqsManagedSseEnabled"]


@pytest.mark.parametrize(("queue", "function", "concurrency"), WORK)
def test_event_sources_survive_the_transform(
    queue: str, function: str, concurrency: int, stack: Stack
) -> None:
    """A property that SAM does not know it drops in silence; all of ours arrive."""
    mapping = _mapping(stack, function)

    assert _attributes(stack, f"{queue}Url")["QueueArn"] == mapping["EventSourceArn"]
    assert {"PollFeed": 10, "CaptureEntry": 40}[function] == mapping["BatchSize"]
    assert 0 < mapping["MaximumBatchingWindowInSeconds"] <= 20
    assert ["ReportBatchItemFailures"] == mapping["FunctionResponseTypes"]
    assert {"MaximumConcurrency": concurrency} == mapping["ScalingConfig"]
    assert _source(stack, function).enabled


@pytest.mark.parametrize(
    ("function", "share"),
    [
        ("ScheduleWork", 1),
        ("PollFeed", 2),
        ("CaptureEntry", 5),
        ("ServeArchive", 10),
        ("ServeReaders", 5),
        ("ReplayArchive", 10),
    ],
)
def test_every_function_has_its_share(function: str, share: int, stack: Stack) -> None:
    """Reserved concurrency caps each; no less than what its event source may call."""
    made = stack.place.client("lambda").get_function_concurrency(
        FunctionName=f"hozon-{function}"
    )

    assert share == made["ReservedConcurrentExecutions"]


def test_an_account_with_a_small_limit_reserves_nothing(aws: None) -> None:
    """A new account has a limit of ten, of which it must not give any away."""
    values = {**PARAMETERS, "ReserveConcurrency": "false"}
    stack = deploy(TEMPLATE, Place(name="small"), parameters=values)

    for _, resource in stack.of_type("AWS::Lambda::Function"):
        assert "ReservedConcurrentExecutions" not in resource.properties


TICKED = ["ScheduleWork", "SealLog"]


@pytest.mark.parametrize("function", TICKED)
def test_the_tick_is_its_own_retry(function: str, stack: Stack) -> None:
    """Neither the schedule nor Lambda tries a tick again: the next one is due soon."""
    schedules = dict(stack.of_type("AWS::Scheduler::Schedule"))
    name = schedules[f"{function}Tick"].made.ref
    made = stack.place.client("scheduler").get_schedule(Name=name)
    asynchronous = stack.place.client("lambda").get_function_event_invoke_config(
        FunctionName=f"hozon-{function}"
    )

    assert "rate(5 minutes)" == made["ScheduleExpression"]
    assert "ENABLED" == made["State"]
    assert 0 == made["Target"]["RetryPolicy"]["MaximumRetryAttempts"]
    assert functions(stack)[function].arn == made["Target"]["Arn"]
    assert 0 == asynchronous["MaximumRetryAttempts"]


def test_a_capture_is_sealed_within_ten_minutes(stack: Stack) -> None:
    """Two ticks of the sealer, of which one may fail; and no sealer outlives its tick."""
    sealer = functions(stack)["SealLog"]
    properties = dict(stack.of_type("AWS::Lambda::Function"))["SealLog"].properties

    assert sealer.timeout_s < 300
    assert 1 == properties["ReservedConcurrentExecutions"]


def test_two_stacks_fit_into_one_account(stack: Stack, source: Json) -> None:
    """SAM names a schedule alike in each stack unless told to leave the name out."""
    tick = source["Resources"]["ScheduleWork"]["Properties"]["Events"]["Tick"]

    assert tick["Properties"]["OmitName"] is True
    for _, resource in stack.of_type("AWS::Scheduler::Schedule"):
        assert "Name" not in resource.properties


def test_the_kill_switch_stops_the_tick_and_the_queues(aws: None) -> None:
    """Enabled=false: no work is scheduled, no message is taken; readers are served, and
    what was stored is sealed.
    """
    values = {**PARAMETERS, "Enabled": "false"}
    stack = deploy(TEMPLATE, Place(name="stopped"), parameters=values)
    made = functions(stack)
    ticks = dict(stack.of_type("AWS::Scheduler::Schedule"))

    assert "DISABLED" == ticks["ScheduleWorkTick"].properties["State"]
    assert "ENABLED" == ticks["SealLogTick"].properties["State"]
    assert [False, False] == [s.enabled for s in sources(stack, made)]
    assert "false" == made["ServeArchive"].environment["HOZON_ENABLED"]
    assert "Silence" not in stack.nested["Alarms"].resources


def test_logs_end(stack: Stack) -> None:
    """All functions log as JSON into the one group, which forgets after a quarter."""
    name = stack.outputs["LogGroup"]
    groups = stack.place.client("logs").describe_log_groups(logGroupNamePrefix=name)

    assert [90] == [
        group["retentionInDays"]
        for group in groups["logGroups"]
        if group["logGroupName"] == name
    ]
    for _, resource in stack.of_type("AWS::Lambda::Function"):
        logging = resource.properties["LoggingConfig"]
        assert [name, "JSON"] == [logging["LogGroup"], logging["LogFormat"]]
