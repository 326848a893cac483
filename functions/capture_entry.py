"""Lambda ``CaptureEntry``: messages of the capture queue → snapshots, many at once."""

from typing import Any

from hozon import batches, wiring


def handler(event: dict[str, Any], context: Any) -> batches.Partial:
    """Capture the entries of a batch; report the messages that are to come again."""
    return batches.work(event, context, wiring.deployed())
