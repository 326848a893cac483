"""A tick as Lambda hands it over: what is due goes to the queues, and that is told."""

import time
from collections import Counter
from typing import Any

from hozon.reports import Report, Spent
from hozon.scheduling import schedule_due
from hozon.wiring import Deployed


def work(context: Any, deployed: Deployed) -> dict[str, int]:
    """Queue what is due, unless the kill switch is on; say how many feeds that were."""
    report = Report.of(Spent(context, deployed, since_s=time.monotonic()))
    enabled = deployed.settings.enabled
    due = schedule_due(deployed.archive) if enabled else 0
    report.log.info("scheduled", enabled=enabled, feeds=due)
    report.settle_now(Counter(ticks=1, feeds_due=due))
    return {"feeds": due}
