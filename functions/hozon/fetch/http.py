"""`HttpFetcher`: HTTP/1.1 exchanges over vetted connections, politely.

The order of one exchange: vet the URI, wait for the host's turn and for a free place,
take an idle connection of the same origin or open a vetted one, send, read. The time
limit counts from the turn on: waiting for it is not the server's fault.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from hozon.fetch import turns, vetting
from hozon.fetch.connect import Connector, Resolver
from hozon.fetch.connection import Connection, IdleConnections, Origin
from hozon.fetch.leases import Leases
from hozon.fetch.request import request_bytes, user_agent_checked
from hozon.fetch.response import ResponseReader
from hozon.fetch.spooling import Spool
from hozon.fetch.turns import HostTurns, Turn
from hozon.fetch.vetting import AllowedHosts
from hozon.nouns.errors import Busy, Misuse, Unreachable
from hozon.nouns.instants import Clock, truncated
from hozon.nouns.model import Exchange, Headers
from hozon.nouns.ports import FORM, Limits
from hozon.nouns.uris import Uri
from hozon.reading.answers import retry_after_s

_LIMITS = Limits()
_ASKS_US_TO_WAIT = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class _Here:
    """What belongs to one event loop: places for exchanges, and idle connections."""

    loop: asyncio.AbstractEventLoop
    places: asyncio.Semaphore
    idle: IdleConnections


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """One exchange that is to be made."""

    uri: Uri
    request: bytes
    limits: Limits
    deadline: float
    turn: Turn

    @property
    def origin(self) -> Origin:
        return self.uri.scheme, self.uri.host, self.uri.port


class HttpFetcher:
    """Makes exchanges: the adapter of `hozon.nouns.ports.Fetcher`.

    `interval_s` is the pause between the starts of two requests to one host; below
    1 s it holds only for destinations in `allowed`, all others keep 2 s. None: what the
    limits of each request say, 2 s where they do not. `leases` keep other workers from
    the hosts that this one asks. No turn begins later than `until_s` from now. `own_hosts`
    (see `vetting.vet`) are never fetched. `ca_file` replaces the system's authorities,
    `resolver` the system's resolver. Large payloads lie in files in `scratch`, or where
    the system makes temporary files. `requests` counts the requests really sent.
    Close it, or use it with ``async with``, inside the event loop it served.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allowed: AllowedHosts,
        clock: Clock,
        interval_s: float | None = turns.DEFAULT_INTERVAL_S,
        leases: Leases | None = None,
        until_s: float | None = None,
        resolver: Resolver | None = None,
        ca_file: str | None = None,
        max_concurrent: int = 64,
        own_hosts: frozenset[str] = frozenset(),
        scratch: Path | None = None,
    ) -> None:
        if max_concurrent < 1:
            raise Misuse(f"at least one exchange at a time, not {max_concurrent}")
        self.requests = 0
        self._user_agent = user_agent_checked(user_agent)
        self._allowed = allowed
        self._clock = clock
        self._own_hosts = own_hosts
        self._scratch = scratch
        self._max_concurrent = max_concurrent
        self._interval = interval_s
        self._pauses: dict[str, datetime] = {}
        self._turns = HostTurns(
            turns.DEFAULT_INTERVAL_S if interval_s is None else interval_s,
            leases=leases,
            until_s=until_s,
        )
        self._connector = Connector(allowed=allowed, resolver=resolver, ca_file=ca_file)
        self._state: _Here | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all idle connections, and let hosts go. The fetcher may be used again."""
        await self._turns.aclose()
        self._connector.close()
        if self._state is not None:
            self._state.idle.close()
            self._state = None
            # The loop closes aborted connections in its next turn.
            await asyncio.sleep(0)

    async def fetch(
        self, uri: str, *, headers: Headers = (), limits: Limits = _LIMITS
    ) -> Exchange:
        """GET `uri` once; see `hozon.nouns.ports.Fetcher.fetch`.

        Raises `Misuse` for `headers` that HTTP cannot carry. A host that answered 429
        or 503 with Retry-After is left alone for that time: a short wait is waited,
        for a longer one `Busy` is raised with `retry_after_s`.
        """
        vetted = vetting.vet(uri, self._allowed, own_hosts=self._own_hosts)
        request = request_bytes(vetted, user_agent=self._user_agent, headers=headers)
        return await self._exchanged(vetted, request, limits)

    async def post(
        self,
        uri: str,
        *,
        form: bytes,
        media_type: str = FORM,
        limits: Limits = _LIMITS,
    ) -> Exchange:
        """POST a form once; see `hozon.nouns.ports.Poster.post`."""
        vetted = vetting.vet(uri, self._allowed, own_hosts=self._own_hosts)
        request = request_bytes(
            vetted, user_agent=self._user_agent, form=form, media_type=media_type
        )
        return await self._exchanged(vetted, request, limits)

    async def _exchanged(self, vetted: Uri, request: bytes, limits: Limits) -> Exchange:
        interval_s = self._interval_s(vetted, limits)
        is_hasty = self._interval is not None and interval_s < 1
        if is_hasty:
            await self._spare(vetted.host)
        here = self._here()
        turn = self._turns.turn(vetted.host, interval_s=interval_s)
        async with turn, here.places:
            wish = _Wish(
                uri=vetted,
                request=request,
                limits=limits,
                deadline=here.loop.time() + limits.total_s,
                turn=turn,
            )
            exchange = await self._answer(wish, here)
        await self._heed(vetted.host, exchange, is_hasty=is_hasty)
        return exchange

    def _interval_s(self, uri: Uri, limits: Limits) -> float:
        """Return how long after the last request to its host this one may begin."""
        chosen = self._interval
        if chosen is None:
            chosen = limits.spacing_s
        elif chosen < 1 and not vetting.relies_on(uri, self._allowed):
            chosen = None
        usual = turns.DEFAULT_INTERVAL_S if chosen is None else chosen
        return max(usual, limits.delay_s)

    async def _spare(self, host: str) -> None:
        """Raise `Busy` where a host that may be asked in haste wants a pause.

        By the archive's clock, for such a host may be rehearsed with; and not waited
        for, for that clock may stand.
        """
        until = self._pauses.get(host)
        if until is None:
            leases = self._turns.leases
            stated = None if leases is None else await leases.paused(host)
            until = self._pauses[host] = stated or self._clock()
        if (left_s := (until - self._clock()).total_seconds()) > 0:
            raise Busy(
                f"{host} asked us to wait another {left_s:.0f} s", retry_after_s=left_s
            )

    async def _heed(self, host: str, exchange: Exchange, *, is_hasty: bool) -> None:
        """Leave a host alone, and have all workers do so, if it says that it wants it."""
        if exchange.status not in _ASKS_US_TO_WAIT:
            return
        wish_s = retry_after_s(exchange, now=self._clock())
        if (
            wish_s is None
            and not is_hasty
            and exchange.status == HTTPStatus.TOO_MANY_REQUESTS
        ):
            wish_s = turns.UNSAID_S
        if not wish_s:
            return
        wish_s = min(wish_s, turns.MAX_HOLD_S)
        if not is_hasty:
            await self._turns.announce(host, wish_s)
            return
        self._pauses[host] = self._clock() + timedelta(seconds=wish_s)
        if self._turns.leases is not None:
            await self._turns.leases.hold(host, wish_s)

    def _here(self) -> _Here:
        """Return what belongs to the running loop; another loop's is of no use here."""
        loop = asyncio.get_running_loop()
        if self._state is None or self._state.loop is not loop:
            self._state = _Here(
                loop,
                asyncio.Semaphore(self._max_concurrent),
                IdleConnections(self._max_concurrent),
            )
        return self._state

    async def _answer(self, wish: _Wish, here: _Here) -> Exchange:
        """Make the exchange on an idle connection if there is one, else on a new one.

        An idle connection may have been ended by the other side while the request was
        on its way; one that ends without a byte of answer did not serve the request.
        """
        idle = here.idle.take(wish.origin)
        if idle is not None:
            started_at, reader = await self._ask(idle, wish, here)
            if not reader.unanswered:
                return _exchange(wish, started_at, reader, idle)
        connection = await self._connected(wish)
        started_at, reader = await self._ask(connection, wish, here)
        return _exchange(wish, started_at, reader, connection)

    async def _connected(self, wish: _Wish) -> Connection:
        try:
            async with asyncio.timeout_at(wish.deadline):
                return await self._connector.connect(wish.uri)
        except TimeoutError:
            raise Unreachable(
                f"no connection to {wish.uri.authority} "
                f"within {wish.limits.total_s:g} s"
            ) from None

    async def _ask(
        self, connection: Connection, wish: _Wish, here: _Here
    ) -> tuple[datetime, ResponseReader]:
        """Send the request and read the answer; keep or close the connection."""
        reader = ResponseReader(
            payload_bytes=wish.limits.payload_bytes,
            spool=Spool(wish.limits.memory_bytes, self._scratch),
        )
        started_at = truncated(self._clock())
        wish.turn.started()
        self.requests += 1
        try:
            await connection.exchange(wish.request, reader, deadline=wish.deadline)
        except BaseException:
            connection.close()
            raise
        if reader.reusable and not connection.lost:
            here.idle.put(wish.origin, connection)
        else:
            connection.close()
        return started_at, reader


def _exchange(
    wish: _Wish, started_at: datetime, reader: ResponseReader, connection: Connection
) -> Exchange:
    """Put together what was sent and what came, or raise why nothing useful did."""
    head = reader.head
    if head is None:
        why = reader.failure or "nothing came"
        raise Unreachable(f"{wish.uri.authority}: {why}")
    peer = connection.peer
    return Exchange(
        target_uri=wish.uri.href,
        started_at=started_at,
        request=wish.request,
        status=head.status,
        head=head.raw,
        headers=head.fields,
        payload=reader.payload,
        ip=peer.ip,
        protocol=(f"http/{head.version}", *peer.tls),
        cipher_suite=peer.cipher_suite,
        truncated=reader.truncated,
        anomalies=(*reader.anomalies, *peer.notes),
    )
