"""Lambda ``SealLog``: the tick → all that was stored since is sealed in the log."""

from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from hozon import logs, ticks, wiring

log = logs.logger()
metrics = Metrics()


@log.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001
    """Seal all that waits, as far as the time of an invocation goes."""
    return ticks.seal(context, wiring.deployed(), log, metrics)
