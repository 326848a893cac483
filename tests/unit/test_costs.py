"""Costs: what was used, priced; what runs anyway; nothing twice."""

import pytest

from hozon.accounts import costs
from hozon.accounts.prices import ALWAYS_FREE, CLASSES, GB, PRICES, bill


def test_a_bill_is_amount_times_price() -> None:
    """Of each thing on its own; what is free is taken off, never below nothing."""
    assert bill({"s3_puts": 2000, "s3_gets": 1000}) == {
        "s3_puts": pytest.approx(0.01),
        "s3_gets": pytest.approx(0.0004),
    }
    free = bill({"sqs_requests": 1.5e6, "metrics": 3}, free=ALWAYS_FREE)
    assert free == {"sqs_requests": pytest.approx(0.2), "metrics": 0.0}


def test_what_has_no_price_is_not_free() -> None:
    """A name that the table does not have raises."""
    with pytest.raises(KeyError):
        bill({"gold": 1})


def test_days_are_added_up() -> None:
    """Gigabyte-seconds, half read units and bytes of log are what AWS bills."""
    day = {
        "lambda_mb_ms": 1024 * 1000 * 500,
        "lambda_invocations": 1000,
        "dynamodb_half_reads": 2_000_000,
        "dynamodb_writes": 1_000_000,
        "log_bytes": int(GB),
        "kms_requests": 10_000,
        "snapshots": 100,
        "bytes_stored": int(GB),
    }
    found = costs.of_days([day, day])

    assert found.work["lambda_gb_s"] == pytest.approx(1000 * 0.0000133334)
    assert found.work["dynamodb_reads"] == pytest.approx(0.25)
    assert found.work["dynamodb_writes"] == pytest.approx(1.25)
    assert found.work["kms_requests"] == pytest.approx(0.3)
    assert found.work["logs_bytes"] == pytest.approx(1.0, rel=0.01)
    assert found.articles == 200
    assert found.storage_month == pytest.approx(0.046)
    assert found.per_million_articles == pytest.approx(sum(found.work.values()) / 2e-4)


def test_batches_cost_what_their_event_source_asks() -> None:
    """Two requests to receive a batch, one to delete it, beside those of the handlers."""
    assert costs.used({"batches": 10, "sqs_requests": 5})["sqs_requests"] == 35


def test_no_article_no_price_of_one() -> None:
    """Nothing is divided by nothing."""
    assert costs.of_days([]).per_million_articles is None


def test_all_that_stands_has_a_price() -> None:
    """A month at rest is a bill; colder classes cost less a month and more to get to."""
    assert bill(costs.standing()).keys() == costs.standing().keys()
    assert ALWAYS_FREE.keys() <= PRICES.keys()
    months = [month.usd for month, _ in CLASSES.values()]
    moves = [move.usd for _, move in CLASSES.values()]
    assert months == sorted(months, reverse=True)
    assert moves == sorted(moves)
