"""A reader of documents without a child: for tests that are about what is read."""

from dataclasses import replace

from hozon import feeds, inert, text
from hozon.confined import child
from hozon.nouns.claims import Extract
from hozon.nouns.feeddocuments import FeedDocument
from hozon.nouns.opened import Occasion, OpenedPage
from hozon.nouns.readers import Sheet
from hozon.nouns.requisites import Requisite
from hozon.reading import continuations, css, encodings
from hozon.reading.page import Page


class TextlessReader:
    """A `hozon.nouns.readers.DocumentReader` in this process that looks for no text."""

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
        """Return where the page leads, what it needs, and what it is."""
        html, _ = encodings.decode_html(document, content_type)
        page = Page.parse(html, uri)
        said = text.Statements(page.tree)
        opened = OpenedPage(
            verdict=child.judged(occasion, page, Extract(), said) if occasion else None
        )
        if not leads:
            return opened
        return replace(
            opened,
            requisites=page.requisites,
            refresh=page.refresh,
            whole=continuations.whole(page) if number == 1 else None,
            following=continuations.following(page, first=first or uri, number=number),
        )

    async def needs(
        self, document: bytes, *, uri: str, content_type: str | None, sheet: Sheet
    ) -> tuple[Requisite, ...]:
        """Return what the document needs."""
        words, _ = encodings.decode_html(document, content_type)
        if sheet == "style":
            return css.requisites(words, uri=uri)
        return Page.parse(words, uri).requisites

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
        """Return the document without power."""
        words, _ = encodings.decode_html(document, content_type)
        write = inert.sheet if sheet == "style" else inert.page
        return write(words, uri=uri, ways=inert.Ways(stage=stage, pages=pages))

    async def feed(
        self, document: bytes, *, uri: str, content_type: str | None = None
    ) -> FeedDocument:
        """Return what the feed document states."""
        return feeds.parse(document, uri=uri, content_type=content_type)

    def close(self) -> None:
        """Nothing was taken."""
