"""Serves the generated site as a process of its own: ``python -m benchmarks.serve``.

Prints its base URI and serves until the pipe on its standard input ends. The feed of
the newest N articles is ``/feed-N.xml``; ``/count`` tells how many requests were
answered so far and how many connections opened (its own not counted).
"""

import argparse
import asyncio
import gzip
import json
import re
import sys
from functools import lru_cache

from benchmarks import pages, site
from benchmarks.site import Generated
from examples.origin import Origin
from examples.replies import Reply, Request, not_found

_MEDIA_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "jpg": "image/jpeg",
    "woff": "font/woff",
}


class BenchSite:
    """Answers the requests to a generated site; each file is read once."""

    def __init__(self, generated: Generated, origin: Origin) -> None:
        self._origin = origin
        self._generated = generated
        self._charsets = {a.path: a.charset for a in generated.articles}
        self._answered = 0
        # What stays in memory makes the site as quick as a web server's page cache.
        self._reply = lru_cache(maxsize=None)(self._reply_from_file)

    def answer(self, request: Request) -> Reply:
        """Return the reply to `request`."""
        if request.path == "/count":
            return self._counted()
        self._answered += 1
        if feed := re.fullmatch(r"/feed-(\d+)\.xml", request.path):
            return self._feed(int(feed[1]))
        coded = "gzip" in (request.header("Accept-Encoding") or "")
        return self._reply(request.path, coded=coded) or not_found(request)

    def _counted(self) -> Reply:
        others = self._origin.connections - 1  # whoever asks for this has come for it
        counts = {"requests": self._answered, "connections": others}
        return Reply(json.dumps(counts).encode(), etag=None)

    def _feed(self, count: int) -> Reply:
        document = site.feed(self._generated.articles[:count], self._origin.uri(""))
        return Reply(document, media_type="application/rss+xml", gzip=True)

    def _reply_from_file(self, path: str, *, coded: bool) -> Reply | None:
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


async def _serve(origin: Origin) -> None:
    await origin.open()
    sys.stdout.write(origin.uri("") + "\n")
    sys.stdout.flush()
    gone = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(0, gone.set)  # nobody writes: readable means ended
    await gone.wait()
    await origin.aclose()


def main() -> None:
    """Serve the site until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serve")
    parser.add_argument("--articles", type=int, default=site.ARTICLES)
    parser.add_argument("--latency", type=float, default=0.05, metavar="SECONDS")
    parser.add_argument("--port", type=int, default=0)
    stated = parser.parse_args()
    origin = Origin(port=stated.port, latency_s=stated.latency)
    origin.otherwise = BenchSite(site.generated(count=stated.articles), origin).answer
    asyncio.run(_serve(origin))


if __name__ == "__main__":
    main()
