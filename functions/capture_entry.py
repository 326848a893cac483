"""Lambda ``CaptureEntry``: messages of the capture queue → snapshots, many at once."""

from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from hozon import batches, logs, wiring

log = logs.logger()
metrics = Metrics()


@log.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> batches.Partial:
    """Capture the entries of a batch; report the messages that are to come again."""
    return batches.work(event, context, wiring.deployed(), log, metrics)
