"""Requisites that several snapshots need: fetched once, recorded once.

A chain of exchanges (a requisite with its redirects) that was fetched a moment ago for
one snapshot serves the next. The first snapshot that is composed claims it and records
it; later ones wait until that object is durable and then refer to it. Claims are made
all at once per snapshot, so a snapshot only ever waits for ones composed before it. What
another process has stored a moment ago serves as well (`recalling`).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hozon.nouns.instants import Clock
from hozon.nouns.model import Capture, Exchange
from hozon.nouns.requisites import Requisite
from hozon.reading.answers import fresh_s

FRESH = timedelta(minutes=10)
FRESH_AT_MOST = timedelta(days=1)
REMEMBERED = 4_000
"""How many are remembered, those that were wanted last: some 10 MB."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A requisite as fetched: its exchanges, and what it needs itself (style sheets).

    `stopped` says why the chain ended on a redirect. One that was not fetched, because
    the archive holds it already (`recalling`), has no exchanges but `captures`, and serves
    others up to `until`.
    """

    exchanges: tuple[Exchange, ...]
    needs: tuple[Requisite, ...] = ()
    stopped: str | None = None
    captures: tuple[Capture, ...] = ()
    until: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Shared:
    """One requisite between its fetch and the day it is forgotten.

    It serves others up to `until`. `durable` is set by the snapshot that claims it, and
    brings the captures of its exchanges once they are stored; only then are the
    payloads let go.
    """

    uri: str
    until: datetime
    fetched: Fetched
    durable: "asyncio.Future[tuple[Capture, ...]] | None" = None
    captures: tuple[Capture, ...] = ()


@dataclass(slots=True)
class _Flight:
    """A fetch under way, and how many wait for it."""

    task: "asyncio.Task[Shared]"
    waiting: int = 0


Recall = Callable[[Requisite], Awaitable[Fetched | None]]
"""Returns a requisite that an earlier process has stored and that still counts."""


async def nothing(requisite: Requisite) -> None:
    """Recall nothing."""
    del requisite


@dataclass(slots=True, kw_only=True)
class Commons:
    """The requisites that the snapshots of this process share, and those that it is
    reminded of by `recall`.
    """

    clock: Clock
    recall: Recall = nothing
    _flights: dict[str, "_Flight"] = field(default_factory=dict)
    _known: "OrderedDict[str, Shared]" = field(default_factory=OrderedDict)

    def known(self, uri: str) -> Shared | None:
        """Return the requisite `uri` if it was fetched already and still counts."""
        known = self._known.get(uri)
        if known is None or self.clock() > known.until:
            return None
        self._known.move_to_end(uri)
        return known

    async def obtain(self, uri: str, fetch: Callable[[], Awaitable[Fetched]]) -> Shared:
        """Return the requisite `uri`: remembered, in flight, or fetched by `fetch`.

        Raises what `fetch` raised, to all who waited for it; the next one tries anew.
        What nobody waits for any more is not fetched to its end.
        """
        if (known := self.known(uri)) is not None:
            return known
        flight = self._flights.get(uri)
        if flight is None:
            flight = _Flight(asyncio.create_task(self._fly(uri, fetch)))
            self._flights[uri] = flight
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                self._flights.pop(uri, None)
                flight.task.cancel()

    async def _fly(self, uri: str, fetch: Callable[[], Awaitable[Fetched]]) -> Shared:
        since = self.clock()
        try:
            fetched = await fetch()
            shared = _shared(uri, since, fetched)
        finally:
            flight = self._flights.get(uri)
            if flight is not None and flight.task is asyncio.current_task():
                del self._flights[uri]
        self._known[uri] = shared
        self._known.move_to_end(uri)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return shared

    def stored(self, shared: Shared, captures: tuple[Capture, ...]) -> None:
        """Say that a claimed requisite is durable as `captures`: its payloads go.

        With no captures nothing happens: `lost` is to follow.
        """
        if captures:
            shared.captures = captures
            shared.fetched = replace(shared.fetched, exchanges=())
            _resolve(shared, captures)

    def lost(self, shared: Shared) -> None:
        """Say that the snapshot that claimed a requisite is done with it.

        Where it was not stored, those who wait record it themselves, and the next one
        who wants it fetches it again.
        """
        if not shared.captures and self._known.get(shared.uri) is shared:
            del self._known[shared.uri]
        _resolve(shared, ())


def _shared(uri: str, since: datetime, fetched: Fetched) -> Shared:
    until = fetched.until or since + _lifetime(fetched)
    shared = Shared(uri=uri, until=until, fetched=fetched)
    if fetched.captures:
        shared.captures = fetched.captures
        shared.durable = asyncio.get_running_loop().create_future()
        shared.durable.set_result(fetched.captures)
    return shared


def _lifetime(fetched: Fetched) -> timedelta:
    """Return how long a requisite serves others: a moment, or as its headers say."""
    whole = all(e.truncated is None and e.status < 400 for e in fetched.exchanges)
    fresh = min(map(fresh_s, fetched.exchanges), default=0.0) if whole else 0.0
    return max(FRESH, min(timedelta(seconds=fresh), FRESH_AT_MOST))


def _resolve(shared: Shared, captures: tuple[Capture, ...]) -> None:
    if shared.durable is not None and not shared.durable.done():
        shared.durable.set_result(captures)


def claim(wanted: Mapping[str, Shared]) -> tuple[list[Shared], list[Shared]]:
    """Claim for one snapshot what nobody has claimed; return (own, others').

    Synchronous, so that no other snapshot can come in between.
    """
    own = [s for s in wanted.values() if s.durable is None]
    others = [s for s in wanted.values() if s.durable is not None]
    for shared in own:
        shared.durable = asyncio.get_running_loop().create_future()
    return own, others
