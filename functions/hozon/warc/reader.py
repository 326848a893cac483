"""Records read back from bytes: ours, and those of any other writer of WARC 1.0 or 1.1.

Strict about where records begin and end, for on that everything else rests: whatever
does not add up raises `Damaged` with its offset. Lenient about what lies inside them.
Reading takes time linear in the size of the data, and copies no block of plain WARCs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hozon.nouns import instants
from hozon.nouns.digests import Digest, sha256
from hozon.nouns.errors import Damaged, Misuse
from hozon.nouns.model import Capture, Headers, Location
from hozon.nouns.payloads import Reference
from hozon.reading.answers import freshness_s
from hozon.warc import fields as named
from hozon.warc import fixity, members
from hozon.warc.members import MAX_RECORD_BYTES, Cut
from hozon.warc.messages import Bytes, entity, http_head, media_type, split

__all__ = [
    "MAX_RECORD_BYTES",
    "StoredRecord",
    "capture",
    "captures",
    "http_head",
    "payload",
    "record_at",
    "records",
    "verify",
]

_VERSION = re.compile(rb"WARC/(\d+\.\d+)[ \t]*\r?\n")
_LINE_ENDS = re.compile(rb"[\r\n]*")
_LABELLED = re.compile(r"[A-Za-z0-9/-]+:[A-Za-z0-9+/_=-]+")
_HTTP = re.compile(r"application/http\b", re.IGNORECASE)
_CONTENT_LENGTH = len("content-length")
_LENGTH = re.compile(r"[0-9]{1,15}")
_FRESH_AT_MOST_S = 86_400
_REDUCED_DATE = re.compile(r"\d{4}(-\d\d)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """One record as it lies in a WARC: at `offset`, `length` bytes with its line ends.

    `fields` are all named fields in order, as they were written; `block` is a view.
    """

    offset: int
    length: int
    version: str
    fields: Headers
    block: memoryview

    def field(self, name: str) -> str | None:
        """Return the first value of the named field `name` (any case), or None."""
        return named.first(self.fields, name)

    @property
    def type(self) -> str:
        """The record's type; empty where it states none."""
        return self.field("WARC-Type") or ""

    @property
    def record_id(self) -> str:
        """The record's id without the brackets around it; empty if it has none."""
        return _unbracketed(self.field("WARC-Record-ID") or "")

    @property
    def target_uri(self) -> str | None:
        """The target URI, without the brackets that WARC 1.0 and wget put around it.

        Spaces are percent-encoded: some writers took URIs from pages as they were.
        """
        uri = self.field("WARC-Target-URI")
        return None if uri is None else _unbracketed(uri).replace(" ", "%20")

    @property
    def date(self) -> datetime:
        """The instant its capture began, in milliseconds; `Damaged` if it states none.

        WARC 1.1 allows any precision from the year down (§5.4); what is missing is the
        first.
        """
        text = self.field("WARC-Date") or ""
        try:
            if _REDUCED_DATE.fullmatch(text):
                return instants.from_timestamp(text.replace("-", ""))
            return instants.truncated(instants.from_iso(text))
        except (ValueError, OverflowError, Misuse):
            raise Damaged(f"offset {self.offset}: no WARC-Date: {text!r}") from None


def _unbracketed(uri: str) -> str:
    return uri[1:-1] if uri.startswith("<") and uri.endswith(">") else uri


def records(data: Bytes, *, limit: int = MAX_RECORD_BYTES) -> Iterator[StoredRecord]:
    """Yield the records of a WARC, whose members may be gzipped or plain.

    Raises `Damaged`, naming the offset, for broken or short gzip members, members that
    do not hold exactly one record, blocks that are short, anything that lies between or
    after records, no record at all, and records of more than `limit` bytes.
    """
    view = memoryview(data)
    if not view:
        raise Damaged("offset 0: empty, and a WARC holds one record at least")
    offset = 0
    while offset < len(view):
        record = _record(view, offset, limit)
        yield record
        offset += record.length


