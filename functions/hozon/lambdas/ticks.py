"""Ticks as Lambda hands them over: one use case each, told in the log and the tally."""

import time
from collections import Counter
from typing import Any

from hozon.lambdas.reports import Report, Spent
from hozon.nouns.archive import Archive
from hozon.wiring import Deployed

ENDING_MS = 60_000
"""What is kept of an invocation's time for the round that is under way, and for stamps."""

MERGING_MS = 180_000
"""The same for what the merge of the largest segments takes."""


def work(context: Any, deployed: Deployed) -> dict[str, int]:
    """Queue what is due, unless the kill switch is on; say how much that was.

    What could not be told is told, too.
    """
    import asyncio  # noqa: PLC0415  each tick has its own

    from hozon.settling.telling import tell_waiting  # noqa: PLC0415  as above
    from hozon.working.scheduling import Scheduled, schedule_due  # noqa: PLC0415  as above

    report = Report.of(Spent(context, deployed, since_s=time.monotonic()))
    enabled = deployed.settings.enabled
    sent = schedule_due(deployed.archive) if enabled else Scheduled()
    told = asyncio.run(tell_waiting(deployed.archive)) if enabled else 0
    counts = {"feeds": sent.polls, "looks": sent.looks, "looks_left": sent.left}
    report.log.info("scheduled", enabled=enabled, told=told, **counts)
    # Not the sealer's to tell: that one may be what stands still.
    report.values["SealAge"] = unsealed_s(deployed.archive)
    if sent.left:
        report.values["LooksLeft"] = sent.left
    done = Counter(ticks=1, feeds_due=sent.polls, looks_due=sent.looks, told=told)
    report.settle_now(done)
    return counts


def unsealed_s(archive: Archive) -> float:
    """Return for how long the oldest object waits for its seal, in seconds; 0: none."""
    oldest = archive.seals.oldest()
    waited = 0.0 if oldest is None else (archive.clock() - oldest).total_seconds()
    return max(0.0, waited)


def seal(context: Any, deployed: Deployed) -> dict[str, int]:
    """Seal round by round while there is time, then have the newest tree stamped."""
    from hozon.sealing import sealing  # noqa: PLC0415  as above

    report = Report.of(Spent(context, deployed, since_s=time.monotonic()))
    sealed = sealing.seal(
        deployed.archive,
        deployed.signer,
        goes_on=lambda: context.get_remaining_time_in_millis() > ENDING_MS,
    )
    for key in sealed.unreadable:
        report.log.fault("cannot be sealed: it is gone, or damaged", key=key)
    for problem in _stamped(deployed):
        report.log.warning("not stamped", reason=problem)
    report.log.info("sealed", size=sealed.size, leaves=sealed.leaves)
    unreadable = len(sealed.unreadable)
    report.settle_now(Counter(seals=1, leaves=sealed.leaves, unreadable=unreadable))
    return {"size": sealed.size, "leaves": sealed.leaves}


def index(context: Any, deployed: Deployed) -> dict[str, int]:
    """Make findable what was sealed since, while there is time to merge segments; then
    count it.
    """
    from hozon import wiring  # noqa: PLC0415  as above
    from hozon.nouns.errors import Conflict  # noqa: PLC0415  as above
    from hozon.sealing import intake  # noqa: PLC0415  as above
    from hozon.searching import searching  # noqa: PLC0415  as above

    report = Report.of(Spent(context, deployed, since_s=time.monotonic()))

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() > MERGING_MS)

    with wiring.workspace() as room:
        try:
            done = searching.update(deployed.archive, room, has_time=has_time)
        except Conflict as e:
            report.log.warning("another one is indexing", reason=str(e))
            report.settle_now()
            return {"objects": 0, "documents": 0}
    if done.objects:
        intake.update(deployed.archive, has_time=has_time)
    for key in done.damaged:
        report.log.fault("cannot be searched: it is damaged", key=key)
    report.log.info("indexed", objects=done.objects, merges=done.merges)
    report.settle_now(Counter(indexed=done.documents))
    return {"objects": done.objects, "documents": done.documents}


def audit(context: Any, deployed: Deployed) -> dict[str, int]:
    """Read again what is due, put back what is missing, and tell what is wrong.

    What is damaged is not set aside: no function may (`adapters.aws.mending`).
    """
    from dataclasses import replace  # noqa: PLC0415  as above

    from hozon.auditing import auditing  # noqa: PLC0415  as above
    from hozon.nouns.errors import Conflict  # noqa: PLC0415  as above

    report = Report.of(Spent(context, deployed, since_s=time.monotonic()))

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() > ENDING_MS)

    half_ms = context.get_remaining_time_in_millis() // 2

    def has_half() -> bool:
        return bool(context.get_remaining_time_in_millis() > half_ms)

    try:
        done = auditing.audit(
            deployed.archive,
            auditing.Budget(has_time=has_time, has_half=has_half),
            custody=deployed.custody,
            remedies=replace(deployed.remedies(), mender=None, keep=None, keeps=None),
        )
    except Conflict as e:
        report.log.warning("another audit is at work", reason=str(e))
        report.settle_now()
        return {"read": 0, "faults": 0}
    for found in done.findings:
        say = report.log.warning if found.is_doubt else report.log.fault
        say("audit found", act=found.act, subject=found.subject, reason=found.says)
    report.log.info("audited", sentence=done.sentence(), note=done.note)
    report.values["FixityDamaged"] = done.faults
    counts = Counter(audits=1, audited=done.read, mended=len(done.mended))
    report.settle_now(counts)
    return {"read": done.read, "faults": done.faults}


def _stamped(deployed: Deployed) -> list[str]:
    """Have the newest tree stamped; return what went wrong."""
    if not deployed.settings.tsa:
        return []
    import asyncio  # noqa: PLC0415  with all that fetches, where there is an authority

    from hozon.sealing import stamping  # noqa: PLC0415  as above

    async def stamped() -> list[str]:
        async with deployed.fetching.fetcher() as fetcher:
            authorities = deployed.settings.tsa.split()
            return list(await stamping.stamp(deployed.archive, fetcher, authorities))

    return asyncio.run(stamped())
