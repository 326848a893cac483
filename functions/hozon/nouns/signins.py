"""Sign-ins: what lets a reader into an archive that is not everybody's.

An operator issues one, and hands a *link* to a person or a *token* to a program. The link
works once: a browser exchanges it for a *session*, which it keeps in a cookie. Of none of
the three is more stored than a digest. Link and session are one sign-in, so that one
write ends both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, get_args

from hozon.nouns.errors import Refused

Holder = Literal["person", "program"]

State = Literal["waiting", "in use", "ended", "revoked"]
"""``waiting``: for its link to be used; ``ended``: by itself, at its time."""

Why = Literal["nobody", "unknown", "used", "ended", "revoked", "elsewhere"]
"""Why somebody is not let in: they have shown nothing; what they show was not issued here;
its link was used already; its time is over; it was taken back; or the request comes from
a page of another site.
"""

WHYS: tuple[Why, ...] = get_args(Why)

REMEMBERED = timedelta(days=30)
"""For how long after its end a sign-in is listed at least."""


class NotAdmitted(Refused):
    """A reader is not let in."""

    def __init__(self, why: Why) -> None:
        super().__init__(f"not admitted: {why}")
        self.why: Why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What was issued to one reader.

    `name` says to the operator whose it is. `until` is when it ends: a link that nobody
    has used, then the session that came of it (`lasts_s` seconds after that), or a token.
    `link` and `secret` are digests: of what may be exchanged (empty for a program), and of
    what lets in (empty as long as the link waits).
    """

    id: str
    name: str
    holder: Holder
    issued_at: datetime
    until: datetime
    lasts_s: int
    link: str = ""
    secret: str = ""
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> State:
        """Return how it stands."""
        if self.revoked_at is not None:
            return "revoked"
        if now >= self.until:
            return "ended"
        return "in use" if self.secret else "waiting"


class SignInBook(Protocol):
    """The sign-ins of an archive. One that is forgotten lets nobody in."""

    def add(self, signin: SignIn) -> None:
        """Keep a new one, or raise `Conflict` where there is one of this id."""

    def get(self, signin_id: str) -> SignIn | None:
        """Return one as it is now: every change that has returned is seen."""

    def replace(self, old: SignIn, new: SignIn) -> None:
        """Put `new` in the place of `old`; raise `Conflict` if that has changed since.

        Of two who replace the same one at once, one succeeds.
        """

    def all(self) -> Sequence[SignIn]:
        """Return all that are known, by `issued_at`, then `id`. `REMEMBERED` after its end
        one may be forgotten.
        """
