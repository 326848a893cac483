"""A batch of SQS messages as jobs: all at once on one loop, each with its own outcome."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from hozon import jobs
from hozon.attempts import Outcome, attempt, postponed
from hozon.errors import Busy, Unreachable
from hozon.permission import Permission, asking
from hozon.running import lane
from hozon.wiring import Deployed
from hozon.work import BackfillJob, CaptureJob, Delivery, HubJob, LookJob, PollJob

ENDING_S = 75.0
"""What is kept of an invocation's time to end the last exchange, and to store it."""

PER_HOST = 2

Partial = PartialItemFailureResponse


def work(
    event: dict[str, Any],
    context: LambdaContext,
    deployed: Deployed,
    log: Logger,
    metrics: Metrics,
) -> Partial:
    """Do the jobs of a batch and report the messages that are to come again.

    A job that failed comes again after the queue's visibility timeout, and goes to the
    dead letters after the queue's `maxReceiveCount`; the others are not held up. One
    whose host was not to be asked is sent anew, for that was no attempt.
    """
    left_s = context.get_remaining_time_in_millis() / 1000
    outcomes = asyncio.run(_attempts(event["Records"], deployed, left_s))

    def told(record: SQSRecord) -> None:
        outcome = outcomes[record.message_id]
        if isinstance(outcome, BaseException):
            log.error("job failed", message_id=record.message_id, reason=repr(outcome))
            raise outcome
        _tell(outcome, log, metrics)
        if outcome.retry_at is not None and not outcome.postponed:
            raise Unreachable(outcome.problem or "to be tried again")

    processor = BatchProcessor(
        event_type=EventType.SQS, raise_on_entire_batch_failure=False
    )
    return process_partial_response(
        event=event, record_handler=told, processor=processor, context=context
    )


@dataclass(slots=True)
class _Batch:
    """The jobs of a batch: those of one host two at a time, so that each page has its
    requisites before the next begins; no capture begins after `begin_by`.
    """

    deployed: Deployed
    permission: Permission
    begin_by: float
    lanes: defaultdict[str, asyncio.Semaphore] = field(
        default_factory=lambda: defaultdict(lambda: asyncio.Semaphore(PER_HOST))
    )

    async def one(self, record: dict[str, Any]) -> Outcome:
        """Do the job of a message; send it anew where its host was not to be asked."""
        count = int(record["attributes"]["ApproximateReceiveCount"])
        job = jobs.from_json(record["body"])
        delivery = Delivery(job=job, receipt=record["messageId"], count=count)
        if isinstance(job, PollJob | HubJob):
            return await self._attempt(delivery)
        async with self.lanes[lane(delivery)]:
            if isinstance(job, LookJob):
                return await self._look(delivery)
            outcome = await self._in_time(job, delivery)
        if outcome.postponed and outcome.retry_at is not None:
            wait = outcome.retry_at - self.deployed.archive.clock()
            send = self.deployed.archive.queue.send
            await asyncio.to_thread(send, [job], delay_s=wait.total_seconds())
        return outcome

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
        archive, commons = self.deployed.archive, self.deployed.commons
        return await attempt(delivery, archive, self.permission, commons)


async def _attempts(
    records: list[dict[str, Any]], deployed: Deployed, left_s: float
) -> Mapping[str, Outcome | BaseException]:
    until_s = max(left_s - ENDING_S, left_s / 2)
    async with deployed.fetching.fetcher(until_s=until_s) as fetcher:
        permission = asking(deployed.archive, fetcher, deployed.memo)

        batch = _Batch(
            deployed, permission, asyncio.get_running_loop().time() + until_s / 2
        )
        outcomes = await asyncio.gather(
            *map(batch.one, records), return_exceptions=True
        )
    ids = [record["messageId"] for record in records]
    return dict(zip(ids, outcomes, strict=True))


def _tell(outcome: Outcome, log: Logger, metrics: Metrics) -> None:
    for name, count in outcome.counts.items():
        camel = "".join(part.capitalize() for part in name.split("_"))
        metrics.add_metric(camel, MetricUnit.Count, count)
    level = log.warning if outcome.problem else log.info
    level(
        "job done",
        subject=outcome.subject,
        problem=outcome.problem,
        counts=dict(outcome.counts),
    )
