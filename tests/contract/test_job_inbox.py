"""What a `JobInbox` promises; only the embedded archive has one."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.inbox import SqliteJobInbox
from hozon.adapters.embedded.schemas import STATE
from hozon.nouns.ports import JobInbox
from tests.fakes import NOON, a_capture_job, a_poll_job, after


def ids(inbox: JobInbox, *, now: float = 0, limit: int = 99) -> list[str]:
    """Receive capture jobs and return their ids."""
    received = inbox.receive(now=after(now), limit=limit)
    return [getattr(each.job, "id", "") for each in received]


def test_oldest_first(inbox: JobInbox) -> None:
    """Jobs are handed out in the order they became available in, then were sent in."""
    inbox.send([a_capture_job("late")], delay_s=2)
    inbox.send([a_capture_job("first"), a_capture_job("second")])
    inbox.send([a_capture_job("third")])

    assert ["first", "second"] == ids(inbox, limit=2)
    assert ["third"] == ids(inbox)
    assert ["late"] == ids(inbox, now=2)


def test_held_back_to_the_millisecond(inbox: JobInbox) -> None:
    """A delayed job is available from its instant on."""
    inbox.send([a_capture_job("s1")], delay_s=0.5)

    assert [] == ids(inbox, now=0.499)
    assert ["s1"] == ids(inbox, now=0.5)


def test_nobody_else_gets_it(inbox: JobInbox) -> None:
    """A job that is handed out is handed out to one."""
    inbox.send([a_capture_job(str(n)) for n in range(40)])
    with ThreadPoolExecutor(8) as pool:
        got = pool.map(lambda _: ids(inbox, limit=5), range(16))

    assert sorted(map(str, range(40))) == sorted(id_ for some in got for id_ in some)


def test_one_job_of_an_id(inbox: JobInbox) -> None:
    """Of jobs for one page, whoever wants it, the first stands until it is done."""
    inbox.send([a_capture_job(), a_capture_job(feed_id="f2", due_at=after(1))])
    inbox.send([a_capture_job(feed_id="f3"), a_poll_job(), a_poll_job("f2")])
    received = inbox.receive(now=NOON, limit=9)

    assert [a_capture_job(), a_poll_job(), a_poll_job("f2")] == [
        each.job for each in received
    ]
    inbox.send([a_capture_job(feed_id="f4")])
    assert 3 == inbox.depth()
    inbox.done(received[0].receipt)
    inbox.send([a_capture_job(feed_id="f5")])
    assert ["s1"] == ids(inbox)


def test_done(inbox: JobInbox) -> None:
    """A job that is done is gone, whatever happens then."""
    inbox.send([a_capture_job()])
    [delivery] = inbox.receive(now=NOON, limit=9)
    inbox.done(delivery.receipt)
    inbox.done(delivery.receipt)
    inbox.retry(delivery.receipt, at=NOON)
    inbox.release_all()

    assert ([], 0) == (ids(inbox), inbox.depth())


def test_retried(inbox: JobInbox) -> None:
    """A job that is given back is available again at its instant; its count goes up."""
    inbox.send([a_poll_job()])
    [first] = inbox.receive(now=NOON, limit=9)
    inbox.retry(first.receipt, at=after(60))

    assert [] == inbox.receive(now=after(59), limit=9)
    [second] = inbox.receive(now=after(60), limit=9)
    assert (a_poll_job(), a_poll_job()) == (first.job, second.job)
    assert (1, 2) == (first.count, second.count)


def test_an_old_receipt_is_void(inbox: JobInbox) -> None:
    """Who held a job before it was handed out anew can neither end it nor move it."""
    inbox.send([a_poll_job()])
    [first] = inbox.receive(now=NOON, limit=9)
    inbox.release_all()
    [second] = inbox.receive(now=NOON, limit=9)
    inbox.done(first.receipt)
    inbox.retry(first.receipt, at=NOON)

    assert ([], 1) == (inbox.receive(now=NOON, limit=9), inbox.depth())
    inbox.done(second.receipt)
    assert 0 == inbox.depth()


def test_a_strange_receipt(inbox: JobInbox) -> None:
    """A receipt that we never gave out does nothing."""
    inbox.send([a_poll_job()])
    inbox.receive(now=NOON, limit=9)
    for receipt in ("", "1", "x.y", "1.99", "0.1"):
        inbox.done(receipt)

    assert 1 == inbox.depth()


def test_released(inbox: JobInbox) -> None:
    """Jobs of a process that died are handed out again, and counted as such."""
    inbox.send([a_capture_job("s1"), a_capture_job("s2")])
    ids(inbox, limit=1)
    inbox.release_all()

    again = inbox.receive(now=NOON, limit=9)
    assert [("s1", 2), ("s2", 1)] == [
        (getattr(each.job, "id", ""), each.count) for each in again
    ]


def test_the_next_one(inbox: JobInbox) -> None:
    """It is known when the next job becomes available, if there is one."""
    assert inbox.next_at() is None

    inbox.send([a_capture_job("s1")], delay_s=90)
    inbox.send([a_capture_job("s2")], delay_s=60)
    assert after(60) == inbox.next_at()

    inbox.receive(now=after(60), limit=9)
    assert after(90) == inbox.next_at()


def test_depth(inbox: JobInbox) -> None:
    """Jobs count until they are done: waiting, delayed, and handed out."""
    inbox.send([a_capture_job("s1"), a_capture_job("s2")])
    inbox.send([a_capture_job("s3")], delay_s=60)
    [first, _] = inbox.receive(now=NOON, limit=9)

    assert 3 == inbox.depth()
    inbox.done(first.receipt)
    assert 2 == inbox.depth()


def test_sent_again(inbox: JobInbox) -> None:
    """A job that is not done is the same job when it is sent again; later it is new."""
    inbox.send([a_capture_job()])
    [first] = inbox.receive(now=NOON, limit=9)
    inbox.send([a_capture_job()])
    assert 1 == inbox.depth()

    inbox.done(first.receipt)
    inbox.send([a_capture_job()])
    assert ["s1"] == ids(inbox)


def test_it_lasts(tmp_path: Path) -> None:
    """Jobs, and that they were handed out, outlive the process."""
    path = tmp_path / "state.sqlite"
    first = Database(path, STATE)
    inbox = SqliteJobInbox(first, lambda: NOON)
    inbox.send([a_capture_job("s1"), a_capture_job("s2")])
    inbox.receive(now=NOON, limit=1)
    first.close()

    second = Database(path, STATE)
    inbox = SqliteJobInbox(second, lambda: NOON)
    assert (2, ["s2"]) == (inbox.depth(), ids(inbox))
    second.close()


def test_postponed(inbox: JobInbox) -> None:
    """What was not tried comes again as if it was new, and the old receipt is void."""
    inbox.send([a_capture_job("s1")])
    [first] = inbox.receive(now=NOON, limit=9)
    inbox.postpone(first.receipt, at=after(30))
    inbox.postpone(first.receipt, at=after(1))
    inbox.done(first.receipt)

    assert [] == ids(inbox, now=29)
    [second] = inbox.receive(now=after(30), limit=9)
    inbox.done(first.receipt)
    assert (first.job, 1) == (second.job, second.count)
    assert 1 == inbox.depth()
