"""Ask publishers first: may this URI be fetched, says their robots.txt (RFC 9309).

With the policy ``respect`` what is disallowed is not fetched; with ``record-only`` it is,
and what the publisher said is put on record. Either way every robots.txt is fetched at
most once a day, by one worker for all (`hozon.nouns.hosts.HostBook`).
"""

import asyncio
from asyncio import to_thread
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from hozon.fetch import Chain, follow
from hozon.manners import keeping
from hozon.manners.robots import LIMIT, Decision, Rules
from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Busy, Misuse, Refused, Unreachable
from hozon.nouns.hosts import AHEAD, HostBook, Robots
from hozon.nouns.instants import Clock, truncated
from hozon.nouns.model import Exchange, Headers, RobotsPolicy
from hozon.nouns.ports import Limits, Poster
from hozon.reading.answers import retry_after_s

AGENT = "hozon"
"""Our product token: what a group of ours is called in a robots.txt (§2.2.1)."""

HOPS = 5
REMEMBERED = 4 * 1024 * 1024
"""Bytes of documents that a process remembers; as rules they take a few times that."""

_DEFAULT = Limits()
_LIMITS = Limits(total_s=30, payload_bytes=LIMIT + 1, spacing_s=1.0)
_ACCEPT: Headers = (
    ("Accept", "text/plain, */*;q=0.5"),
    ("Accept-Encoding", "gzip, br"),
)
UNRECORDED = 64
"""How many robots.txt wait for a snapshot that they may be recorded with."""

_SMALL = 32 * 1024
_ENTRY = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the robots.txt of `origin` says of one URI, and what that means here.

    `rule` is as the publisher wrote it, None where none matched or there is none.
    `robots_status` is the status the rules come from, None where nobody answered. When
    all is disallowed because the file cannot be had, `retry_after_s` says when it is
    asked for again. `crawl_delay_s` is what the publisher asks for, 30 at most.
    """

    allowed: bool
    rule: str | None
    policy: RobotsPolicy
    robots_status: int | None
    origin: str = ""
    retry_after_s: float | None = None
    crawl_delay_s: float | None = None

    @property
    def forbids(self) -> bool:
        """Whether the URI must not be fetched: it is disallowed, and we respect that."""
        return self.policy == "respect" and not self.allowed

    def as_note(self) -> str:
        """Return one line for a record's metadata."""
        if not self.origin:
            return "robots.txt: there is none to ask"
        status = f"status {self.robots_status}" if self.robots_status else "no answer"
        said = "allows" if self.allowed else "disallows"
        rule = f"rule {self.rule}" if self.rule else "no rule"
        return (
            f"robots.txt of {self.origin} {said} it "
            f"({rule}; {status}; policy {self.policy})"
        )

    def as_json(self, uri: str) -> dict[str, Any]:
        """Return the verdict on `uri` as a snapshot's metadata has it."""
        said = {k: v for k, v in asdict(self).items() if k != "retry_after_s"}
        stated = {k: v for k, v in said.items() if v not in (None, "")}
        return {"uri": uri, **stated, "said": self.as_note()}

    def error(self) -> Refused | Unreachable:
        """Return what to raise instead of fetching what this forbids.

        `Refused` for a rule: that is final. `Unreachable` where the file cannot be had:
        that says nothing of the URI, and passes.
        """
        if self.rule:
            said = f"robots.txt of {self.origin} disallows it (rule {self.rule})"
            return Refused(said)
        status = f"status {self.robots_status}" if self.robots_status else "no answer"
        return Unreachable(
            f"robots.txt of {self.origin} cannot be had ({status}), "
            "and until it can, all is disallowed",
            retry_after_s=self.retry_after_s,
        )


@dataclass(frozen=True, slots=True)
class _Known:
    robots: Robots
    rules: Rules

    @property
    def size(self) -> int:
        return len(self.robots.document) + _ENTRY


