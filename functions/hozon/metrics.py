"""Metrics of a function: CloudWatch makes them of lines in the log (EMF).

One line an invocation with what there is to tell. CloudWatch bills each metric for every
hour in which it was told, so there are few of them, of the whole stack, and nothing is
told of what did not happen. What is told beside them (which kinds of pages came in the
place of articles…) stands in the same line, for CloudWatch Logs Insights, and costs
nothing.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hozon.eventlog import line

NAMESPACE = "Hozon"

UNITS = {
    "PollsNews": "Count",
    "PollsUnchanged": "Count",
    "PollsFailed": "Count",
    "EntriesNew": "Count",
    "Snapshots": "Count",
    "Blocked": "Count",
    "WindowsRolled": "Count",
    "OverQuota": "Count",
    "BytesStored": "Bytes",
    "BacklogAge": "Seconds",
    "SealAge": "Seconds",
    "FixityDamaged": "Count",
}
"""Every metric that there is, and its unit. A test holds alarms and dashboard to them."""

OF_COUNTS = {
    "polls_news": "PollsNews",
    "polls_unchanged": "PollsUnchanged",
    "polls_failed": "PollsFailed",
    "entries_new": "EntriesNew",
    "snapshots": "Snapshots",
    "blocked": "Blocked",
    "windows_rolled": "WindowsRolled",
    "over_quota": "OverQuota",
    "bytes_stored": "BytesStored",
}
"""Which metric tells a count (`attempts.Outcome`)."""


def emf(
    values: Mapping[str, float],
    *,
    stack: str,
    at: datetime,
    also: Mapping[str, Any] | None = None,
) -> str:
    """Return the line that tells `values` (by the names of `UNITS`) of one stack.

    `also` are fields that are no metrics. Raises `KeyError` for a metric that is none.
    """
    told = [{"Name": name, "Unit": UNITS[name]} for name in values]
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["Stack"]],
        "Metrics": told,
    }
    meta = {
        "Timestamp": int(at.timestamp() * 1000),
        "CloudWatchMetrics": [directive],
    }
    return line({**(also or {}), "_aws": meta, "Stack": stack, **values})


def of_counts(counts: Mapping[str, int]) -> dict[str, float]:
    """Return the metrics that tell `counts`, without those that are 0."""
    return {
        OF_COUNTS[name]: count
        for name, count in counts.items()
        if count and name in OF_COUNTS
    }
