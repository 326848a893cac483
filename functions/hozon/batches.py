"""A batch of SQS messages as jobs: all at once on one loop, each with its own outcome."""

import asyncio
from collections.abc import Mapping
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
from hozon.attempts import Outcome, attempt
from hozon.errors import Unreachable
from hozon.model import Delivery
from hozon.permission import asking
from hozon.wiring import Deployed

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
    dead letters after the queue's `maxReceiveCount`; the others are not held up.
    """
    outcomes = asyncio.run(_attempts(event["Records"], deployed))

    def told(record: SQSRecord) -> None:
        outcome = outcomes[record.message_id]
        if isinstance(outcome, BaseException):
            log.error("job failed", message_id=record.message_id, reason=repr(outcome))
            raise outcome
        _tell(outcome, log, metrics)
        if outcome.retry_at is not None:
            raise Unreachable(outcome.problem or "to be tried again")

    processor = BatchProcessor(
        event_type=EventType.SQS, raise_on_entire_batch_failure=False
    )
    return process_partial_response(
        event=event, record_handler=told, processor=processor, context=context
    )


async def _attempts(
    records: list[dict[str, Any]], deployed: Deployed
) -> Mapping[str, Outcome | BaseException]:
    async with deployed.fetching.fetcher() as fetcher:
        permission = asking(deployed.archive, fetcher, deployed.memo)

        async def one(record: dict[str, Any]) -> Outcome:
            count = int(record["attributes"]["ApproximateReceiveCount"])
            job = jobs.from_json(record["body"])
            delivery = Delivery(job=job, receipt=record["messageId"], count=count)
            return await attempt(
                delivery, deployed.archive, permission, deployed.commons
            )

        outcomes = await asyncio.gather(*map(one, records), return_exceptions=True)
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
