"""Every way into an archive, and what has to come of it when a page is decided about.

One site, archived on either set of adapters: two articles of one feed that share a style
sheet, of which one was edited; nothing of it may be told that names `SECRET` or its link.
"""

import asyncio
import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from hozon import web, wiring
from hozon.fetch import AllowedHosts
from hozon.guarding import granting
from hozon.nouns.archive import Archive
from hozon.nouns.instants import timestamp
from hozon.nouns.model import Capture
from hozon.polling.subscribing import new_feed
from hozon.sealing import sealing
from hozon.searching import searching
from hozon.stored import naming
from hozon.web import replay
from hozon.working.running import Run
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import Stack
from tests.sites import Reply, Site
from tests.unit.usecases.conftest import Hands

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=7)
SECRET = "Zwiebelturm"
OPEN = "Kirchplatz"
LINK = "/verborgen-7f3a"

_FEED = """<rss version="2.0"><channel><title>Town</title>
<item><title>{secret} news</title><link>{base}{link}</link>
<description>All about the {secret}.</description></item>
<item><title>{open} news</title><link>{base}/offen</link>
<description>All about the {open}.</description></item></channel></rss>"""
_PAGE = """<!doctype html><html lang=en><link rel=stylesheet href=/style.css>
<title>{title}</title><article><h1>{title}</h1><img src=/{name}.png>{text}</article>"""


def article(name: str, count: int = 41) -> Reply:
    """Return an article with a word of its own, a picture of its own, a shared style."""
    text = (
        f"<p>The {name} opened again on Thursday, after eleven years of repairs.</p>"
        f"<p>The office of the {name} counted {count} visitors on its first day.</p>"
        f"<p>Most of them went straight back home, and some of them stayed there.</p>"
    ) * 4
    body = _PAGE.format(title=f"{name} story", text=text, name=name.lower())
    return Reply(body.encode(), media_type="text/html; charset=utf-8")


def town() -> Site:
    """Return the site, not yet served."""
    return Site(
        {
            LINK: article(SECRET),
            "/offen": article(OPEN),
            "/style.css": Reply(b"p{color:red}", media_type="text/css"),
            f"/{SECRET.lower()}.png": Reply(b"\x89PNG secret", media_type="image/png"),
            f"/{OPEN.lower()}.png": Reply(b"\x89PNG open", media_type="image/png"),
        }
    )


