"""Lambda ``ServeArchive``: function URL 1 → API and pages."""

from typing import Any

import hozon.adapters.aws.clients  # noqa: F401  while the start has a whole processor
from hozon import wiring
from hozon.lambdas import doors


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request."""
    return doors.answer(event, context, wiring.deployed())
