"""What of a WARC object is searched: a document for each entry and version of it.

A snapshot of record is the version of every entry whose link leads to its page; its text
is that of the page, and with it what the feed says and the page does not. What the feed
says of an entry is a version of its own as long as no snapshot was made since.
"""

from collections.abc import Iterable, Iterator, Sequence

from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, NotFound
from hozon.nouns.model import Entry, Facts, Snapshot
from hozon.retrieving import retrieval
from hozon.search.documents import Document
from hozon.search.folding import folded
from hozon.stored import holdings
from hozon.warc import reader


def documents(warc_key: str, archive: Archive) -> list[Document]:
    """Return the documents that a stored WARC object makes, by what the index knows.

    Raises `NotFound`, or `Damaged` if it cannot be read.
    """
    data = archive.warcs.read_all(warc_key)
    held = holdings.read(warc_key, data)
    found: list[Document] = []
    for snapshot in filter(_is_of_record, held.snapshots):
        place = snapshot.metadata
        record = data[place.offset : place.offset + place.length]
        found += _of_page(snapshot, _facts(record), archive)
    found += _of_statements(held.entries, archive, warc_key, data)
    return found


def _is_of_record(snapshot: Snapshot) -> bool:
    return snapshot.accepted


def _facts(record: bytes) -> Facts:
    said = holdings.metadata(bytes(reader.record_at(record).block))
    return holdings.extract(said).facts


def _of_page(snapshot: Snapshot, facts: Facts, archive: Archive) -> list[Document]:
    """Return the snapshot as a version of each entry that links to its page."""
    entries = archive.index.linked(snapshot.link)
    if not entries:
        return [_version(snapshot, facts, archive)]
    own = [each for each in entries if each.key == snapshot.entry_key] or entries
    return [
        _version(snapshot, facts, archive, each, is_other=each is not own[0])
        for each in entries
    ]


def _version(
    snapshot: Snapshot,
    facts: Facts,
    archive: Archive,
    entry: Entry | None = None,
    *,
    is_other: bool = False,
) -> Document:
    title = facts.title or (entry.title if entry else "")
    authors = dict.fromkeys((*facts.authors, *(entry.authors if entry else ())))
    return Document(
        entry_key=entry.key if entry else snapshot.entry_key,
        feed_id=entry.feed_id if entry else snapshot.feed_id,
        at=entry.river_at if entry else snapshot.captured_at,
        version_at=snapshot.captured_at,
        title=title,
        text="\n".join(
            _said(title, facts.text, entry, _withheld(snapshot, entry, archive))
        ),
        authors=tuple(authors),
        link=entry.link if entry else snapshot.link,
        language=facts.language or (entry.language if entry else None),
        snapshot_id=snapshot.id,
        page_uri=snapshot.page_uri,
        is_other=is_other,
    )


def _withheld(snapshot: Snapshot, entry: Entry | None, archive: Archive) -> str:
    """Return the article's text as the feed carries it, where the page has a part only."""
    return _carried(entry, archive) if entry and snapshot.kind == "part" else ""


def _carried(entry: Entry, archive: Archive) -> str:
    try:
        return retrieval.content_of(entry, archive)
    except (NotFound, Damaged):
        return ""


def _said(title: str, text: str, entry: Entry | None, withheld: str) -> Iterator[str]:
    """Yield the text of a page, and what its feed says and the page does not."""
    yield text
    if withheld:
        yield withheld
    if entry is not None:
        known = f"{folded(title)} {folded(text)}"
        for more in (entry.title, entry.summary.removesuffix("..")):
            if folded(more) not in known:
                yield more


def _of_statements(
    entries: Sequence[Entry], archive: Archive, warc_key: str, data: bytes
) -> Iterator[Document]:
    """Yield what a feed says of entries, and the pages that they are found to share.

    A page that was captured before an entry was seen is a version of it as well. `data`
    are the bytes of the object that states them.
    """
    known = archive.index.entries(each.key for each in entries)
    for stated in entries:
        entry = known.get(stated.key, stated)
        pages = archive.index.snapshots(entry.link) if entry.link else ()
        pages = [each for each in pages if each.accepted]
        if stated.first_seen_at == stated.seen_at:
            yield from _shared(entry, pages, archive)
        if not any(page.captured_at >= stated.seen_at for page in pages):
            place = entry.content
            if place is not None and place.warc_key == warc_key:
                record = data[place.offset : place.offset + place.length]
                yield _statement(entry, retrieval.text_of(record))
            else:
                yield _statement(entry, _carried(entry, archive))


def _shared(
    entry: Entry, pages: Iterable[Snapshot], archive: Archive
) -> Iterator[Document]:
    for page in pages:
        if page.captured_at < entry.first_seen_at and page.entry_key != entry.key:
            place = page.metadata
            record = archive.warcs.read(
                place.warc_key, offset=place.offset, length=place.length
            )
            yield _version(page, _facts(record), archive, entry, is_other=True)


def _statement(entry: Entry, carried: str) -> Document:
    said = (entry.summary, carried, ", ".join(entry.categories))
    return Document(
        entry_key=entry.key,
        feed_id=entry.feed_id,
        at=entry.river_at,
        version_at=entry.seen_at,
        title=entry.title,
        text="\n".join(filter(None, said)),
        authors=entry.authors,
        link=entry.link,
        language=entry.language,
    )
