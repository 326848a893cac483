"""Fetch what makes a page whole: itself, its redirects, its requisites."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hozon import continuations, css, linkfields
from hozon.answers import BUSY, media_type, retry_after_s
from hozon.claims import Extract
from hozon.codings import decode
from hozon.completing import Allowance, Completed, complete
from hozon.encodings import decode_html
from hozon.errors import Refused, Unreachable
from hozon.fetch import Chain, follow
from hozon.instants import Clock
from hozon.model import Exchange
from hozon.page import Page, requisites
from hozon.ports import MEMORY_BYTES, Fetcher, Limits, PageReader
from hozon.requisites import Requisite
from hozon.sharing import Commons, Fetched
from hozon.verdicts import is_challenged

PAGE = Limits(total_s=60, payload_bytes=25_000_000)
REQUISITE = Limits(total_s=60, payload_bytes=10_000_000, spacing_s=0.25)
MEDIA = Limits(total_s=60, payload_bytes=25_000_000, spacing_s=0.25)
REFRESHES = 3
"""How many pages that send their reader on at once are followed to the next."""

_ACCEPT = {
    "page": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "style": "text/css,*/*;q=0.1",
    "icon": "image/avif,image/webp,image/*,*/*;q=0.8",
    "frame": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "image": "image/avif,image/webp,image/*,*/*;q=0.8",
}
_HTML = frozenset({"text/html", "application/xhtml+xml", ""})
_EMBEDDING = frozenset({"frame", "other"})
_DOCUMENTS = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml"})
_ALLOWANCE = Allowance()


@dataclass(slots=True, kw_only=True)
class Gathered:
    """A page as fetched, before anything is recorded.

    `exchanges` are the page's, with all redirects and refreshes that led to it; `page`
    is None where the answer is no HTML; `extract` is what was made out of it. `more` are
    the other pages of the same article, in their order, or the one that shows the
    `whole` of it. `refused` says why a redirect was not followed, where we would not.
    `robots` is what publishers' robots.txt said, as JSON, and `asked` are the exchanges
    by which it was found out.
    """

    exchanges: tuple[Exchange, ...]
    page: Page | None
    extract: Extract = field(default_factory=Extract)
    more: list["Gathered"] = field(default_factory=list)
    whole: bool = False
    completed: Completed = field(default_factory=Completed)
    notes: list[str] = field(default_factory=list)
    refused: str | None = None
    robots: list[dict[str, Any]] = field(default_factory=list)
    asked: tuple[Exchange, ...] = ()

    @property
    def last(self) -> Exchange:
        """The exchange at which the redirects ended: the page itself."""
        return self.exchanges[-1]

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages of the article in their order."""
        return tuple(one.page for one in (self, *self.more) if one.page is not None)


async def gather(
    link: str,
    *,
    fetcher: Fetcher,
    commons: Commons,
    clock: Clock,
    reader: PageReader,
    allowance: Allowance = _ALLOWANCE,
) -> Gathered:
    """Fetch the page at `link`, and everything it needs, many at a time.

    The page is read for its text while its requisites are on their way.

    Raises `Refused` (the link itself) or `Unreachable` (no answer there or where it
    redirects to, or one that speaks of the server's day only: 429, 5xx; a bot check is
    an answer). A requisite that fails is noted, never raised.
    """
    gathered = await _opened(link, fetcher, clock)
    page, last = gathered.page, gathered.last
    if page is None:
        return gathered
    if last.status < 400:
        await _continued(gathered, page, fetcher)
    reading = asyncio.create_task(_read(gathered, reader))
    try:
        if last.status < 400:
            await _complete(gathered, fetcher, commons, allowance)
        await reading
    finally:
        reading.cancel()
    return gathered


async def _complete(
    gathered: Gathered, fetcher: Fetcher, commons: Commons, allowance: Allowance
) -> None:
    found = [one for each in gathered.pages for one in each.requisites]
    gathered.completed = await complete(
        [*linkfields.requisites(gathered.last), *found],
        fetch=lambda requisite, room: fetch(requisite, fetcher, memory_bytes=room),
        commons=commons,
        allowance=allowance,
    )
    gathered.notes += gathered.completed.notes


async def _read(gathered: Gathered, reader: PageReader) -> None:
    """Read the pages of the article for their text."""
    for one in (gathered, *gathered.more):
        if one.page is not None:
            one.extract = await reader.read(one.page.html, one.page.uri)
            gathered.notes += one.extract.notes


async def _opened(link: str, fetcher: Fetcher, clock: Clock) -> Gathered:
    """Fetch the page at `link`, through redirects and refreshes."""
    chain = await _followed(link, fetcher)
    if isinstance(chain.cause, Unreachable):
        raise chain.cause
    last = chain.final
    if last.status in BUSY and not is_challenged(last):
        raise Unreachable(
            f"status {last.status}", retry_after_s=retry_after_s(last, now=clock())
        )
    gathered = _loaded(chain.exchanges)
    gathered.notes += _notes(chain)
    if isinstance(chain.cause, Refused):
        gathered.refused = chain.stopped
    for _ in range(REFRESHES):
        target = _refresh(gathered)
        if target is None or not await _refreshed(gathered, target, fetcher):
            break
    return gathered


