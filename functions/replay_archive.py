"""Lambda ``ReplayArchive``: function URL 2 → captured pages as they looked."""

import time
from functools import lru_cache
from typing import Any

import hozon.adapters.aws.clients  # noqa: F401  while the start has a whole processor
from hozon import wiring
from hozon.lambdas.doors import LARGEST
from hozon.lambdas.reports import Spent, served
from hozon.settings import Settings
from hozon.web import replay
from hozon.web.replay.worker import fetched


@lru_cache(maxsize=1)
def _stage(settings: Settings) -> replay.Stage:
    worker = fetched() if settings.full_replay else None
    return replay.Stage(largest=LARGEST, worker=worker)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request."""
    deployed = wiring.deployed()
    spent = Spent(context, deployed, since_s=time.monotonic())
    answer = replay.respond(event, deployed.archive, _stage(deployed.settings))
    return served(answer, spent)
