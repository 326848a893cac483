import json

import pytest

from hozon.nouns.errors import Misuse
from hozon.nouns.work import Job
from hozon.stored import jobs
from tests.fakes import a_backfill_job, a_capture_job, a_hub_job, a_poll_job


def test_the_text_of_jobs() -> None:
    """The text of a job is a format: jobs wait in queues while programs change."""
    assert (
        '{"poll":{"due_at":"2026-08-22T12:00:00.000Z","feed_id":"f1"}}'
    ) == jobs.to_json(a_poll_job())
    assert (
        '{"capture":{"again":0,"due_at":"2026-08-22T12:00:00.000Z","entry_key":"e1",'
        '"feed_id":"f1","id":"s1","link":"https://example.com/e1",'
        '"title":"\\u984c"}}'
    ) == jobs.to_json(a_capture_job(title="題"))


@pytest.mark.parametrize(
    "job",
    [a_poll_job(), a_capture_job(title="題\0\ud83d"), a_backfill_job(), a_hub_job()],
)
def test_a_job_comes_back(job: Job) -> None:
    """A job is read from its text as it was."""
    assert job == jobs.from_json(jobs.to_json(job))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "poll",
        "null",
        "[]",
        "{}",
        '"poll"',
        '{"poll":null}',
        '{"poll":{}}',
        '{"capture":{"id":"s1"}}',
        '{"poll":{"due_at":"today","feed_id":"f1"}}',
        '{"poll":{"due_at":"2026-08-22T12:00:00.000Z","feed_id":1}}',
        '{"purge":{"due_at":"2026-08-22T12:00:00.000Z","feed_id":"f1"}}',
        "[" * 100_000,
        json.dumps({"capture": {"due_at": "9999-12-31T23:59:59-23:00"}}),
    ],
)
def test_rubbish(text: str) -> None:
    """What is no job is refused, whatever somebody put into the queue."""
    with pytest.raises(Misuse):
        jobs.from_json(text)
