"""Serves the generated site as a process of its own: ``python -m benchmarks.serve``.

Prints its base URI and serves until the pipe on its standard input ends. The feed of
the newest N articles is ``/feed-N.xml``; ``/count`` tells how many requests were
answered so far and how many connections opened (its own not counted).

The site shares the machine with the tool that is measured, so it does as little as it
can: answers are made beforehand, and a request is read no further than it has to be.
"""

import argparse
import asyncio
import gzip
import json
import re
import sys
import time
from dataclasses import dataclass
from email.utils import formatdate

from benchmarks import pages, site
from benchmarks.site import Generated
from examples import replies
from examples.replies import Reply, Request, not_found

_MEDIA_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "jpg": "image/jpeg",
    "woff": "font/woff",
}
_END = b"\r\n\r\n"
_CONDITION = re.compile(rb"\r\nif-(?:none-match|modified-since):", re.IGNORECASE)
_CODED = re.compile(rb"\r\naccept-encoding:[^\r\n]*\bgzip\b", re.IGNORECASE)
_DATE = re.compile(rb"Date: [^\r\n]*")


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer as it is sent: with the date between `before` and `after`."""

    before: bytes
    after: bytes


class BenchSite:
    """Answers the requests to a generated site, which is held in memory."""

    def __init__(self, generated: Generated, latency_s: float) -> None:
        self.latency_s = latency_s
        self.base = ""
        self.connections = 0
        self._generated = generated
        self._charsets = {a.path: a.charset for a in generated.articles}
        self._answered = 0
        self._answers: dict[tuple[bytes, bool], _Answer] = {}
        self._date = (0, b"")

    def prepare(self) -> None:
        """Make the answers to clients that accept gzip: all tools do."""
        for path in self._generated.expected(len(self._generated.articles)):
            head = f"GET {path} HTTP/1.1\r\nAccept-Encoding: gzip".encode()
            self._answers[path.encode(), True] = self._made(_request(head))

    def answer(self, head: bytes) -> tuple[bytes, ...]:
        """Return what is sent to a request with this head, in pieces."""
        target = head.split(b" ", 2)[1]
        if target == b"/count":
            return (replies.message(self._counted(), _request(head)),)
        self._answered += 1
        if _CONDITION.search(head):
            return (replies.message(self.reply(_request(head)), _request(head)),)
        key = target, _CODED.search(head) is not None
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = self._made(_request(head))
        return answer.before, self._dated(), answer.after

    def _made(self, request: Request) -> _Answer:
        before, after = _DATE.split(replies.message(self.reply(request), request), 1)
        return _Answer(before, after)

    def _dated(self) -> bytes:
        second = int(time.time())
        if self._date[0] != second:
            self._date = (second, f"Date: {formatdate(second, usegmt=True)}".encode())
        return self._date[1]

    def reply(self, request: Request) -> Reply:
        """Return the answer to a request."""
        if feed := re.fullmatch(r"/feed-(\d+)\.xml", request.path):
            return self._feed(int(feed[1]))
        coded = "gzip" in (request.header("Accept-Encoding") or "")
        return self._from_file(request.path, coded=coded) or not_found(request)

    def _counted(self) -> Reply:
        others = self.connections - 1  # whoever asks for this has come for it
        counts = {"requests": self._answered, "connections": others}
        return Reply(json.dumps(counts).encode(), etag=None)

    def _feed(self, count: int) -> Reply:
        document = site.feed(self._generated.articles[:count], self.base)
        return Reply(document, media_type="application/rss+xml", gzip=True)

    def _from_file(self, path: str, *, coded: bool) -> Reply | None:
        file = self._generated.folder / path[1:]
        packed = file.with_name(file.name + ".gz")
        media_type = self._media_type(path)
        if file.is_file():
            return Reply(
                file.read_bytes(), media_type=media_type, last_modified=pages.NEWEST
            )
        if not packed.is_file():
            return None
        body = packed.read_bytes()
        coding = (("Content-Encoding", "gzip"),) if coded else ()
        return Reply(
            body if coded else gzip.decompress(body),
            media_type=media_type,
            headers=(("Vary", "Accept-Encoding"), *coding),
            last_modified=pages.NEWEST,
        )

    def _media_type(self, path: str) -> str:
        if path in self._charsets:
            return f"text/html; charset={self._charsets[path]}"
        return _MEDIA_TYPES.get(path.rpartition(".")[2], "application/octet-stream")


def _request(head: bytes) -> Request:
    """Return a request read as a whole: for the few that need it."""
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _version = first.split(" ")
    fields = tuple(
        (name, value.strip())
        for name, _, value in (line.partition(":") for line in lines)
    )
    return Request(
        method=method,
        target=target,
        headers=fields,
        body=b"",
        host="127.0.0.1",
        at_s=time.monotonic(),
    )


class _Connection(asyncio.Protocol):
    """One connection of a client: its requests are answered in their order."""

    def __init__(self, served: BenchSite) -> None:
        self._served = served
        self._loop = asyncio.get_running_loop()
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._served.connections += 1

    def data_received(self, data: bytes) -> None:
        self._came += data
        while _END in self._came:
            head, _, self._came = self._came.partition(_END)
            self._loop.call_later(self._served.latency_s, self._send, head)

    def _send(self, head: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.writelines(self._served.answer(head))
            if b"\r\nconnection: close" in head.lower():
                self._transport.close()


async def _serve(served: BenchSite, port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Connection(served), "127.0.0.1", port, backlog=4096
    )
    served.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    sys.stdout.write(served.base + "\n")
    sys.stdout.flush()
    gone = asyncio.Event()
    loop.add_reader(0, gone.set)  # nobody writes: readable means ended
    await gone.wait()
    server.close()


def main() -> None:
    """Serve the site until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serve")
    parser.add_argument("--articles", type=int, default=site.ARTICLES)
    parser.add_argument("--latency", type=float, default=0.05, metavar="SECONDS")
    parser.add_argument("--port", type=int, default=0)
    stated = parser.parse_args()
    served = BenchSite(site.generated(count=stated.articles), stated.latency)
    served.prepare()
    asyncio.run(_serve(served, stated.port))


if __name__ == "__main__":
    main()
