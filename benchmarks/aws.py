"""What a captured article costs in requests to S3, DynamoDB and SQS.

``python -m benchmarks.aws FEED AUTHORITY`` deploys the real template on moto, in this
process, lets the real handlers poll one feed and capture all that it lists, and counts
each request where botocore sends it, retries included. Prints one JSON object, last.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from moto import mock_aws

from benchmarks.metering import Meter, metered
from hozon import settings, wiring
from hozon.fetch import AllowedHosts
from hozon.polling.subscribing import new_feed
from hozon.wiring import Deployed, Fetching
from tests.aws.edwards import make_edwards
from tests.aws.place import Place
from tests.aws.pump import Pump
from tests.aws.stack import TEMPLATE, Stack, deploy

_REGION = "eu-west-1"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": _REGION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsRequests:
    """What the handlers sent while `articles` were captured.

    `requests` counts by service and operation; `items_written` are those of DynamoDB,
    in whatever request they went. Lambda's own receiving and deleting of messages is
    not among them: one or two requests of each kind for an invocation.
    """

    articles: int
    invocations: int
    items_written: int
    requests: dict[str, int]
    per_article: dict[str, float]


class _MeteredPump(Pump):
    """A pump that counts only what handlers send, not what it sends itself."""

    def __init__(self, stack: Stack, meter: Meter) -> None:
        super().__init__(stack, guarded=False)
        self._meter = meter

    def invoke(self, function: Any, event: Any) -> Any:
        self._meter.on = True
        try:
            return super().invoke(function, event)
        finally:
            self._meter.on = False


def aws_requests(feed: str, authority: str) -> AwsRequests:
    """Capture all that `feed` lists, on moto, and return what was sent.

    `authority` (host and port) is where the site is served on loopback. Raises
    `RuntimeError` if a handler failed: such figures would mean nothing.
    """
    make_edwards()
    with metered() as meter, mock_aws():
        parameters = {"Contact": "bench@example.org"}
        stack = deploy(TEMPLATE, Place(name="bench"), parameters=parameters)
        pump = _MeteredPump(stack, meter)
        deployed = _deployed(pump, authority)
        wiring.use(deployed)
        try:
            invocations = _captured(pump, deployed, feed)
            articles = deployed.archive.index.counts()["snapshots"]
        finally:
            wiring.use(None)
    if not articles:
        raise RuntimeError("nothing was captured")
    return AwsRequests(
        articles=articles,
        invocations=invocations,
        items_written=meter.items_written,
        requests=dict(sorted(meter.requests.items())),
        per_article=meter.per_article(articles),
    )


def _deployed(pump: Pump, authority: str) -> Deployed:
    """Return the archive as `CaptureEntry` sees it, but with a door to the site."""
    function = pump.functions["CaptureEntry"]
    fetching = Fetching(allowed=AllowedHosts.parse([authority]), interval_s=0)
    found = settings.from_environment(function.environment)
    return wiring.connect(found, fetching=fetching)


def _captured(pump: Pump, deployed: Deployed, feed: str) -> int:
    deployed.archive.feeds.add(new_feed(feed, deployed.archive))
    invocations = pump.tick(at=datetime.now(UTC))
    drained = pump.drain()
    if drained.failed or drained.errors:
        raise RuntimeError(f"{drained.failed} jobs failed: {drained.errors}")
    return invocations + drained.invocations


def main() -> None:
    """Count for the feed and the authority that the arguments name."""
    os.environ.update(CREDENTIALS)
    counted = aws_requests(sys.argv[1], sys.argv[2])
    sys.stdout.write(json.dumps(asdict(counted)) + "\n")


if __name__ == "__main__":
    main()
