"""The only module that opens sockets.

A name is resolved once per connection; only addresses that `vetting.admits` are
connected to, as literals; the peer is checked before a byte is sent. Nothing here reads
the environment, so no proxy can stand in between.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from ipaddress import ip_address

from hozon.fetch import tls, vetting
from hozon.fetch.connection import Connection, Peer
from hozon.fetch.vetting import AllowedHosts
from hozon.nouns.errors import Refused, Unreachable
from hozon.nouns.uris import Uri

ATTEMPT_S = 5.0
LAST_ATTEMPT_S = 15.0
"""Time for one address while there are others to try, and for the last: what does not
answer by then does not answer, and time waited is time billed.
"""

MAX_ADDRESSES = 6
_RESOLVER_THREADS = 32
_BUFFER_BYTES = 256 * 1024

Resolver = Callable[[str], Awaitable[Sequence[str]]]
"""Returns the literal addresses of a name, best first; raises `OSError` if none."""


class Connector:
    """Opens vetted connections, for one event loop at a time.

    The trusted authorities are read at the first use.
    """

    def __init__(
        self,
        *,
        allowed: AllowedHosts,
        resolver: Resolver | None = None,
        ca_file: str | None = None,
    ) -> None:
        self._allowed = allowed
        self._resolver = resolver or self._resolve
        self._ca_file = ca_file
        self._context: ssl.SSLContext | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))

    async def connect(self, uri: Uri) -> Connection:
        """Open a connection for `uri`, which has been vetted.

        Raises `Refused` if the host leads to no admissible address and `Unreachable`
        if none of those it leads to answers or the certificate does not hold.
        """
        addresses, notes = await self._admissible(uri)
        sock, address = await _dialled(uri, addresses)
        peer = Peer(ip=address, notes=notes)
        connection = Connection(
            peer, is_quiet=partial(_is_quiet, sock), buffer=self._buffer
        )
        transport = await self._attached(uri, sock, connection)
        names, suite = tls.negotiated(transport.get_extra_info("ssl_object"))
        connection.peer = replace(peer, tls=names, cipher_suite=suite)
        return connection

    def close(self) -> None:
        """Let the resolver's threads end."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None

    async def _admissible(self, uri: Uri) -> tuple[Sequence[str], tuple[str, ...]]:
        """Return the addresses that may be connected to, and notes on the others."""
        address = vetting.literal(uri.host)
        answer = [address] if address is not None else await self._answer(uri.host)
        good = [a for a in answer if vetting.admits(uri, a, self._allowed)]
        bad = [a for a in answer if a not in good]
        if bad and not good:
            raise Refused(
                f"{uri.host} leads to {bad[0]}, which is not a public address"
            )
        notes = f"the name also leads to {bad[0]}, which was not used" if bad else ""
        return good[:MAX_ADDRESSES], (notes,) if notes else ()

    async def _answer(self, host: str) -> Sequence[str]:
        try:
            answer = await self._resolver(host)
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"{host} does not resolve: {_words(error)}") from None
        if not answer:
            raise Unreachable(f"{host} does not resolve: it has no address")
        return answer

    async def _resolve(self, host: str) -> Sequence[str]:
        """Ask the system, in threads of our own: the loop's are few, and may hang."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, "hozon-resolver")
        # As bytes, because Python's own IDNA would have an opinion about a str.
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, _getaddrinfo, host.encode("ascii")
        )
        return list(dict.fromkeys(found))

    async def _attached(
        self, uri: Uri, sock: socket.socket, connection: Connection
    ) -> asyncio.Transport:
        """Put `connection` on the socket, with TLS where the scheme says so."""
        loop = asyncio.get_running_loop()
        if uri.scheme == "http":
            transport, _ = await loop.create_connection(lambda: connection, sock=sock)
            return transport
        name = vetting.literal(uri.host) or uri.host.removesuffix(".")
        try:
            transport, _ = await loop.create_connection(
                lambda: connection,
                sock=sock,
                ssl=self._trust(),
                server_hostname=name,
                ssl_shutdown_timeout=1.0,
            )
        except (OSError, ValueError) as error:
            raise Unreachable(f"TLS with {uri.host} failed: {_words(error)}") from None
        return transport

    def _trust(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = tls.client_context(self._ca_file)
        return self._context


def _getaddrinfo(host: bytes) -> list[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


async def _dialled(uri: Uri, addresses: Sequence[str]) -> tuple[socket.socket, str]:
    """Return a socket connected to the first of `addresses` that answers, and which."""
    trouble = []
    for number, address in enumerate(addresses, start=1):
        patience = ATTEMPT_S if number < len(addresses) else LAST_ATTEMPT_S
        try:
            async with asyncio.timeout(patience):
                return await _dial(address, uri.port), address
        except OSError as error:
            trouble.append(f"{address}: {_words(error)}")
    raise Unreachable(f"no connection to {uri.authority} ({'; '.join(trouble)})")


async def _dial(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (address, port))
        _check_peer(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock


def _check_peer(sock: socket.socket, address: str) -> None:
    """Hold against the vetted address what the socket is really connected to."""
    peer = sock.getpeername()
    if ip_address(peer[0]) != ip_address(address):
        raise Refused(f"the connection leads to {peer[0]} instead of {address}")
    if peer[:2] == sock.getsockname()[:2]:
        # TCP's simultaneous open: a loopback port that nobody serves met itself.
        raise ConnectionRefusedError("connected to itself")


def _is_quiet(sock: socket.socket) -> bool:
    """Tell whether the connection stands and nothing waits to be read."""
    try:
        sock.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def _words(error: Exception) -> str:
    """Say in one line what the system said."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not accepted: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, TimeoutError):
        return "no answer"
    return str(error) or type(error).__name__
