"""Show a snapshot as it looked, from what its WARC object holds and shares.

A replay shows one snapshot: what the page had then, no picture of another day, nothing
from anywhere else. What its object does not hold and does not refer to is not there.
"""

import asyncio
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.digests import Digest
from hozon.nouns.errors import Damaged, Misuse, NotFound, Unread
from hozon.nouns.model import Capture, Headers, Location
from hozon.nouns.readers import Sheet
from hozon.reading import codings
from hozon.retrieving import joining, retrieval
from hozon.retrieving.retrieval import Document
from hozon.stored import holdings
from hozon.warc import piecewise, reader
from hozon.warc.reader import StoredRecord

MOST_BYTES = 150_000_000
"""Bytes of an object whose snapshot is shown."""

_KEPT = 64
_HOPS = 10
_HTML = re.compile(
    rb"[\s\0\xef\xbb\xbf]*<(?:!doctype\s+html|html|head|body|!--)", re.IGNORECASE
)
_PAGES = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Where everything lies that one snapshot shows, by URI; `payloads` are where those
    of revisits lie, by digest. `own_length` is that of its own object, in bytes.
    """

    warc_key: str
    captures: dict[str, Capture]
    payloads: dict[Digest, Location] = field(default_factory=dict)
    own_length: int = 0

    @property
    def length(self) -> int:
        """How many bytes a WARC with all of this has, about."""
        places = [c.location for c in self.captures.values()]
        others = [*places, *self.payloads.values()]
        return self.own_length + sum(
            place.length for place in others if place.warc_key != self.warc_key
        )


class Directories:
    """The directories of the snapshots of one archive that were shown last.

    Objects never change, so neither does what is kept of them; who may see them is asked
    each time.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Directory] = OrderedDict()
        self._turn = threading.Lock()

    def of(self, warc_key: str, archive: Archive) -> Directory:
        """Return the directory of an object's snapshot; raises `Hidden`, `NotFound`,
        `Damaged`, and `Misuse` for one that is too large.
        """
        archive.sight.whole(warc_key)
        with self._turn:
            if (known := self._kept.get(warc_key)) is not None:
                self._kept.move_to_end(warc_key)
                return known
        found = directory(warc_key, archive)
        with self._turn:
            self._kept[warc_key] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found


def directory(warc_key: str, archive: Archive) -> Directory:
    """Return where all lies that the snapshot of an object shows, read from its bytes."""
    size = archive.warcs.size(warc_key)
    if size > MOST_BYTES:
        raise Misuse(f"{size} bytes are too many to be shown; the WARC can be had")
    captures, said = _held(warc_key, archive)
    for other, wanted in joining.shared(said).items():
        captures = _by_uri(_needed(other, wanted, archive)) | captures
    lacking = {c.payload_digest for c in captures.values() if _is_revisit(c)}
    held = archive.index.by_digest(sorted(lacking)) if lacking else {}
    return Directory(
        warc_key=warc_key,
        captures=captures,
        payloads={digest: each.location for digest, each in held.items()},
        own_length=size,
    )


def _held(key: str, archive: Archive) -> tuple[dict[str, Capture], dict[str, Any]]:
    """Return what an object has captures of, and what it says of itself."""
    captures, last = list[Capture](), b""
    for record, _ in piecewise.records(archive.warcs.pieces(key)):
        if (found := reader.capture(key, record)) is not None:
            captures.append(found)
        if record.type == "metadata":
            last = bytes(record.block)
    return _by_uri(captures), _metadata(last)


def _needed(
    key: str, wanted: Sequence[dict[str, Any]], archive: Archive
) -> Iterator[Capture]:
    """Yield the captures of shared requisites in the object that holds them.

    One that is gone leaves the page without.
    """
    outlines, captures = list[StoredRecord](), dict[int, Capture]()
    try:
        for record, _ in piecewise.records(archive.warcs.pieces(key)):
            outlines.append(joining.outline(record))
            if (found := reader.capture(key, record)) is not None:
                captures[record.offset] = found
    except NotFound:
        return
    for each in joining.needed(wanted, outlines):
        if each.offset in captures:
            yield captures[each.offset]


def _by_uri(captures: Iterable[Capture]) -> dict[str, Capture]:
    """Return captures by URI; of several of one URI the last that was a success."""
    found: dict[str, Capture] = {}
    for each in captures:
        known = found.get(each.target_uri)
        if known is None or each.status < 300 or known.status >= 300:
            found[each.target_uri] = each
    return found


def _metadata(block: bytes) -> dict[str, Any]:
    try:
        return holdings.metadata(block) if block else {}
    except Damaged:  # of others: it shows what it holds
        return {}


def _is_revisit(capture: Capture) -> bool:
    return capture.record_type == "revisit"


def document(held: Directory, uri: str, archive: Archive) -> Document:
    """Return what a snapshot shows at a URI, through redirects that it holds.

    Raises `NotFound` for what it does not hold, `Hidden` for what may not be seen.
    """
    seen: set[str] = set()
    for _ in range(_HOPS):
        seen.add(uri)
        found = _document(held, uri, archive)
        target = retrieval.redirect_target(found)
        if target is None or target in seen:
            return found
        uri = target
    raise NotFound(f"the redirects of {uri} have no end")


def _document(held: Directory, uri: str, archive: Archive) -> Document:
    archive.sight.uri(uri)
    capture = held.captures.get(uris.lenient(uri))
    if capture is None:
        raise NotFound(f"this snapshot does not hold {uri}")
    place = capture.location
    if place.warc_key != held.warc_key:
        archive.sight.octets(place.warc_key, place.offset, place.length)
    record = _record(place, archive)
    _, headers, _ = reader.http_head(record.block)
    payload = reader.payload(record)
    if _is_revisit(capture):
        there = held.payloads.get(capture.payload_digest)
        if there is None:
            raise NotFound(f"the payload of {uri} is not held")
        payload = reader.payload(_record(there, archive))
    return Document(capture=capture, headers=headers, payload=payload)


def _record(place: Location, archive: Archive) -> StoredRecord:
    data = archive.warcs.read(place.warc_key, offset=place.offset, length=place.length)
    return reader.record_at(data)


def content(found: Document) -> bytes:
    """Return a document without its content coding."""
    return codings.decode(found.payload, found.header("content-encoding")).data


def media_type(headers: Headers, data: bytes) -> str:
    """Return what a document is shown as: its type, or HTML if it names none and is."""
    stated = next((v for n, v in headers if n.lower() == "content-type"), "")
    named = stated.partition(";")[0].strip().lower()
    return named or ("text/html" if _HTML.match(data) else "application/octet-stream")


def is_page(media: str) -> bool:
    """Tell whether a media type is that of pages."""
    return media in _PAGES


_ONE_AT_A_TIME = threading.Lock()


def inert(
    found: Document,
    data: bytes,
    archive: Archive,
    *,
    sheet: Sheet,
    stage: str,
    pages: str,
) -> str:
    """Return a page or a style sheet without power; see `readers.DocumentReader.inert`.

    Raises `Misuse` where its reader did not survive it: its bytes can be had all the same.
    """
    asked = archive.reader.inert(
        data,
        uri=found.capture.target_uri,
        content_type=found.header("content-type"),
        sheet=sheet,
        stage=stage,
        pages=pages,
    )
    try:
        with _ONE_AT_A_TIME:  # a reader serves one event loop after another
            return asyncio.run(asked)
    except Unread as e:
        raise Misuse(f"this cannot be shown: {e}; its bytes can be had") from None
