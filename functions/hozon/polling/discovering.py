"""Find the feeds of a page: those it names, those it links to, those that sites have."""

import re
from collections.abc import Iterator
from contextlib import suppress

from hozon.nouns import uris
from hozon.nouns.errors import Misuse, NotAFeed, Refused, Unreachable, Unread
from hozon.nouns.model import Exchange
from hozon.nouns.ports import Fetcher, Limits
from hozon.nouns.readers import DocumentReader
from hozon.reading.answers import media_type
from hozon.reading.codings import decode
from hozon.reading.encodings import decode_html
from hozon.reading.page import Page

MOST = 20
_LIMITS = Limits(total_s=20, payload_bytes=5_000_000)
_WELL_KNOWN = (
    "feed",
    "rss",
    "feed.xml",
    "rss.xml",
    "atom.xml",
    "index.xml",
    "index.rdf",
    "feed.json",
    "feed/",
    "rss/feed.xml",
)
_SITEMAP = re.compile(r"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})")
_LONGEST_ROBOTS = 512 * 1024
_MOST_SITEMAPS = 5
_LIKE_A_FEED = re.compile(
    r"(?:^|[/._=-])(?:feeds?|rss[0-9]*|atom[0-9]*|rdf)(?:$|[/._?&=-])"
    r"|\.(?:rss|rdf|atom)$",
    re.IGNORECASE,
)


async def discover(
    exchange: Exchange, fetcher: Fetcher, reader: DocumentReader
) -> tuple[str, ...]:
    """Return the URIs of the feeds of the page that an exchange brought, at most 20.

    What the page names (``link rel=alternate``) comes before what it links to; only
    where it does neither are the usual places of its site tried, up to the first feed.
    """
    if not _is_page(exchange):
        return ()
    try:
        page = await read_page(exchange, reader)
    except Unread:
        return ()
    named = page.feeds or tuple(linked(page))
    if named:
        return named[:MOST]
    return await _probed(exchange.target_uri, fetcher, reader)


async def instead(
    found: NotAFeed, exchange: Exchange, fetcher: Fetcher, reader: DocumentReader
) -> NotAFeed:
    """Return the refusal of a document with what could be followed instead of it.

    Where its page has no feed, the sitemaps that its robots.txt names are told in the
    message: followed only by who asks for one, for many list a whole site.
    """
    if others := await discover(exchange, fetcher, reader):
        return NotAFeed(str(found), feeds=others)
    named = await _sitemaps(exchange.target_uri, fetcher) if _is_page(exchange) else ()
    if not named:
        return found
    listed = ", ".join(named)
    return NotAFeed(f"{found}; no feed was found by it, but sitemaps: {listed}")


async def _sitemaps(page_uri: str, fetcher: Fetcher) -> tuple[str, ...]:
    """Return the sitemaps that robots.txt names, those of news first."""
    try:
        uri = uris.normal("/robots.txt", base=page_uri)
        exchange = await fetcher.fetch(uri, limits=_LIMITS)
    except (Refused, Unreachable):
        return ()
    decoded = decode(exchange.payload, exchange.header("content-encoding"))
    text = decoded.data[:_LONGEST_ROBOTS].decode("utf-8", "replace")
    found: dict[str, None] = {}
    for stated in _SITEMAP.findall(text) if exchange.status == 200 else ():
        with suppress(Misuse):
            found.setdefault(uris.lenient(stated, base=exchange.target_uri))
    ordered = sorted(found, key=lambda one: "news" not in one.lower())
    return tuple(ordered[:_MOST_SITEMAPS])


def _is_page(exchange: Exchange) -> bool:
    return media_type(exchange) in {"text/html", "application/xhtml+xml", ""}


async def read_page(exchange: Exchange, reader: DocumentReader) -> Page:
    """Parse the page that an exchange brought, once its reader has survived that.

    Raises `Unread`.
    """
    document = decode(exchange.payload, exchange.header("content-encoding")).data
    content_type = exchange.header("content-type")
    await reader.page(document, uri=exchange.target_uri, content_type=content_type)
    html, _ = decode_html(document, content_type)
    return Page.parse(html, exchange.target_uri)


def linked(page: Page) -> Iterator[str]:
    """Yield the links of a page to its own site whose names speak of a feed."""
    site = _site(page.uri)
    for link in page.links:
        parsed = uris.parse(link)
        if _LIKE_A_FEED.search(parsed.target) and _site(link) == site:
            yield link


def _site(uri: str) -> str:
    """Return the last two labels of the host: enough to tell a share button apart."""
    return ".".join(uris.parse(uri).host.rstrip(".").split(".")[-2:])


async def _probed(
    page_uri: str, fetcher: Fetcher, reader: DocumentReader
) -> tuple[str, ...]:
    for path in _WELL_KNOWN:
        uri = uris.normal(f"/{path}", base=page_uri)
        try:
            exchange = await fetcher.fetch(uri, limits=_LIMITS)
            if exchange.status == 200 and await _is_feed(exchange, reader):
                return (exchange.target_uri,)
        except (Refused, Unreachable):
            continue
    return ()


async def _is_feed(exchange: Exchange, reader: DocumentReader) -> bool:
    decoded = decode(exchange.payload, exchange.header("content-encoding"))
    try:
        await reader.feed(
            decoded.data,
            uri=exchange.target_uri,
            content_type=exchange.header("content-type"),
        )
    except NotAFeed:
        return False
    return True
