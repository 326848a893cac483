"""What looks at an article find, and what that comes to: plain frozen values, no I/O."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Outcome = Literal[
    "new",
    "same",
    "changed",
    "moved",
    "missing",
    "gone-410",
    "soft-404",
    "redirected-home",
    "replaced",
    "withdrawn",
    "unreachable",
    "blocked",
    "failing",
]
"""What one look at an article found.

It is there: ``new`` (for the first time), the ``same`` text, ``changed``, ``moved`` (the
same text behind a redirect). It is not: ``missing`` (404), ``gone-410``, ``soft-404``,
``redirected-home``, ``replaced`` by another text, ``withdrawn`` by robots.txt or behind
a login. Nobody knows: ``unreachable``, ``blocked`` (a wall before the article),
``failing`` (429, 5xx).
"""

ChangeKind = Literal["title", "correction", "addition", "removal", "rewrite", "facts"]
"""How an article was edited: its title alone, a few words, more text, less, or most of
it; ``facts`` are author and picture alone.
"""

State = Literal["live", "missing", "gone", "restored"]
EventKind = Literal["new", "changed", "moved", "missing", "gone", "restored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one look at an article found, as its record says.

    `id` is that of the look's job, and of its snapshot where one was made (`held`);
    `at` is when the page answered, or was asked for. `feed_id`, `entry_key` and `link`
    are those of the entry it was made for. `change` is the kind of the change and `size`
    its share of the text, 0 to 1, where the outcome is ``changed``. `page_uri` is where
    the redirects ended. `vouched`: the server said so (304), and sent nothing.
    """

    id: str
    link: str
    at: datetime
    outcome: Outcome
    feed_id: str = ""
    entry_key: str = ""
    status: int | None = None
    reason: str | None = None
    change: ChangeKind | None = None
    size: float = 0.0
    page_uri: str | None = None
    vouched: bool = False
    held: bool = False
    warc_key: str = ""

    @property
    def place(self) -> tuple[datetime, str]:
        """What findings are in the order of."""
        return self.at, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What the findings so far come to.

    `since` is when the state began: of ``missing`` and ``gone`` the first look that did
    not find the article. `first_at` is when it was first found, `seen_at` when last,
    `changed_at` when it was first found in its present `version`, of which there may
    be several, from 1; `page_uri` is where. `looked_at` is when it was last looked for,
    by the look `last_id`. `missed` counts the looks in a row that did not find it,
    `missed_410` those of them that were told 410, `unknown` those in a row that told
    nothing. `whole_at` is when the server last sent the page, `vouched` how often it
    said since that it was the same.
    """

    state: State = "live"
    since: datetime | None = None
    first_at: datetime | None = None
    seen_at: datetime | None = None
    changed_at: datetime | None = None
    looked_at: datetime | None = None
    last_id: str = ""
    version: int = 0
    page_uri: str | None = None
    missed: int = 0
    missed_410: int = 0
    unknown: int = 0
    whole_at: datetime | None = None
    vouched: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one finding changed: the life behind it, and what is to be told of it."""

    finding: Finding
    life: Life
    event: EventKind | None
