"""What every `JobQueue` promises."""

import pytest

from hozon.nouns.work import CaptureJob, Job, PollJob
from tests.contract.conftest import Sent
from tests.fakes import (
    NOON,
    a_backfill_job,
    a_capture_job,
    a_hub_job,
    a_poll_job,
    after,
)


def told(jobs: list[Job]) -> list[str]:
    """Return the jobs in an order of their own: queues promise none."""
    return sorted(map(repr, jobs))


def received(sent: Sent) -> list[str]:
    """Return the jobs that come out of a queue."""
    return told([each.job for each in sent.receive()])


@pytest.mark.parametrize(
    "job",
    [
        PollJob(feed_id="f1", due_at=after(0.123)),
        a_backfill_job(),
        a_hub_job(event="denied", reason="理由"),
        CaptureJob(
            id="s1",
            feed_id="f1",
            entry_key="e1",
            link="https://example.com/?q=<&>",
            title="保存 \uffff \0 \ud83d half",
            due_at=after(-5),
        ),
    ],
)
def test_a_job_comes_out(sent: Sent, job: Job) -> None:
    """A job comes out as it was sent, whatever stands in its title."""
    sent.queue.send([job])

    assert [job] == [each.job for each in sent.receive()]


def test_none(sent: Sent) -> None:
    """To send no jobs is no error, and nothing comes of it."""
    sent.queue.send([])

    assert [] == sent.receive()


def test_many_of_both_kinds(sent: Sent) -> None:
    """Any number of jobs, of both kinds, is sent at once."""
    jobs: list[Job] = [a_poll_job(f"f{n}") for n in range(23)]
    jobs += [a_capture_job(f"s{n}") for n in range(31)]
    sent.queue.send(jobs)

    assert told(jobs) == received(sent)


def test_large_ones(sent: Sent) -> None:
    """Jobs are sent in as many requests as their size takes."""
    uri = "https://example.com/" + "a" * 4000
    jobs: list[Job] = [
        a_capture_job(f"s{n}" * 1300, link=uri, entry_key=uri, feed_id=uri)
        for n in range(40)
    ]
    sent.queue.send(jobs)

    assert told(jobs) == received(sent)


@pytest.mark.parametrize("delay_s", [0.5, 60, 900, 10**6])
def test_held_back(sent: Sent, delay_s: float) -> None:
    """A delayed job does not come out yet; no delay is too long to ask for."""
    sent.queue.send([a_poll_job()], delay_s=delay_s)

    assert [] == sent.receive()


@pytest.mark.parametrize("wait_s", [60, 3600, 7 * 86400])
def test_a_job_of_later(sent: Sent, wait_s: float) -> None:
    """A job for an instant comes out then and not before, however far off that is."""
    at = after(wait_s)
    job = a_capture_job("later", due_at=at)
    sent.queue.send_at(job, at)
    sent.queue.send_at(job, at)
    sent.queue.release(NOON, limit=10)
    early = sent.receive()
    sent.queue.release(at, limit=10)

    assert [] == early
    assert [job] == [each.job for each in sent.receive(at)]


def test_jobs_of_later_are_released_once(sent: Sent) -> None:
    """What was handed over is not handed over again; a limit leaves the rest."""
    for n in range(5):
        sent.queue.send_at(a_capture_job(f"s{n}"), after(n))
    counts = [sent.queue.release(after(9), limit=3) for _ in range(3)]

    assert ["s0", "s1", "s2", "s3", "s4"] == sorted(
        each.job.id
        for each in sent.receive(after(9))
        if isinstance(each.job, CaptureJob)
    )
    assert counts in ([0, 0, 0], [3, 2, 0])
