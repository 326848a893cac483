"""Fetch what makes a page whole: itself, its redirects, its requisites."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hozon import css
from hozon.answers import BUSY, media_type, retry_after_s
from hozon.claims import Extract
from hozon.codings import decode
from hozon.encodings import decode_html
from hozon.errors import Refused, Unreachable
from hozon.fetch import Chain, follow
from hozon.holdings import Requirement
from hozon.instants import Clock
from hozon.model import Exchange
from hozon.page import Page
from hozon.ports import Fetcher, Limits, PageReader
from hozon.requisites import Requisite
from hozon.sharing import Commons, Fetched, Shared
from hozon.verdicts import is_challenged

PAGE = Limits(total_s=60, payload_bytes=25_000_000)
REQUISITE = Limits(total_s=60, payload_bytes=10_000_000, spacing_s=0.25)
REQUISITES = 300
DEPTH = 4
_ACCEPT = {
    "page": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "style": "text/css,*/*;q=0.1",
    "image": "image/avif,image/webp,image/*,*/*;q=0.8",
}
_HTML = frozenset({"text/html", "application/xhtml+xml", ""})


@dataclass(slots=True, kw_only=True)
class Gathered:
    """A page as fetched, before anything is recorded.

    `page` is None where the answer is no HTML; `extract` is what was made out of it.
    `wanted` are the requisites that were got, by URI; `missing` those that were not,
    with the reason. `refused` says why a redirect was not followed, where we would not.
    `robots` is what publishers' robots.txt said, as JSON, and `asked` are the exchanges
    by which it was found out.
    """

    exchanges: tuple[Exchange, ...]
    page: Page | None
    extract: Extract = field(default_factory=Extract)
    kinds: dict[str, str] = field(default_factory=dict)
    wanted: dict[str, Shared] = field(default_factory=dict)
    missing: list[Requirement] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: str | None = None
    robots: list[dict[str, Any]] = field(default_factory=list)
    asked: tuple[Exchange, ...] = ()

    @property
    def last(self) -> Exchange:
        """The exchange at which the redirects ended: the page itself."""
        return self.exchanges[-1]


async def gather(
    link: str,
    *,
    fetcher: Fetcher,
    commons: Commons,
    clock: Clock,
    reader: PageReader,
) -> Gathered:
    """Fetch the page at `link`, and everything it needs, many at a time.

    The page is read for its text while its requisites are on their way.

    Raises `Refused` (the link itself) or `Unreachable` (no answer there or where it
    redirects to, or one that speaks of the server's day only: 429, 5xx; a bot check is
    an answer). A requisite that fails is noted, never raised.
    """
    chain = await follow(
        fetcher, link, headers=(("Accept", _ACCEPT["page"]),), limits=PAGE
    )
    if isinstance(chain.cause, Unreachable):
        raise chain.cause
    last = chain.exchanges[-1]
    if last.status in BUSY and not is_challenged(last):
        raise Unreachable(
            f"status {last.status}", retry_after_s=retry_after_s(last, now=clock())
        )
    gathered = Gathered(exchanges=chain.exchanges, page=None, notes=_notes(chain))
    if isinstance(chain.cause, Refused):
        gathered.refused = chain.stopped
    html = _html(last)
    if html is not None:
        await _Gathering(gathered, fetcher, commons).page(html, reader)
    return gathered


def _html(last: Exchange) -> str | None:
    if media_type(last) not in _HTML or not last.payload:
        return None
    decoded = decode(last.payload, last.header("content-encoding"))
    return decode_html(decoded.data, last.header("content-type"))[0]


def _notes(chain: Chain) -> list[str]:
    stopped = [f"redirects: {chain.stopped}"] if chain.stopped else []
    cut = chain.exchanges[-1].truncated
    return [*stopped, *([f"page cut off: {cut}"] if cut else [])]


@dataclass(slots=True)
class _Gathering:
    gathered: Gathered
    fetcher: Fetcher
    commons: Commons

    async def page(self, html: str, reader: PageReader) -> None:
        """Read the page for its text, and fetch its requisites meanwhile."""
        found, last = self.gathered, self.gathered.last
        found.page = Page.parse(html, last.target_uri)
        reading = asyncio.create_task(reader.read(html, last.target_uri))
        try:
            if last.status < 400:
                await self.requisites(found.page.requisites, 1)
            found.extract = await reading
        finally:
            reading.cancel()
        found.notes += found.extract.notes

    async def requisites(self, needed: Iterable[Requisite], depth: int) -> None:
        """Fetch requisites, and what they need, to `DEPTH`, each URI once."""
        new = [r for r in needed if r.uri not in self.gathered.kinds]
        room = REQUISITES - len(self.gathered.kinds)
        if new[room:]:
            self.gathered.notes.append(f"{len(new) - room} requisites over the limit")
        chosen = new[:room]
        self.gathered.kinds |= {r.uri: r.kind for r in chosen}
        await asyncio.gather(*(self._one(r, depth) for r in chosen))

    async def _one(self, requisite: Requisite, depth: int) -> None:
        try:
            shared = await self.commons.obtain(
                requisite.uri, lambda: fetch(requisite, self.fetcher)
            )
        except (Refused, Unreachable) as e:
            self.gathered.missing.append(
                Requirement(
                    uri=requisite.uri,
                    kind=requisite.kind,
                    outcome="refused" if isinstance(e, Refused) else "failed",
                    reason=str(e),
                )
            )
            return
        self.gathered.wanted[requisite.uri] = shared
        if depth < DEPTH:
            await self.requisites(shared.fetched.needs, depth + 1)


async def fetch(requisite: Requisite, fetcher: Fetcher) -> Fetched:
    """Fetch one requisite with its redirects, and read what a style sheet needs."""
    accept = _ACCEPT.get(requisite.kind, "*/*")
    chain = await follow(
        fetcher, requisite.uri, headers=(("Accept", accept),), limits=REQUISITE
    )
    return Fetched(chain.exchanges, _needs(chain.exchanges), chain.stopped)


def _needs(exchanges: Sequence[Exchange]) -> tuple[Requisite, ...]:
    last = exchanges[-1]
    if media_type(last) != "text/css" or last.status != 200:
        return ()
    decoded = decode(last.payload, last.header("content-encoding"))
    sheet, _ = decode_html(decoded.data, last.header("content-type") or "text/css")
    return css.requisites(sheet, uri=last.target_uri)
