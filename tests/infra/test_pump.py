"""The pump does what Lambda, SQS and the scheduler would."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.aws.place import Place
from tests.aws.pump import Drained, Pump, failures
from tests.aws.stack import Stack, deploy
from tests.infra import handlers

EVENTS = Path(__file__).with_name("events.yaml")


@pytest.fixture
def stack(aws: None, request: pytest.FixtureRequest) -> Iterator[Stack]:
    """A small stack of its own for each test."""
    handlers.seen.clear()
    yield deploy(EVENTS, Place(name=request.node.name[5:35]), parameters={})
    handlers.seen.clear()


def _send(stack: Stack, *numbers: int) -> None:
    for number in numbers:
        stack.place.client("sqs").send_message(
            QueueUrl=stack.outputs["Queue"], MessageBody=json.dumps(number)
        )


def _waiting(stack: Stack, output: str) -> int:
    attributes: Any = stack.place.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs[output], AttributeNames=["All"]
    )["Attributes"]
    visible = int(attributes["ApproximateNumberOfMessages"])
    return visible + int(attributes["ApproximateNumberOfMessagesNotVisible"])


def test_a_tick_fires_the_schedule(stack: Stack) -> None:
    """The target gets the event that the scheduler sends, under its role."""
    fired = Pump(stack).tick(at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))

    assert 1 == fired
    [event] = handlers.seen
    assert "aws.scheduler" == event["source"]
    assert "2026-01-02T03:04:05Z" == event["time"]
    assert 5 == _waiting(stack, "Queue")


def test_batches_are_filled_beyond_one_answer_of_sqs(stack: Stack) -> None:
    """Fourteen messages with a batch size of twelve are two invocations."""
    _send(stack, *[2] * 14)

    assert Drained(invocations=2, delivered=14, failed=0) == Pump(stack).drain()
    assert [12, 2] == [len(event["Records"]) for event, _ in handlers.seen]
    assert 0 == _waiting(stack, "Queue")


def test_what_is_reported_comes_again_until_it_is_dead(stack: Stack) -> None:
    """A failed message alone is redelivered, its count goes up, then it is put aside."""
    _send(stack, 1, 2)
    pump = Pump(stack)

    assert Drained(invocations=1, delivered=1, failed=1) == pump.drain()
    assert Drained(invocations=1, delivered=0, failed=1) == pump.drain()
    assert Drained() == pump.drain()
    counts = [
        [r["attributes"]["ApproximateReceiveCount"] for r in event["Records"]]
        for event, _ in handlers.seen
    ]
    assert [["1", "1"], ["2"]] == counts
    assert [0, 1] == [_waiting(stack, "Queue"), _waiting(stack, "Dead")]


def test_a_handler_that_raises_fails_the_whole_batch(stack: Stack) -> None:
    """Nothing of it is deleted, and the drain tells what was raised."""
    _send(stack, 2, 99)

    drained = Pump(stack).drain()

    assert Drained(invocations=1, delivered=0, failed=2) == drained
    assert ("ValueError: 99",) == drained.errors
    assert 2 == _waiting(stack, "Queue")


def test_a_call_that_the_role_forbids_is_denied(stack: Stack) -> None:
    """Moto would let it through; the guard holds the handler to its role."""
    _send(stack, 77)

    [error] = Pump(stack).drain().errors

    assert "AccessDenied" in error
    assert "sqs:ListQueueTags" in error
    assert () == Pump(stack, guarded=False).drain().errors


def test_a_role_tells_what_it_was_used_for(stack: Stack) -> None:
    """So a test can find rights that nothing needs."""
    pump = Pump(stack)
    pump.tick(at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))

    used = pump.roles[pump.functions["Tick"].arn].used
    arn = "arn:aws:sqs:eu-west-1:123456789012:"
    name = stack.outputs["Queue"].rpartition("/")[2]
    assert {("sqs:SendMessage", arn + name)} == used


def test_every_batch_can_be_delivered_twice(stack: Stack) -> None:
    """SQS delivers at least once: the second delivery comes before the deletion."""
    _send(stack, 2)

    assert (
        Drained(invocations=2, delivered=1, failed=0) == Pump(stack, repeat=2).drain()
    )
    first, second = (event for event, _ in handlers.seen)
    assert first == second


def test_handlers_see_their_environment_and_nobody_else_does(stack: Stack) -> None:
    """The environment is the function's for the call, and as before afterwards."""
    before = dict(os.environ)
    _send(stack, 2)

    Pump(stack).drain()

    [(event, context)] = handlers.seen
    assert before == dict(os.environ)
    assert context.function_name.endswith("-Work")
    assert 0 < context.get_remaining_time_in_millis() <= 7000
    [record] = event["Records"]
    assert "aws:sqs" == record["eventSource"]
    assert "2" == record["body"]


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set[str]()),
        ({}, set[str]()),
        ({"batchItemFailures": None}, set[str]()),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, {"a"}),
        ({"batchItemFailures": [{"itemIdentifier": "c"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}),
        ({"batchItemFailures": [{"wrong": "a"}]}, {"a", "b"}),
    ],
)
def test_answers_are_read_as_lambda_reads_them(answer: Any, failed: set[str]) -> None:
    """Nothing reported: all succeeded. An id that is none: all failed."""
    assert failed == failures(answer, {"a", "b"})
