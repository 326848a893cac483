"""Lambda ``ScheduleWork``: the tick → what is due goes to the queues."""

from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from hozon import logs, ticks, wiring
from hozon.scheduling import schedule_due

log = logs.logger()
metrics = Metrics()


@log.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001
    """Queue a poll for every feed that is due, unless the kill switch is on."""
    deployed = wiring.deployed()
    due = schedule_due(deployed.archive) if deployed.settings.enabled else 0
    metrics.add_metric("FeedsDue", MetricUnit.Count, due)
    ticks.watch(deployed.archive, metrics)
    log.info("scheduled", enabled=deployed.settings.enabled, feeds=due)
    return {"feeds": due}
