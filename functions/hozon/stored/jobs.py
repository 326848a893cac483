"""Jobs as text: what stands in a queue, whichever queue it is."""

import json
from collections.abc import Mapping

from hozon.nouns.errors import Misuse
from hozon.nouns.work import BackfillJob, CaptureJob, HubJob, Job, LookJob, PollJob
from hozon.stored import rows

_KINDS: Mapping[str, type[Job]] = {
    "poll": PollJob,
    "capture": CaptureJob,
    "backfill": BackfillJob,
    "hub": HubJob,
    "look": LookJob,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_json(job: Job) -> str:
    """Return `job` as JSON in ASCII: SQS refuses some characters that titles hold."""
    return json.dumps({_NAMES[type(job)]: rows.to_row(job)}, separators=(",", ":"))


def from_json(text: str) -> Job:
    """Return the job that `to_json` wrote.

    Raises `Misuse` for anything else: a queue takes what its senders put into it.
    """
    try:
        found = json.loads(text)
        if isinstance(found, dict) and len(found) == 1:
            ((name, row),) = found.items()
            if name in _KINDS:
                return rows.from_row(_KINDS[name], row)
    except (ValueError, RecursionError) as e:
        raise Misuse(f"not a job: {e}") from e
    raise Misuse(f"not a job: {text!r:.200}")
