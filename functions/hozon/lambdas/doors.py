"""Requests as Lambda hands them over from a function URL: one answer each, and told of."""

import time
from typing import Any

from hozon import web
from hozon.lambdas.reports import Spent, served
from hozon.nouns.signins import SignInBook
from hozon.web.replay.worker import fetched
from hozon.wiring import Deployed

LARGEST = 4_400_000
"""Bytes of a body: what base64 leaves of the 6 MB that an answer may have."""


def answer(
    event: dict[str, Any],
    context: Any,
    deployed: Deployed,
    *,
    signins: SignInBook | None = None,
) -> dict[str, Any]:
    """Answer one request of a reader; with `signins` only who has one is answered."""
    spent = Spent(context, deployed, since_s=time.monotonic())
    settled = deployed.settings
    runs = settled.full_replay and fetched() is not None
    answered = web.respond(
        event,
        context,
        deployed.archive,
        largest=LARGEST,
        signins=signins,
        replay=web.Replay(origin=settled.replay_url, runs=runs),
    )
    return served(answered, spent)
