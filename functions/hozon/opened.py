"""What a page says once it was read: plain frozen values, no I/O."""

from dataclasses import dataclass, field

from hozon.claims import Extract
from hozon.requisites import Requisite


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPage:
    """A page as its reader saw it: the extract, what it needs, and where it leads.

    `refresh` is where it sends its reader at once; `whole` and `following` are the other
    pages of the same article: the one that shows all of it, and the next. What was not
    asked for is not said.
    """

    extract: Extract = field(default_factory=Extract)
    requisites: tuple[Requisite, ...] = ()
    refresh: str | None = None
    whole: str | None = None
    following: str | None = None
