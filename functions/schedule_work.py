"""Lambda ``ScheduleWork``: the tick → what is due goes to the queues."""

from typing import Any

import hozon.adapters.aws.clients  # noqa: F401  while the start has a whole processor
from hozon import wiring
from hozon.lambdas import ticks


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001
    """Queue what is due, unless the kill switch is on; tell what could not be told."""
    return ticks.work(context, wiring.deployed())