def record_at(data: Bytes, *, limit: int = MAX_RECORD_BYTES) -> StoredRecord:
    """Return the one record that `data`, a range read from a WARC, holds.

    Its offset is 0. Raises `Damaged` as `records` does, and if more follows it.
    """
    record = next(records(data, limit=limit))
    if record.length != len(data):
        raise Damaged(f"offset {record.length}: more than one record in the range")
    return record


def _record(view: memoryview, offset: int, limit: int) -> StoredRecord:
    if view[offset : offset + 2] != members.MAGIC:
        return _parsed(view, offset, offset, limit)
    plain, end = members.inflate(view, offset, limit=limit)
    return _parsed(memoryview(plain), 0, offset, limit, member=end - offset)


def _parsed(
    plain: memoryview, start: int, offset: int, limit: int, member: int | None = None
) -> StoredRecord:
    """Return the record at `start`; `member` is the length of the gzip member that it
    is alone in, if it is in one.
    """
    version = _VERSION.match(plain, start)
    if version is None:
        raise Damaged(f"offset {offset}: neither a WARC record nor a gzip member")
    most = version.end() + named.MAX_HEADER_BYTES
    blank = named.BLANK_LINE.search(plain, version.end(), most)
    if blank is None and len(plain) > most:
        raise Damaged(
            f"offset {offset}: a record's header of more than "
            f"{named.MAX_HEADER_BYTES} bytes"
        )
    if blank is None:
        raise Cut(f"offset {offset}: the data ends inside a record's header")
    fields = named.decode(_text(plain[version.end() : blank.start()]))
    block_end = blank.end() + _content_length(fields, offset, limit)
    if block_end > len(plain):
        raise Cut(f"offset {offset}: the data ends inside a record's block")
    line_ends = _LINE_ENDS.match(plain, block_end)
    end = line_ends.end() if line_ends else block_end
    if member is not None and end != len(plain):
        raise Damaged(
            f"offset {offset}: more than one record in a gzip member, or a wrong "
            "Content-Length; `warcio recompress` may mend it"
        )
    return StoredRecord(
        offset=offset,
        length=end - start if member is None else member,
        version=version[1].decode(),
        fields=fields,
        block=plain[blank.end() : block_end],
    )


def _text(header: memoryview) -> str:
    """Decode a header: as UTF-8 (§4), or as Latin-1 where its writer used another."""
    try:
        return str(header, "utf-8")
    except UnicodeDecodeError:
        return str(header, "latin-1")


def _content_length(fields: Headers, offset: int, limit: int) -> int:
    stated = {
        value
        for name, value in fields
        if len(name) == _CONTENT_LENGTH and name.lower() == "content-length"
    }
    length = stated.pop() if len(stated) == 1 else ""
    if not _LENGTH.fullmatch(length):
        raise Damaged(f"offset {offset}: a record needs one Content-Length")
    if int(length) > limit:
        raise Damaged(
            f"offset {offset}: a block of {length} bytes; the limit is {limit}"
        )
    return int(length)


def payload(record: StoredRecord) -> bytes:
    """Return a record's payload (§6), its content coding kept, transfer coding undone.

    Of an HTTP message that is its entity body, of any other record the block. A revisit
    has none of its own.
    """
    if not _is_http(record):
        return bytes(record.block)
    headers, at = split(record.block)
    return bytes(entity(headers, record.block[at:]))


def _is_http(record: StoredRecord) -> bool:
    return _HTTP.match(record.field("Content-Type") or "") is not None


def captures(
    warc_key: str, data: Bytes, *, limit: int = MAX_RECORD_BYTES
) -> Iterator[Capture]:
    """Yield the captures that a WARC holds, in order. Raises `Damaged` as `records`."""
    for record in records(data, limit=limit):
        if found := capture(warc_key, record):
            yield found


