"""Lambda ``IndexSearch``: a schedule → what was stored since is findable."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from hozon import wiring
from hozon.searching import update

log = Logger()
metrics = Metrics()
ENDING_MS = 180_000  # what the merge of the largest segments takes


@log.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001
    """Make findable what was stored since the last time."""
    deployed = wiring.deployed()

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > ENDING_MS

    with wiring.workspace() as room:
        done = update(
            deployed.archive, wiring.arrivals(deployed.archive), room, has_time=has_time
        )
    metrics.add_metric("DocumentsIndexed", MetricUnit.Count, done.documents)
    log.info("indexed", objects=done.objects, damaged=done.damaged, merges=done.merges)
    return {"documents": done.documents}
