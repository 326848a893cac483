"""The tick: put what is due on the queues. Safe to do at any time and twice."""

from hozon.archive import Archive
from hozon.model import PollJob

BATCH = 1000


def schedule_due(archive: Archive) -> int:
    """Queue a poll for every feed that is due, longest due first; return how many.

    A feed stays due until its poll has ended; a poll that is queued twice is done once.
    Captures that are to be made again by now are queued, too.
    """
    now = archive.clock()
    archive.queue.release(now, limit=BATCH)
    due = archive.feeds.due(now, limit=BATCH)
    if due:
        archive.queue.send([PollJob(feed_id=f.id, due_at=f.due_at) for f in due])
    return len(due)
