"""Metrics: what CloudWatch makes of a line, and what it does not."""

import json

import pytest

from hozon import metrics
from hozon.metrics import NAMESPACE, OF_COUNTS, UNITS
from tests.fakes import NOON


def test_a_line_tells_metrics_of_one_stack() -> None:
    """As the embedded metric format has it: names and units in it, values beside it."""
    said = json.loads(
        metrics.emf({"Snapshots": 3, "BacklogAge": 1.5}, stack="hozon", at=NOON)
    )

    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["Stack"]],
        "Metrics": [
            {"Name": "Snapshots", "Unit": "Count"},
            {"Name": "BacklogAge", "Unit": "Seconds"},
        ],
    }
    assert said == {
        "_aws": {"Timestamp": 1787400000000, "CloudWatchMetrics": [directive]},
        "Stack": "hozon",
        "Snapshots": 3,
        "BacklogAge": 1.5,
    }


def test_what_stands_beside_is_no_metric() -> None:
    """It costs nothing, and can be asked for with Logs Insights."""
    said = json.loads(
        metrics.emf({}, stack="s", at=NOON, also={"counts": {"blocked_login": 2}})
    )

    assert [] == said["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    assert {"blocked_login": 2} == said["counts"]


def test_only_what_happened_is_told() -> None:
    """A metric is billed for each hour in which it is told."""
    counts = {"snapshots": 2, "polls_news": 0, "requisites": 9}

    assert {"Snapshots": 2} == metrics.of_counts(counts)


def test_names_and_units_agree() -> None:
    """Each metric has a unit that CloudWatch knows, and each count a metric."""
    assert set(OF_COUNTS.values()) <= set(UNITS)
    assert set(UNITS.values()) <= {"Count", "Bytes", "Seconds"}
    with pytest.raises(KeyError):
        metrics.emf({"Nonsense": 1}, stack="s", at=NOON)
