"""How to fetch, and what those who fetch share: made when it is first wanted.

Functions that never fetch (the tick, the readers') start sooner without it.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hozon.nouns import instants, uris
from hozon.nouns.archive import Archive, user_agent
from hozon.nouns.hosts import HostBook
from hozon.nouns.instants import Clock

if TYPE_CHECKING:
    from hozon.capturing.permission import Memo
    from hozon.capturing.sharing import Commons
    from hozon.fetch import AllowedHosts, HttpFetcher, Leases
    from hozon.nouns.feeddocuments import FeedDocument
    from hozon.nouns.opened import Occasion, OpenedPage
    from hozon.nouns.readers import DocumentReader, Sheet
    from hozon.nouns.requisites import Requisite


def _no_host() -> "AllowedHosts":
    from hozon.fetch import AllowedHosts  # noqa: PLC0415  see above

    return AllowedHosts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """How to fetch: which private hosts are allowed, how long a host is left alone.

    `interval_s` None is the usual: 2 s before a page, less before feeds and requisites.
    With `leases`, no two workers ask one host at a time. `own_hosts` are where this very
    archive is served: to capture those would never end. What is too large for memory
    lies in `scratch` while it is under way.
    """

    allowed: "AllowedHosts" = field(default_factory=_no_host)
    interval_s: float | None = None
    leases: "Callable[[], Leases] | None" = None
    own_hosts: frozenset[str] = frozenset()
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
        from hozon.fetch import HttpFetcher  # noqa: PLC0415  see above

        fetcher = HttpFetcher(
            user_agent=user_agent(self.contact),
            allowed=self.allowed,
            interval_s=self.interval_s,
            leases=self.leases() if self.leases else None,
            until_s=until_s,
            clock=self.clock,
            own_hosts=self.own_hosts,
            scratch=self.scratch,
        )
        try:
            yield fetcher
        finally:
            await fetcher.aclose()


def served_at(public_uri: str | None) -> frozenset[str]:
    """Return the hosts and ports by which an archive leads to itself."""
    if not public_uri:
        return frozenset()
    parsed = uris.parse(public_uri)
    ports = {80, 443} if parsed.port in {80, 443} else {parsed.port}
    return frozenset(f"{parsed.host.removesuffix('.')}:{port}" for port in ports)


def leases(
    hosts: HostBook, clock: Clock, *, lets_go: bool = True
) -> "Callable[[], Leases]":
    """Return what gives the leases that this process holds, from one loop to the next.

    `lets_go`: a host is given back when a fetcher ends.
    """

    @cache
    def made() -> "Leases":
        from hozon.fetch import Leases  # noqa: PLC0415  see above

        return Leases(hosts, clock, lets_go=lets_go)

    return made


def commons(archive: Archive) -> "Callable[[], Commons]":
    """Return what gives the requisites that the snapshots of this process share."""

    @cache
    def made() -> "Commons":
        from hozon.capturing import recalling  # noqa: PLC0415  see above

        return recalling.commons(archive)

    return made


def memo() -> "Callable[[], Memo]":
    """Return what gives the rules of hosts that this process remembers."""

    @cache
    def made() -> "Memo":
        from hozon.capturing.permission import Memo  # noqa: PLC0415  see above

        return Memo()

    return made


class LazyReader:
    """A `ConfinedReader` that is made when the first document is read.

    `feed_s` is how many seconds a feed document may take.
    """

    def __init__(self, *, feed_s: float) -> None:
        self._feed_s = feed_s
        self._made: list[DocumentReader] = []

    async def page(
        self,
        document: bytes,
        *,
        uri: str,
        content_type: str | None = None,
        number: int = 1,
        first: str | None = None,
        leads: bool = True,
        occasion: "Occasion | None" = None,
    ) -> "OpenedPage":
        """Read a page; see `hozon.nouns.readers.DocumentReader.page`."""
        return await self._reader().page(
            document,
            uri=uri,
            content_type=content_type,
            number=number,
            first=first,
            leads=leads,
            occasion=occasion,
        )

    async def needs(
        self, document: bytes, *, uri: str, content_type: str | None, sheet: "Sheet"
    ) -> "tuple[Requisite, ...]":
        """Read what a document needs; see `hozon.nouns.readers.DocumentReader.needs`."""
        return await self._reader().needs(
            document, uri=uri, content_type=content_type, sheet=sheet
        )

    async def inert(
        self,
        document: bytes,
        *,
        uri: str,
        content_type: str | None,
        sheet: "Sheet",
        stage: str,
        pages: str,
    ) -> str:
        """Make a document inert; see `hozon.nouns.readers.DocumentReader.inert`."""
        return await self._reader().inert(
            document,
            uri=uri,
            content_type=content_type,
            sheet=sheet,
            stage=stage,
            pages=pages,
        )

    async def feed(
        self, document: bytes, *, uri: str, content_type: str | None = None
    ) -> "FeedDocument":
        """Read a feed document; see `hozon.nouns.readers.DocumentReader.feed`."""
        return await self._reader().feed(document, uri=uri, content_type=content_type)

    def close(self) -> None:
        """Give back what reading takes, if anything was read."""
        for reader in self._made:
            reader.close()

    def _reader(self) -> "DocumentReader":
        if not self._made:
            from hozon.confined.reader import ConfinedReader  # noqa: PLC0415  see above

            self._made.append(ConfinedReader(feed_s=self._feed_s))
        return self._made[0]
