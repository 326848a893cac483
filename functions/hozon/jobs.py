"""Jobs as text: what stands in a queue, whichever queue it is."""

import json

from hozon import rows
from hozon.errors import Misuse
from hozon.model import CaptureJob, Job, PollJob


def to_json(job: Job) -> str:
    """Return `job` as JSON in ASCII: SQS refuses some characters that titles hold."""
    name = "poll" if isinstance(job, PollJob) else "capture"
    return json.dumps({name: rows.to_row(job)}, separators=(",", ":"))


def from_json(text: str) -> Job:
    """Return the job that `to_json` wrote.

    Raises `Misuse` for anything else: a queue takes what its senders put into it.
    """
    try:
        found = json.loads(text)
        if isinstance(found, dict) and "poll" in found:
            return rows.from_row(PollJob, found["poll"])
        if isinstance(found, dict) and "capture" in found:
            return rows.from_row(CaptureJob, found["capture"])
    except (ValueError, RecursionError) as e:
        raise Misuse(f"not a job: {e}") from e
    raise Misuse(f"not a job: {text!r:.200}")
