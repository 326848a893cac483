"""Lambda ``PollFeed``: messages of the poll queue → polls, many at once."""

from typing import Any

from hozon import batches, wiring


def handler(event: dict[str, Any], context: Any) -> batches.Partial:
    """Poll the feeds of a batch; report the messages that are to come again."""
    return batches.work(event, context, wiring.deployed())
