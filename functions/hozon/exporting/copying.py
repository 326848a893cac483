"""Copy records as they are stored: what is wished for, and all that this refers to.

Gzip members may follow one another in any order, so nothing is inflated and deflated
again. Records that lie in objects which are not wished for are found in two rounds: the
requisites that snapshots share with earlier ones, then the responses whose payloads
revisits leave out. All that is known of them meanwhile lies on disk, sorted by object.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from hozon.exporting.telling import Tell
from hozon.nouns.archive import Archive
from hozon.nouns.digests import Digest
from hozon.nouns.errors import Damaged, NotFound
from hozon.nouns.model import Capture, Location
from hozon.nouns.workspace import Lines, Workspace
from hozon.retrieving import joining
from hozon.stored import holdings
from hozon.warc import reader
from hozon.warc.reader import StoredRecord

_AT_ONCE = 100
_FEW = 3
_HEAD = 4096
_SEPARATOR = b"\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """One record: the object it lies in, what it says, and its bytes as stored."""

    warc_key: str
    record: StoredRecord
    data: memoryview


class Copying:
    """One walk through the objects of an export; each of its records comes once.

    With `refers` false (all objects are there), nothing is looked for elsewhere.
    """

    def __init__(
        self,
        selected: Lines,
        archive: Archive,
        disk: Workspace,
        tell: Tell,
        *,
        refers: bool,
    ) -> None:
        self._selected = selected
        self._archive = archive
        self._tell = tell
        self._refers = refers
        self._shared = disk.sorter()
        self._revisits = disk.sorter()
        self._places = disk.sorter()

    def records(self) -> Iterator[Copied]:
        """Yield the records of the selected objects, then those they refer to.

        What is lost or damaged is told, and passed over.
        """
        yield from self._whole()
        if self._refers:
            yield from self._joined(self.places())

    def object_keys(self) -> Iterator[str]:
        """Yield the selected keys, then those of other objects that are needed."""
        yield from (key.decode() for key in self._selected)
        if self._refers:
            for line in self._selected:
                for record in self._parsed(line.decode(), self._read(line.decode())):
                    self._note(record)
            by_key = groupby(self.places(), key=_first)
            for key in (key.decode() for key, _ in by_key):
                if self._archive.sight.lists_object(key):
                    yield key
                else:
                    self._tell.problem(f"{key} is out of sight")

    def _whole(self) -> Iterator[Copied]:
        for line in self._selected:
            key = line.decode()
            data = self._read(key)
            for record in self._parsed(key, data):
                if self._refers:
                    self._note(record)
                yield _copied(key, record, data)
            self._tell.count(objects=1, bytes=len(data))
            self._tell.step()

    def _read(self, key: str) -> bytes:
        try:
            return self._archive.warcs.read_all(key)
        except (NotFound, Damaged) as e:
            self._tell.problem(str(e))
            return b""

    def _parsed(self, key: str, data: bytes) -> Sequence[StoredRecord]:
        """Return the records of an object; none where it is damaged anywhere."""
        try:
            return list(reader.records(data)) if data else []
        except Damaged as e:
            self._tell.problem(f"{key}: {e}")
            return []

    def _note(self, record: StoredRecord) -> None:
        """Remember what a record refers to."""
        if record.type == "revisit":
            self._revisits.add(_joined_fields(record))
        elif record.type == "metadata":
            for key, shared in joining.shared(_said(record)).items():
                for each in shared:
                    fields = key, each["record_id"], each["uri"]
                    self._shared.add(_line(*fields))

    def places(self) -> Iterator[bytes]:
        """Yield where the records lie that other objects are to give; call it last."""
        shared = self._shared.sorted()
        for key, several in groupby(_beyond(shared, self._selected), key=_first):
            self._find_shared(key.decode(), [_fields(each) for each in several])
        revisits = iter(self._revisits.sorted())
        while some := [_fields(each) for each in islice(revisits, _AT_ONCE)]:
            self._find_originals(some)
        yield from _beyond(self._places.sorted(), self._selected)

    def _find_shared(self, key: str, wanted: list[list[str]]) -> None:
        data = self._read(key)
        records = self._parsed(key, data)
        shared = [{"record_id": id_, "uri": uri} for _, id_, uri in wanted]
        for record in joining.needed(shared, records):
            self._add_place(key, record.offset, record.length)
            if record.type == "revisit":
                self._note(record)
        if records and records[0].type == "warcinfo":
            self._add_place(key, 0, records[0].length)

    def _find_originals(self, revisits: list[list[str]]) -> None:
        digests = {Digest(digest) for digest, *_ in revisits}
        held = self._archive.index.by_digest(sorted(digests))
        for digest, record_id, uri in revisits:
            found = self._original(held.get(Digest(digest)), record_id, uri)
            if found is None:
                self._tell.problem(f"the payload {digest} of {uri} is not held")
                continue
            self._add_place(found.warc_key, found.offset, found.length)
            if head := self._head(found):
                self._add_place(found.warc_key, 0, head)

    def _original(
        self, earliest: Capture | None, record_id: str, uri: str
    ) -> Location | None:
        """Return where the response lies that a revisit names, else one with its payload.

        The earliest is nearly always the one that is named.
        """
        if earliest is None:
            return None
        if earliest.record_id == record_id:
            return earliest.location
        named = (
            capture
            for capture in self._archive.index.timemap(uri)
            if capture.record_id == record_id
        )
        return next(named, earliest).location

    def _head(self, place: Location) -> int:
        """Return the length of the warcinfo record that a record's object begins with."""
        length = min(place.offset, _HEAD)
        if not length:
            return 0
        try:
            data = self._archive.warcs.read(place.warc_key, offset=0, length=length)
            first = next(reader.records(data))
        except (NotFound, Damaged):
            return 0
        return first.length if first.type == "warcinfo" else 0

    def _add_place(self, key: str, offset: int, length: int) -> None:
        self._places.add(_line(key, f"{offset:015}", str(length)))

    def _joined(self, places: Iterable[bytes]) -> Iterator[Copied]:
        for key, lines in groupby(places, key=_first):
            spans = [(int(at), int(length)) for _, at, length in map(_fields, lines)]
            for data in self._ranges(key.decode(), spans):
                for record in self._parsed(key.decode(), data):
                    yield _copied(key.decode(), record, data)

    def _ranges(self, key: str, spans: list[tuple[int, int]]) -> Iterator[bytes]:
        """Yield ranges of an object: asked for one by one, if they are few."""
        if len(spans) > _FEW:
            data = self._read(key)
            yield from (data[at : at + length] for at, length in spans if data)
            return
        for at, length in spans:
            try:
                yield self._archive.warcs.read(key, offset=at, length=length)
            except (NotFound, Damaged) as e:
                self._tell.problem(str(e))


