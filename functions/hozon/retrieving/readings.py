"""Read back what an article said: the reading of a snapshot, from its stored pages.

What reads pages is imported when one is to be read: who shows lists starts sooner so.
"""

from asyncio import to_thread
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hozon.changes import Reading
from hozon.changes.reading import of_pages
from hozon.nouns.archive import Archive
from hozon.nouns.digests import Digest
from hozon.nouns.errors import Damaged, Unread
from hozon.nouns.model import Capture, Exchange, Facts, Headers, Snapshot
from hozon.reading.answers import media_type, validators
from hozon.reading.codings import decode
from hozon.retrieving import retrieval
from hozon.retrieving.retrieval import Document
from hozon.stored import holdings
from hozon.warc import reader

if TYPE_CHECKING:
    from hozon.reading.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A snapshot as it is compared with: its pages as they came, the first one first.

    `facts` are those of its metadata, as they were made out then; `original` is the
    response that holds the first page's payload.
    """

    snapshot: Snapshot
    documents: tuple[Document, ...]
    facts: Facts
    original: Capture | None = None

    @property
    def page(self) -> Document:
        """The page itself."""
        return self.documents[0]

    @property
    def digest(self) -> Digest:
        """The digest of the page's payload."""
        return self.page.capture.payload_digest

    @property
    def validators(self) -> Headers:
        """The header fields that ask for the page only if it is another by now."""
        return validators(self.page.headers)


def record(snapshot: Snapshot, archive: Archive) -> Record:
    """Return a snapshot with its pages. Raises `Damaged` where they cannot be had."""
    place = snapshot.metadata
    data = archive.warcs.read(place.warc_key, offset=place.offset, length=place.length)
    said = holdings.metadata(bytes(reader.record_at(data).block))
    uris: list[str] = said.get("pages") or [snapshot.page_uri]
    captures = [_capture(uri, snapshot, archive) for uri in uris]
    return Record(
        snapshot=snapshot,
        original=_original(captures[0], archive),
        documents=tuple(retrieval.read(each, archive) for each in captures),
        facts=holdings.extract(said).facts,
    )


def _capture(uri: str, snapshot: Snapshot, archive: Archive) -> Capture:
    """Return the capture of a page that lies in a snapshot's own object."""
    for capture in reversed(archive.index.timemap(uri)):
        is_its = capture.location.warc_key == snapshot.warc_key
        if is_its and capture.target_uri == uri:
            return capture
    raise Damaged(f"{snapshot.warc_key}: the index has no capture of {uri} in it")


def _original(capture: Capture, archive: Archive) -> Capture | None:
    if capture.record_type == "response":
        return capture
    digest = capture.payload_digest
    return archive.index.by_digest([digest]).get(digest)


def pages(found: Record) -> "list[Page]":
    """Return the pages of a record, parsed; none where it is no HTML."""
    if found.snapshot.kind == "document":
        return []
    from hozon.reading.page import Page  # noqa: PLC0415  see above

    return [
        Page.parse(each.html(), each.capture.target_uri) for each in found.documents
    ]


def stored(found: Record) -> Reading:
    """Return the reading of a record by what was made out of it when it was made."""
    return of_pages(pages(found), found.facts)


async def anew(found: Record, archive: Archive) -> Reading:
    """Return the reading of a record as it would be made out today.

    So that what this program has learned meanwhile is no edit. Of an article of several
    pages the text is the one that was put together then.
    """
    if found.snapshot.kind == "document":
        return Reading(text=found.page.html() if _is_text(found) else "")
    page = found.page
    try:
        opened = await archive.reader.page(
            page.content(),
            uri=page.capture.target_uri,
            content_type=page.header("content-type"),
            leads=False,
        )
    except Unread:
        return of_pages([], found.facts)
    parsed = await to_thread(pages, found)
    facts = opened.extract.facts
    if opened.extract.confidence is None:
        facts = replace(facts, text=parsed[0].words)
    if len(parsed) > 1:
        facts = replace(facts, text=found.facts.text)
    return of_pages(parsed, facts)


def plain(answer: Exchange) -> str:
    """Return the words of an answer that is plain text, else nothing."""
    if not media_type(answer).startswith("text/"):
        return ""
    from hozon.reading.encodings import decode_html  # noqa: PLC0415  see above

    decoded = decode(answer.payload, answer.header("content-encoding"))
    return decode_html(decoded.data, answer.header("content-type"))[0]


def _is_text(found: Record) -> bool:
    return found.page.capture.media_type.startswith("text/")
