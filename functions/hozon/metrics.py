"""Metrics of a function: CloudWatch makes them of lines in the log (EMF).

One line an invocation with what there is to tell. CloudWatch bills each metric for every
hour in which it was told, so there are few of them, of the whole stack, and nothing is
told of what did not happen. A share is one metric: each poll tells whether it failed, as
1 or 0, and so the metric's sum is how many did, its average their share, and its sample
count how many polls there were. What is told beside them (which kinds of pages came in
the place of articles…) stands in the same line, for CloudWatch Logs Insights, and costs
nothing.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hozon.accounts.logs import line

NAMESPACE = "Hozon"

UNITS = {
    "PollsFailed": "None",
    "PollsNews": "None",
    "PagesBlocked": "None",
    "EntriesNew": "Count",
    "WindowsRolled": "Count",
    "OverQuota": "Count",
    "LooksLeft": "Count",
    "BytesStored": "Bytes",
    "BacklogAge": "Seconds",
    "SealAge": "Seconds",
    "FixityDamaged": "Count",
}
"""Every metric that there is, and its unit. A test holds alarms and dashboard to them."""

_SHARES = {
    "PollsFailed": ("polls_failed", "polls"),
    "PollsNews": ("polls_news", "polls"),
    "PagesBlocked": ("blocked", "snapshots"),
}
"""Which count of which other one a share is."""

_SUMS = {
    "EntriesNew": "entries_new",
    "WindowsRolled": "windows_rolled",
    "OverQuota": "over_quota",
    "BytesStored": "bytes_stored",
}

MOST = 100
"""Most values that a metric may have in a line."""

Value = float | Sequence[int]


def emf(
    values: Mapping[str, Value],
    *,
    stack: str,
    at: datetime,
    also: Mapping[str, Any] | None = None,
) -> str:
    """Return the line that tells `values` (by the names of `UNITS`) of one stack.

    `also` are fields that are no metrics; where there is nothing else, no metric is told.
    Raises `KeyError` for a metric that is none.
    """
    told = [{"Name": name, "Unit": UNITS[name]} for name in values]
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["Stack"]],
        "Metrics": told,
    }
    if not told:
        return line({**(also or {}), "Stack": stack})
    meta = {
        "Timestamp": int(at.timestamp() * 1000),
        "CloudWatchMetrics": [directive],
    }
    return line({**(also or {}), "_aws": meta, "Stack": stack, **values})


def of_counts(counts: Mapping[str, int]) -> dict[str, Value]:
    """Return the metrics that tell `counts`, without those of what did not happen."""
    found: dict[str, Value] = {
        name: counts[count] for name, count in _SUMS.items() if counts.get(count)
    }
    for name, (some, all_) in _SHARES.items():
        if whole := min(counts.get(all_, 0), MOST):
            part = min(counts.get(some, 0), whole)
            found[name] = [1] * part + [0] * (whole - part)
    return found
