"""Clients of AWS: made once, with bounds on how long anything may take."""

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from hozon.adapters.aws.metering import Meter

BOUNDS = Config(
    connect_timeout=3,
    read_timeout=20,  # seconds without a byte; an object of 100 MB takes fewer
    # Throttling, 5xx and lost connections; waits double with jitter, 20 s at most. Four
    # times the above is less than any function's time, and far less than the time for
    # which SQS hides a message.
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=40,
)


def client(
    service: str, meter: "Meter | None" = None, *, config: Config | None = None
) -> Any:
    """Return a client of a service, through boto3's default session.

    `config` is what it needs beside the bounds.
    """
    make: Any = boto3.client
    made = make(service, config=BOUNDS.merge(config) if config else BOUNDS)
    if meter is not None:
        meter.watch(made)
    return made
