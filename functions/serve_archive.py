"""Lambda ``ServeArchive``: function URL 1 → API and pages."""

import time
from typing import Any

import hozon.adapters.aws.clients  # noqa: F401  while the start has a whole processor
from hozon import web, wiring
from hozon.reports import Spent, served
from hozon.web.replay.worker import fetched

LARGEST = 4_400_000  # what base64 leaves of the 6 MB an answer may have


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request."""
    deployed = wiring.deployed()
    spent = Spent(context, deployed, since_s=time.monotonic())
    settled = deployed.settings
    runs = settled.full_replay and fetched() is not None
    there = web.Replay(origin=settled.replay_url, runs=runs)
    answer = web.respond(
        event, context, deployed.archive, largest=LARGEST, replay=there
    )
    return served(answer, spent)
