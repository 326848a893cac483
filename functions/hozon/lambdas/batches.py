"""A batch of SQS messages as jobs: all at once on one loop, each with its own outcome."""

import asyncio
import atexit
import time
from asyncio import Task, to_thread
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypedDict

from hozon.capturing.permission import Permission, asking
from hozon.lambdas.reports import Report, Spent
from hozon.nouns.errors import Busy, Misuse
from hozon.nouns.outcomes import Outcome
from hozon.nouns.tallies import WHOLE
from hozon.nouns.work import (
    BackfillJob,
    CaptureJob,
    Delivery,
    HubJob,
    Job,
    LookJob,
    PollJob,
)
from hozon.stored import jobs
from hozon.wiring import Deployed
from hozon.working.attempts import attempt, postponed
from hozon.working.quotas import Allowance
from hozon.working.running import lane

ENDING_S = 75.0
"""What is kept of an invocation's time to end the last exchange, and to store it."""

HANDING_BACK_S = 10.0
"""What is kept of it to say which messages are to come again."""

_LOOKS_EVERY_S = 1.0

PER_HOST = 2

AT_ONCE = 32
"""Captures under way at once. Most of them wait for a host's turn, and waiting is billed:
so the more hosts an invocation waits for at once, the less an article costs.
"""

CAREFUL = 6
"""The same where a message was delivered before: it may be what used up the memory."""

_SHARE_OF_MEMORY = 0.5
"""Of how much of the memory nothing new is begun before something has ended."""

SOON = timedelta(seconds=900)
"""As long as SQS holds a message back; what is put off for longer waits in the table."""


class Failure(TypedDict):
    """A message that is to come again."""

    itemIdentifier: str


class Partial(TypedDict):
    """What Lambda is answered (``ReportBatchItemFailures``)."""

    batchItemFailures: list[Failure]


def work(event: dict[str, Any], context: Any, deployed: Deployed) -> Partial:
    """Do the jobs of a batch and report the messages that are to come again.

    A job that failed comes again after the queue's visibility timeout, and goes to the
    dead letters after the queue's `maxReceiveCount`; the others are not held up. One
    whose host was not to be asked is sent anew, for that was no attempt. What is not
    done when the time is nearly up is handed back with the rest.
    """
    spent = Spent(context, deployed, since_s=time.monotonic())
    messages = [Message.of(record) for record in event["Records"]]
    return _loop().run(_work(messages, deployed, context, Report.of(spent)))


async def _work(
    messages: Sequence["Message"], deployed: Deployed, context: Any, report: Report
) -> Partial:
    allowance = _allowance(messages, deployed)
    outcomes = await _outcomes(messages, deployed, allowance, context)
    failed: list[Failure] = []
    for message in messages:
        outcome = outcomes[message.id]
        report.tell(outcome, message_id=message.id, receives=message.count)
        if is_to_come_again(outcome):
            failed.append({"itemIdentifier": message.id})
    report.handed_back(len(failed), waited_s=[each.waited_s for each in messages])
    await report.settle(allowance)
    return {"batchItemFailures": failed}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as SQS handed it out; `job` is why it is none, where it is none.

    `waited_s` is how long it was in the queue before it was handed out first.
    """

    id: str
    count: int
    waited_s: float
    job: Job | Misuse

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Message":
        """Return what a record of Lambda's event says."""
        said = record["attributes"]
        sent, first = "SentTimestamp", "ApproximateFirstReceiveTimestamp"
        waited_ms = int(said.get(first, 0)) - int(said.get(sent, 0))
        try:
            job: Job | Misuse = jobs.from_json(record["body"])
        except Misuse as e:
            job = e
        return cls(
            id=record["messageId"],
            count=int(said["ApproximateReceiveCount"]),
            waited_s=max(0.0, waited_ms / 1000),
            job=job,
        )


def is_to_come_again(outcome: Outcome | BaseException) -> bool:
    """Tell whether SQS is to hand out the message again."""
    if isinstance(outcome, BaseException):
        return True
    return outcome.retry_at is not None and not outcome.postponed


_runners: list[asyncio.Runner] = []


def _loop() -> asyncio.Runner:
    """Return this process's loop.

    It and its threads outlive an invocation, so that none waits for a request of the
    last one that hangs.
    """
    if not _runners:
        _runners.append(asyncio.Runner())
        atexit.register(_runners[0].close)
    return _runners[0]


def _allowance(messages: Sequence[Message], deployed: Deployed) -> Allowance:
    """Return what the batch may do today, knowing what it is likely to want."""
    archive = deployed.archive
    wanted = [m.job.feed_id for m in messages if isinstance(m.job, CaptureJob)]
    return Allowance(
        tallies=archive.tallies,
        quotas=archive.quotas,
        clock=archive.clock,
        expected=Counter({**Counter(wanted), WHOLE: len(wanted)}),
    )


