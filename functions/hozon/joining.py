"""Deliver a snapshot self-contained: with all records that it refers to.

Gzip members may follow one another in any order, so records of other WARC objects are
joined by copying their bytes as they are stored: nothing is inflated and deflated again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hozon import holdings, uris
from hozon.archive import Archive
from hozon.digests import Digest
from hozon.errors import Misuse
from hozon.warc import reader
from hozon.warc.reader import StoredRecord

_HOPS = 10


@dataclass(slots=True)
class _Joined:
    """Records side by side: what was copied so far, and which are in it."""

    parts: list[bytes]
    ids: set[str] = field(default_factory=set)
    revisited: set[Digest] = field(default_factory=set)
    held: set[str] = field(default_factory=set)

    def note(self, record: StoredRecord) -> None:
        """Remember what a record is, and which payload it lacks."""
        self.ids.add(record.field("WARC-Record-ID") or "")
        digest = record.field("WARC-Payload-Digest") or ""
        if record.type == "revisit":
            self.revisited.add(Digest(digest))
        elif record.type == "response":
            self.held.add(digest)

    def add(self, record: StoredRecord, data: bytes) -> None:
        """Copy a record's bytes, once."""
        if (record.field("WARC-Record-ID") or "") not in self.ids:
            self.note(record)
            self.parts.append(data[record.offset : record.offset + record.length])


def self_contained(warc_key: str, archive: Archive) -> bytes:
    """Return a WARC object with every record its snapshot needs from other objects.

    These are the requisites it shares with earlier snapshots, their redirects and
    requests included, and the responses whose payloads its revisits leave out. Raises
    `NotFound` or `Damaged` where one of them cannot be had.
    """
    archive.sight.whole(warc_key)
    data = archive.warcs.read_all(warc_key)
    joined = _Joined([data])
    said: dict[str, Any] = {}
    for record in reader.records(data):
        joined.note(record)
        if record.type == "metadata":
            said = holdings.metadata(bytes(record.block))
    for other, wanted in shared(said).items():
        _join(joined, archive.warcs.read_all(other), wanted)
    _join_originals(joined, archive)
    return b"".join(joined.parts)


def shared(said: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the shared requisites of a snapshot, by the objects that hold them.

    `said` is its metadata; of each requisite it states `record_id` and `uri`.
    """
    by_object: dict[str, list[dict[str, Any]]] = {}
    for one in said.get("requisites", ()):
        if one["outcome"] == "shared":
            by_object.setdefault(one["warc_key"], []).append(one)
    return by_object


def _join(joined: _Joined, data: bytes, wanted: Sequence[dict[str, Any]]) -> None:
    """Copy the records of shared requisites from the object that holds them."""
    for record in needed(wanted, list(reader.records(data))):
        joined.add(record, data)


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


def _join_originals(joined: _Joined, archive: Archive) -> None:
    """Copy the responses that revisits refer to and that are not there yet."""
    lacking = sorted(d for d in joined.revisited if d not in joined.held)
    originals = archive.index.by_digest(lacking) if lacking else {}
    for capture in originals.values():
        place = capture.location
        data = archive.warcs.read(
            place.warc_key, offset=place.offset, length=place.length
        )
        joined.add(reader.record_at(data), data)
