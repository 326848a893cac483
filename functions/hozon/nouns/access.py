"""Who may see what: decisions about access, and what the use cases ask of them.

All but a purge is a decision, which takes nothing away and can be taken back. Enforced is
it in one place (`hozon.guarding.guarding`); this module only knows what a decision is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, get_args

from hozon.nouns import instants, uris

State = Literal["public", "unlisted", "embargoed", "dark"]
"""``public``: as if nothing was decided, whatever a wider decision says; ``unlisted``: to
be had by its exact URI, and named nowhere; ``embargoed``: not to be had before an instant;
``dark``: not to be had.
"""

STATES: tuple[State, ...] = get_args(State)
"""From the most open to the strictest."""

HIDING: frozenset[State] = frozenset({"embargoed", "dark"})

Scope = Literal["page", "site", "feed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about a page, a site or a feed. The latest one counts.

    `subject` is the URI of the page (any link that leads there), what the URIs of the
    site begin with, or the id of the feed. `until` is when an embargo ends, by itself:
    from then on it is as if there was no decision. `by` is who decided.
    """

    scope: Scope
    subject: str
    state: State
    decided_at: datetime
    reason: str = ""
    by: str = ""
    until: datetime | None = None

    @property
    def key(self) -> str:
        """What decisions about one subject have in common."""
        if self.scope == "page":
            return f"page {uris.link_key(self.subject)}"
        return f"{self.scope} {self.prefix if self.scope == 'site' else self.subject}"

    @property
    def prefix(self) -> str:
        """What the keys (`uris.key`) begin with that a site has."""
        return uris.key(self.subject)

    @property
    def is_hiding(self) -> bool:
        """Whether nobody gets to see it."""
        return self.state in HIDING

    def stands(self, now: datetime) -> bool:
        """Tell whether it counts: an embargo only until it ends."""
        return self.state != "embargoed" or self.until is None or now < self.until

    def told(self) -> str:
        """Say to a reader why there is nothing to be seen; no more than that."""
        if self.state == "embargoed" and self.until is not None:
            return f"this is under an embargo until {instants.iso(self.until)}"
        return "the operator of this archive has put this out of sight"


def strictest(found: Iterable[Decision | None]) -> Decision | None:
    """Return the decision with the strictest state; None where there is none."""
    known = [each for each in found if each is not None]
    return max(known, key=lambda each: STATES.index(each.state), default=None)


def most_open(found: Iterable[Decision]) -> Decision | None:
    """Return the decision with the most open state; None where there is none."""
    return min(found, key=lambda each: STATES.index(each.state), default=None)


class AccessBook(Protocol):
    """The decisions. They can be made anew from the log (`deciding.restore`).

    Puts commute and may be done twice: of those about one subject the latest stands.
    """

    def put(self, decision: Decision) -> None:
        """Keep a decision, unless a later one about its subject is known."""

    def all(self) -> Sequence[Decision]:
        """Return the latest decision about each subject, by `decided_at`, then `key`.
        One query, which sees every put that returned.
        """


class Sight(Protocol):
    """What a reader of an archive may see, for what no guarded port says."""

    def named(self, uri: str) -> None:
        """Raise `Hidden` if a URI, or all that is held of it, is out of sight."""

    def uri(self, uri: str) -> None:
        """Raise `Hidden` if it was decided that just this URI is out of sight."""

    def whole(self, warc_key: str) -> None:
        """Raise `Hidden` if a WARC object, or what it says of its page, is out of sight."""

    def octets(self, warc_key: str, first: int, length: int) -> None:
        """Raise `Hidden` if these bytes of a WARC object are out of sight."""

    def lists_object(self, warc_key: str) -> bool:
        """Tell whether a WARC object may be in a list, such as an export."""

    def lists_page(self, links: Iterable[str], feed_id: str) -> bool:
        """Tell whether the page with these URIs may be in a list, for this feed."""


class Everything:
    """The sight of who may see all, such as a worker."""

    def named(self, uri: str) -> None:
        """Let it be seen."""

    def uri(self, uri: str) -> None:
        """Let it be seen."""

    def whole(self, warc_key: str) -> None:
        """Let it be seen."""

    def octets(self, warc_key: str, first: int, length: int) -> None:
        """Let them be seen."""

    def lists_object(self, warc_key: str) -> bool:
        """Return True."""
        del warc_key
        return True

    def lists_page(self, links: Iterable[str], feed_id: str) -> bool:
        """Return True."""
        del links, feed_id
        return True


EVERYTHING = Everything()
