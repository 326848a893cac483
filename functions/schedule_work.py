"""Lambda ``ScheduleWork``: the tick → what is due goes to the queues."""

import asyncio
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from hozon import logs, ticks, wiring
from hozon.scheduling import Scheduled, schedule_due
from hozon.telling import tell_waiting

log = logs.logger()
metrics = Metrics()


@log.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001
    """Queue what is due, unless the kill switch is on; tell what could not be told."""
    deployed = wiring.deployed()
    enabled = deployed.settings.enabled
    sent = schedule_due(deployed.archive) if enabled else Scheduled()
    told = asyncio.run(tell_waiting(deployed.archive)) if enabled else 0
    ticks.watch(deployed.archive, metrics)
    counts = {"feeds": sent.polls, "looks": sent.looks, "looks_left": sent.left}
    for name, count in zip(
        ("FeedsDue", "LooksDue", "LooksLeft"), counts.values(), strict=True
    ):
        metrics.add_metric(name, MetricUnit.Count, count)
    log.info("scheduled", enabled=enabled, told=told, counts=counts)
    return counts
