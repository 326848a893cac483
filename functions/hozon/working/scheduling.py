"""The tick: put what is due on the queues. Safe to do at any time and twice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.instants import iso
from hozon.nouns.watches import Spent, Watch
from hozon.nouns.work import LookJob, PollJob
from hozon.stored import naming

RELEASED = 1_000
"""Most captures of later that one tick queues."""

BATCH = 10_000
"""Most polls that one tick queues, and most that are queued: 100 000 feeds an hour.

What is due is queued at each tick until its poll has ended. So where the workers do not
keep up, no more is queued than they can do soon.
"""

LOOKS = 4000
"""How many looks that are due a tick sees: those of one host shall not hide the others."""

PER_HOST = 100
"""How many looks at one host are sent at one tick: it is asked for them one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """What a tick has sent: polls and looks. `left` looks are due, but not today any more:
    the day's budget is used up (at least so many; a tick sees `LOOKS` of them).
    """

    polls: int = 0
    looks: int = 0
    left: int = 0


def schedule_due(archive: Archive) -> Scheduled:
    """Queue polls and looks that are due, longest due first, and say how many.

    A feed stays due until its poll has ended, and a page until its look has; one that is
    queued twice is done once. Captures that are to be made again by now are queued, too.
    """
    now = archive.clock()
    archive.queue.release(now, limit=RELEASED)
    due = archive.feeds.due(now, limit=BATCH)
    room = max(0, BATCH - archive.queue.depths()["polls"]) if due else 0
    polls = [PollJob(feed_id=feed.id, due_at=feed.due_at) for feed in due[:room]]
    if polls:
        archive.queue.send(polls)
    looks, left = _looks(archive, now)
    return Scheduled(polls=len(polls), looks=looks, left=left)


def _looks(archive: Archive, now: datetime) -> tuple[int, int]:
    """Queue looks within the day's budget; return how many, and how many are left."""
    due = archive.watches.due(now, limit=LOOKS)
    if not due:
        return 0, 0
    spent = archive.watches.spent(now.date())
    chosen, after, left = _affordable(due, spent, archive.budget)
    if chosen:
        archive.queue.send([_job(watch) for watch in chosen])
    if after != spent:
        archive.watches.spend(after)
    return len(chosen), left


def _affordable(
    due: Sequence[Watch], spent: Spent, budget: int
) -> tuple[list[Watch], Spent, int]:
    """Return the looks to be sent, what is spent with them, and how many are left.

    Of each host some only. What was sent before and is due still is sent again, and not
    counted twice: that is known of all up to a place in their order.
    """
    sent: Counter[str] = Counter()
    chosen: list[Watch] = []
    left, is_gapless = 0, True
    for watch in due:
        host, place = uris.parse(watch.link).host, _place(watch)
        if budget and spent.looks >= budget and place > spent.until:
            left += 1
            continue
        sent[host] += 1
        if sent[host] > PER_HOST:
            is_gapless = False
            continue
        chosen.append(watch)
        if place > spent.until:
            until = place if is_gapless else spent.until
            spent = replace(spent, looks=spent.looks + 1, until=until)
    return chosen, spent, left


def _place(watch: Watch) -> str:
    due_at = iso(watch.due_at) if watch.due_at else ""
    return f"{due_at}#{naming.link_id(watch.link)}"


def _job(watch: Watch) -> LookJob:
    assert watch.due_at is not None, "what is not due is not sent"
    return LookJob(
        link=watch.link,
        feed_id=watch.feed_id,
        entry_key=watch.entry_key,
        due_at=watch.due_at,
    )
