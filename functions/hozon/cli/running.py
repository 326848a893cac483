"""``hozon run``: do all that is due."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import click

from hozon import wiring
from hozon.auditing import knowledge
from hozon.cli.context import (
    ALLOW_HOST,
    HOST_INTERVAL,
    TSA,
    Context,
    authorities,
    clock_from,
    fetching,
    note,
    on_terminal,
)
from hozon.cli.evidence import unreadable
from hozon.cli.rechecks import RECHECKS, Rechecks
from hozon.nouns.errors import HozonError, NoSpace
from hozon.nouns.outcomes import COUNTED, Outcome
from hozon.nouns.ports import Poster
from hozon.sealing import intake
from hozon.sealing.sealing import seal
from hozon.sealing.stamping import stamp
from hozon.wiring import Embedded
from hozon.working.running import AT_ONCE, Run

_WATCH_S = 30.0
_SEAL_S = 300.0
_AUDIT_S = 30.0
_REDRAW_S = 0.1


@click.command()
@click.option("--now", metavar="INSTANT", help="Rehearse another instant.")
@click.option(
    "--watch", is_flag=True, help="Go on for ever, whenever something is due."
)
@RECHECKS
@TSA
@ALLOW_HOST
@HOST_INTERVAL
@click.pass_obj
def run(
    context: Context,
    *,
    now: str | None,
    recheck_plan: str | None,
    recheck_budget: int | None,
    on_event: str | None,
    tsa: tuple[str, ...],
    allow_host: tuple[str, ...],
    host_interval: float | None,
    watch: bool,
) -> None:
    """Poll the feeds that are due, capture what is new, look again at what was captured;
    end when nothing is due.

    Every five minutes, and in the end, all that was stored is sealed (see `hozon seal`).
    Once a day some of what is stored is read again (see `hozon audit`).

    A run that was interrupted or killed is gone on with by the next one. What failed is
    told on stderr, line by line, and tried again later; the exit code is 1 then.

    \b
    hozon run
    hozon run --watch
    hozon run --now 2026-12-24
    """
    clock = clock_from(now)
    how = fetching(allow_host, host_interval, context.contact, clock)
    told = Progress(quiet=not on_terminal())
    rechecks = Rechecks(plan=recheck_plan, budget=recheck_budget, on_event=on_event)
    opening = context.folder("run", clock=clock, create=True, settled=rechecks.of)
    with opening as opened, opened.exclusive():
        is_hasty = host_interval is not None and host_interval < 1
        per_host = AT_ONCE if is_hasty else 2

        async def work() -> Counter[str]:
            async with opened.fetcher(how) as fetcher:
                seals = Seals(opened, fetcher, told, authorities(tsa))
                counts = await _work(
                    opened, fetcher, told, seals, per_host=per_host, watch=watch
                )
                counts["requests"] = fetcher.requests
                counts["sealed"] = seals.leaves
                return counts

        counts = asyncio.run(work())
    told.clear()
    counted = (*COUNTED, "looks_left", "requests", "sealed")
    summary = {name: counts[name] for name in counted}
    context.say(summary, _sentence(summary))
    if left := counts["looks_left"]:
        note(f"hozon: today's budget of looks is used up; {left} at least are left")
    if told.problems:
        raise click.exceptions.Exit(1)


async def _work(
    opened: Embedded,
    fetcher: Poster,
    told: "Progress",
    seals: "Seals",
    *,
    per_host: int,
    watch: bool,
) -> Counter[str]:
    running = Run(
        archive=opened.archive,
        inbox=opened.inbox,
        fetcher=fetcher,
        tell=told,
        per_host=per_host,
    )
    sealing_meanwhile = asyncio.create_task(seals.now_and_then())
    try:
        await _round(running, opened, told, seals)
        while watch:
            await asyncio.sleep(_WATCH_S)
            await _round(running, opened, told, seals)
    except HozonError as e:
        told.problem(_what_now(e))
    finally:
        sealing_meanwhile.cancel()
        await asyncio.gather(sealing_meanwhile, return_exceptions=True)
    return running.counts


async def _round(
    running: Run, opened: Embedded, told: "Progress", seals: "Seals"
) -> None:
    await running.to_the_end()
    await seals.now()
    await asyncio.to_thread(_index, opened)
    if await asyncio.to_thread(_audited, opened, told):
        await seals.now()


def _index(opened: Embedded) -> None:
    """Make findable by `hozon search` what is new, and count it."""
    # Here, because what captures has begun by then.
    from hozon.searching.searching import update  # noqa: PLC0415  see above

    with wiring.workspace() as room:
        update(opened.archive, room)
    intake.update(opened.archive)


def _audited(opened: Embedded, told: "Progress") -> bool:
    """Audit what is due, for half a minute, once a day; tell what is wrong, and whether
    there is something to seal.
    """
    if not knowledge.is_due(opened.archive):
        return False
    # Here, because most runs audit nothing, and would start later for it.
    from hozon.auditing import auditing  # noqa: PLC0415  see above

    ends = time.monotonic() + _AUDIT_S
    budget = auditing.Budget(
        has_time=lambda: time.monotonic() < ends,
        has_half=lambda: time.monotonic() < ends - _AUDIT_S / 2,
        of_copy=opened.is_copy,
    )
    try:
        done = auditing.audit(opened.archive, budget, custody=opened.custody)
    except HozonError as e:
        told.problem(f"not audited now: {e}")
        return False
    for found in done.findings:
        if not found.is_doubt:
            told.problem(f"{found.act}: {found.subject}: {found.says}")
    return bool(done.note)


@dataclass(slots=True)
class Seals:
    """Seals what a run stores; `leaves` counts. One seal at a time."""

    opened: Embedded
    fetcher: Poster
    told: "Progress"
    authorities: Sequence[str]
    leaves: int = 0
    one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def now(self) -> None:
        """Seal all that waits, and have it stamped; tell what went wrong."""
        async with self.one:
            archive, signer = self.opened.archive, self.opened.signer
            sealed = await asyncio.to_thread(seal, archive, signer)
            self.leaves += sealed.leaves
            for problem in unreadable(sealed):
                self.told.problem(problem)
            for missing in await stamp(archive, self.fetcher, self.authorities):
                self.told.clear()
                note(f"hozon: {missing}; the next seal tries again")

    async def now_and_then(self) -> None:
        """Seal every five minutes, as a deployed archive does; trouble is told."""
        while True:
            await asyncio.sleep(_SEAL_S)
            try:
                await self.now()
            except HozonError as e:
                self.told.problem(f"not sealed now: {e}")


def _what_now(error: HozonError) -> str:
    if isinstance(error, NoSpace):
        return f"stopped: {error}"
    return f"stopped: {error}; nothing is lost, run again to go on"


@dataclass(slots=True, kw_only=True)
class Progress:
    """Says what goes on: problems as lines, the rest as one line that is redrawn."""

    quiet: bool
    counts: Counter[str] = field(default_factory=Counter)
    problems: int = 0
    drawn_at: float = 0.0

    def __call__(self, outcome: Outcome) -> None:
        """Take notice of what one attempt came to."""
        self.counts.update(outcome.counts)
        if outcome.problem:
            self.problem(f"{outcome.subject}: {outcome.problem}")
        elif not self.quiet and time.monotonic() - self.drawn_at > _REDRAW_S:
            self.drawn_at = time.monotonic()
            click.echo(f"\r\x1b[K{_sentence(self.counts)}", err=True, nl=False)

    def problem(self, text: str) -> None:
        """Tell of something that went wrong, on a line of its own."""
        self.problems += 1
        self.clear()
        note(f"hozon: {text}")

    def clear(self) -> None:
        """Take the redrawn line away."""
        if not self.quiet:
            click.echo("\r\x1b[K", err=True, nl=False)


def _sentence(counts: "Counter[str] | dict[str, int]") -> str:
    said = counts.get
    text = (
        f"{said('polls', 0)} polls, {said('entries_new', 0)} new entries, "
        f"{said('snapshots', 0)} snapshots with {said('requisites', 0)} requisites, "
        f"{said('bytes_stored', 0) / 1e6:.1f} MB stored"
    )
    failed = said("failed", 0)
    blocked = said("blocked", 0)
    if said("looks", 0):
        text = f"{text}, {said('looks', 0)} looked at again"
    for name in ("changed", "moved", "missing", "gone", "restored"):
        text = f"{text}, {said(name, 0)} {name}" if said(name, 0) else text
    text = f"{text}, {blocked} blocked" if blocked else text
    return f"{text}, {failed} failed" if failed else text