async def _followed(uri: str, fetcher: Fetcher) -> Chain:
    accept = ("Accept", _ACCEPT["page"])
    return await follow(fetcher, uri, headers=(accept,), limits=PAGE)


def _refresh(gathered: Gathered) -> str | None:
    """Return where the page sends its reader, unless we come from there."""
    if gathered.page is None or gathered.last.status >= 400:
        return None
    target = gathered.page.refresh
    been = {exchange.target_uri for exchange in gathered.exchanges}
    return None if target in been else target


async def _refreshed(gathered: Gathered, target: str, fetcher: Fetcher) -> bool:
    """Go where the page sends its reader; where that leads nowhere, it stays the page."""
    try:
        chain = await _followed(target, fetcher)
    except (Refused, Unreachable) as e:
        gathered.notes.append(f"refresh to {target}: {e}")
        return False
    if chain.final.status != 200:
        gathered.notes.append(f"refresh to {target}: status {chain.final.status}")
        return False
    gathered.notes += [f"refresh to {target}", *_notes(chain)]
    shown = _loaded(chain.exchanges)
    gathered.exchanges += chain.exchanges
    gathered.page = shown.page
    return True


async def _continued(gathered: Gathered, page: Page, fetcher: Fetcher) -> None:
    """Fetch the other pages of the article: the one that shows all, else each."""
    target = continuations.following(page, first=page.uri, number=1)
    at_once = continuations.whole(page)
    if at_once is not None and (shown := await _part(at_once, gathered, page, fetcher)):
        gathered.more, gathered.whole = [shown], True
        return
    while target is not None:
        part = await _part(target, gathered, page, fetcher)
        if part is None or part.page is None:
            return
        gathered.more.append(part)
        target = continuations.following(
            part.page, first=page.uri, number=len(gathered.more) + 1
        )


async def _part(
    uri: str, gathered: Gathered, page: Page, fetcher: Fetcher
) -> Gathered | None:
    """Fetch another page of the article; what does not turn out to be one is None."""
    try:
        chain = await _followed(uri, fetcher)
    except (Refused, Unreachable) as e:
        gathered.notes.append(f"page {uri}: {e}")
        return None
    last, found = chain.final, _loaded(chain.exchanges)
    known = {one.last.payload for one in (gathered, *gathered.more)}
    is_part = last.status == 200 and continuations.belongs(
        last.target_uri, first=page.uri
    )
    if not is_part or found.page is None or last.payload in known:
        gathered.notes.append(f"page {uri}: not of this article (status {last.status})")
        return None
    gathered.notes += _notes(chain)
    return found


def _loaded(exchanges: tuple[Exchange, ...]) -> Gathered:
    """Return the page that an answer is, parsed, if it is one."""
    last = exchanges[-1]
    if media_type(last) not in _HTML or not last.payload:
        return Gathered(exchanges=exchanges, page=None)
    decoded = decode(last.payload, last.header("content-encoding"))
    html, _ = decode_html(decoded.data, last.header("content-type"))
    return Gathered(exchanges=exchanges, page=Page.parse(html, last.target_uri))


def _notes(chain: Chain) -> list[str]:
    stopped = [f"redirects: {chain.stopped}"] if chain.stopped else []
    cut = chain.exchanges[-1].truncated
    return [*stopped, *([f"page cut off: {cut}"] if cut else [])]


async def fetch(
    requisite: Requisite, fetcher: Fetcher, *, memory_bytes: int = MEMORY_BYTES
) -> Fetched:
    """Fetch one requisite with its redirects, and read what it needs itself."""
    accept = _ACCEPT.get(requisite.kind, "*/*")
    limits = MEDIA if requisite.kind == "media" else REQUISITE
    if memory_bytes != limits.memory_bytes:
        limits = replace(limits, memory_bytes=memory_bytes)
    chain = await follow(
        fetcher, requisite.uri, headers=(("Accept", accept),), limits=limits
    )
    return Fetched(
        chain.exchanges, _needs(requisite.kind, chain.exchanges), chain.stopped
    )


def _needs(kind: str, exchanges: Sequence[Exchange]) -> tuple[Requisite, ...]:
    last = exchanges[-1]
    kind_of = media_type(last)
    if last.status != 200 or not last.payload:
        return ()
    if kind_of == "text/css":
        return css.requisites(_text(last), uri=last.target_uri)
    if kind in _EMBEDDING and kind_of in _DOCUMENTS:
        return requisites(_text(last), uri=last.target_uri)
    return ()


def _text(last: Exchange) -> str:
    decoded = decode(last.payload, last.header("content-encoding"))
    return decode_html(decoded.data, last.header("content-type") or "text/css")[0]
