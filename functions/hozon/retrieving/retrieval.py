"""Answer "what do you hold of this URI" and "give me it as of then"."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.claims import Extract
from hozon.nouns.errors import Damaged, Hidden, Misuse, NotFound
from hozon.nouns.model import Capture, Entry, Headers, Snapshot
from hozon.reading.codings import decode
from hozon.retrieving import joining, nearby
from hozon.retrieving.nearby import Nearby
from hozon.serving import memento
from hozon.stored import holdings
from hozon.warc import reader
from hozon.warc.tail import last_record

HOPS = 10
_NEARBY = 2000
_TAIL = 32_768


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A capture with its content: what was published there, as it came.

    `headers` are the response's fields as stored; `payload` has its content coding
    still on. Where the capture is a revisit, the payload is the one it refers to.
    """

    capture: Capture
    headers: Headers
    payload: bytes

    def header(self, name: str) -> str | None:
        """Return the first value of header field `name` (any case), or None."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def content(self) -> bytes:
        """Return the document itself: the payload with its content coding undone."""
        return decode(self.payload, self.header("content-encoding")).data

    def html(self) -> str:
        """Return the document as text, by the encoding it says or shows."""
        from hozon.reading.encodings import decode_html  # noqa: PLC0415  a parser, for this alone

        return decode_html(self.content(), self.header("content-type"))[0]


def timemap(uri: str, archive: Archive) -> Sequence[Capture]:
    """Return all captures of `uri`, oldest first, or raise `NotFound` with a hint.

    Where there are none, those of links that lead to the same page (`uris.link_key`).
    """
    href = uris.normal(uri)
    captures = memento.best_spelling(archive.index.timemap(href), href)
    captures = captures or _of_same_page(href, archive)
    if not captures:
        raise NotFound(_missed(href, archive))
    return captures


def around(uri: str, at: datetime | None, archive: Archive) -> Nearby:
    """Return the captures of `uri` near `at` (`nearby`), or raise `NotFound` as above."""
    found = nearby.nearby(uri, at, archive)
    return found if found.captures else Nearby(captures=timemap(uri, archive))


def _of_same_page(href: str, archive: Archive) -> Sequence[Capture]:
    links = {each.link: None for each in archive.index.snapshots(href)}
    found = [
        capture
        for link in links
        for capture in memento.best_spelling(archive.index.timemap(link), link)
    ]
    return sorted(found, key=lambda each: (each.captured_at, each.record_id))


def find(uri: str, archive: Archive, *, at: datetime | None = None) -> Capture:
    """Return the capture of `uri` nearest to `at` (None: the latest).

    Of a feed document it is the one at `at` or before: polls that found the same
    document store nothing, so that it stood until the next capture.
    """
    captures = around(uri, at, archive).captures
    chosen = nearest(uri, captures, archive, at=at)
    if at is None or chosen.captured_at <= at:
        return chosen
    before = memento.standing(captures, at)
    return before if before and _is_polled(before, archive) else chosen


def nearest(
    uri: str, captures: Sequence[Capture], archive: Archive, *, at: datetime | None
) -> Capture:
    """Return the capture of `uri` that shows best what stood there at `at`.

    A look that found a page as it was stores no capture, but shows all the same what
    stood there then: where one is nearest, it is the capture that it was compared with.
    Raises `NotFound`.
    """
    chosen = memento.closest(captures, at)
    if chosen is None:
        raise NotFound(f"no capture of {uri}")
    if at is None or chosen.captured_at <= at:
        return chosen
    before = memento.standing(captures, at)
    if before is None or before.kind is not None:
        return chosen
    apart = chosen.captured_at - at
    seen = (f.at for f in archive.index.findings(uri) if f.outcome == "same")
    near = [
        when for when in seen if abs(when - at) < apart and when < chosen.captured_at
    ]
    return memento.standing(captures, max(near)) or chosen if near else chosen


def _is_polled(capture: Capture, archive: Archive) -> bool:
    try:
        return str(metadata(capture, archive)["hozon"]).startswith("poll/")
    except Hidden:  # part of a page
        return False


def follow(uri: str, archive: Archive, *, at: datetime | None = None) -> Document:
    """Return the document at `uri` as of `at`, through redirects as they were captured.

    Raises `NotFound` where a redirect leads to what the archive does not hold.
    """
    seen: set[str] = set()
    for _ in range(HOPS):
        document = read(find(uri, archive, at=at), archive)
        target = redirect_target(document)
        if target is None or target in seen:
            return document
        seen.add(target)
        uri, at = target, document.capture.captured_at
    return document


def read(capture: Capture, archive: Archive) -> Document:
    """Return a capture with its content, or raise `Damaged`."""
    record = _record(capture, archive)
    status, headers, _ = reader.http_head(record.block)
    payload = reader.payload(record)
    if capture.record_type == "revisit":
        payload = _original_payload(capture, archive)
    if status != capture.status:
        raise Damaged(f"{capture.location.warc_key}: the index says another status")
    return Document(capture=capture, headers=headers, payload=payload)


def warc(capture: Capture, archive: Archive) -> bytes:
    """Return the WARC object that a capture lies in, with all it refers to."""
    return joining.self_contained(capture.location.warc_key, archive)


def metadata(capture: Capture, archive: Archive) -> dict[str, Any]:
    """Return the metadata of the snapshot or poll that a capture belongs to.

    It is the last record of its object: no more is read than that takes.
    """
    return metadata_of(capture.location.warc_key, archive)


def metadata_of(key: str, archive: Archive) -> dict[str, Any]:
    """Return the metadata of a WARC object; `Damaged` if it has none of ours."""
    archive.sight.whole(key)
    size = archive.warcs.size(key)
    length = _TAIL
    while length < size:
        tail = archive.warcs.read(key, offset=size - length, length=length)
        last = last_record(tail)
        if last is not None and last.type == "metadata":
            return holdings.metadata(bytes(last.block))
        if last is not None:
            break
        length *= 8
    for record in reader.records(archive.warcs.read_all(key)):
        if record.type == "metadata":
            return holdings.metadata(bytes(record.block))
    raise Damaged(f"{key}: no metadata record")


def robots(held: Snapshot | None, archive: Archive) -> list[dict[str, Any]]:
    """Return what robots.txt said when a snapshot was made, as its metadata has it."""
    return [] if held is None else list(said_of(held, archive).get("robots", ()))


def said_of(held: Snapshot, archive: Archive) -> dict[str, Any]:
    """Return the metadata of a snapshot, read from where the index says that it lies."""
    place = held.metadata
    data = archive.warcs.read(place.warc_key, offset=place.offset, length=place.length)
    return holdings.metadata(bytes(reader.record_at(data).block))


def extract(capture: Capture, archive: Archive) -> Extract:
    """Return what was made out of the page, with its whole text."""
    said = metadata(capture, archive)
    if said["hozon"] != "snapshot/1":
        raise Misuse("a feed document has no main text; take --format raw")
    return holdings.extract(said)


def carried(capture: Capture, archive: Archive) -> str:
    """Return the text of an article as its feeds carry it, where one of them carries more
    than a summary: the one stated last. `capture` is of its page. Raises `NotFound`.
    """
    try:
        link = str(metadata(capture, archive).get("link") or capture.target_uri)
    except Damaged:
        link = capture.target_uri
    stated = [each for each in archive.index.linked(link) if each.content is not None]
    if not stated:
        raise NotFound(f"no feed carries the text of {link}; see --format text")
    return content_of(max(stated, key=lambda each: each.seen_at), archive)


def content_of(entry: Entry, archive: Archive) -> str:
    """Return the text of an article that the statement of its entry carries, if any."""
    place = entry.content
    if place is None:
        return ""
    data = archive.warcs.read(place.warc_key, offset=place.offset, length=place.length)
    return text_of(data)


def text_of(data: bytes) -> str:
    """Return the text that the one record in `data` holds (a conversion of ours)."""
    return str(reader.record_at(data).block, "utf-8", "replace")


def _record(capture: Capture, archive: Archive) -> reader.StoredRecord:
    place = capture.location
    data = archive.warcs.read(place.warc_key, offset=place.offset, length=place.length)
    return reader.record_at(data)


def _original_payload(capture: Capture, archive: Archive) -> bytes:
    digest = capture.payload_digest
    original = archive.index.by_digest([digest]).get(digest)
    if original is None:
        raise Damaged(f"{capture.target_uri}: the payload {digest} is not held")
    return reader.payload(_record(original, archive))


def redirect_target(document: Document) -> str | None:
    """Return where a captured redirect leads, or None if the capture is none."""
    location = document.header("location")
    if document.capture.status not in {301, 302, 303, 307, 308} or not location:
        return None
    try:
        return uris.lenient(location, base=document.capture.target_uri)
    except Misuse:
        return None


def _missed(href: str, archive: Archive) -> str:
    """Say that `href` is not held, and what is that looks most like it."""
    site = uris.key(href).partition(")")[0] + ")"
    held: dict[str, None] = {}
    for capture, _ in zip(
        archive.index.captures(prefix=site), range(_NEARBY), strict=False
    ):
        held[capture.target_uri] = None
    near = difflib.get_close_matches(href, held, n=1, cutoff=0.6)
    if near:
        return f"no capture of {href}; the nearest that is held: {near[0]}"
    if held:
        return f"no capture of {href}; {len(held)} others of that site are held"
    return f"no capture of {href}"
