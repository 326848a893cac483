"""Lambda ``ServeReaders``: function URL of those who sign in → API and pages."""

from typing import Any

import hozon.adapters.aws.clients  # noqa: F401  while the start has a whole processor
from hozon import wiring
from hozon.lambdas import doors


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of a reader who has signed in."""
    deployed = wiring.deployed()
    return doors.answer(event, context, deployed, signins=deployed.signins)
