"""Lambda ``ScheduleWork``: the tick → what is due goes to the queues."""

from typing import Any

import hozon.adapters.aws.clients  # noqa: F401  while the start has a whole processor
from hozon import ticks, wiring


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001
    """Queue a poll for every feed that is due, unless the kill switch is on."""
    return ticks.work(context, wiring.deployed())
