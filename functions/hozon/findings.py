"""What looks at an article find: plain frozen values, no I/O."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one look at an article found, as its record says; `snapshot_id` names it.

    `change` is the kind of the change and `size` its share of the text, 0 to 1, where
    the outcome is ``changed``.
    """

    snapshot_id: str
    at: datetime
    outcome: Outcome
    status: int | None = None
    reason: str | None = None
    change: str | None = None
    size: float = 0.0
