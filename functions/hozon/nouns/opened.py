"""What a page says once it was read: plain frozen values, no I/O."""

from dataclasses import dataclass, field

from hozon.nouns.claims import Extract
from hozon.nouns.model import Headers, Verdict
from hozon.nouns.requisites import Requisite
from hozon.nouns.work import CaptureJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a page was fetched for, and how it was answered: all that it is judged by
    beside its words. `is_compared`: it will be read again, to be compared with another.
    """

    job: CaptureJob
    status: int
    headers: Headers
    is_compared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPage:
    """A page as its reader saw it: the extract, what it needs, and where it leads.

    `refresh` is where it sends its reader at once; `whole` and `following` are the other
    pages of the same article: the one that shows all of it, and the next. `verdict` is
    that on this page alone. What was not asked for is not said.
    """

    extract: Extract = field(default_factory=Extract)
    requisites: tuple[Requisite, ...] = ()
    refresh: str | None = None
    whole: str | None = None
    following: str | None = None
    verdict: Verdict | None = None
