"""Leases of hosts: so that of all workers one asks a host at a time.

What is written is in the `HostBook`, by the archive's clock; what is waited for here is
in seconds of the running event loop. A lease that is not needed any more runs out by
itself, as that of a worker that has died: giving it back would cost a write.
"""

import asyncio
import secrets
from asyncio import to_thread
from dataclasses import dataclass
from datetime import datetime, timedelta

from hozon.nouns.errors import Busy, Unavailable
from hozon.nouns.hosts import HostBook
from hozon.nouns.instants import Clock

LEASE_S = 10.0
"""For how long a host is taken at a time, at least."""

NEEDED_S = 4.0
"""A lease is extended before a request when less than this is left of it."""

TENURE_S = 20.0
"""After so long, a host is let go for a moment, so that others come to it as well."""

YIELD_S = 2.5
LOOK_S = 2.0
"""How often those look who wait: less than that moment."""

LONG_AGO = -1e9
_MANY = 1024


class Leases:
    """The leases of one worker, for one event loop after another.

    With `lets_go`, what is still held is given back on `end`; else it runs out, or is
    taken again in the worker's next loop.
    """

    def __init__(self, book: HostBook, clock: Clock, *, lets_go: bool = True) -> None:
        self._book = book
        self._clock = clock
        self._lets_go = lets_go
        self._owner = secrets.token_hex(8)
        self._told: tuple[datetime, float] | None = None
        self._held: dict[str, Tenancy] = {}

    def of(self, host: str) -> "Tenancy":
        """Return our tenancy of a host, if only to be."""
        if len(self._held) > _MANY:
            now = asyncio.get_running_loop().time()
            self._held = {h: t for h, t in self._held.items() if t.is_needed(now)}
        return self._held.setdefault(host, Tenancy(self, host))

    async def end(self) -> None:
        """Give back what is still held, where that is wanted, and hold nothing more."""
        now = asyncio.get_running_loop().time()
        ours = [tenancy for tenancy in self._held.values() if tenancy.until > now]
        if self._lets_go:
            await asyncio.gather(*(tenancy.release() for tenancy in ours))
        for tenancy in ours:
            # The machine may sleep until the next loop, and our clock with it.
            tenancy.until = 0.0

    async def take(self, host: str, seconds: float) -> float:
        """Take a host or extend its lease. Return 0, or for how long it is not free."""
        now = self._now()
        free_at = await to_thread(
            self._book.lease, host, owner=self._owner, now=now, seconds=seconds
        )
        return max((free_at - now).total_seconds(), 0.001) if free_at else 0.0

    async def release(self, host: str, *, next_s: float) -> None:
        """Give a host back; nobody is to ask it for the next seconds."""
        next_at = self._now() + timedelta(seconds=next_s)
        await to_thread(self._book.release, host, owner=self._owner, next_at=next_at)

    async def paused(self, host: str) -> datetime | None:
        """Return until when a host wants to be left alone, if it does."""
        return await to_thread(self._book.paused, host, now=self._now())

    async def hold(self, host: str, seconds: float) -> None:
        """Let no worker ask a host for so long: it said so itself."""
        now = self._now()
        self._held.pop(host, None)
        until = now + timedelta(seconds=seconds)
        await to_thread(self._book.hold, host, now=now, until=until)

    def _now(self) -> datetime:
        """Return the archive's instant, later by what has passed even if that stands."""
        at = asyncio.get_running_loop().time()
        now = self._clock()
        if self._told is not None:
            before, then = self._told
            now = max(now, before + timedelta(seconds=at - then))
        self._told = (now, at)
        return now


@dataclass(slots=True)
class Tenancy:
    """One host as long as it is ours: `since` and `until`, by the running loop.

    `asked_at` is when a request started last; nobody is to ask for `pause_s` from then.
    """

    leases: Leases
    host: str
    since: float = 0.0
    until: float = 0.0
    asked_at: float = LONG_AGO
    pause_s: float = 0.0
    _timer: asyncio.TimerHandle | None = None
    _keeping: "asyncio.Task[None] | None" = None

    async def begin(self, *, pause_s: float, patience_s: float) -> None:
        """Have the host until `end`, and for `pause_s` after each request.

        Raises `Busy` where it is not to be had within our patience.
        """
        seconds = max(LEASE_S, 2 * pause_s)
        await self._have(seconds, max(NEEDED_S, pause_s + 1), patience_s)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(self.until - NEEDED_S, self._start_keeping, seconds)

    def end(self) -> None:
        """Keep the host no longer than its lease goes."""
        for begun in (self._timer, self._keeping):
            if begun is not None:
                begun.cancel()
        self._timer = self._keeping = None

    def asked(self, pause_s: float) -> None:
        """Note that a request starts now."""
        self.asked_at = asyncio.get_running_loop().time()
        self.pause_s = pause_s

    def is_needed(self, now: float) -> bool:
        """Tell whether it still matters what is known of the host."""
        return max(self.until, self.asked_at + self.pause_s) > now

    async def release(self) -> None:
        """Give the host back."""
        self.until = 0.0
        next_s = self.asked_at + self.pause_s - asyncio.get_running_loop().time()
        await self.leases.release(self.host, next_s=max(0.0, next_s))

    async def _have(self, seconds: float, needed_s: float, patience_s: float) -> None:
        time = asyncio.get_running_loop().time
        if time() < self.until and time() - self.since > TENURE_S:
            await self.release()
            await asyncio.sleep(YIELD_S)
        if self.until - time() > needed_s:
            return
        if time() >= self.until:
            self.since = time()
        give_up_at = time() + patience_s
        while left := await self._extend(seconds):
            if time() + min(left, LOOK_S) > give_up_at or left > patience_s:
                raise Busy(
                    f"{self.host} is not to be asked for another {left:.0f} s: it wants "
                    "a pause, or another worker is there",
                    retry_after_s=left,
                )
            await asyncio.sleep(min(left, LOOK_S))
            self.since = time()

    def _start_keeping(self, seconds: float) -> None:
        self._keeping = asyncio.create_task(self._keep(seconds))

    async def _keep(self, seconds: float) -> None:
        """Extend the lease again and again: an exchange may take longer than it."""
        time = asyncio.get_running_loop().time
        lost = 0.0
        while not lost:
            try:
                lost = await self._extend(seconds)
            except Unavailable:
                lost = 0.0
            await asyncio.sleep(max(self.until - time() - NEEDED_S, 0.5))

    async def _extend(self, seconds: float) -> float:
        asked_at = asyncio.get_running_loop().time()
        left = await self.leases.take(self.host, seconds)
        if not left:
            self.until = asked_at + seconds
        return left
