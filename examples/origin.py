"""An origin server on loopback (RFC 9110 §3.6): for tests, the example, the benchmark.

Written on `asyncio.Protocol`, because a benchmark must not measure its own site. It
logs all requests, keeps connections alive and listens on loopback addresses only.
"""

import asyncio
import ipaddress
import socket
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Self

from examples import replies
from examples.replies import Handler, Reply, Request, Route

_HEAD_LIMIT = 65_536
_PATIENCE_S = 10.0


class Origin:
    """A site's routes and the log of its requests, on one or more loopback addresses.

    `routes` maps paths to replies, or to functions of the request that make one; a
    target with its query is looked up first, then the path alone. It may be changed
    while the site is served. `log` holds all requests in order of arrival;
    `connections` is how many were opened.
    """

    def __init__(
        self,
        routes: Mapping[str, Route] | None = None,
        *,
        hosts: tuple[str, ...] = ("127.0.0.1",),
        port: int = 0,
        latency_s: float = 0.0,
        otherwise: Handler = replies.not_found,
    ) -> None:
        for host in hosts:
            if not ipaddress.ip_address(host).is_loopback:
                raise ValueError(f"{host} is no loopback address")
        self.routes = dict(routes or {})
        self.hosts = hosts
        self.port = port
        self.latency_s = latency_s
        self.otherwise = otherwise
        self.log: list[Request] = []
        self.connections = 0
        self._connections: set[_Connection] = set()
        self._idle = asyncio.Event()
        self._servers: list[asyncio.Server] = []

    @property
    def authority(self) -> str:
        """Host and port of the first address: what ``--allow-host`` takes."""
        host = self.hosts[0]
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    def uri(self, path: str = "/", *, host: str | None = None) -> str:
        """Return the absolute URI of `path`, on the first address or another one."""
        authority = self.authority if host is None else f"{host}:{self.port}"
        return f"http://{authority}{path}"

    def requests(self, path: str) -> list[Request]:
        """Return the requests logged for `path` (with or without a query)."""
        return [r for r in self.log if path in (r.path, r.target)]

    def answer(self, request: Request) -> Reply:
        """Return the reply to `request`."""
        route = self.routes.get(request.target) or self.routes.get(request.path)
        if route is None:
            return self.otherwise(request)
        return route if isinstance(route, Reply) else route(request)

    async def open(self) -> None:
        """Start to listen; `port` is the real one afterwards."""
        loop = asyncio.get_running_loop()
        for host in self.hosts:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            listener = socket.create_server((host, self.port), family=family)
            self.port = listener.getsockname()[1]
            server = await loop.create_server(
                lambda: _Connection(self), sock=listener, backlog=4096
            )
            self._servers.append(server)

    async def aclose(self) -> None:
        """Stop to listen and drop all connections."""
        for server in self._servers:
            server.close()
        self._servers.clear()
        for connection in tuple(self._connections):
            connection.drop()
        while self._connections:
            self._idle.clear()
            await self._idle.wait()

    def came(self, connection: "_Connection") -> None:
        """Count a connection in."""
        self.connections += 1
        self._connections.add(connection)

    def went(self, connection: "_Connection") -> None:
        """Count a connection out."""
        self._connections.discard(connection)
        if not self._connections:
            self._idle.set()


class Site(Origin):
    """An origin server that lives in a thread while its ``with`` block runs."""

    def __enter__(self) -> Self:
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        if not self._ready.wait(_PATIENCE_S):
            raise TimeoutError("the site did not start")
        if self._failure is not None:
            self._thread.join(_PATIENCE_S)
            raise self._failure
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_PATIENCE_S)

    def _run(self) -> None:
        asyncio.run(self._live())

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        try:
            await self.open()
        except OSError as error:
            self._failure = error
            await self.aclose()
            return
        finally:
            self._ready.set()
        await self._stop.wait()
        await self.aclose()


class _Connection(asyncio.Protocol):
    """One client connection: answers its requests one after the other."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._buffer = bytearray()
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._host: str = transport.get_extra_info("sockname")[0]
        self._origin.came(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc  # a client that goes away is not our error
        self._origin.went(self)

    def drop(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._serve_next()

    def _serve_next(self) -> None:
        if self._busy or self._transport.is_closing():
            return
        try:
            request = self._take_request()
        except ValueError:
            self._transport.write(replies.head(HTTPStatus.BAD_REQUEST, [], close=True))
            self._transport.close()
            return
        if request is None:
            return
        self._busy = True
        self._origin.log.append(request)
        reply = self._origin.answer(request)
        latency_s = self._origin.latency_s + reply.latency_s
        if latency_s > 0:
            loop = asyncio.get_running_loop()
            loop.call_later(latency_s, self._send, reply, request)
        else:
            self._send(reply, request)

    def _send(self, reply: Reply, request: Request) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(replies.message(reply, request))
        self._busy = False
        asked = (request.header("Connection") or "").lower()
        if reply.close or reply.wire is not None or asked == "close":
            self._transport.close()
        else:
            self._serve_next()

    def _take_request(self) -> Request | None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > _HEAD_LIMIT:
                raise ValueError("no end of the request's head")
            return None
        lines = self._buffer[:end].decode("latin-1").split("\r\n")
        method, target, _version = lines[0].split(" ")
        fields = tuple(_field(line) for line in lines[1:])
        length = next((int(v) for n, v in fields if n.lower() == "content-length"), 0)
        if len(self._buffer) < end + 4 + length:
            return None
        body = bytes(self._buffer[end + 4 : end + 4 + length])
        del self._buffer[: end + 4 + length]
        return Request(
            method=method,
            target=target,
            headers=fields,
            body=body,
            host=self._host,
            at_s=time.monotonic(),
        )


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise ValueError(f"not a header field: {line!r}")
    return name, value.strip()
