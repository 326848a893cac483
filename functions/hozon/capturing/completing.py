"""Fetch what a page needs: what shapes it first, what is spare last, within limits.

A page may cost so many requests, so many bytes and so much time; a host that fails again
and again is left alone. What is left out for that is recorded with the reason.
"""

import asyncio
from bisect import insort
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

from hozon.capturing.sharing import Commons, Fetched, Shared
from hozon.nouns import uris
from hozon.nouns.errors import Misuse, Refused, Unreachable
from hozon.nouns.ports import MEMORY_BYTES
from hozon.nouns.requisites import Requisite
from hozon.stored.holdings import Outcome, Requirement

DEPTH = 4
"""How far from the page: a style sheet that a style sheet imports is at 2."""

_PER_HOST = 8
_AT_ONCE = 32
_LISTED = 500

Fetch = Callable[[Requisite, int], Coroutine[Any, Any, Fetched]]
"""Fetches a requisite, of whose payload so many bytes may be held in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What the requisites of one page may come to.

    Once it holds `memory_bytes` in memory, whatever else comes lies in files.
    After `span_s` nothing is begun any more; what is under way has `grace_s` to end. On
    AWS both have to be over before the function's time is. `failures` is how often in a
    row one host may not answer.
    """

    requisites: int = 300
    payload_bytes: int = 50_000_000
    memory_bytes: int = 2_000_000
    span_s: float = 200
    grace_s: float = 40
    failures: int = 3


@dataclass(slots=True, kw_only=True)
class Completed:
    """The requisites of a page: `wanted` were got, by URI; `missing` were not, or were
    not asked for, with the reason.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    wanted: dict[str, Shared] = field(default_factory=dict)
    missing: list[Requirement] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, order=True)
class _Wish:
    """A requisite that waits: the most needed first, then the first that was found."""

    need: int
    number: int
    requisite: Requisite = field(compare=False)
    depth: int = field(compare=False)
    host: str = field(compare=False)


async def complete(
    needed: Iterable[Requisite],
    *,
    fetch: Fetch,
    commons: Commons,
    allowance: Allowance,
) -> Completed:
    """Fetch requisites and what they need themselves, to `DEPTH`, each URI once.

    What fails is noted in `Completed.missing`, never raised.
    """
    completing = _Completing(fetch, commons, allowance)
    async with asyncio.TaskGroup() as group:
        completing.group = group
        completing.line_up(needed, 1)
        completing.start()
    completing.close()
    return completing.done


class _Completing:
    """One page's requisites on their way: those that wait, and what was spent."""

    def __init__(self, fetch: Fetch, commons: Commons, allowance: Allowance) -> None:
        self.done = Completed()
        self.group: asyncio.TaskGroup
        self._fetch, self._commons, self._allowance = fetch, commons, allowance
        self._waiting: list[_Wish] = []
        self._running: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()
        self._begun = self._bytes = self._in_memory = 0
        self._until = asyncio.get_running_loop().time() + allowance.span_s

    def line_up(self, needed: Iterable[Requisite], depth: int) -> None:
        """Let requisites wait for their turn; the least needed give way if too many."""
        kinds = self.done.kinds
        for one in needed:
            if one.uri in kinds:
                continue
            kinds[one.uri] = one.kind
            if one.foreign:
                self._leave(one, "foreign", "a document of another site")
                continue
            if (known := self._commons.known(one.uri)) is not None:
                self._begun += 1
                self._got(one, depth, known)
                continue
            host = uris.host(one.uri)
            insort(self._waiting, _Wish(one.need, len(kinds), one, depth, host))
        limit = self._allowance.requisites
        over = self._begun + len(self._waiting) - limit
        for _ in range(min(over, len(self._waiting))):
            self._skip(self._waiting.pop(), f"over the page's {limit} requisites")

    def start(self) -> None:
        """Begin what may begin now, the most needed first."""
        if self._waiting and (reason := self._spent()):
            for wish in self._waiting:
                self._skip(wish, reason)
            self._waiting.clear()
        left = []
        for wish in self._waiting:
            if self._failed[wish.host] >= self._allowance.failures:
                self._skip(wish, f"{wish.host} failed again and again")
            elif self._may_start(wish.host):
                self._begun += 1
                self._running[wish.host] += 1
                self.group.create_task(self._one(wish))
            else:
                left.append(wish)
        self._waiting = left

    def _spent(self) -> str | None:
        """Return which limit of the page is reached, if one is."""
        if self._bytes >= self._allowance.payload_bytes:
            return f"over the page's {self._allowance.payload_bytes} bytes"
        if asyncio.get_running_loop().time() >= self._until:
            return f"over the page's {self._allowance.span_s:g} s"
        return None

    def _may_start(self, host: str) -> bool:
        return self._running[host] < _PER_HOST and self._running.total() < _AT_ONCE

    async def _one(self, wish: _Wish) -> None:
        requisite = wish.requisite
        try:
            async with asyncio.timeout_at(self._until + self._allowance.grace_s):
                shared = await self._commons.obtain(
                    requisite.uri, lambda: self._fetch(requisite, self._room())
                )
        except Refused as e:
            self._leave(requisite, "refused", str(e))
        except Unreachable as e:
            self._failed[wish.host] += 1
            self._leave(requisite, "failed", str(e))
        except TimeoutError:
            self._leave(requisite, "failed", "no answer in the time of the page")
        except Misuse as e:
            self._leave(requisite, "refused", str(e))
        else:
            self._failed[wish.host] = 0
            self._got(requisite, wish.depth, shared)
        self._running[wish.host] -= 1
        self.start()

    def _got(self, requisite: Requisite, depth: int, shared: Shared) -> None:
        fetched = shared.fetched
        self.done.wanted[requisite.uri] = shared
        for exchange in fetched.exchanges:
            size = len(exchange.payload)
            self._bytes += size
            self._in_memory += size if isinstance(exchange.payload, bytes) else 0
        if depth < DEPTH:
            self.line_up(fetched.needs, depth + 1)

    def _room(self) -> int:
        """Return how much of one more payload may be held in memory."""
        left = self._allowance.memory_bytes - self._in_memory
        return max(0, min(left, MEMORY_BYTES))

    def _leave(self, requisite: Requisite, outcome: Outcome, reason: str) -> None:
        self.done.missing.append(
            Requirement(
                uri=requisite.uri, kind=requisite.kind, outcome=outcome, reason=reason
            )
        )

    def _skip(self, wish: _Wish, reason: str) -> None:
        self._skipped[reason] += 1
        if self._skipped.total() <= _LISTED:
            self._leave(wish.requisite, "skipped", reason)

    def close(self) -> None:
        """Say in a note of each limit how many requisites it cost."""
        for reason, count in self._skipped.items():
            self.done.notes.append(f"{count} requisites left out: {reason}")