def capture(warc_key: str, record: StoredRecord) -> Capture | None:
    """Return the capture that a record holds, or None if it holds none.

    It does if it is a ``response``, or a ``revisit`` that states the payload's digest,
    with an HTTP head for its block. The digest is the one stated, in any spelling, or
    else computed. A revisit's payload lies elsewhere and its length here is 0; its
    ``WARC-Truncated: length`` only says so (§6.7.2). Raises `Damaged` for want of a
    date.
    """
    target_uri = record.target_uri
    digest = _payload_digest(record)
    if target_uri is None or digest is None or not _is_http(record):
        return None
    try:
        status, headers, at = http_head(record.block)
    except Damaged:
        return None
    is_revisit = record.type == "revisit"
    truncated = record.field("WARC-Truncated")
    captured_at = record.date
    return Capture(
        target_uri=target_uri,
        captured_at=captured_at,
        record_id=record.record_id,
        record_type="revisit" if is_revisit else "response",
        status=status,
        media_type=media_type(headers),
        payload_digest=digest,
        payload_length=0 if is_revisit else len(entity(headers, record.block[at:])),
        location=Location(
            warc_key=warc_key, offset=record.offset, length=record.length
        ),
        truncated=None if is_revisit and truncated == "length" else truncated,
        stale_at=_stale_at(captured_at, headers),
    )


def reference(record: StoredRecord) -> Reference | None:
    """Return what a revisit refers to; None: it is none, or does not say it all."""
    digest = _payload_digest(record)
    uri = record.field("WARC-Refers-To-Target-URI")
    record_id = record.field("WARC-Refers-To")
    date = record.field("WARC-Refers-To-Date")
    if record.type != "revisit" or not (digest and uri and record_id and date):
        return None
    try:
        captured_at = instants.truncated(instants.from_iso(date))
    except (ValueError, OverflowError, Misuse):
        return None
    return Reference(
        target_uri=_unbracketed(uri),
        captured_at=captured_at,
        record_id=_unbracketed(record_id),
        payload_digest=digest,
    )


def _stale_at(captured_at: datetime, headers: Headers) -> datetime | None:
    fresh = timedelta(seconds=int(min(freshness_s(headers), _FRESH_AT_MOST_S)))
    return captured_at + fresh if fresh else None


def _payload_digest(record: StoredRecord) -> Digest | None:
    stated = record.field("WARC-Payload-Digest") or ""
    if record.type not in {"response", "revisit"}:
        return None
    if _LABELLED.fullmatch(stated):
        return Digest(stated)
    return None if record.type == "revisit" else sha256(payload(record))


def verify(data: Bytes, *, limit: int = MAX_RECORD_BYTES) -> list[str]:
    """Return what is wrong with a WARC, a sentence each; nothing if nothing is.

    Recomputes every block and payload digest that is stated. Does not raise: where the
    data is so damaged that no record after it can be found, that is the last sentence.
    """
    problems: list[str] = []
    try:
        for record in records(data, limit=limit):
            problems.extend(_problems(record))
    except Damaged as damage:
        problems.append(str(damage))
    return problems


def _problems(record: StoredRecord) -> Iterator[str]:
    for name, candidates in _digested(record):
        stated = record.field(name)
        if stated is None:
            continue
        try:
            sound = any(fixity.holds(stated, data) for data in candidates)
        except Misuse as unknown:
            yield f"offset {record.offset}: {name}: {unknown}"
        else:
            if not sound:
                yield f"offset {record.offset}: {name} is not that of the bytes"


def _digested(record: StoredRecord) -> Iterator[tuple[str, Iterator[Bytes]]]:
    """Yield each digest field with the bytes, one of which it may be of."""
    yield "WARC-Block-Digest", iter((record.block,))
    # A revisit's payload, and that of a record in segments (§7), lies elsewhere.
    if record.type != "revisit" and record.field("WARC-Segment-Number") is None:
        yield "WARC-Payload-Digest", _payloads(record)


def _payloads(record: StoredRecord) -> Iterator[Bytes]:
    yield payload(record)
    # Most writers digest the chunked bytes, though they are not the entity body.
    if _is_http(record):
        yield record.block[split(record.block)[1] :]
