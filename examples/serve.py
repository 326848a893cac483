"""Serves the bundled site on loopback: ``python -m examples.serve``.

Six invented papers, whose files lie in ``site/`` and whose manifest is ``site.toml``.
Prints the URIs of the feeds, one a line, and serves until SIGTERM or Ctrl-C, until the
pipe on its standard input ends, or until the process that started it is gone.
"""

import argparse
import asyncio
import os
import signal
import stat
import sys
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from examples import font, images
from examples.origin import Origin, Site
from examples.replies import Handler, Reply, Request, Route, redirect

SITE = Path(__file__).parent / "site"
_TEXT = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_PARENT_CHECK_S = 0.5

# By the name of the encoding as published, that of the codec: as browsers read it.
_CODECS = {"Shift_JIS": "cp932", "euc-jp": "euc_jp", "ISO-2022-JP": "iso2022_jp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One folder of the site: its feed, encoding, pictures and manners on the wire."""

    folder: str
    feed: str
    media_type: str
    charset: str
    modified: datetime
    images: Sequence[str]
    gzip: bool = False
    chunked: bool = False

    @property
    def feed_path(self) -> str:
        """The path of its feed."""
        return f"/{self.folder}/{self.feed}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What ``site.toml`` says."""

    origin: str
    now: datetime
    moved: dict[str, str]
    publications: Sequence[Publication]


@cache
def manifest() -> Manifest:
    """Return what ``site.toml`` says."""
    stated = tomllib.loads((SITE / "site.toml").read_text("utf-8"))
    publications = [Publication(**table) for table in stated.pop("publication")]
    return Manifest(publications=publications, **stated)


def bundled(*, port: int = 0, latency_s: float = 0.0) -> Site:
    """Return the bundled site, to be served by a ``with`` block."""
    site = Site(port=port, latency_s=latency_s)
    site.routes = routes(site)
    return site


def feed_uris(origin: Origin) -> list[str]:
    """Return the URIs of the feeds, in the order of the manifest."""
    return [origin.uri(paper.feed_path) for paper in manifest().publications]


def routes(origin: Origin) -> dict[str, Route]:
    """Return the routes of the bundled site, as `origin` will serve them."""
    found: dict[str, Route] = {
        "/robots.txt": _text(origin, SITE / "robots.txt", "text/plain; charset=utf-8"),
        "/": _text(origin, SITE / "index.html", "text/html; charset=utf-8"),
        "/shared/base.css": _text(origin, SITE / "shared/base.css", "text/css"),
        "/shared/marks.woff": Reply(font.woff(), media_type="font/woff"),
    }
    for paper in manifest().publications:
        found |= _publication_routes(origin, paper)
    return found | {path: redirect(to) for path, to in manifest().moved.items()}


def _publication_routes(origin: Origin, paper: Publication) -> dict[str, Route]:
    found: dict[str, Route] = {
        f"/{paper.folder}/{name}": _picture(paper, name) for name in paper.images
    }
    for file in sorted((SITE / paper.folder).rglob("*.*")):
        path = "/" + file.relative_to(SITE).as_posix()
        media_type = _media_type(paper, file)
        found[path.removesuffix("index.html")] = _text(origin, file, media_type, paper)
    return found


def _media_type(paper: Publication, file: Path) -> str:
    if file.suffix == ".svg":
        return "image/svg+xml"
    if file.suffix not in _TEXT:
        return paper.media_type  # the charset stands in its XML declaration
    return f"{_TEXT[file.suffix]}; charset={paper.charset}"


def _text(
    origin: Origin, file: Path, media_type: str, paper: Publication | None = None
) -> Handler:
    """Return a route that reads and encodes `file` when it is asked for."""
    charset = "utf-8" if paper is None or file.suffix == ".svg" else paper.charset
    papers = [paper] if paper else []

    def answer(_request: Request) -> Reply:
        # Links can be completed only once the port is known.
        text = file.read_text("utf-8").replace(manifest().origin, origin.uri(""))
        return Reply(
            text.encode(_CODECS.get(charset, charset)),
            media_type=media_type,
            last_modified=max((p.modified for p in papers), default=manifest().now),
            gzip=any(p.gzip for p in papers),
            chunked=any(p.chunked for p in papers),
        )

    return answer


def _picture(paper: Publication, name: str) -> Handler:
    @cache
    def painted() -> Reply:
        stem, _, size = name.partition(".")[0].rpartition("-")
        width, height = (int(part) for part in size.split("x"))
        # Two sizes of one picture show the same.
        painting = images.landscape(f"{paper.folder}/{stem}")
        paint, kind = (
            (images.jpeg, "jpeg") if name.endswith(".jpg") else (images.png, "png")
        )
        return Reply(
            paint(width, height, painting),
            media_type=f"image/{kind}",
            last_modified=paper.modified,
        )

    return lambda _request: painted()


async def _serve(origin: Origin) -> None:
    stop = _told_to_stop()
    parent = os.getppid()
    await origin.open()
    sys.stdout.write("".join(f"{uri}\n" for uri in feed_uris(origin)))
    sys.stdout.flush()
    while os.getppid() == parent and not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _PARENT_CHECK_S)
    await origin.aclose()


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    # Only a pipe tells that somebody has gone; /dev/null is at its end from the start.
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        loop.add_reader(0, _stop_at_end_of_input, stop)
    return stop


def _stop_at_end_of_input(stop: asyncio.Event) -> None:
    if not os.read(0, 4096):
        stop.set()


def main(words: Sequence[str] | None = None) -> None:
    """Serve the site until stopped."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.serve", description=__doc__
    )
    parser.add_argument("--port", type=int, default=8800, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS")
    stated = parser.parse_args(words)
    origin = Origin(port=stated.port, latency_s=stated.latency)
    origin.routes = routes(origin)
    asyncio.run(_serve(origin))


if __name__ == "__main__":
    main()
