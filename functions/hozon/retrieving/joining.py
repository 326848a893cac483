"""Deliver a snapshot self-contained: with all records that it refers to.

Gzip members may follow one another in any order, so records of other WARC objects are
joined by copying their bytes as they are stored: nothing is inflated and deflated again.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.digests import Digest
from hozon.nouns.errors import Damaged, Misuse, NotFound
from hozon.nouns.model import Capture, Payload
from hozon.stored import holdings
from hozon.warc import piecewise, reader
from hozon.warc.fields import MAX_HEADER_BYTES
from hozon.warc.reader import StoredRecord

_HOPS = 10


@dataclass(slots=True)
class _Joined:
    """Records side by side: which were copied so far, and which payloads they lack."""

    ids: set[str] = field(default_factory=set)
    revisited: set[Digest] = field(default_factory=set)
    held: set[str] = field(default_factory=set)

    def takes(self, record: StoredRecord) -> bool:
        """Tell whether a record is to be copied, which it is once, and remember it."""
        if (record.field("WARC-Record-ID") or "") in self.ids:
            return False
        self.note(record)
        return True

    def note(self, record: StoredRecord) -> None:
        """Remember what a record is, and which payload it lacks."""
        self.ids.add(record.field("WARC-Record-ID") or "")
        digest = record.field("WARC-Payload-Digest") or ""
        if record.type == "revisit":
            self.revisited.add(Digest(digest))
        elif record.type == "response":
            self.held.add(digest)


def self_contained(warc_key: str, archive: Archive, *, may_lack: bool = False) -> bytes:
    """Return a WARC object with every record its snapshot needs from other objects.

    These are the requisites it shares with earlier snapshots, their redirects and
    requests included, and the responses whose payloads its revisits leave out. Raises
    `NotFound` or `Damaged` where one of them cannot be had; with `may_lack`, what is
    gone is left out.
    """
    return b"".join(pieces(warc_key, archive, may_lack=may_lack))


def pieces(
    warc_key: str, archive: Archive, *, may_lack: bool = False
) -> Iterator[Payload]:
    """Yield the same record by record: no more than one of them is held at once."""
    archive.sight.whole(warc_key)
    joined = _Joined()
    said: dict[str, Any] = {}
    for record, data in piecewise.records(archive.warcs.pieces(warc_key)):
        joined.note(record)
        if record.type == "metadata":
            said = holdings.metadata(bytes(record.block))
        yield data
    gone: tuple[type[NotFound], ...] = (NotFound,) if may_lack else ()
    for other, wanted in shared(said).items():
        with suppress(*gone):
            yield from _shared(joined, other, wanted, archive)
    for capture in _originals(joined, archive):
        with suppress(*gone):
            yield from _original(joined, capture, archive)


def shared(said: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the shared requisites of a snapshot, by the objects that hold them.

    `said` is its metadata; of each requisite it states `record_id` and `uri`.
    """
    by_object: dict[str, list[dict[str, Any]]] = {}
    for one in said.get("requisites", ()):
        if one["outcome"] == "shared":
            by_object.setdefault(one["warc_key"], []).append(one)
    return by_object


def _shared(
    joined: _Joined, key: str, wanted: Sequence[dict[str, Any]], archive: Archive
) -> Iterator[Payload]:
    """Yield the records of shared requisites from the object that holds them.

    It is read twice: which they are is known at its end, and it may be large.
    """
    seen = piecewise.records(archive.warcs.pieces(key))
    outlines = [outline(record) for record, _ in seen]
    places = {record.offset for record in needed(wanted, outlines)}
    for record, data in piecewise.records(archive.warcs.pieces(key)):
        if record.offset in places and joined.takes(record):
            yield data


def outline(record: StoredRecord) -> StoredRecord:
    """Return a record with no more of its block than the head of an HTTP message."""
    try:
        _, _, end = reader.http_head(record.block)
    except Damaged:
        end = 0
    head = bytes(record.block[: min(end, MAX_HEADER_BYTES)])
    return replace(record, block=memoryview(head))


def needed(
    wanted: Iterable[dict[str, Any]], records: Sequence[StoredRecord]
) -> Iterator[StoredRecord]:
    """Yield those of an object's records that shared requisites (`shared`) consist of.

    Their redirects and all requests are among them.
    """
    ids = {one for each in wanted for one in _chain(each, records)}
    for record in records:
        concurrent = record.field("WARC-Concurrent-To") or ""
        is_request = record.type == "request" and concurrent in ids
        if is_request or record.field("WARC-Record-ID") in ids:
            yield record


def _chain(wanted: dict[str, Any], records: Iterable[StoredRecord]) -> Iterator[str]:
    """Yield the ids of a requisite's record and of the redirects that led there."""
    last = f"<{wanted['record_id']}>"
    yield last
    answers = {
        record.field("WARC-Target-URI"): record
        for record in records
        if record.type in {"response", "revisit"}
    }
    uri: str | None = wanted["uri"]
    for _ in range(_HOPS):
        record = answers.get(uri)
        if record is None or record.field("WARC-Record-ID") == last:
            return
        yield record.field("WARC-Record-ID") or ""
        uri = _target(record, uri or "")


def _target(record: StoredRecord, uri: str) -> str | None:
    _, headers, _ = reader.http_head(record.block)
    location = next((v for n, v in headers if n.lower() == "location"), "")
    try:
        return uris.lenient(location, base=uri) if location else None
    except Misuse:
        return None


def _originals(joined: _Joined, archive: Archive) -> Iterable[Capture]:
    """Return the responses that revisits refer to and that are not there yet."""
    lacking = sorted(d for d in joined.revisited if d not in joined.held)
    return archive.index.by_digest(lacking).values() if lacking else ()


def _original(joined: _Joined, capture: Capture, archive: Archive) -> Iterator[Payload]:
    place = capture.location
    data = archive.warcs.read(place.warc_key, offset=place.offset, length=place.length)
    if joined.takes(reader.record_at(data)):
        yield data
