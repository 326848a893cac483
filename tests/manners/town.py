"""All publishers behind one door: it asks the right one and keeps the log."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from examples.replies import message
from hozon.nouns.instants import http_date
from tests.manners.evidence import Truth, Visit
from tests.manners.publishers import Publisher
from tests.sites import Reply, Request, Site, not_found

_DATE = re.compile(rb"\r\nDate: [^\r]*")


@dataclass(slots=True)
class Standing:
    """A clock that stands until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        """Tell the instant."""
        return self.now


@dataclass(slots=True)
class Running:
    """A clock that is put to an instant and runs on from there."""

    ahead: timedelta = timedelta()

    def put(self, instant: datetime) -> None:
        """Let it be that instant now."""
        self.ahead = instant - datetime.now(UTC)

    def __call__(self) -> datetime:
        """Tell the instant."""
        return datetime.now(UTC) + self.ahead


@dataclass(slots=True)
class Town:
    """What all publishers answer, and the log of what they were asked."""

    publishers: Sequence[Publisher]
    clock: Callable[[], datetime]
    log: list[Visit] = field(default_factory=list)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The addresses of all publishers."""
        return tuple(dict.fromkeys(p.truth.host for p in self.publishers))

    @property
    def feeds(self) -> tuple[Truth, ...]:
        """The truth of all feeds."""
        return tuple(publisher.truth for publisher in self.publishers)

    def site(self) -> Site:
        """Return a site that answers for all of them, each at its own address."""
        return Site(hosts=self.hosts, otherwise=self.answer)

    def answer(self, request: Request) -> Reply:
        """Answer a request as its publisher does now, and log it."""
        now = self.clock()
        reply = self._reply(request, now)
        wire = _dated(message(replace(reply, close=True), request), now)
        self.log.append(_visit(request, wire, now, reply.latency_s))
        return Reply(wire=wire, latency_s=reply.latency_s)

    def _reply(self, request: Request, now: datetime) -> Reply:
        here = [p for p in self.publishers if p.truth.host == request.host]
        if request.target == "/robots.txt":
            return Reply(here[0].robots, media_type="text/plain", etag=None)
        found = (publisher.answer(request, now) for publisher in here)
        return next((reply for reply in found if reply is not None), not_found(request))


def _dated(wire: bytes, now: datetime) -> bytes:
    """Return the answer with the instant that is rehearsed as its Date."""
    return _DATE.sub(b"\r\nDate: " + http_date(now).encode(), wire, count=1)


def _visit(request: Request, wire: bytes, now: datetime, latency_s: float) -> Visit:
    head = wire.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in head[1:])
    return Visit(
        at=now,
        at_s=request.at_s,
        latency_s=latency_s,
        host=request.host,
        target=request.target,
        fields=request.headers,
        status=int(head[0].split(" ")[1]),
        given=tuple((name, value) for name, _, value in pairs),
    )
