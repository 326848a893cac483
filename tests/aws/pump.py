"""Play Lambda's event sources and schedules for a stack on moto.

moto without Docker runs no function; a mapping that is enabled there even swallows the
messages. So a `Pump` receives them, calls the handlers in this process under their
roles, and deletes or gives back what they say.

    pump = Pump(stack)
    pump.tick()
    assert pump.drain() == Drained(invocations=2, delivered=4, failed=0)
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.aws import guard
from tests.aws.functions import Function, call, functions
from tests.aws.stack import Stack
from tests.aws.templates import Json

_AT_ONCE = 10  # SQS hands out no more messages in one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An event source mapping from a queue to a function."""

    queue_url: str
    queue_arn: str
    function: Function
    batch_size: int
    reports_failures: bool
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """What a drain came to: invocations, messages done, and messages given back.

    `errors` holds what handlers raised; each failed its whole batch.
    """

    invocations: int = 0
    delivered: int = 0
    failed: int = 0
    errors: tuple[str, ...] = field(default=(), compare=False)

    def __add__(self, other: "Drained") -> "Drained":
        """Return the sum of two drains."""
        return Drained(
            invocations=self.invocations + other.invocations,
            delivered=self.delivered + other.delivered,
            failed=self.failed + other.failed,
            errors=self.errors + other.errors,
        )


