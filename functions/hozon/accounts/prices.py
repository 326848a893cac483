"""What AWS bills, priced from one dated table of list prices. Pure.

US dollars, region us-east-1, before tax and discounts, without free tiers. Other regions
differ (Tokyo is some tenth to a quarter dearer). Read in public pages that cite AWS's
price lists, not asked of AWS: look at the date, and check before you rely on a sum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

DATED = date(2026, 11, 23)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars for so many of a unit, and where that was read."""

    usd: float
    per: float
    unit: str
    source: str

    def of(self, amount: float) -> float:
        """Return what so many units cost."""
        return self.usd * amount / self.per


MONTH_S = 30.4375 * 86400
GB = 1e9

PRICES: Mapping[str, Price] = {
    "lambda_requests": Price(
        usd=0.20, per=1e6, unit="request", source="cloudchipr.com"
    ),
    "lambda_gb_s": Price(
        usd=0.0000133334, per=1, unit="GB-s on arm64", source="cloudchipr.com"
    ),
    "lambda_gb_s_x86": Price(
        usd=0.0000166667, per=1, unit="GB-s on x86_64", source="cloudchipr.com"
    ),
    "s3_puts": Price(usd=0.005, per=1e3, unit="PUT, LIST", source="c3x.dev"),
    "s3_gets": Price(usd=0.0004, per=1e3, unit="GET, HEAD", source="c3x.dev"),
    "dynamodb_writes": Price(
        usd=0.625, per=1e6, unit="write request unit", source="airbyte.com, jusdb.com"
    ),
    "dynamodb_reads": Price(
        usd=0.125, per=1e6, unit="read request unit", source="airbyte.com, jusdb.com"
    ),
    "sqs_requests": Price(
        usd=0.40, per=1e6, unit="request of 64 KB", source="cloudburn.io 2026-03"
    ),
    "logs_bytes": Price(
        usd=0.50, per=GB, unit="byte of logs", source="factualminds.com 2026-06"
    ),
    "kms_requests": Price(
        usd=0.15, per=1e4, unit="request for an asymmetric key", source="from memory"
    ),
    "events_put": Price(
        usd=1.00, per=1e6, unit="event of 64 KB on a bus", source="from memory"
    ),
    "kms_keys": Price(usd=1.00, per=1, unit="key and month", source="from memory"),
    "metrics": Price(
        usd=0.30, per=1, unit="metric and month", source="signoz.io 2026-02"
    ),
    "alarms": Price(
        usd=0.10, per=1, unit="metric in an alarm, and month", source="from memory"
    ),
    "dashboards": Price(
        usd=3.00, per=1, unit="dashboard and month", source="factualminds.com 2026-06"
    ),
    "egress_bytes": Price(
        usd=0.09, per=GB, unit="byte to the Internet", source="medium 2018"
    ),
    "table_byte_months": Price(
        usd=0.25, per=GB, unit="byte and month", source="aws.amazon.com/dynamodb"
    ),
    "recovery_byte_months": Price(
        usd=0.20, per=GB, unit="byte and month", source="from memory"
    ),
}
"""What each thing costs that we count or know of."""

CLASSES: Mapping[str, tuple[Price, Price]] = {
    "STANDARD": (
        Price(usd=0.023, per=GB, unit="byte and month", source="devnotes.tech"),
        Price(usd=0.005, per=1e3, unit="PUT", source="c3x.dev"),
    ),
    "STANDARD_IA": (
        Price(usd=0.0125, per=GB, unit="byte and month", source="from memory"),
        Price(usd=0.01, per=1e3, unit="PUT or move", source="c3x.dev"),
    ),
    "GLACIER_IR": (
        Price(usd=0.004, per=GB, unit="byte and month", source="from memory"),
        Price(usd=0.02, per=1e3, unit="PUT or move", source="c3x.dev"),
    ),
    "GLACIER": (
        Price(usd=0.0036, per=GB, unit="byte and month", source="from memory"),
        Price(usd=0.03, per=1e3, unit="PUT or move", source="c3x.dev"),
    ),
    "DEEP_ARCHIVE": (
        Price(usd=0.00099, per=GB, unit="byte and month", source="from memory"),
        Price(usd=0.05, per=1e3, unit="PUT or move", source="from memory"),
    ),
}
"""What a byte costs a month in each storage class of S3, and what it costs to get there."""

ALWAYS_FREE: Mapping[str, float] = {
    "lambda_requests": 1e6,
    "lambda_gb_s": 400_000,
    "sqs_requests": 1e6,
    "logs_bytes": 5 * GB,
    "metrics": 10,
    "alarms": 10,
    "dashboards": 3,
    "egress_bytes": 100 * GB,
    "table_byte_months": 25 * GB,
}
"""What each account has free every month, as long as it lives, for all it does."""


def bill(
    used: Mapping[str, float], *, free: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return the US dollars for what was used, by the names of `PRICES`.

    `free` is what is not billed of each. Raises `KeyError` for a name without a price.
    """
    return {
        name: PRICES[name].of(max(0.0, amount - (free or {}).get(name, 0.0)))
        for name, amount in used.items()
    }
