"""How much the site can answer: ``python -m benchmarks.capacity BASE PATHS``.

A client that does nothing but ask, on 128 connections; what it reaches bounds what
any tool can reach on this site. Prints one JSON object.
"""

import asyncio
import json
import random
import re
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

CONNECTIONS = 128
_SECONDS = 4.0
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class _Asker(asyncio.Protocol):
    """Sends the next request as soon as a response is whole."""

    def __init__(self, host: str, paths: list[str], waits_s: list[float]) -> None:
        self._host = host
        self._paths = paths
        self._waits_s = waits_s
        self._head = b""
        self._missing = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        path = random.choice(self._paths)
        self._asked_s = time.perf_counter()
        self._transport.write(
            f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n"
            "Accept-Encoding: gzip\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _LENGTH.search(self._head, 0, end)
            assert length is not None
            self._missing = int(length[1]) - (len(self._head) - end - 4)
        if not self._missing:
            self._head = b""
            self._waits_s.append(time.perf_counter() - self._asked_s)
            self._ask()


async def _measure(base: str, paths: list[str]) -> dict[str, float]:
    authority = urlsplit(base).netloc
    host, _, port = authority.rpartition(":")
    loop = asyncio.get_running_loop()
    waits_s: list[float] = []
    made = [
        await loop.create_connection(
            lambda: _Asker(authority, paths, waits_s),
            host,
            int(port),
        )
        for _ in range(CONNECTIONS)
    ]
    waits_s.clear()
    await asyncio.sleep(_SECONDS)
    answered, cpu_s = len(waits_s), time.process_time()
    for transport, _ in made:
        transport.abort()
    await asyncio.sleep(0)
    return {
        "connections": CONNECTIONS,
        "requests_per_s": round(answered / _SECONDS),
        "median_wait_ms": round(statistics.median(waits_s) * 1000, 1),
        "client_load": round(cpu_s / _SECONDS, 2),
    }


def main() -> None:
    """Ask for random paths for some seconds and print what came back."""
    paths = Path(sys.argv[2]).read_text("utf-8").split()
    sys.stdout.write(json.dumps(asyncio.run(_measure(sys.argv[1], paths))) + "\n")


if __name__ == "__main__":
    main()
