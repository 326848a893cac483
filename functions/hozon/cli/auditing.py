"""``hozon audit``: read what is stored again, and mend it."""

from pathlib import Path

import click

from hozon import wiring
from hozon.auditing import auditing
from hozon.auditing.auditing import Budget
from hozon.audits.audits import Report
from hozon.cli.context import Context, clock_from, note, on_terminal
from hozon.nouns.errors import Conflict, HozonError, Unusable
from hozon.sealing import sealing

_MEGABYTE = 1_000_000


@click.command()
@click.option(
    "--copy",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder of a second copy of this archive (see `hozon pull`): what is gone or "
    "damaged is mended from it. Of a stack, the default is its replica bucket.",
)
@click.option(
    "--due",
    "only_due",
    is_flag=True,
    help="Read only what is due for each object to be read in 90 days, and take a census "
    "only if the last is a week old: for a daily job.",
)
@click.option(
    "--objects",
    type=click.IntRange(0),
    default=100_000,
    show_default=True,
    help="Read so many objects at most; the next audit goes on from there.",
)
@click.option(
    "--megabytes",
    type=click.IntRange(0),
    default=50_000,
    show_default=True,
    help="Begin no other objects when so much was read.",
)
@click.option("--now", metavar="INSTANT", help="Rehearse another instant.")
@click.pass_obj
def audit(
    context: Context,
    copy: Path | None,
    objects: int,
    megabytes: int,
    now: str | None,
    *,
    only_due: bool,
) -> None:
    """Read what is stored again, and hold it, and the whole index, against the log.

    The objects that nobody has read for the longest time come first. What was found
    stands in the log as a leaf. Exit code 4 where something is not as it was and could
    not be mended. `hozon run` does a part of this every day.

    \b
    hozon audit
    hozon audit --copy /mnt/second-copy
    """
    with context.open(clock=clock_from(now)) as opened:
        is_copy = isinstance(opened, wiring.Embedded) and opened.is_copy
        budget = Budget(
            objects=objects,
            octets=megabytes * _MEGABYTE,
            is_beyond=not only_due,
            is_census_due=None if only_due else True,
            of_copy=is_copy,
        )
        remedies = opened.remedies(copy)
        tell = _tell if on_terminal() else lambda _: None
        try:
            done = auditing.audit(
                opened.archive,
                budget,
                custody=opened.custody,
                remedies=remedies,
                progress=tell,
            )
        except Conflict as e:
            raise Unusable("another audit has ended meanwhile; run it again") from e
        if done.note:
            _sealed(opened)
    told(done)
    context.say(done.said(), done.sentence())
    if done.faults:
        raise click.exceptions.Exit(4)


def told(done: Report) -> None:
    """Tell of what an audit has found, a line each."""
    for each in done.findings:
        note(f"{each.act}: {each.subject}: {each.says}")


def _sealed(opened: wiring.Opened) -> None:
    """Seal the audit's note, unless a run is at work, which does it."""
    if not isinstance(opened, wiring.Embedded):
        return
    try:
        with opened.exclusive():
            sealing.seal(opened.archive, opened.signer)
    except HozonError as e:
        note(f"hozon: the audit's note waits for its seal: {e}")


def _tell(objects: int) -> None:
    click.echo(f"\r{objects} objects read", err=True, nl=False)
