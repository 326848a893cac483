"""What is known of pages that are looked at again, and who knows it. No I/O."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from hozon.nouns.findings import Life
from hozon.nouns.model import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A page that is looked at again, or was: its life so far, and when next.

    `link`, `feed_id` and `entry_key` are those of the entry it was captured for. `due_at`
    is the instant of the next look, and the identity of that look; None: there is none.
    `plan` is the operator's wish for this page, None: that of its feed or archive.
    `tries` counts how often the next look was tried in vain. `record` is the snapshot of
    record.
    """

    link: str
    feed_id: str
    entry_key: str
    life: Life = field(default_factory=Life)
    due_at: datetime | None = None
    plan: str | None = None
    tries: int = 0
    record: Snapshot | None = None


Planner = Callable[[Watch], datetime | None]
"""Says when a page is to be looked at next, after its life has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """How many looks were sent to be made on one day (UTC), of its budget.

    Those due `until` then, by (`due_at`, link id), are counted already: they may be sent
    again for nothing.
    """

    day: date
    looks: int = 0
    until: str = ""


class WatchBook(Protocol):
    """Knows which pages are looked at again, and when next.

    The lives in it are derived: `Index.add` makes them. When a page is looked at, how
    often that was tried in vain and the operator's wishes are not. Pages are found by
    `naming.link_id` of their links.
    """

    def get(self, link: str) -> Watch | None:
        """Return the watch of the page that a link leads to, with its snapshot of record;
        None: nothing was ever captured there.
        """

    def get_all(self, links: Iterable[str]) -> Mapping[str, Watch]:
        """Return the watches of pages, by `naming.link_id`, without snapshots."""

    def due(self, now: datetime, *, limit: int) -> Sequence[Watch]:
        """Return watches with `due_at` ≤ `now`, longest due first, without snapshots.
        One indexed query.
        """

    def plan(
        self, link: str, at: datetime | None, *, was: datetime | None, tries: int = 0
    ) -> None:
        """Say when a page is looked at next, if its watch was due at `was`, else raise
        `Conflict`: another worker has looked in the meantime.
        """

    def wish(self, link: str, plan: str | None) -> None:
        """Keep the operator's plan for a page; None: that of its feed or archive. What
        is due stays as it is.
        """

    def spent(self, day: date) -> Spent:
        """Return how many looks were sent on a day."""

    def spend(self, spent: Spent) -> None:
        """Keep how many looks were sent on a day, over what was kept of it."""
