"""Do all that is due in one process, until nothing is (embedded archives)."""

import asyncio
from asyncio import to_thread
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from hozon.capturing.permission import Permission, asking
from hozon.capturing.sharing import Commons
from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.errors import HozonError, Unavailable
from hozon.nouns.outcomes import Outcome
from hozon.nouns.ports import JobInbox, Poster
from hozon.nouns.work import BackfillJob, CaptureJob, Delivery, LookJob
from hozon.settling.telling import tell_waiting
from hozon.working.attempts import attempt, broken
from hozon.working.quotas import Allowance
from hozon.working.scheduling import schedule_due

AT_ONCE = 32
AHEAD = 512
SETTLED_AFTER = 100
"""Of how many jobs the counts may be lost with a process that is killed."""

_POLLS = "(polls)"

Tell = Callable[[Outcome], None]


@dataclass(slots=True, kw_only=True)
class Lanes:
    """Deliveries waiting for their turn: a few of each host at once, all hosts fairly.

    Jobs of one host would only wait for each other; here they leave room for others.
    """

    per_host: int
    waiting: dict[str, deque[Delivery]] = field(default_factory=dict)
    running: Counter[str] = field(default_factory=Counter)

    def add(self, delivery: Delivery) -> None:
        """Line a delivery up in the lane of its host."""
        self.waiting.setdefault(lane(delivery), deque()).append(delivery)

    def start(self, room: int) -> Iterator[tuple[str, Delivery]]:
        """Yield up to `room` deliveries that may start now, one of each lane in turn."""
        moved = True
        while room > 0 and moved:
            moved = False
            for name in list(self.waiting):
                if room > 0 and self._may_start(name):
                    delivery = self.waiting[name].popleft()
                    self.running[name] += 1
                    room, moved = room - 1, True
                    yield name, delivery

    def _may_start(self, name: str) -> bool:
        limit = AT_ONCE if name == _POLLS else self.per_host
        return bool(self.waiting[name]) and self.running[name] < limit

    def end(self, name: str) -> None:
        """Say that one delivery of a lane is done."""
        self.running[name] -= 1
        if not self.running[name] and not self.waiting[name]:
            del self.running[name], self.waiting[name]

    def __len__(self) -> int:
        return sum(map(len, self.waiting.values()))


def lane(delivery: Delivery) -> str:
    """Return the lane of a delivery: polls have one, all else that of its host."""
    match delivery.job:
        case CaptureJob(link=uri) | LookJob(link=uri) | BackfillJob(uri=uri):
            return uris.parse(uri).host
        case _:
            return _POLLS


@dataclass(slots=True, kw_only=True)
class Run:
    """One run over an embedded archive. `counts` grows as outcomes come in."""

    archive: Archive
    inbox: JobInbox
    fetcher: Poster
    tell: Tell
    per_host: int = 2
    counts: Counter[str] = field(default_factory=Counter)
    _untold: Counter[str] = field(default_factory=Counter)
    _allowance: Allowance = field(init=False)

    def __post_init__(self) -> None:
        """Make what this run may do today."""
        self._allowance = Allowance(
            tallies=self.archive.tallies,
            quotas=self.archive.quotas,
            clock=self.archive.clock,
        )

    async def to_the_end(self) -> None:
        """Poll, capture and retry all that is due now; return when nothing is.

        What a run that was killed had taken up is taken up again. Raises `Unavailable`
        (`NoSpace`) once a store fails; nothing is lost, and a later run goes on.
        """
        # Here, because a function that polls has no use for it (`attempts`).
        from hozon.capturing import recalling  # noqa: PLC0415  see above

        await to_thread(self.inbox.release_all)
        commons = recalling.commons(self.archive)
        permission = asking(self.archive, self.fetcher)
        try:
            await tell_waiting(self.archive, self.fetcher)
            while await self._schedule() or await self._is_waiting():
                await self._drain(permission, commons)
                await tell_waiting(self.archive, self.fetcher)
        finally:
            # What stopped the work is what is to be told, not that this failed, too.
            with suppress(Unavailable):
                await self._settle()

    async def _schedule(self) -> int:
        scheduled = await to_thread(schedule_due, self.archive)
        self.counts["looks_left"] = scheduled.left
        return scheduled.polls + scheduled.looks

    async def _is_waiting(self) -> bool:
        at = await to_thread(self.inbox.next_at)
        return at is not None and at <= self.archive.clock()

    async def _drain(self, permission: Permission, commons: Commons) -> None:
        lanes = Lanes(per_host=self.per_host)
        tasks: dict[asyncio.Task[None], str] = {}
        try:
            while await self._refill(lanes) or tasks or len(lanes):
                for name, delivery in lanes.start(AT_ONCE - len(tasks)):
                    doing = self._one(delivery, permission, commons)
                    tasks[asyncio.create_task(doing)] = name
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    lanes.end(tasks.pop(task))
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _refill(self, lanes: Lanes) -> int:
        room = AHEAD - len(lanes)
        if room < AHEAD // 2:
            return 0
        received = await to_thread(
            self.inbox.receive, now=self.archive.clock(), limit=room
        )
        for delivery in received:
            lanes.add(delivery)
        return len(received)

    async def _one(
        self, delivery: Delivery, permission: Permission, commons: Commons
    ) -> None:
        outcome = await self._attempt(delivery, permission, commons)
        if outcome.retry_at is not None:
            again = self.inbox.postpone if outcome.postponed else self.inbox.retry
            await to_thread(again, delivery.receipt, at=outcome.retry_at)
        else:
            await to_thread(self.inbox.done, delivery.receipt)
        self.counts.update(outcome.counts)
        self._untold.update(outcome.counts, jobs=1)
        if self._untold["jobs"] >= SETTLED_AFTER:
            await self._settle()
        self.tell(outcome)

    async def _settle(self) -> None:
        counts, self._untold = self._untold, Counter()
        await self._allowance.settle(counts)

    async def _attempt(
        self, delivery: Delivery, permission: Permission, commons: Commons
    ) -> Outcome:
        try:
            return await attempt(
                delivery, self.archive, permission, commons, self._allowance
            )
        except HozonError:
            raise
        except Exception as error:
            if (failed := _unavailable(error)) is not None:
                raise failed from error
            return await broken(delivery, error, self.archive)


def _unavailable(error: BaseException) -> Unavailable | None:
    """Return the failure of a store that is among what went wrong at the same time."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(_unavailable, error.exceptions)), None)
    return error if isinstance(error, Unavailable) else None
