"""Quotas: how much may be captured and stored in a day, for one feed and in all.

They bound what a mistake or an attack can cost. They fail closed: where the tally cannot
be had, nothing is begun. What is over a quota is put off to the next day, never dropped.

Captures are taken from the tally before they begin, those of one batch at once, and what
was not used is given back in the end; so a capture costs no write of its own. Bytes are
known only once they are stored: what is under way when a quota is reached still ends.
"""

from asyncio import Lock, to_thread
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hozon.nouns.digests import fraction
from hozon.nouns.errors import Busy
from hozon.nouns.instants import Clock, iso
from hozon.nouns.tallies import BYTES, CAPTURES, WHOLE, Quota, Quotas, Tallies

_SPREAD_S = 6 * 3600
"""Over how long a new day what was put off comes again."""


@dataclass(slots=True, kw_only=True)
class Allowance:
    """What the jobs of one batch, or of one run, may still do today.

    `expected` says how many captures of each feed (and of `WHOLE`) are likely to be
    wanted: they are taken at once. `settle` is to be called in the end.
    """

    tallies: Tallies
    quotas: Quotas
    clock: Clock
    expected: Counter[str] = field(default_factory=Counter)
    _left: Counter[tuple[str, date]] = field(default_factory=Counter)
    _turn: Lock = field(default_factory=Lock)
    _owed: dict[tuple[str, date], Counter[str]] = field(default_factory=dict)

    async def capture(self, feed_id: str) -> None:
        """Take one capture of a feed, or raise `Busy` until the next day."""
        day = self._today()
        async with self._turn:
            if not await self._taken(feed_id, day):
                raise self._over(feed_id, feed_id, day)
            if not await self._taken(WHOLE, day):
                self.give_back(feed_id, whole=False)
                raise self._over(feed_id, WHOLE, day)

    def give_back(self, feed_id: str, *, whole: bool = True) -> None:
        """Say that a capture which was taken was not begun."""
        for whose in (feed_id, WHOLE) if whole else (feed_id,):
            if self._quota(whose).limits():
                self._left[whose, self._today()] += 1

    async def poll(self, feed_id: str) -> None:
        """Raise `Busy` until the next day where no more bytes of a feed may be stored."""
        day = self._today()
        for whose in (feed_id, WHOLE):
            if most := self._quota(whose).bytes:
                counts = await to_thread(self.tallies.of, day, whose)
                if counts.get(BYTES, 0) >= most:
                    raise self._over(feed_id, whose, day)

    def stored(self, feed_id: str, size: int) -> None:
        """Say that so many bytes were stored for a feed."""
        for whose in (feed_id, WHOLE):
            if self._quota(whose).limits():
                self._owe(whose, self._today())[BYTES] += size

    async def settle(self, counts: Mapping[str, int] | None = None) -> None:
        """Write what is owed to the tallies: one write for each feed, one for all.

        `counts` are those of the whole archive, for who asks what was done.
        """
        for (whose, day), left in self._left.items():
            self._owe(whose, day)[CAPTURES] -= left
        self._left.clear()
        if counts:
            self._owe(WHOLE, self._today()).update(counts)
        owed, self._owed = self._owed, {}
        for (whose, day), each in owed.items():
            if any(each.values()):
                await to_thread(self.tallies.add, day, whose, each)

    async def _taken(self, whose: str, day: date) -> bool:
        """Take one capture from what was taken before, or from the tally."""
        limits = self._quota(whose).limits()
        if not limits:
            return True
        if not self._left[whose, day]:
            wanted = self.expected.pop(whose, 1)
            while wanted and not await self._take(whose, day, wanted, limits):
                wanted //= 2
            self._left[whose, day] = wanted
        if not self._left[whose, day]:
            return False
        self._left[whose, day] -= 1
        return True

    async def _take(
        self, whose: str, day: date, count: int, limits: Mapping[str, int]
    ) -> bool:
        return await to_thread(
            self.tallies.take, day, whose, {CAPTURES: count}, limits=limits
        )

    def _quota(self, whose: str) -> Quota:
        return self.quotas.whole if whose == WHOLE else self.quotas.feed

    def _owe(self, whose: str, day: date) -> Counter[str]:
        return self._owed.setdefault((whose, day), Counter())

    def _today(self) -> date:
        return self.clock().astimezone(UTC).date()

    def _over(self, feed_id: str, whose: str, day: date) -> "OverQuota":
        """Return the error that puts a job off; feeds come again one after another."""
        next_day = datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=1)
        again_at = next_day + timedelta(seconds=round(fraction(feed_id) * _SPREAD_S))
        wait_s = (again_at - self.clock()).total_seconds()
        limits = self._quota(whose).limits().items()
        stated = " or ".join(f"{limit} {name}" for name, limit in limits)
        who = "the whole archive" if whose == WHOLE else "its feed"
        return OverQuota(
            f"{who} has had its {stated} of {day}; again from {iso(again_at)} on",
            retry_after_s=wait_s,
        )


class OverQuota(Busy):
    """The quota of a day is used up: the job comes again on the next one."""
