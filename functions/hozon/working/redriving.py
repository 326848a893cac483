"""Send jobs back that were given up, and queue captures that were lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hozon.entries.entries import first_job
from hozon.nouns.archive import Archive
from hozon.nouns.deadletters import QUEUES, DeadLetter, DeadLetters, Queue
from hozon.nouns.errors import Misuse
from hozon.nouns.work import CaptureJob, Job
from hozon.retrieving.listing import entries_of
from hozon.stored import jobs

LOOKED_AT_S = 20
"""How long dead letters are hidden from others that are only looked at."""

SENT_BACK_S = 120

_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Redriven:
    """What a redrive came to: sent back, and left because it is no job at all."""

    sent: int = 0
    unreadable: int = 0


def letters(
    dead: DeadLetters, *, queues: tuple[Queue, ...] = QUEUES, limit: int = 100
) -> Iterator[tuple[DeadLetter, Job | None]]:
    """Yield dead letters with the jobs they are (None: it is none), and leave them."""
    for queue in queues:
        seen = 0
        while seen < limit and (some := dead.take(queue, hidden_s=LOOKED_AT_S)):
            for letter in some[: limit - seen]:
                yield letter, job_of(letter)
            seen += len(some)


def job_of(letter: DeadLetter) -> Job | None:
    """Return the job that a dead letter is, None if it is none."""
    try:
        return jobs.from_json(letter.body)
    except Misuse:
        return None


def redrive(
    dead: DeadLetters, *, queues: tuple[Queue, ...] = QUEUES, limit: int | None = None
) -> Redriven:
    """Send dead letters back to their queues, `limit` of each at most.

    What is no job stays where it is: it would only come back here. Each job gets its
    five deliveries anew.
    """
    sent = unreadable = 0
    for queue in queues:
        left = limit
        while left != 0 and (some := dead.take(queue, hidden_s=SENT_BACK_S)):
            known = [each for each in some if job_of(each) is not None][:left]
            dead.send_back(known)
            sent += len(known)
            unreadable += sum(job_of(each) is None for each in some)
            left = None if left is None else left - len(known)
    return Redriven(sent=sent, unreadable=unreadable)


def queue_uncaptured(archive: Archive, *, older: timedelta) -> int:
    """Queue captures of entries that nobody has captured or tried; return how many.

    Their jobs were lost: with a queue that was deleted or stood still for a week, with
    an archive that was moved or restored. `older` spares those that are on their way.
    """
    queued, batch = 0, list[CaptureJob]()
    for job in uncaptured(archive, older=older):
        batch.append(job)
        if len(batch) == _AT_ONCE:
            queued += _send(batch, archive)
    return queued + _send(batch, archive)


def uncaptured(
    archive: Archive, *, older: timedelta, since: datetime | None = None
) -> Iterator[CaptureJob]:
    """Yield the jobs of entries that nobody has captured or tried, of those that feeds
    have listed (`since`, if it is given) and that were seen `older` ago.
    """
    until = archive.clock() - older
    for shown in entries_of(archive.index, since=since):
        job = first_job(shown.entry)
        is_known = shown.snapshot is not None or shown.trouble is not None
        if job is not None and not is_known and shown.entry.first_seen_at <= until:
            yield job


def _send(batch: list[CaptureJob], archive: Archive) -> int:
    archive.queue.send(batch)
    sent = len(batch)
    batch.clear()
    return sent
