"""When a host may be asked next: one exchange at a time, and a pause between two.

Times are those of the running event loop, in seconds. With `Leases` it holds across all
workers, else within this one.
"""

import asyncio
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from hozon.fetch.leases import LONG_AGO, Leases, Tenancy
from hozon.nouns.errors import Busy, Misuse

DEFAULT_INTERVAL_S = 2.0
PATIENCE_S = 30.0
"""How long a host is waited for that asked us to wait, or that another worker has;
beyond, the caller decides.
"""

MAX_HOLD_S = 86400.0
UNSAID_S = 30.0
"""How long a host is left alone that says "too many", and not for how long."""

_MANY = 1024


@dataclass(slots=True)
class _Lane:
    """The state of one host: who is under way, and from when on the next may go."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked_at: float = LONG_AGO
    held_until: float = 0.0
    pause_s: float = 0.0
    users: int = 0

    def leave(self) -> None:
        """Note that one user less has to do with the host."""
        self.users -= 1
        if not self.users:
            # A lock that somebody has waited for belongs to that event loop for good.
            self.lock = asyncio.Lock()

    def free_at(self, interval_s: float) -> float:
        """Return from when on the host may be asked."""
        return max(self.asked_at + interval_s, self.held_until)


class HostTurns:
    """Gives turns: per host, one at a time and `interval_s` apart; hosts do not wait
    for one another.

    Once nobody waits, it may be used in another event loop.
    """

    def __init__(
        self,
        interval_s: float = DEFAULT_INTERVAL_S,
        *,
        patience_s: float = PATIENCE_S,
        leases: Leases | None = None,
        until_s: float | None = None,
    ) -> None:
        if not interval_s >= 0:
            raise Misuse(
                f"interval between requests must not be negative: {interval_s}"
            )
        self.interval_s = interval_s
        self._until_s = until_s
        self._until: float | None = None
        self.leases = leases
        self.patience_s = patience_s
        self._lanes: dict[str, _Lane] = {}

    def turn(self, host: str, *, interval_s: float | None = None) -> "Turn":
        """Return a turn to be taken with ``async with``; `interval_s` is how long after
        the last request to its host it begins.

        Entering raises `Busy` (with `retry_after_s`) if the host is not to be had for
        longer than we have patience, or not in time. With an interval of 0 nobody waits
        for anybody.
        """
        interval = self.interval_s if interval_s is None else interval_s
        return Turn(self, host, interval)

    def hold(self, host: str, until: float) -> None:
        """Let nobody here ask `host` before `until`: it said so itself."""
        lane = self.lane(host)
        lane.held_until = max(lane.held_until, until)

    async def announce(self, host: str, seconds: float) -> None:
        """Let no worker ask `host` for so long: it said so itself."""
        self.hold(host, asyncio.get_running_loop().time() + seconds)
        if self.leases is not None:
            await self.leases.hold(host, seconds)

    async def aclose(self) -> None:
        """Let all hosts go."""
        if self.leases is not None:
            await self.leases.end()

    def lane(self, host: str) -> _Lane:
        """Return the state of `host`, new if there is none."""
        if len(self._lanes) > _MANY:
            self._forget()
        return self._lanes.setdefault(host, _Lane())

    def _forget(self) -> None:
        now = asyncio.get_running_loop().time()
        self._lanes = {
            host: lane
            for host, lane in self._lanes.items()
            if lane.users or lane.free_at(max(lane.pause_s, DEFAULT_INTERVAL_S)) > now
        }

    async def wait(self, host: str, lane: _Lane, interval_s: float) -> None:
        """Sleep until `host` may be asked, or raise `Busy` if that is long."""
        now = asyncio.get_running_loop().time
        if self._until_s is not None and self._until is None:
            self._until = now() + self._until_s
        while True:
            left = max(lane.free_at(interval_s) - now(), 0.0)
            if (held := lane.held_until - now()) > self.patience_s:
                raise Busy(
                    f"{host} asked us to wait another {held:.0f} s", retry_after_s=held
                )
            if self._until is not None and now() + left > self._until:
                raise Busy(f"no time was left to ask {host}", retry_after_s=left)
            if not left:
                return
            await asyncio.sleep(left)


class Turn:
    """One turn at one host, taken with ``async with``."""

    __slots__ = ("_host", "_interval_s", "_lane", "_tenancy", "_turns")

    def __init__(self, turns: HostTurns, host: str, interval_s: float) -> None:
        self._turns = turns
        self._host = host
        self._interval_s = interval_s
        self._lane: _Lane | None = None
        self._tenancy: Tenancy | None = None
        if turns.leases is not None and interval_s > 0:
            self._tenancy = turns.leases.of(host)

    async def __aenter__(self) -> Self:
        if self._interval_s > 0:
            lane = self._turns.lane(self._host)
            lane.users += 1
            try:
                await self._enter(lane)
            except BaseException:
                lane.leave()
                raise
            self._lane = lane
            self.started()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        lane = self._lane
        if lane is not None:
            self._lane = None
            if self._tenancy is not None:
                self._tenancy.end()
            lane.lock.release()
            lane.leave()

    def started(self) -> None:
        """Note that a request starts now: the interval counts from here."""
        if self._lane is not None:
            self._lane.asked_at = asyncio.get_running_loop().time()
            self._lane.pause_s = max(self._lane.pause_s, self._interval_s)
            if self._tenancy is not None:
                self._tenancy.asked(self._interval_s)

    async def _enter(self, lane: _Lane) -> None:
        await lane.lock.acquire()
        try:
            if self._tenancy is not None:
                lane.asked_at = max(lane.asked_at, self._tenancy.asked_at)
            await self._turns.wait(self._host, lane, self._interval_s)
            if self._tenancy is not None:
                await self._tenancy.begin(
                    pause_s=self._interval_s, patience_s=self._turns.patience_s
                )
        except BaseException:
            lane.lock.release()
            raise
