"""Dead letters: jobs that failed as often as they may, put aside until a person looks.

Only a deployed archive has them: its queues count deliveries. In a folder a job that
failed for good is done, and its reason stands on the entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Queue = Literal["polls", "captures"]

QUEUES: tuple[Queue, ...] = ("polls", "captures")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message as it lies there: from which queue, what it says, and since when."""

    queue: Queue
    body: str
    sent_at: datetime
    receipt: str


class DeadLetters(Protocol):
    """The dead letters of both queues. The operator's: no function may touch them."""

    def depths(self) -> Mapping[Queue, int]:
        """Return how many there are about."""

    def take(self, queue: Queue, *, hidden_s: int) -> Sequence[DeadLetter]:
        """Return some of them, at most ten, hidden from others for so many seconds.

        None: there are none that could be seen at this moment.
        """

    def send_back(self, letters: Sequence[DeadLetter]) -> None:
        """Send them to the queue they came from, and then remove them here.

        Who dies in between leaves them in both, and a job done twice is done once.
        """
