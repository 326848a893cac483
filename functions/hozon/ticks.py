"""What the handlers of schedules do: one use case, told in logs and metrics."""

import asyncio
from collections.abc import Sequence

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from hozon import intake, sealing, searching, stamping, wiring
from hozon.archive import Archive
from hozon.errors import Conflict
from hozon.wiring import Deployed

ENDING_MS = 60_000
"""What is kept of an invocation's time for the round that is under way, and for stamps."""

MERGING_MS = 180_000
"""The same for what the merge of the largest segments takes."""


def seal(
    context: LambdaContext, deployed: Deployed, log: Logger, metrics: Metrics
) -> dict[str, int]:
    """Seal round by round while there is time, then have the newest tree stamped."""
    sealed = sealing.seal(
        deployed.archive,
        deployed.signer,
        goes_on=lambda: context.get_remaining_time_in_millis() > ENDING_MS,
    )
    metrics.add_metric("LeavesSealed", MetricUnit.Count, sealed.leaves)
    metrics.add_metric("Unreadable", MetricUnit.Count, len(sealed.unreadable))
    for key in sealed.unreadable:
        log.error("cannot be sealed: it is gone, or damaged", key=key)
    for problem in asyncio.run(_stamped(deployed)):
        log.warning("not stamped", reason=problem)
    log.info("sealed", size=sealed.size, leaves=sealed.leaves)
    return {"size": sealed.size, "leaves": sealed.leaves}


def index(
    context: LambdaContext, deployed: Deployed, log: Logger, metrics: Metrics
) -> dict[str, int]:
    """Make findable what was sealed since, while there is time to merge segments; then
    count it.
    """

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > MERGING_MS

    with wiring.workspace() as room:
        try:
            done = searching.update(
                deployed.archive,
                room,
                has_time=has_time,
            )
        except Conflict as e:
            log.warning("another one is indexing", reason=str(e))
            return {"objects": 0, "documents": 0}
    if done.objects:
        intake.update(deployed.archive, has_time=has_time)
    metrics.add_metric("DocumentsIndexed", MetricUnit.Count, done.documents)
    for key in done.damaged:
        log.error("cannot be searched: it is damaged", key=key)
    log.info("indexed", objects=done.objects, merges=done.merges)
    return {"objects": done.objects, "documents": done.documents}


async def _stamped(deployed: Deployed) -> Sequence[str]:
    if not deployed.settings.tsa:
        return []
    async with deployed.fetching.fetcher() as fetcher:
        authorities = deployed.settings.tsa.split()
        return await stamping.stamp(deployed.archive, fetcher, authorities)


def watch(archive: Archive, metrics: Metrics) -> None:
    """Tell how long the oldest object waits for its seal, in seconds; 0: none does.

    Not the sealer's to tell: that one may be what stands still.
    """
    oldest = archive.seals.oldest()
    waited = 0.0 if oldest is None else (archive.clock() - oldest).total_seconds()
    metrics.add_metric("UnsealedAge", MetricUnit.Seconds, max(0.0, waited))