def opened(site: Site) -> str:
    """Let the site have its feed, and return the feed's URI."""
    said = _FEED.format(
        secret=SECRET, open=OPEN, link=LINK, base=site.uri("").rstrip("/")
    )
    site.routes["/feed"] = Reply(said.encode(), media_type="application/rss+xml")
    return site.uri("/feed")


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: its status, and its body as text whatever it is."""

    status: int
    data: bytes

    @property
    def text(self) -> str:
        """The body, byte for character where it is no UTF-8."""
        return self.data.decode("utf-8", "replace")


class Ask(Protocol):
    """Sends a GET."""

    def __call__(self, path: str, /, **fields: str) -> Said: ...


@dataclass(slots=True)
class World:
    """An archive with the town in it; `archive` is unguarded, `ask` is a reader.

    `invoke` calls a function of the stack, where there is one.
    """

    site: Site
    archive: Archive
    ask: Ask
    clock: Hands
    feed_id: str
    work: Callable[[], None]
    invoke: Callable[[str, Mapping[str, Any]], dict[str, Any]] | None = None

    @property
    def link(self) -> str:
        """The page that is decided about."""
        return self.site.uri(LINK)

    def exact(self) -> Iterator[str]:
        """Yield what names the page, or is made of it."""
        index, uri = self.archive.index, self.link
        captures = index.timemap(uri)
        yield f"/web/{uri}"
        yield f"/web/timemap/link/{uri}"
        yield f"/web/timemap/json/{uri}"
        yield f"/web/timemap/cdxj/{uri}"
        yield f"/cdx?url={quote(uri, safe='')}"
        yield f"/cdx/search/cdx?url={quote(uri, safe='')}&output=json&limit=-1"
        yield f"/cdx?url={quote(uri, safe='')}&sort=closest&closest=20261123"
        yield f"/wayback/available?url={quote(uri, safe='')}"
        yield f"/api/v1/captures?uri={quote(uri, safe='')}"
        for form in ("raw", "html", "text", "markdown", "warc", "json"):
            yield f"/api/v1/get?uri={quote(uri, safe='')}&format={form}"
        for capture in captures:
            yield f"/web/{timestamp(capture.captured_at)}/{uri}"
            yield f"/web/{timestamp(capture.captured_at)}id_/{uri}"
            yield f"/warc/{capture.location.warc_key}"
            yield f"/receipt/{naming.object_id(capture.location.warc_key)}"
            for view in ("", "js_"):
                yield f"/replay/{timestamp(capture.captured_at)}{view}/{uri}"
            yield from self.staged(
                capture, ("p", uri), ("s", self.site.uri("/style.css"))
            )
        [entry] = index.linked(uri)
        for more in ("", "/versions", "/diff"):
            yield f"/api/v1/entries/{entry.key}{more}"
        for more in ("", "?version=1", "/diff", "/diff?view=inline&whole=1"):
            yield f"/entries/{entry.key}{more}"
        yield f"/captures?uri={quote(uri, safe='')}"
        yield f"/captures?uri={quote(uri, safe='')}&year=2026"
        yield f"/web/{self.site.uri(f'/{SECRET.lower()}.png')}"

    def staged(self, capture: Capture, *wanted: tuple[str, str]) -> Iterator[str]:
        """Yield what the replay's origin is asked for of a snapshot, with a grant that was
        given before anything was decided.
        """
        key = capture.location.warc_key
        grant = granting.grant(key, "https://h.example", self.archive)
        for use, uri in wanted:
            yield f"/r/{grant}/{key}/{use}_/{uri}"

    def told_elsewhere(self) -> Iterator[str]:
        """Yield what is not the page, and tells of it: the document of its feed."""
        uri = self.site.uri("/feed")
        for capture in self.archive.index.timemap(uri)[:1]:
            yield f"/web/{timestamp(capture.captured_at)}id_/{uri}"
            yield f"/warc/{capture.location.warc_key}"
            yield f"/receipt/{naming.object_id(capture.location.warc_key)}"
        yield f"/api/v1/get?uri={quote(uri, safe='')}"
        yield f"/api/v1/get?uri={quote(uri, safe='')}&format=json"
        yield f"/api/v1/get?uri={quote(uri, safe='')}&format=warc"

    def lists(self) -> Iterator[str]:
        """Yield what names many things."""
        base = self.site.uri("/")
        yield from ("/", "/sources", "/river.atom", "/river.json", "/changes.atom")
        yield from ("/river/2026-11.atom", "/health.atom", "/feeds.opml")
        yield from ("/?change=any", "/?change=correction", "/status", "/captures")
        yield f"/?feed={self.feed_id}"
        yield f"/?feed={self.feed_id}&change=any"
        yield f"/sources/{self.feed_id}"
        yield f"/changes.atom?feed={self.feed_id}"
        yield f"/river.atom?feed={self.feed_id}"
        yield "/search?q=visitors"
        yield "/api/v1/search?q=visitors"
        yield "/api/v1/entries"
        yield f"/api/v1/entries?feed={self.feed_id}"
        yield "/api/v1/feeds"
        yield "/api/v1/status"
        yield f"/cdx?url={quote(base, safe='')}*"
        yield f"/cdx?url={self.site.authority}&matchType=host&fl=original&limit=-50"
        yield f"/cdx?url={quote(base, safe='')}*&page=0"

    def open_still(self) -> Iterator[str]:
        """Yield what has to be had whatever is decided about the other page."""
        uri = self.site.uri("/offen")
        yield f"/web/timemap/link/{uri}"
        yield f"/api/v1/get?uri={quote(uri, safe='')}"
        yield f"/api/v1/get?uri={quote(uri, safe='')}&format=text"
        for capture in self.archive.index.timemap(uri):
            yield f"/warc/{capture.location.warc_key}"
            yield f"/receipt/{naming.object_id(capture.location.warc_key)}"
            yield f"/replay/{timestamp(capture.captured_at)}/{uri}"
            parts = [("s", "/style.css"), ("i", f"/{OPEN.lower()}.png")]
            needed = [(use, self.site.uri(path)) for use, path in parts]
            yield from self.staged(capture, ("p", uri), *needed)
        for shared in ("/style.css", f"/{OPEN.lower()}.png"):
            style = self.site.uri(shared)
            yield f"/api/v1/get?uri={quote(style, safe='')}"


def _event(path: str, fields: dict[str, str]) -> dict[str, Any]:
    path, _, query = path.partition("?")
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "h.example", **fields},
        "requestContext": {
            "stage": "$default",
            "http": {"method": "GET", "path": path},
        },
        "isBase64Encoded": False,
    }


def said(answer: dict[str, Any]) -> Said:
    """Return an answer of a function URL."""
    body = answer["body"] or ""
    coded = answer["isBase64Encoded"]
    data = base64.b64decode(body) if coded else body.encode("utf-8", "replace")
    return Said(answer["statusCode"], data)


@contextmanager
def embedded(folder: Path) -> Iterator[World]:
    """Yield the town in a folder."""
    clock = Hands(NOW)
    with (
        town() as site,
        wiring.embedded(folder, create=True, clock=clock) as held,
        wiring.workspace() as room,
    ):
        archive = held.archive
        stage = replay.Stage(largest=4_400_000)
        feed = new_feed(opened(site), archive)
        archive.feeds.add(feed)

        async def run() -> None:
            allowed = AllowedHosts.parse([site.authority])
            how = wiring.Fetching(allowed=allowed, interval_s=0, clock=clock)
            async with how.fetcher() as fetcher:
                await Run(
                    archive=archive,
                    inbox=held.inbox,
                    fetcher=fetcher,
                    tell=lambda _: None,
                ).to_the_end()

        def work() -> None:
            asyncio.run(run())
            sealing.seal(archive, held.signer)
            searching.update(archive, room)

        def ask(path: str, /, **fields: str) -> Said:
            event = _event(path, fields)
            if path.startswith("/r/"):
                return said(replay.respond(event, archive, stage))
            there = web.Replay(origin=":8081", runs=True)
            answer = web.respond(event, None, archive, largest=4_400_000, replay=there)
            return said(answer)

        yield lived(World(site, archive, ask, clock, feed.id, work))


@contextmanager
def deployed(stack: Stack) -> Iterator[World]:
    """Yield the town in an account, asked through the handler under its role."""
    clock = Hands(NOW)
    with town() as site:
        allow = [site.authority]
        rehearsal = Rehearsal.of(stack, allow=allow, interval_s=0, clock=clock)
        archive = rehearsal.deployed.archive
        feed = new_feed(opened(site), archive)
        archive.feeds.add(feed)

        def ask(path: str, /, **fields: str) -> Said:
            name = "ReplayArchive" if path.startswith("/r/") else "ServeArchive"
            return said(invoke(name, _event(path, fields)))

        def invoke(function: str, event: Mapping[str, Any]) -> dict[str, Any]:
            answer: dict[str, Any] = rehearsal.pump.invoke(
                rehearsal.pump.functions[function], dict(event)
            )
            return answer

        def work() -> None:
            for _ in range(3):
                rehearsal.work(at=clock.now)

        yield lived(World(site, archive, ask, clock, feed.id, work, invoke))


def lived(world: World) -> World:
    """Let the site be archived, the page edited, and looked at again."""
    world.work()
    world.site.routes[LINK] = article(SECRET, 43)
    world.clock.now = LATER
    world.work()
    return world


def names(text: str) -> bool:
    """Tell whether a text tells of the page: its words, or its address."""
    return SECRET in text or LINK in text