@dataclass(slots=True)
class Memo:
    """The rules that a process remembers, those used last. Outlives an event loop."""

    known: "OrderedDict[str, _Known]" = field(default_factory=OrderedDict)
    size: int = 0

    def get(self, origin: str, now: datetime) -> _Known | None:
        """Return what is known of an origin and has not expired."""
        found = self.known.get(origin)
        if found is None or found.robots.expires_at <= now:
            return None
        self.known.move_to_end(origin)
        return found

    def put(self, known: _Known) -> None:
        """Remember, and forget what was not used for longest, if it is too much."""
        origin = known.robots.host_key
        self._forget(origin)
        self.known[origin] = known
        self.size += known.size
        while self.size > REMEMBERED and len(self.known) > 1:
            self._forget(next(iter(self.known)))

    def _forget(self, origin: str) -> None:
        if (old := self.known.pop(origin, None)) is not None:
            self.size -= old.size


@dataclass(slots=True, kw_only=True)
class Permission:
    """Knows what publishers allow, for one event loop; `memo` may be handed on.

    `fetcher` is that of the network, not one that asks for permission.
    """

    fetcher: Poster
    book: HostBook
    clock: Clock
    agent: str = AGENT
    policy: RobotsPolicy = "respect"
    memo: Memo = field(default_factory=Memo)
    _unrecorded: dict[str, tuple[Exchange, ...]] = field(default_factory=dict)
    _flights: dict[str, "asyncio.Task[_Known | None]"] = field(default_factory=dict)

    async def ask(self, uri: str) -> Verdict:
        """Return what the robots.txt of its origin says of `uri`.

        Never raises for what a server does. What cannot be fetched anyway is allowed
        here, for the fetcher says why it is refused. Raises `Busy` where the host is
        not to be asked now, and `Unavailable` where the host book does.
        """
        try:
            parsed = uris.parse(uri)
        except Misuse:
            return self._nobody()
        known = await self._known(f"{parsed.scheme}://{parsed.authority}")
        if known is None:
            return self._nobody()
        decision = await self._decision(known, parsed.target)
        return self._verdict(known, decision)

    async def require(self, uri: str) -> Verdict:
        """Return the verdict on `uri`, or raise what it says to: see `Verdict.error`."""
        verdict = await self.ask(uri)
        if verdict.forbids:
            raise verdict.error()
        return verdict

    async def _decision(self, known: _Known, target: str) -> Decision:
        if known.size <= _SMALL:
            return known.rules.decide(target, self.agent)
        # Tenths of a second at worst, which other exchanges need not wait for.
        return await to_thread(known.rules.decide, target, self.agent)

    def _verdict(self, known: _Known, decision: Decision) -> Verdict:
        robots, undefined = known.robots, not decision.allowed and not decision.rule
        wait_s = (robots.expires_at - self.clock()).total_seconds()
        return Verdict(
            allowed=decision.allowed,
            rule=decision.rule,
            policy=self.policy,
            robots_status=robots.status,
            origin=robots.host_key,
            retry_after_s=max(0.0, wait_s) if undefined else None,
            crawl_delay_s=known.rules.crawl_delay_s(self.agent),
        )

    def _nobody(self) -> Verdict:
        return Verdict(allowed=True, rule=None, policy=self.policy, robots_status=None)

    async def _known(self, origin: str) -> _Known | None:
        """Return what is known of an origin, finding out first where that is little.

        Those who ask at the same time wait for the first one's answer.
        """
        if known := self.memo.get(origin, self.clock()):
            return known
        flight = self._flights.get(origin)
        if flight is None:
            flight = asyncio.create_task(self._find_out(origin))
            self._flights[origin] = flight
            flight.add_done_callback(lambda _: self._flights.pop(origin))
        return await asyncio.shield(flight)

    async def _find_out(self, origin: str) -> _Known | None:
        robots = await to_thread(self.book.robots, origin)
        if robots is None or not self._counts(robots):
            robots = await self._fetched(origin, robots)
        if robots is None:
            return None
        known = _Known(robots, await to_thread(keeping.rules, robots))
        self.memo.put(known)
        return known

    def _counts(self, robots: Robots) -> bool:
        """Tell whether what was kept is not to be asked for again yet.

        What was fetched in days to come was a rehearsal, and says nothing of today.
        """
        now = self.clock()
        return robots.fetched_at <= now + AHEAD and now < robots.expires_at

    async def _fetched(self, origin: str, before: Robots | None) -> Robots | None:
        """Ask the server and keep what it comes to. None: we will not ask that origin."""
        try:
            chain = await self._chain(origin)
        except Refused:
            return None
        except Busy:
            raise
        except Unreachable as e:
            return await self._failed(origin, before, None, e.retry_after_s)
        self._note(origin, chain)
        if isinstance(chain.cause, Busy):
            raise chain.cause
        last, now = chain.final, truncated(self.clock())
        if isinstance(chain.cause, Unreachable) or not keeping.is_whole(last):
            wish = retry_after_s(last, now=now)
            return await self._failed(origin, before, _failing(last), wish)
        robots = await to_thread(keeping.answered, origin, last, now=now)
        await to_thread(self.book.keep, robots)
        return robots

    def _note(self, origin: str, chain: Chain) -> None:
        self._unrecorded[origin] = chain.exchanges
        while len(self._unrecorded) > UNRECORDED:
            self._unrecorded.pop(next(iter(self._unrecorded)))

    def recording(self, origins: Iterable[str]) -> tuple[Exchange, ...]:
        """Hand over the exchanges by which the robots.txt of these origins were fetched
        and that nobody has taken to record them yet.
        """
        found = (self._unrecorded.pop(o, ()) for o in dict.fromkeys(origins))
        return tuple(exchange for chain in found for exchange in chain)

    async def _chain(self, origin: str) -> Chain:
        return await follow(
            self.fetcher,
            f"{origin}/robots.txt",
            headers=_ACCEPT,
            limits=_LIMITS,
            hops=HOPS,
        )

    async def _failed(
        self, origin: str, before: Robots | None, status: int | None, wish: float | None
    ) -> Robots:
        now = truncated(self.clock())
        other = await to_thread(self.book.robots, origin)
        if other is not None and self._counts(other):
            # Another worker has had an answer in the meantime.
            return other
        robots = keeping.failed(
            origin, status, before=before, now=now, retry_after_s=wish
        )
        await to_thread(self.book.keep, robots)
        return robots


