"""Fetch what makes a page whole: itself, its redirects, its requisites.

What reads pages is imported where this process does so itself: children read most of
them, and who captures starts sooner without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from hozon.capturing.completing import Allowance, Completed, complete
from hozon.capturing.sharing import Commons, Fetched
from hozon.fetch import Chain, follow
from hozon.nouns.claims import Extract
from hozon.nouns.errors import Refused, Unreachable, Unread
from hozon.nouns.instants import Clock
from hozon.nouns.model import Exchange, Headers
from hozon.nouns.opened import Occasion, OpenedPage
from hozon.nouns.ports import MEMORY_BYTES, Fetcher, Limits
from hozon.nouns.readers import DocumentReader, Sheet
from hozon.nouns.requisites import Requisite
from hozon.nouns.work import CaptureJob
from hozon.reading import linkfields
from hozon.reading.answers import BUSY, media_type, retry_after_s
from hozon.reading.codings import decode
from hozon.stored import naming

if TYPE_CHECKING:
    from hozon.reading.page import Page

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
_NO_VALIDATORS: Mapping[str, Headers] = MappingProxyType({})


@dataclass(slots=True, kw_only=True)
class Gathered:
    """A page as fetched, before anything is recorded.

    `exchanges` are the page's, with all redirects and refreshes that led to it;
    `is_page` tells that the answer is HTML, and that its reader survived it; `opened` is
    what it says. `more` are the other pages of the same article, in their order, or the
    one that shows the `whole` of it. `refused` says why a redirect was not followed,
    where we would not.
    `robots` is what publishers' robots.txt said, as JSON, and `asked` are the exchanges
    by which it was found out.
    """

    exchanges: tuple[Exchange, ...]
    is_page: bool = False
    opened: OpenedPage = field(default_factory=OpenedPage)
    more: list["Gathered"] = field(default_factory=list)
    whole: bool = False
    completed: Completed = field(default_factory=Completed)
    notes: list[str] = field(default_factory=list)
    refused: str | None = None
    robots: list[dict[str, Any]] = field(default_factory=list)
    asked: tuple[Exchange, ...] = ()
    _parsed: "Page | None" = None

    @property
    def last(self) -> Exchange:
        """The exchange at which the redirects ended: the page itself."""
        return self.exchanges[-1]

    @property
    def page(self) -> "Page | None":
        """The page, if it is one: parsed when somebody asks, for most are only stored."""
        if self.is_page and self._parsed is None:
            from hozon.reading.encodings import decode_html  # noqa: PLC0415  see above
            from hozon.reading.page import Page  # noqa: PLC0415  see above

            html, _ = decode_html(
                _document(self.last), self.last.header("content-type")
            )
            self._parsed = Page.parse(html, self.last.target_uri)
        return self._parsed

    @property
    def pages(self) -> "list[Page]":
        """The pages of the article that could be read, in their order."""
        return [one.page for one in (self, *self.more) if one.page is not None]

    @property
    def extract(self) -> Extract:
        """What was made out of the page."""
        return self.opened.extract


async def gather(
    job: CaptureJob,
    *,
    fetcher: Fetcher,
    commons: Commons,
    clock: Clock,
    reader: DocumentReader,
    allowance: Allowance = _ALLOWANCE,
) -> Gathered:
    """Fetch the page of `job`, and everything it needs, many at a time.

    Raises `Refused` (the link itself) or `Unreachable` (no answer there or where it
    redirects to, or one that speaks of the server's day only: 429, 5xx; a bot check is
    an answer). A requisite that fails is noted, never raised.
    """
    gathered = await opened(job.link, fetcher, reader, clock, job=job)
    await continued(gathered, fetcher, reader)
    await completed(gathered, fetcher, reader, commons, allowance)
    noted(gathered)
    return gathered


def noted(gathered: Gathered) -> None:
    """Note what was odd about the pages of the article, once all of them are there."""
    for one in (gathered, *gathered.more):
        gathered.notes += one.extract.notes


async def completed(
    gathered: Gathered,
    fetcher: Fetcher,
    reader: DocumentReader,
    commons: Commons,
    allowance: Allowance = _ALLOWANCE,
) -> None:
    """Fetch what the pages need, if they are pages, many at a time."""
    if not gathered.is_page or gathered.last.status >= 400:
        return
    pages = (gathered, *gathered.more)
    found = [one for each in pages for one in each.opened.requisites]
    gathered.completed = await complete(
        [*linkfields.requisites(gathered.last), *found],
        fetch=lambda requisite, room: _obtained(
            requisite, fetcher, reader, commons, room
        ),
        commons=commons,
        allowance=allowance,
    )
    gathered.notes += gathered.completed.notes


async def opened(
    link: str,
    fetcher: Fetcher,
    reader: DocumentReader,
    clock: Clock,
    *,
    job: CaptureJob,
    validators: Mapping[str, Headers] = _NO_VALIDATORS,
) -> Gathered:
    """Fetch the page at `link` for `job`, through redirects and refreshes.

    With `validators`, by the URI that gave them, it may be an answer without a page: 304.
    Raises as `gather`.
    """
    chain = await _followed(link, fetcher, validators)
    if isinstance(chain.cause, Unreachable):
        raise chain.cause
    last = chain.final
    if last.status in BUSY and not _is_challenged(last):
        raise Unreachable(
            f"status {last.status}",
            retry_after_s=retry_after_s(last, now=clock()),
            status=last.status,
        )
    gathered = await _loaded(chain.exchanges, reader, job=job)
    gathered.notes += _notes(chain)
    if isinstance(chain.cause, Refused):
        gathered.refused = chain.stopped
    for _ in range(REFRESHES):
        target = _refresh(gathered)
        if target is None:
            break
        if not await _refreshed(gathered, target, fetcher, reader, job):
            break
    return gathered


def _is_challenged(refusal: Exchange) -> bool:
    from hozon.verdicts import is_challenged  # noqa: PLC0415  see above

    return is_challenged(refusal)


async def _followed(
    uri: str, fetcher: Fetcher, validators: Mapping[str, Headers] = _NO_VALIDATORS
) -> Chain:
    accept = ("Accept", _ACCEPT["page"])
    return await follow(
        fetcher, uri, headers=(accept,), validators=validators, limits=PAGE
    )


def _refresh(gathered: Gathered) -> str | None:
    """Return where the page sends its reader, unless we come from there."""
    if not gathered.is_page or gathered.last.status >= 400:
        return None
    target = gathered.opened.refresh
    been = {exchange.target_uri for exchange in gathered.exchanges}
    return None if target in been else target


async def _refreshed(
    gathered: Gathered,
    target: str,
    fetcher: Fetcher,
    reader: DocumentReader,
    job: CaptureJob,
) -> bool:
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
    shown = await _loaded(chain.exchanges, reader, job=job)
    gathered.exchanges += chain.exchanges
    gathered.is_page, gathered.opened = shown.is_page, shown.opened
    gathered.notes += shown.notes
    return True


async def continued(
    gathered: Gathered, fetcher: Fetcher, reader: DocumentReader
) -> None:
    """Fetch the other pages of the article: the one that shows all, else each."""
    if not gathered.is_page or gathered.last.status >= 400:
        return
    at_once, target = gathered.opened.whole, gathered.opened.following
    if at_once is not None and (
        shown := await _part(at_once, gathered, fetcher, reader)
    ):
        gathered.more, gathered.whole = [shown], True
        return
    while target is not None:
        part = await _part(target, gathered, fetcher, reader)
        if part is None:
            return
        gathered.more.append(part)
        target = part.opened.following


async def _part(
    uri: str, gathered: Gathered, fetcher: Fetcher, reader: DocumentReader
) -> Gathered | None:
    """Fetch another page of the article; what does not turn out to be one is None."""
    from hozon.reading import continuations  # noqa: PLC0415  see above

    try:
        chain = await _followed(uri, fetcher)
    except (Refused, Unreachable) as e:
        gathered.notes.append(f"page {uri}: {e}")
        return None
    last, first = chain.final, gathered.last.target_uri
    number = len(gathered.more) + 2
    found = await _loaded(chain.exchanges, reader, first=first, number=number)
    known = {one.last.payload for one in (gathered, *gathered.more)}
    is_part = last.status == 200 and continuations.belongs(last.target_uri, first=first)
    if not is_part or not found.is_page or last.payload in known:
        gathered.notes.append(f"page {uri}: not of this article (status {last.status})")
        return None
    gathered.notes += _notes(chain)
    return found


async def _loaded(
    exchanges: tuple[Exchange, ...],
    reader: DocumentReader,
    *,
    job: CaptureJob | None = None,
    first: str | None = None,
    number: int = 1,
) -> Gathered:
    """Return the page that an answer is, if it is one, judged where it came for a `job`.

    Its reader goes first: what that does not survive is not parsed here.
    """
    last = exchanges[-1]
    if media_type(last) not in _HTML or not last.payload:
        return Gathered(exchanges=exchanges)
    try:
        opened = await reader.page(
            _document(last),
            uri=last.target_uri,
            content_type=last.header("content-type"),
            first=first,
            number=number,
            leads=last.status < 400,
            occasion=_occasion(job, last) if job else None,
        )
    except Unread as e:
        return Gathered(exchanges=exchanges, notes=[f"not read: {e}"])
    return Gathered(exchanges=exchanges, is_page=True, opened=opened)


def _occasion(job: CaptureJob, last: Exchange) -> Occasion:
    return Occasion(
        job=job,
        status=last.status,
        headers=last.headers,
        is_compared=job.id != naming.first_capture_id(job.link),
    )


def _document(last: Exchange) -> bytes:
    return decode(last.payload, last.header("content-encoding")).data


def _notes(chain: Chain) -> list[str]:
    stopped = [f"redirects: {chain.stopped}"] if chain.stopped else []
    cut = chain.exchanges[-1].truncated
    return [*stopped, *([f"page cut off: {cut}"] if cut else [])]


async def _obtained(
    requisite: Requisite,
    fetcher: Fetcher,
    reader: DocumentReader,
    commons: Commons,
    room: int,
) -> Fetched:
    """Return a requisite that the archive holds and that still counts, or fetch it."""
    held = await commons.recall(requisite)
    return held or await fetch(requisite, fetcher, reader, memory_bytes=room)


async def fetch(
    requisite: Requisite,
    fetcher: Fetcher,
    reader: DocumentReader,
    *,
    memory_bytes: int = MEMORY_BYTES,
) -> Fetched:
    """Fetch one requisite with its redirects, and read what it needs itself."""
    accept = _ACCEPT.get(requisite.kind, "*/*")
    limits = MEDIA if requisite.kind == "media" else REQUISITE
    if memory_bytes != limits.memory_bytes:
        limits = replace(limits, memory_bytes=memory_bytes)
    chain = await follow(
        fetcher, requisite.uri, headers=(("Accept", accept),), limits=limits
    )
    is_answer = chain.final.status == 200 and chain.final.payload
    read_as = sheet(requisite, media_type(chain.final)) if is_answer else None
    if read_as is None:
        return Fetched(chain.exchanges, (), chain.stopped)
    try:
        needs = await _needs(chain.final, read_as, reader)
    except Unread as e:
        return Fetched(chain.exchanges, (), f"not read for what it needs: {e}")
    return Fetched(chain.exchanges, needs, chain.stopped)


def sheet(requisite: Requisite, media_type_: str) -> Sheet | None:
    """Return what to read a requisite as, for what it needs; None: it needs nothing."""
    if media_type_ == "text/css":
        return "style"
    is_embedded = requisite.kind in _EMBEDDING and media_type_ in _DOCUMENTS
    return "document" if is_embedded else None


async def _needs(
    last: Exchange, read_as: Sheet, reader: DocumentReader
) -> tuple[Requisite, ...]:
    content_type = last.header("content-type") or "text/css"
    return await reader.needs(
        _document(last), uri=last.target_uri, content_type=content_type, sheet=read_as
    )
