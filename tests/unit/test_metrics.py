"""Metrics: what CloudWatch makes of a line, and what it does not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon import metrics
from hozon.metrics import NAMESPACE, UNITS
from tests.fakes import NOON


def test_a_line_tells_metrics_of_one_stack() -> None:
    """As the embedded metric format has it: names and units in it, values beside it."""
    said = json.loads(
        metrics.emf({"EntriesNew": 3, "BacklogAge": 1.5}, stack="hozon", at=NOON)
    )

    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["Stack"]],
        "Metrics": [
            {"Name": "EntriesNew", "Unit": "Count"},
            {"Name": "BacklogAge", "Unit": "Seconds"},
        ],
    }
    assert said == {
        "_aws": {"Timestamp": 1787400000000, "CloudWatchMetrics": [directive]},
        "Stack": "hozon",
        "EntriesNew": 3,
        "BacklogAge": 1.5,
    }


def test_what_stands_beside_is_no_metric() -> None:
    """It costs nothing, and can be asked for with Logs Insights; alone it is no EMF."""
    also = {"counts": {"blocked_login": 2}}
    beside = json.loads(metrics.emf({"EntriesNew": 1}, stack="s", at=NOON, also=also))
    alone = json.loads(metrics.emf({}, stack="s", at=NOON, also=also))

    [directive] = beside["_aws"]["CloudWatchMetrics"]
    assert [{"Name": "EntriesNew", "Unit": "Count"}] == directive["Metrics"]
    assert also["counts"] == beside["counts"] == alone["counts"]
    assert "_aws" not in alone


def test_shares_are_told_one_by_one() -> None:
    """The sum is how many failed, the average their share, the samples how many polls."""
    told = metrics.of_counts({"polls": 4, "polls_failed": 1, "polls_news": 2})

    assert {"PollsFailed": [1, 0, 0, 0], "PollsNews": [1, 1, 0, 0]} == told


def test_only_what_happened_is_told() -> None:
    """A metric is billed for each hour in which it is told."""
    counts = {"entries_new": 2, "bytes_stored": 0, "requisites": 9, "polls": 0}

    assert {"EntriesNew": 2} == metrics.of_counts(counts)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_line_holds_no_more_than_it_may(polls: int, failed: int) -> None:
    """CloudWatch takes a hundred values of a metric in one line."""
    told = metrics.of_counts({"polls": polls, "polls_failed": failed})
    said = json.loads(metrics.emf(told, stack="s", at=NOON))

    assert len(said.get("PollsFailed", [])) == min(polls, 100)
    assert set(said.get("PollsFailed", [])) <= {0, 1}


def test_units_are_those_of_cloudwatch() -> None:
    """A metric that is none raises: it would be told to nobody."""
    assert set(UNITS.values()) <= {"None", "Count", "Bytes", "Seconds"}
    with pytest.raises(KeyError):
        metrics.emf({"Nonsense": 1}, stack="s", at=NOON)
