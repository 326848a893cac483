"""Legal holds: orders to keep what there is of a feed or an entry, until they are lifted.

A hold is the operator's: no function may place or lift one. While it stands, nothing
that it covers may be deleted by anybody, not by a purge either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Kind = Literal["feed", "entry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """One order: of what, why, by whom and since when; and how it ended, if it did.

    `subject` is the feed's id or the entry's key, `uri` where it is. `objects` counts the
    WARC objects that were put on hold for it when it was last carried out.
    """

    id: str
    kind: Kind
    subject: str
    uri: str
    reason: str
    placed_by: str
    placed_at: datetime
    objects: int = 0
    lifted_at: datetime | None = None
    lifted_by: str = ""
    lifted_reason: str = ""

    @property
    def stands(self) -> bool:
        """Whether it has not been lifted."""
        return self.lifted_at is None


class Custody(Protocol):
    """Remembers legal holds, and keeps single WARC objects from being deleted."""

    def save(self, hold: LegalHold) -> None:
        """Remember a hold, or what became of it."""

    def holds(self) -> Sequence[LegalHold]:
        """Return all holds, those that were lifted too, oldest first."""

    def keep(self, key: str) -> None:
        """Put an object on hold, if it is not; `NotFound` if there is none."""

    def let_go(self, key: str) -> None:
        """Take an object off hold; `NotFound` if there is none."""

    def keeps(self, key: str) -> bool:
        """Tell whether an object is on hold; `NotFound` if there is none."""

    def locks(self, key: str) -> bool | None:
        """Tell whether the store was told not to let an object be deleted before some
        time; None where it is to lock none. `NotFound` if there is no such object.
        """