def _copied(key: str, record: StoredRecord, data: bytes) -> Copied:
    end = record.offset + record.length
    part = memoryview(data)[record.offset : end]
    return Copied(warc_key=key, record=record, data=part)


def _said(record: StoredRecord) -> dict[str, Any]:
    try:
        return holdings.metadata(bytes(record.block))
    except Damaged:
        return {}


def _joined_fields(revisit: StoredRecord) -> bytes:
    named = ("WARC-Payload-Digest", "WARC-Refers-To", "WARC-Refers-To-Target-URI")
    digest, record_id, uri = (revisit.field(name) or "" for name in named)
    return _line(digest, record_id.strip("<>"), uri or revisit.target_uri or "")


def _line(*fields: str) -> bytes:
    return _SEPARATOR.join(field.encode("utf-8", "replace") for field in fields)


def _fields(line: bytes) -> list[str]:
    return [field.decode("utf-8", "replace") for field in line.split(_SEPARATOR)]


def _first(line: bytes) -> bytes:
    return line.partition(_SEPARATOR)[0]


def of_objects(lines: Iterable[bytes], keys: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines whose first field is among `keys`; both are in ascending order."""
    return (line for line, is_of in _marked(lines, keys) if is_of)


def _beyond(lines: Iterable[bytes], keys: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the other lines."""
    return (line for line, is_of in _marked(lines, keys) if not is_of)


def _marked(
    lines: Iterable[bytes], keys: Iterable[bytes]
) -> Iterator[tuple[bytes, bool]]:
    ahead = iter(keys)
    key = next(ahead, None)
    for line in lines:
        own = _first(line)
        while key is not None and key < own:
            key = next(ahead, None)
        yield line, key == own