async def _outcomes(
    messages: Sequence[Message],
    deployed: Deployed,
    allowance: Allowance,
    context: Any,
) -> Mapping[str, Outcome | BaseException]:
    left_s = _left_s(context)
    until_s = max(left_s - ENDING_S, left_s / 2)
    async with deployed.fetching.fetcher(until_s=until_s) as fetcher:
        batch = _Batch(
            deployed=deployed,
            permission=asking(deployed.archive, fetcher, deployed.memo()),
            allowance=allowance,
            begin_by=asyncio.get_running_loop().time() + until_s / 2,
            slots=asyncio.Semaphore(at_once(messages)),
            memory_bytes=int(context.memory_limit_in_mb) << 20,
        )
        tasks = {each.id: asyncio.create_task(batch.one(each)) for each in messages}
        await _in_time(tasks.values(), context)
    return {id_: _result(task) for id_, task in tasks.items()}


def _left_s(context: Any) -> float:
    return float(context.get_remaining_time_in_millis() / 1000)


async def _in_time(tasks: Collection[Task[Outcome]], context: Any) -> None:
    """Return when all tasks are done, or when the time is up: the rest is ended then."""
    late: Collection[Task[Outcome]] = tasks
    while late and _left_s(context) > HANDING_BACK_S:
        _, late = await asyncio.wait(late, timeout=_LOOKS_EVERY_S)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=_LOOKS_EVERY_S)


def _result(task: Task[Outcome]) -> Outcome | BaseException:
    if not task.done() or task.cancelled():
        return TimeoutError("no time was left; it is handed back")
    return task.exception() or task.result()


def at_once(messages: Sequence[Message]) -> int:
    """Return how many captures of a batch may be under way at once."""
    return CAREFUL if any(each.count > 1 for each in messages) else AT_ONCE


def _resident_bytes() -> int:
    """Return how much memory this process has (Linux; elsewhere nobody counts)."""
    try:
        with open("/proc/self/statm", encoding="ascii") as said:  # noqa: PTH123  a device
            return int(said.read().split()[1]) * _PAGE
    except OSError:
        return 0


_PAGE = 4096


@dataclass(slots=True, kw_only=True)
class _Batch:
    """The jobs of a batch: those of one host two at a time, so that each page has its
    requisites before the next begins; no capture begins after `begin_by`, nor while
    memory is short.
    """

    deployed: Deployed
    permission: Permission
    allowance: Allowance
    begin_by: float
    slots: asyncio.Semaphore
    memory_bytes: int
    begun: int = 0
    ended: asyncio.Condition = field(default_factory=asyncio.Condition)
    lanes: defaultdict[str, asyncio.Semaphore] = field(
        default_factory=lambda: defaultdict(lambda: asyncio.Semaphore(PER_HOST))
    )

    async def one(self, message: Message) -> Outcome:
        """Do the job of a message; send it anew where its host was not to be asked."""
        if isinstance(message.job, Misuse):
            raise message.job
        job = message.job
        delivery = Delivery(job=job, receipt=message.id, count=message.count)
        if isinstance(job, PollJob | HubJob):
            return await self._attempt(delivery)
        async with self.lanes[lane(delivery)], self.slots, self._room():
            if isinstance(job, LookJob):
                return await self._look(delivery)
            outcome = await self._in_time(job, delivery)
        if outcome.postponed:
            await to_thread(self._put_off, job, outcome)
        return outcome

    @asynccontextmanager
    async def _room(self) -> AsyncIterator[None]:
        """Begin the block once there is memory for it, or nothing else is under way."""
        async with self.ended:
            await self.ended.wait_for(self._has_room)
            self.begun += 1
        try:
            yield
        finally:
            async with self.ended:
                self.begun -= 1
                self.ended.notify_all()

    def _has_room(self) -> bool:
        used = _resident_bytes() / self.memory_bytes
        return not self.begun or used < _SHARE_OF_MEMORY

    async def _look(self, delivery: Delivery) -> Outcome:
        """Look, if there is time: one that is not made stays due, and comes again."""
        if asyncio.get_running_loop().time() > self.begin_by:
            return Outcome(subject="look")
        return await self._attempt(delivery)

    async def _in_time(
        self, job: CaptureJob | BackfillJob, delivery: Delivery
    ) -> Outcome:
        if asyncio.get_running_loop().time() > self.begin_by:
            late = Busy("this batch had no time left for it")
            return postponed(job, late, self.deployed.archive)
        return await self._attempt(delivery)

    async def _attempt(self, delivery: Delivery) -> Outcome:
        return await attempt(
            delivery,
            self.deployed.archive,
            self.permission,
            self.deployed.commons(),
            self.allowance,
        )

    def _put_off(self, job: CaptureJob | BackfillJob, outcome: Outcome) -> None:
        archive = self.deployed.archive
        at = outcome.retry_at or archive.clock()
        wait = at - archive.clock()
        if wait > SOON and isinstance(job, CaptureJob):
            archive.queue.defer(job, at)
        else:
            archive.queue.send([job], delay_s=max(0.0, wait.total_seconds()))
