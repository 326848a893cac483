"""The tick: put what is due on the queues. Safe to do at any time and twice."""

from hozon.archive import Archive
from hozon.work import PollJob

RELEASED = 1_000
"""Most captures of later that one tick queues."""

BATCH = 10_000
"""Most polls that one tick queues, and most that are queued: 100 000 feeds an hour.

What is due is queued at each tick until its poll has ended. So where the workers do not
keep up, no more is queued than they can do soon.
"""


def schedule_due(archive: Archive) -> int:
    """Queue a poll for every feed that is due, longest due first; return how many.

    A feed stays due until its poll has ended; a poll that is queued twice is done once.
    Captures that are to be made again by now are queued, too.
    """
    now = archive.clock()
    archive.queue.release(now, limit=RELEASED)
    due = archive.feeds.due(now, limit=BATCH)
    if not due:
        return 0
    room = max(0, BATCH - archive.queue.depths()["polls"])
    jobs = [PollJob(feed_id=feed.id, due_at=feed.due_at) for feed in due[:room]]
    archive.queue.send(jobs)
    return len(jobs)
