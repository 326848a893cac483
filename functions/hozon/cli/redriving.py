"""``hozon redrive``: jobs that were given up, once more."""

from datetime import timedelta
from typing import Any

import click

from hozon.cli.context import Context, note
from hozon.cli.reach import STACK_ONLY
from hozon.nouns.deadletters import QUEUES, DeadLetter, Queue
from hozon.nouns.errors import Misuse
from hozon.nouns.instants import iso
from hozon.nouns.work import BackfillJob, CaptureJob, Job
from hozon.working.redriving import letters, queue_uncaptured, redrive

UNCAPTURED_AFTER = timedelta(hours=6)


@click.command(name="redrive")
@click.option(
    "--only",
    type=click.Choice(QUEUES),
    help="Of this queue alone. [default: of both]",
)
@click.option("--limit", type=click.IntRange(1), help="At most so many of each queue.")
@click.option("--show", is_flag=True, help="Only list what lies there.")
@click.option(
    "--uncaptured",
    is_flag=True,
    help="Instead queue captures of entries that nobody has tried to capture within six "
    "hours: after queues were lost. Works on a folder as well.",
)
@click.pass_obj
def redrive_command(
    context: Context,
    only: Queue | None,
    limit: int | None,
    *,
    show: bool,
    uncaptured: bool,
) -> None:
    """Send the dead letters of a stack back to their queues.

    A job is put aside after five deliveries that failed. Read why in the log, mend the
    cause, then run this. What is no job at all is left where it is.

    \b
    hozon --stack hozon redrive --show
    hozon --stack hozon redrive --only captures --limit 10
    """
    with context.open() as opened:
        if uncaptured:
            queued = queue_uncaptured(opened.archive, older=UNCAPTURED_AFTER)
            context.say({"queued": queued}, f"{queued} captures were queued")
            return
        if opened.dead is None:
            raise Misuse(
                f"`hozon redrive` is for a stack (--stack NAME): {STACK_ONLY['redrive']}"
            )
        queues = (only,) if only else QUEUES
        if show:
            for letter, job in letters(opened.dead, queues=queues, limit=limit or 100):
                context.say(_described(letter, job), _line(letter, job))
            return
        done = redrive(opened.dead, queues=queues, limit=limit)
    said = {"sent": done.sent, "unreadable": done.unreadable}
    context.say(said, f"{done.sent} jobs were sent back to their queues")
    if done.unreadable:
        note(f"hozon: {done.unreadable} messages are no jobs; they stay")
        raise click.exceptions.Exit(1)


def _described(letter: DeadLetter, job: Job | None) -> dict[str, Any]:
    return {
        "queue": letter.queue,
        "sent_at": iso(letter.sent_at),
        "job": type(job).__name__ if job else None,
        "subject": _subject(letter, job),
    }


def _line(letter: DeadLetter, job: Job | None) -> str:
    kind = type(job).__name__ if job else "no job"
    return f"{iso(letter.sent_at)}  {letter.queue:8}  {kind}  {_subject(letter, job)}"


def _subject(letter: DeadLetter, job: Job | None) -> str:
    match job:
        case None:
            return letter.body[:200]
        case CaptureJob(link=uri) | BackfillJob(uri=uri):
            return uri
        case _:
            return job.feed_id
