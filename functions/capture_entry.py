"""Lambda ``CaptureEntry``: messages of the capture queue → snapshots, many at once."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from hozon import batches, wiring

log = Logger()
metrics = Metrics()


@log.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> batches.Partial:
    """Capture the entries of a batch; report the messages that are to come again."""
    return batches.work(event, context, wiring.deployed(), log, metrics)
