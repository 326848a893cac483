"""The port to who reads what strangers wrote, before anybody else does."""

from typing import Literal, Protocol

from hozon.nouns.feeddocuments import FeedDocument
from hozon.nouns.opened import Occasion, OpenedPage
from hozon.nouns.requisites import Requisite

Sheet = Literal["style", "document"]
"""What else than a page needs others: a style sheet, a document in a frame."""


class DocumentReader(Protocol):
    """Reads what strangers wrote, within bounds of time and memory.

    No other part of the program reads such a document before this has: who gets an
    answer knows that reading it harms nobody. Where there is none, `Unread` says what
    became of it; the document's bytes are with the one who asked.
    """

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
        """Return what a page says (content coding off), or raise `Unread`.

        It is page `number` of the article whose first page is at `first` (None: this
        one). Without `leads`, nothing but the extract is wanted. With an `occasion` it is
        judged by that.
        """

    async def needs(
        self, document: bytes, *, uri: str, content_type: str | None, sheet: Sheet
    ) -> tuple[Requisite, ...]:
        """Return what a document needs to look as it looks, or raise `Unread`."""

    async def feed(
        self, document: bytes, *, uri: str, content_type: str | None = None
    ) -> FeedDocument:
        """Return what a feed document states (content coding off), or raise `NotAFeed`:
        it is none, or its reader did not survive it.
        """

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
        """Return a page or a style sheet as it can be shown (`hozon.inert`): what it needs
        is had below `stage`, links lead below `pages`. Raises `Unread`.
        """

    def close(self) -> None:
        """Give back what reading takes; a later question takes it anew."""
