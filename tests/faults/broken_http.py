"""A loopback server that answers in the broken ways of `broken_cases`.

The path of the request names the case.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.broken_cases import CASES, Drip, Endless, Reset, Silence, Step

_LONGEST_S = 8.0
_BY_NAME = {case.name: case for case in CASES}


@contextmanager
def serving(host: str = "127.0.0.1") -> Iterator[int]:
    """Serve the cases in a thread of its own; yield the port."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(_answer, host, 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(_LONGEST_S):
            request = await reader.readuntil(b"\r\n\r\n")
            name = request.split(b" ")[1].decode().strip("/").split("?")[0]
            for step in _BY_NAME.get(name, _BY_NAME["ok"]).sent:
                await _send(step, writer)
    except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
        writer.transport.abort()
    finally:
        writer.close()


async def _send(step: Step, writer: asyncio.StreamWriter) -> None:
    match step:
        case bytes():
            writer.write(step)
            await writer.drain()
        case Endless(data):
            while True:
                writer.write(data)
                await writer.drain()
        case Drip(data):
            while True:
                writer.write(data)
                await writer.drain()
                await asyncio.sleep(0.5)
        case Silence():
            await asyncio.sleep(_LONGEST_S)
        case Reset():
            # The client should have read what was sent: a RST overtakes it.
            await asyncio.sleep(0.1)
            linger = struct.pack("ii", 1, 0)
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
