"""What an attempt at a job came to. No I/O."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

COUNTED = (
    "polls",
    "entries_new",
    "snapshots",
    "requisites",
    "revisits",
    "blocked",
    "refused",
    "failed",
    "bytes_stored",
    "looks",
    "changed",
    "moved",
    "missing",
    "gone",
    "restored",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an attempt came to.

    `counts` uses the words of `COUNTED`, and finer ones for the tallies; `subject` is the
    URI it was about. `problem` says what went wrong, in one line; `retry_at` when to try
    again, None: it is done.
    `postponed`: nobody was asked, so that was no attempt.
    """

    subject: str
    counts: Mapping[str, int] = field(default_factory=Counter)
    problem: str | None = None
    retry_at: datetime | None = None
    postponed: bool = False