class Pump:
    """Delivers what is on the queues of a stack, and ticks its schedules.

    `repeat` delivers each batch that many times before it is deleted (SQS delivers at
    least once); `guarded` holds handlers to their roles. `errors` of handlers do not
    come through from `drain`, as they would not from Lambda; they do from `tick`.

    Handlers keep their clients from call to call, as a warm Lambda does: before another
    stack is pumped in the same process, have them forget (`hozon.wiring.use(None)`).
    """

    def __init__(self, stack: Stack, *, repeat: int = 1, guarded: bool = True) -> None:
        self.stack = stack
        self.repeat = repeat
        self.functions = functions(stack)
        self.sources = list(sources(stack, self.functions))
        self.roles = {f.arn: guard.role(stack, f.role_arn) for f in self._all()}
        # Before the handlers' clients are made: those are what the guard sees.
        guard.watch()
        self._sqs = stack.place.client("sqs")
        self._guarded = guarded

    def _all(self) -> Iterator[Function]:
        yield from self.functions.values()

    def invoke(self, function: Function, event: Any) -> Any:
        """Call a function with an event, as itself; what it raises comes through."""
        place = self.stack.place
        environment = {"AWS_DEFAULT_REGION": place.region, "AWS_REGION": place.region}
        if place.endpoint_url:
            environment["AWS_ENDPOINT_URL"] = place.endpoint_url
        with self._as(function):
            return call(function, event, place_environment=environment)

    def _as(self, function: Function) -> AbstractContextManager[None]:
        role = self.roles[function.arn]
        return guard.assumed(role) if self._guarded else nullcontext()

    def tick(self, *, at: datetime) -> int:
        """Fire each schedule that is enabled, once; return how many that were."""
        fired = 0
        by_arn = {f.arn: f for f in self._all()}
        for _, resource in self.stack.of_type("AWS::Scheduler::Schedule"):
            if resource.properties["State"] == "ENABLED":
                arn = resource.made.attributes["Arn"]
                target = by_arn[resource.properties["Target"]["Arn"]]
                self.invoke(target, self._scheduled(arn, at))
                fired += 1
        return fired

    def _scheduled(self, arn: str, at: datetime) -> Json:
        """Return the event that EventBridge Scheduler sends where no input is set."""
        return {
            "version": "0",
            "id": "00000000-0000-0000-0000-000000000000",
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": arn.split(":")[4],
            "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self.stack.place.region,
            "resources": [arn],
            "detail": "{}",
        }

    def drain(self) -> Drained:
        """Deliver until no queue has a message that was not tried; each is tried once.

        What failed becomes visible again when this returns, as if its visibility
        timeout had passed: the next drain delivers it with a higher receive count, or
        finds that SQS has moved it to the dead letters.
        """
        total, given_back = Drained(), list[tuple[str, str]]()
        while (once := self._deliver_all(given_back)).invocations:
            total += once
        for queue_url, receipt in given_back:
            self._sqs.change_message_visibility(
                QueueUrl=queue_url, ReceiptHandle=receipt, VisibilityTimeout=0
            )
        return total

    def _deliver_all(self, given_back: list[tuple[str, str]]) -> Drained:
        total = Drained()
        for source in self.sources:
            if source.enabled:
                total += self._deliver(source, given_back)
        return total

    def _deliver(self, source: Source, given_back: list[tuple[str, str]]) -> Drained:
        """Hand one batch to the function, if there is one."""
        messages = self._receive(source)
        if not messages:
            return Drained()
        bad, errors = self._try(source, messages)
        for message in messages:
            receipt = message["ReceiptHandle"]
            if message["MessageId"] in bad:
                given_back.append((source.queue_url, receipt))
            else:
                self._sqs.delete_message(
                    QueueUrl=source.queue_url, ReceiptHandle=receipt
                )
        return Drained(
            invocations=self.repeat,
            delivered=len(messages) - len(bad),
            failed=len(bad),
            errors=errors,
        )

    def _receive(self, source: Source) -> list[Json]:
        messages: list[Json] = []
        while (room := source.batch_size - len(messages)) > 0:
            answer = self._sqs.receive_message(
                QueueUrl=source.queue_url,
                MaxNumberOfMessages=min(room, _AT_ONCE),
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            if not answer.get("Messages"):
                break
            messages += answer["Messages"]
        return messages

    def _try(
        self, source: Source, messages: list[Json]
    ) -> tuple[set[str], tuple[str, ...]]:
        """Call the function; return the ids that failed, and what it raised."""
        event = sqs_event(messages, source, region=self.stack.place.region)
        everything = {message["MessageId"] for message in messages}
        answer: Any = None
        for _ in range(self.repeat):
            try:
                answer = self.invoke(source.function, event)
            except Exception as e:  # noqa: BLE001 - Lambda outlives whatever a handler raises
                return everything, (f"{type(e).__name__}: {e}",)
        return failures(answer, everything) if source.reports_failures else set(), ()


def sources(stack: Stack, by_logical: dict[str, Function]) -> Iterator[Source]:
    """Yield the event source mappings of a stack."""
    by_name = {f.name: f for f in by_logical.values()}
    queues = [made for _, made in stack.of_type("AWS::SQS::Queue")]
    urls = {q.made.attributes["Arn"]: q.made.ref for q in queues}
    for _, resource in stack.of_type("AWS::Lambda::EventSourceMapping"):
        properties = resource.properties
        yield Source(
            queue_url=urls[properties["EventSourceArn"]],
            queue_arn=properties["EventSourceArn"],
            function=by_name[properties["FunctionName"]],
            batch_size=properties["BatchSize"],
            reports_failures="ReportBatchItemFailures"
            in properties.get("FunctionResponseTypes", []),
            enabled=properties.get("Enabled", True),
        )


def failures(answer: Any, everything: set[str]) -> set[str]:
    """Return the ids that a handler reports as failed, as Lambda reads its answer.

    Nothing reported: all succeeded. An id that was not in the batch: all failed.
    """
    reported = (answer or {}).get("batchItemFailures") or []
    ids = {item.get("itemIdentifier") for item in reported}
    return everything if ids - everything else ids


def sqs_event(messages: list[Json], source: Source, *, region: str) -> Json:
    """Return the event that Lambda makes of a batch of messages."""
    return {"Records": [_record(m, source.queue_arn, region) for m in messages]}


def _record(message: Json, arn: str, region: str) -> Json:
    attributes = message.get("MessageAttributes", {})
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {k: _camel(v) for k, v in attributes.items()},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": region,
    }


def _camel(attribute: Json) -> Json:
    return {name[0].lower() + name[1:]: value for name, value in attribute.items()}
