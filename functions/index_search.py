"""Lambda ``IndexSearch``: the tick → what was sealed since can be found by its text."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from hozon import ticks, wiring

log = Logger()
metrics = Metrics()


@log.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001
    """Index what is new, as far as the time of an invocation goes."""
    return ticks.index(context, wiring.deployed(), log, metrics)
