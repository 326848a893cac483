"""What an archive costs, from what its days have used. Pure.

Counted at the functions, so what they used is exact but for the time in which Lambda
starts them. What runs beside them is added as AWS documents it: event sources that ask
empty queues, alarms, metrics, the dashboard.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hozon.accounts.prices import CLASSES, MONTH_S, PRICES, bill
from hozon.nouns.tallies import Counts

QUEUES = 2

POLLERS = 5
"""Connections that Lambda holds to a queue that is empty, and how long each request waits
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
"""

LONG_POLL_S = 20

METRICS, ALARM_METRICS, DASHBOARDS = 11, 19, 1
"""What infra/alarms.yaml has of each; a test compares."""

KEYS = 1
"""The one that signs the log."""

LOG_BYTES = 800
"""Bytes of log that Lambda itself writes of an invocation: its start and its report."""

RECEIVES = 3
"""Requests of the event source for a batch: two to receive it, one to delete it."""


def used(counts: Counts) -> Counter[str]:
    """Return what the functions have used, by the names of the price table."""
    found = Counter[str]()
    found["lambda_requests"] = counts.get("lambda_invocations", 0)
    found["s3_puts"] = counts.get("s3_puts", 0)
    found["s3_gets"] = counts.get("s3_gets", 0)
    found["dynamodb_writes"] = counts.get("dynamodb_writes", 0)
    found["kms_requests"] = counts.get("kms_requests", 0)
    found["events_put"] = counts.get("events_put", 0)
    batches = counts.get("batches", 0)
    found["sqs_requests"] = counts.get("sqs_requests", 0) + RECEIVES * batches
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """US dollars: of the work that was done, by what it was for, and of a month beside it.

    `articles` and `polls` are what was done; `bytes_stored` lies in the bucket from then
    on, at `storage_month` a month.
    """

    work: Mapping[str, float]
    standing_month: Mapping[str, float]
    articles: int
    polls: int
    bytes_stored: int
    storage_month: float

    @property
    def per_million_articles(self) -> float | None:
        """What a million articles would cost like this, storage aside."""
        if not self.articles:
            return None
        return sum(self.work.values()) / self.articles * 1e6


def of_days(days: Iterable[Counts]) -> Costs:
    """Return what some days have cost."""
    counts = Counter[str]()
    for day in days:
        counts.update(day)
    work = bill(used(counts))
    work["lambda_gb_s"] = PRICES["lambda_gb_s"].of(counts["lambda_mb_ms"] / 1024 / 1000)
    work["dynamodb_reads"] = PRICES["dynamodb_reads"].of(
        counts["dynamodb_half_reads"] / 2
    )
    logged = counts["log_bytes"] + LOG_BYTES * counts["lambda_invocations"]
    work["logs_bytes"] = PRICES["logs_bytes"].of(logged)
    stored = counts["bytes_stored"]
    return Costs(
        work=work,
        standing_month=bill(standing()),
        articles=counts["snapshots"],
        polls=counts["polls"],
        bytes_stored=stored,
        storage_month=CLASSES["STANDARD"][0].of(stored),
    )


def standing() -> dict[str, float]:
    """Return what a stack uses in a month whether it works or not."""
    return {
        "sqs_requests": QUEUES * POLLERS * MONTH_S / LONG_POLL_S,
        "kms_keys": KEYS,
        "metrics": METRICS,
        "alarms": ALARM_METRICS,
        "dashboards": DASHBOARDS,
    }
