"""Jobs with one id come from several feeds, and SQS hands out all of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from hozon.adapters.aws.index import DynamoDbIndex
from hozon.nouns.model import Holdings
from hozon.nouns.ports import CLAIM_S
from tests.contract.conftest import Aws
from tests.fakes import NOON, a_capture_job, a_snapshot, a_trouble, after

OURS = a_capture_job()
THEIRS = a_capture_job(
    entry_key="e9",
    feed_id="f9",
    link="https://example.com/e1?utm_source=f9",
    due_at=after(60),
)


@pytest.fixture
def index(client: Callable[[str], Any], aws: Aws) -> DynamoDbIndex:
    """Return an empty index."""
    return DynamoDbIndex(client("dynamodb"), aws.table(), pause=lambda _: None)


def test_one_worker_at_a_time(index: DynamoDbIndex) -> None:
    """The first is handed the job; who comes with the same page leaves it to them."""
    assert OURS == index.claim(OURS, now=NOON)
    assert index.claim(THEIRS, now=after(1)) is None
    assert OURS == index.claim(OURS, now=after(2))


def test_many_at_once(index: DynamoDbIndex) -> None:
    """Of workers who come in one moment one is handed the job."""
    jobs = [a_capture_job(feed_id=f"f{n}", due_at=after(n)) for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        claimed = list(pool.map(lambda job: index.claim(job, now=NOON), jobs))

    assert 1 == sum(each is not None for each in claimed)


def test_jobs_of_one_instant(index: DynamoDbIndex) -> None:
    """Two feeds that are polled in the same millisecond make jobs that differ by entry."""
    theirs = a_capture_job(entry_key="e9", feed_id="f9")

    assert OURS == index.claim(OURS, now=NOON)
    assert index.claim(theirs, now=NOON) is None


def test_a_worker_who_does_not_come_back(index: DynamoDbIndex) -> None:
    """After a while the page is anybody's, who then meets the first one's object."""
    index.claim(OURS, now=NOON)
    later = index.claim(THEIRS, now=after(CLAIM_S))

    assert later is not None
    assert (OURS.due_at, THEIRS.entry_key) == (later.due_at, later.entry_key)


def test_a_page_that_was_given_up(index: DynamoDbIndex) -> None:
    """Once a job is not tried any more, another feed's is, at once."""
    index.claim(OURS, now=NOON)
    index.trouble(a_trouble(attempts=1))
    assert index.claim(THEIRS, now=after(1)) is None

    index.trouble(a_trouble(attempts=9, final=True))
    later = index.claim(THEIRS, now=after(1))
    assert later is not None
    assert OURS.due_at == later.due_at


def test_a_page_that_is_held(index: DynamoDbIndex) -> None:
    """Once a page is held nobody is handed its job, with a claim or without one."""
    index.claim(OURS, now=NOON)
    index.add(Holdings(snapshots=(a_snapshot(OURS.id),)))

    for job in (OURS, THEIRS):
        assert index.claim(job, now=after(CLAIM_S)) is None


def test_another_job_for_a_page(index: DynamoDbIndex) -> None:
    """A page that is to be captured anew is, whatever became of the first job."""
    index.claim(OURS, now=NOON)
    anew = a_capture_job("s2", due_at=after(5))

    assert anew == index.claim(anew, now=after(5))
    index.add(Holdings(snapshots=(a_snapshot("s2"),)))
    assert index.claim(anew, now=after(6)) is None
    assert OURS == index.claim(OURS, now=after(6))