def asking(archive: Archive, fetcher: Poster, memo: Memo | None = None) -> Permission:
    """Return the permission of an archive, for the event loop that `fetcher` is for."""
    return Permission(
        fetcher=fetcher,
        book=archive.hosts,
        clock=archive.clock,
        policy=archive.robots,
        memo=memo or Memo(),
    )


def _failing(last: Exchange) -> int | None:
    """Return the status of an answer that is of no use, None if it is not its status."""
    return last.status if last.status >= 400 else None


@dataclass(slots=True)
class Permitted:
    """A `Fetcher` that asks for permission before each exchange, redirects included.

    `verdicts` holds what was asked, by URI, in order.
    """

    permission: Permission
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    async def fetch(
        self, uri: str, *, headers: Headers = (), limits: Limits = _DEFAULT
    ) -> Exchange:
        """GET `uri` if its publisher lets us; see `hozon.nouns.ports.Fetcher.fetch`.

        Raises `Refused` also where a rule forbids it, `Unreachable` also where the
        rules cannot be had.
        """
        verdict = await self.permission.ask(uri)
        self.verdicts[uri] = verdict
        if verdict.forbids:
            raise verdict.error()
        if verdict.crawl_delay_s:
            limits = replace(limits, delay_s=verdict.crawl_delay_s)
        return await self.permission.fetcher.fetch(uri, headers=headers, limits=limits)

    def told(self) -> list[dict[str, Any]]:
        """Return what a snapshot's metadata says of this, as JSON: the verdict on what
        was asked first (the page), and those on whatever else is disallowed.
        """
        found = enumerate(self.verdicts.items())
        return [
            verdict.as_json(uri)
            for number, (uri, verdict) in found
            if number == 0 or not verdict.allowed
        ]

    def exchanges(self) -> tuple[Exchange, ...]:
        """Take over the exchanges by which it was found out, as far as they are to be
        recorded still.
        """
        return self.permission.recording(v.origin for v in self.verdicts.values())
