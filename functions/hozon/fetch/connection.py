"""One open connection, and the pool of those that wait for their next exchange.

An asyncio protocol rather than streams: a third of the processor time.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from hozon.fetch.response import ResponseReader

IDLE_S = 10.0

Origin = tuple[str, str, int]
"""Scheme, host and port: a connection serves one origin and never another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Whom a connection leads to: the vetted address, and what TLS negotiated.

    `notes` says in words what was remarkable when it was opened.
    """

    ip: str
    tls: tuple[str, ...] = ()
    cipher_suite: str | None = None
    notes: tuple[str, ...] = ()


class Connection(asyncio.BufferedProtocol):
    """A connection that carries one exchange after another.

    Bytes that nobody asked for end it: they can never be taken for an answer. What
    comes is received into `buffer`, which all connections of one event loop may share:
    each has read it before the next one receives.
    """

    def __init__(
        self, peer: Peer, *, is_quiet: Callable[[], bool], buffer: memoryview
    ) -> None:
        self.peer = peer
        self._buffer = buffer
        self._is_quiet = is_quiet
        self.lost = False
        self._transport: asyncio.Transport | None = None
        self._reader: ResponseReader | None = None
        self._done: asyncio.Future[None] | None = None

    async def exchange(
        self, request: bytes, reader: ResponseReader, *, deadline: float
    ) -> None:
        """Send `request` and let `reader` read until it has ended.

        `deadline` is in the loop's time. Whoever cancels this closes the connection.
        """
        loop = asyncio.get_running_loop()
        self._reader, self._done = reader, loop.create_future()
        timer = loop.call_at(deadline, self._time_up)
        try:
            if self._transport is None or self.lost:
                reader.eof()
            else:
                self._transport.write(request)
            if not reader.ended:
                await self._done
        finally:
            timer.cancel()
            self._done = None

    def stands(self) -> bool:
        """Tell whether the connection can carry another exchange.

        Also asks the system whether bytes (or the end) have come that the loop has not
        seen yet: after a request was sent they would pass for its answer.
        """
        return not self.lost and self._is_quiet()

    def rest(self) -> None:
        """Let go of the reader: from now on nothing is expected."""
        self._reader = None

    def close(self) -> None:
        """End the connection at once."""
        self.lost = True
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport (asyncio calls this)."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return where to put what comes (asyncio calls this)."""
        del sizehint
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Hand what came to the reader (asyncio calls this)."""
        reader = self._reader
        if reader is None:
            self.close()
            return
        reader.feed(bytes(self._buffer[:nbytes]))
        if reader.ended:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end of the connection (asyncio calls this)."""
        self.lost = True
        if self._reader is not None:
            self._reader.eof(reset=exc is not None)
            self._wake()

    def _time_up(self) -> None:
        if self._reader is not None:
            self._reader.time_up()
            self._wake()

    def _wake(self) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_result(None)


class IdleConnections:
    """Keeps connections of finished exchanges, for at most `IDLE_S` and `limit` in all.

    Belongs to one event loop.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._idle: defaultdict[Origin, list[tuple[float, Connection]]]
        self._idle = defaultdict(list)
        self._count = 0
        self._sweeping: asyncio.TimerHandle | None = None

    def take(self, origin: Origin) -> Connection | None:
        """Return a connection to `origin` that still stands, the youngest first."""
        waiting = self._idle.get(origin)
        while waiting:
            _, connection = waiting.pop()
            self._count -= 1
            if connection.stands():
                return connection
            connection.close()
        return None

    def put(self, origin: Origin, connection: Connection) -> None:
        """Keep a connection whose exchange ended cleanly, or close it: no room."""
        connection.rest()
        if self._count >= self._limit:
            connection.close()
            return
        loop = asyncio.get_running_loop()
        self._idle[origin].append((loop.time(), connection))
        self._count += 1
        if self._sweeping is None:
            self._sweeping = loop.call_later(IDLE_S, self._sweep)

    def close(self) -> None:
        """Close all, and those that come later at once."""
        self._limit = 0
        if self._sweeping is not None:
            self._sweeping.cancel()
            self._sweeping = None
        for waiting in self._idle.values():
            for _, connection in waiting:
                connection.close()
        self._idle.clear()
        self._count = 0

    def _sweep(self) -> None:
        """Close what has waited too long; come back when the next will have."""
        loop = asyncio.get_running_loop()
        over = loop.time() - IDLE_S
        kept: defaultdict[Origin, list[tuple[float, Connection]]] = defaultdict(list)
        for origin, waiting in self._idle.items():
            for since, connection in waiting:
                if since <= over:
                    connection.close()
                elif not connection.lost:
                    kept[origin].append((since, connection))
        self._idle = kept
        self._count = sum(map(len, kept.values()))
        oldest = min((waiting[0][0] for waiting in kept.values()), default=None)
        self._sweeping = (
            None if oldest is None else loop.call_at(oldest + IDLE_S, self._sweep)
        )
