"""What is known of hosts, and who knows it: robots.txt, and whose turn it is. No I/O."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

AHEAD = timedelta(minutes=1)
"""By how much the clocks of two workers may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What a robots.txt answered when it was last asked for (RFC 9309).

    `host_key` is the origin: ``scheme://authority``. `status` is None where there was
    no answer. `document` is the file without content coding, up to 512 KiB; `note` says
    what a store could not keep of it. From `expires_at` on it is to be asked again.
    `failing_since` is set while it cannot be had: `document` then is the last one that
    could, as long as that may be used.
    """

    host_key: str
    fetched_at: datetime
    status: int | None
    document: bytes
    expires_at: datetime
    failing_since: datetime | None = None
    note: str | None = None


class HostBook(Protocol):
    """What all workers know of hosts: their robots.txt, and whose turn it is.

    Nothing here is worth keeping: what is lost is asked for again.
    """

    def robots(self, origin: str) -> Robots | None:
        """Return what was kept last for an origin (``scheme://authority``), or None.

        It may have expired. It is forgotten `robots.FORGOTTEN_AFTER` later, or then.
        """

    def keep(self, robots: Robots) -> None:
        """Keep a robots.txt in place of one that was fetched at the same instant or
        before; one that was fetched later stays.

        A document that is too large for the store is cut at the end of a line, and
        `note` says so.
        """

    def lease(
        self, host: str, *, owner: str, now: datetime, seconds: float
    ) -> datetime | None:
        """Take a host for `owner` until `seconds` after `now`, or extend its lease.

        None: it is theirs alone until then. Else the instant until which it is not:
        another holds it, or has just asked it, or the host has asked for a pause. One
        conditional write decides. What was written more than `AHEAD` after `now` does
        not count: it was a rehearsal of another instant.
        """

    def release(self, host: str, *, owner: str, next_at: datetime) -> None:
        """End the lease of `owner`, and let nobody have the host before `next_at`.

        Does nothing if another holds it by now.
        """

    def paused(self, host: str, *, now: datetime) -> datetime | None:
        """Return until when nobody may have the host, if that is so at `now` although
        nobody has it: it has asked for a pause, or was just asked.
        """

    def hold(self, host: str, *, now: datetime, until: datetime) -> None:
        """Let nobody have the host before `until`, whoever holds it: it said so itself.

        A longer hold stays.
        """
