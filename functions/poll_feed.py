"""Lambda ``PollFeed``: messages of the poll queue → polls, many at once."""

from typing import Any

# What the first message needs, loaded while Lambda gives a whole processor to the start.
import hozon.adapters.aws.clients
import hozon.polling.hubs
import hozon.polling.polling  # noqa: F401
from hozon import wiring
from hozon.lambdas import batches


def handler(event: dict[str, Any], context: Any) -> batches.Partial:
    """Poll the feeds of a batch; report the messages that are to come again."""
    return batches.work(event, context, wiring.deployed())
