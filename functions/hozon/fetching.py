"""How to fetch, and what those who fetch share: made when it is first wanted.

Functions that never fetch (the tick, the readers') start sooner without it.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hozon import instants
from hozon.archive import user_agent
from hozon.instants import Clock
from hozon.ports import HostBook, PageReader

if TYPE_CHECKING:
    from hozon.claims import Extract
    from hozon.fetch import AllowedHosts, HttpFetcher
    from hozon.permission import Memo
    from hozon.sharing import Commons


def _no_host() -> "AllowedHosts":
    from hozon.fetch import AllowedHosts  # noqa: PLC0415  see above

    return AllowedHosts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """How to fetch: which private hosts are allowed, how long a host is left alone.

    `interval_s` None is the usual: 2 s before a page, less before feeds and requisites.
    With `hosts`, no two workers ask one host at a time; `lets_go` says that a host is let
    go at once when it is not asked any more. What is too large for memory lies in
    `scratch` while it is under way.
    """

    allowed: "AllowedHosts" = field(default_factory=_no_host)
    interval_s: float | None = None
    hosts: HostBook | None = None
    lets_go: bool = True
    contact: str = ""
    clock: Clock = instants.utcnow
    scratch: Path | None = None

    @asynccontextmanager
    async def fetcher(
        self, *, until_s: float | None = None
    ) -> AsyncIterator["HttpFetcher"]:
        """Yield a fetcher for the running loop; its connections end with the block.

        After `until_s` it asks nobody any more.
        """
        from hozon.fetch import HttpFetcher, Leases  # noqa: PLC0415  see above

        leases = None
        if self.hosts is not None:
            leases = Leases(self.hosts, self.clock, lets_go=self.lets_go)
        fetcher = HttpFetcher(
            user_agent=user_agent(self.contact),
            allowed=self.allowed,
            interval_s=self.interval_s,
            leases=leases,
            until_s=until_s,
            clock=self.clock,
            scratch=self.scratch,
        )
        try:
            yield fetcher
        finally:
            await fetcher.aclose()


def commons(clock: Clock) -> "Callable[[], Commons]":
    """Return what gives the requisites that the snapshots of this process share."""

    @cache
    def made() -> "Commons":
        from hozon.sharing import Commons  # noqa: PLC0415  see above

        return Commons(clock=clock)

    return made


def memo() -> "Callable[[], Memo]":
    """Return what gives the rules of hosts that this process remembers."""

    @cache
    def made() -> "Memo":
        from hozon.permission import Memo  # noqa: PLC0415  see above

        return Memo()

    return made


class LazyReader:
    """A `ConfinedReader` that is made when the first page is read."""

    def __init__(self) -> None:
        self._made: list[PageReader] = []

    async def read(self, html: str, uri: str) -> "Extract":
        """Return what can be made out of a page."""
        if not self._made:
            from hozon.confined import ConfinedReader  # noqa: PLC0415  see above

            self._made.append(ConfinedReader())
        return await self._made[0].read(html, uri)

    def close(self) -> None:
        """Give back what reading takes, if anything was read."""
        for reader in self._made:
            reader.close()
