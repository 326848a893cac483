"""A loopback server in the test's own event loop, and a fetcher that may reach it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from hozon.fetch import AllowedHosts, HttpFetcher
from hozon.fetch.connect import Resolver

NOW = datetime(2026, 8, 22, 10, 15, 0, 123_456, tzinfo=UTC)

Answer = Callable[[bytes], bytes]
"""From the bytes of a request to those of the answer; ``b""`` closes instead."""


def ok(body: bytes = b"ok", *fields: bytes, status: bytes = b"200 OK") -> bytes:
    """Return a response in good order."""
    lines = (b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *fields)
    return b"".join(b"%s\r\n" % line for line in lines) + b"\r\n" + body


def path(request: bytes) -> str:
    """Return what a request asks for."""
    return request.split(b" ")[1].decode()


@dataclass(slots=True)
class Scripted:
    """What the server saw. `peak` is the most requests that were under way at once."""

    answer: Answer
    delay_s: float = 0.0
    port: int = 0
    connections: int = 0
    peak: int = 0
    requests: list[bytes] = field(default_factory=list)
    started: list[float] = field(default_factory=list)
    _now: int = 0

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [path(request) for request in self.requests]

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one connection after the other request."""
        self.connections += 1
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                answer = await self._answered(request)
                if not answer:
                    break
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass
        finally:
            writer.transport.abort()

    async def _answered(self, request: bytes) -> bytes:
        self.requests.append(request)
        self.started.append(asyncio.get_running_loop().time())
        self._now += 1
        self.peak = max(self.peak, self._now)
        try:
            await asyncio.sleep(self.delay_s)
            return self.answer(request)
        finally:
            self._now -= 1


@asynccontextmanager
async def scripted(
    answer: Answer,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    delay_s: float = 0.0,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Scripted]:
    """Serve `answer` on loopback while the block lasts."""
    script = Scripted(answer, delay_s)
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(script.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, host, port, ssl=tls)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


def fetcher(
    *specs: str,
    interval_s: float = 0,
    resolver: Resolver | None = None,
    max_concurrent: int = 64,
    scratch: Path | None = None,
) -> HttpFetcher:
    """Return a fetcher for which these destinations are allowed."""
    return HttpFetcher(
        user_agent="Hozon tests",
        allowed=AllowedHosts.parse(specs),
        interval_s=interval_s,
        clock=lambda: NOW,
        resolver=resolver,
        max_concurrent=max_concurrent,
        scratch=scratch,
    )


def here(site: Scripted) -> str:
    """Return where the server is."""
    return f"127.0.0.1:{site.port}"


def answers(*addresses: str) -> Resolver:
    """Return a resolver that knows one answer."""

    async def resolve(host: str) -> Sequence[str]:
        return addresses

    return resolve
