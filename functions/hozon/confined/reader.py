"""The side of the one who asks: children are started, asked, and ended."""

import asyncio
import weakref
from asyncio import to_thread
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hozon.confined.children import Child, Gone
from hozon.confined.questions import NO_FEED, READ, Inert, Needs, Refusal
from hozon.nouns import uris
from hozon.nouns.errors import Damaged, Misuse, NotAFeed, Unread
from hozon.nouns.feeddocuments import FeedDocument
from hozon.nouns.opened import Occasion, OpenedPage
from hozon.nouns.readers import Sheet
from hozon.nouns.requisites import Requisite
from hozon.reading import passing

T = TypeVar("T")

PAGE_S = 20.0
"""Seconds that one document may take, waiting for a processor included."""

MEMORY = 768 * 1024 * 1024
"""Bytes of address space that a child may have for a page."""

FEED_MEMORY = 512 * 1024 * 1024
"""The same for a feed document, which is smaller."""

MOST_HTML = 20_000_000
"""Most bytes of a page that are read at all."""

_LONGEST_WORDS = 1_000


@dataclass(slots=True, kw_only=True, weakref_slot=True)
class ConfinedReader:
    """Reads documents in at most `children` processes, which start when they are needed.

    It may be used from one event loop after another. Children end with `close`, with
    this object, and with this process. See `hozon.nouns.readers.DocumentReader`.
    """

    children: int = 1
    memory: int = MEMORY
    page_s: float = PAGE_S
    feed_s: float = PAGE_S
    program: str = "hozon.confined.child"
    _idle: list[Child] = field(default_factory=list)
    _gate: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = None

    def __post_init__(self) -> None:
        weakref.finalize(self, _end_all, self._idle)

    async def page(
        self,
        document: bytes,
        *,
        uri: str,
        content_type: str | None = None,
        number: int = 1,
        first: str | None = None,
        leads: bool = True,
        occasion: Occasion | None = None,
    ) -> OpenedPage:
        """Read a page; see `hozon.nouns.readers.DocumentReader.page`."""
        if len(document) > MOST_HTML:
            raise Unread(f"{len(document)} bytes of HTML are too many")
        question = {
            "ask": "page",
            "uri": uri,
            "content_type": content_type,
            "number": number,
            "first": first or uri,
            "leads": leads,
            "occasion": passing.plain(occasion),
            "seconds": self.page_s,
            "memory": self.memory,
        }
        return await self._asked(question, document, _opened)

    async def needs(
        self, document: bytes, *, uri: str, content_type: str | None, sheet: Sheet
    ) -> tuple[Requisite, ...]:
        """Read what a document needs; see `hozon.nouns.readers.DocumentReader.needs`."""
        question = {
            "ask": "needs",
            "uri": uri,
            "content_type": content_type,
            "sheet": sheet,
            "seconds": self.feed_s,
            "memory": self.memory,
        }
        return await self._asked(question, document, _needed)

    async def inert(
        self,
        document: bytes,
        *,
        uri: str,
        content_type: str | None,
        sheet: Sheet,
        stage: str,
        pages: str,
    ) -> str:
        """Make a document inert; see `hozon.nouns.readers.DocumentReader.inert`."""
        if len(document) > MOST_HTML:
            raise Unread(f"{len(document)} bytes are too many to be shown")
        question = {
            "ask": "inert",
            "uri": uri,
            "content_type": content_type,
            "sheet": sheet,
            "stage": stage,
            "pages": pages,
            "seconds": self.page_s,
            "memory": self.memory,
        }
        return await self._asked(question, document, _shown)

    async def feed(
        self, document: bytes, *, uri: str, content_type: str | None = None
    ) -> FeedDocument:
        """Read a feed document; see `hozon.nouns.readers.DocumentReader.feed`."""
        question = {
            "ask": "feed",
            "uri": uri,
            "content_type": content_type,
            "seconds": self.feed_s,
            "memory": min(FEED_MEMORY, self.memory),
        }
        try:
            return await self._asked(question, document, _fed)
        except Unread as e:
            raise NotAFeed(f"this document could not be read as a feed: {e}") from None

    def close(self) -> None:
        """End the children that wait for documents."""
        _end_all(self._idle)

    async def _asked(
        self, question: Mapping[str, Any], document: bytes, read: Callable[[bytes], T]
    ) -> T:
        """Return what `read` makes of a child's answer, or raise what became of it:
        `NotAFeed` is an answer as well, everything else is `Unread`.
        """
        async with self._turn():
            try:
                return await self._answer(question, document, read)
            except TimeoutError:
                raise Unread(f"ended after {question['seconds']:g} s") from None
            except Gone as e:
                raise Unread(f"its reader ended ({e})") from None
            except Damaged as e:
                raise Unread(f"its reader answered {e}") from None
            except OSError as e:
                raise Unread(f"its reader did not start: {e}") from None

    def _turn(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if self._gate is None or self._gate[0] is not loop:
            self._gate = (loop, asyncio.Semaphore(self.children))
        return self._gate[1]

    async def _answer(
        self, question: Mapping[str, Any], document: bytes, read: Callable[[bytes], T]
    ) -> T:
        """Ask a warm child, and where that has ended in the meantime a new one."""
        while self._idle:
            child = self._idle.pop()
            try:
                return await self._ask(child, question, document, read)
            except Gone:
                continue
        child = await to_thread(Child.start, self.program, memory=self.memory)
        return await self._ask(child, question, document, read)

    async def _ask(
        self,
        child: Child,
        question: Mapping[str, Any],
        document: bytes,
        read: Callable[[bytes], T],
    ) -> T:
        try:
            async with asyncio.timeout(question["seconds"]):
                kind, said = await child.ask(question, document)
            found = read(said) if kind == READ else _failure(kind, said)
        except Gone:
            raise Gone(f"exit code {child.end()}") from None
        except BaseException:
            child.end()
            raise
        self._idle.append(child)
        if isinstance(found, Unread | NotAFeed):
            raise found
        return found


def _failure(kind: bytes, said: bytes) -> Unread | NotAFeed:
    """Return what a child tells instead of what it was asked for."""
    if kind == NO_FEED:
        refusal = passing.loads(Refusal, said)
        _hold_uris(refusal.feeds)
        return NotAFeed(refusal.message, feeds=refusal.feeds)
    return Unread(said[:_LONGEST_WORDS].decode("utf-8", "replace"))


def _opened(said: bytes) -> OpenedPage:
    opened = passing.loads(OpenedPage, said)
    _hold_uris(one.uri for one in opened.requisites)
    _hold_uris((opened.refresh, opened.whole, opened.following))
    return opened


def _needed(said: bytes) -> tuple[Requisite, ...]:
    found = passing.loads(Needs, said).requisites
    _hold_uris(one.uri for one in found)
    return found


def _shown(said: bytes) -> str:
    return passing.loads(Inert, said).text


def _fed(said: bytes) -> FeedDocument:
    found = passing.loads(FeedDocument, said)
    _hold_uris(one.link for one in found.entries)
    _hold_uris((found.site_uri, found.self_uri, found.older_uri, *found.hubs))
    return found


def _hold_uris(stated: Iterable[str | None]) -> None:
    """Raise `Damaged` unless all are URIs in normal form, as all that follows expects."""
    for uri in stated:
        if uri is not None and not _is_normal(uri):
            raise Damaged(f"what is no URI: {uri!r:.100}")


def _is_normal(uri: str) -> bool:
    try:
        return uris.normal(uri) == uri
    except Misuse:
        return False


def _end_all(children: list[Child]) -> None:
    while children:
        children.pop().end()
