"""Records, made from exchanges (ISO 28500:2017, clauses 5 and 6).

Ids and instants are arguments, so that the same exchange gives the same bytes. Record
ids are URIs without the angle brackets that surround them in a file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from hozon.nouns import instants
from hozon.nouns.digests import Digest, sha256
from hozon.nouns.errors import Misuse
from hozon.nouns.model import Capture, Exchange, Headers, Payload
from hozon.warc import fields as named
from hozon.warc.messages import without_transfer_coding

RecordType = Literal[
    "warcinfo", "request", "response", "revisit", "metadata", "conversion"
]

IDENTICAL_PAYLOAD_DIGEST = (
    "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
)
SERVER_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

_REQUEST = "application/http; msgtype=request"
_RESPONSE = "application/http; msgtype=response"
_NOT_MODIFIED = 304
_STATED = frozenset(
    (
        "warc-type",
        "warc-record-id",
        "warc-date",
        "warc-target-uri",
        "content-type",
        "content-length",
    )
)
"""The fields that attributes of a record state."""

_ID = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-;=?-~]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One WARC record. `fields` are those that no attribute states, in their order.

    Its block is `block` and then `payload`, which are kept apart so that a large payload
    is never copied.

    It can be written: whatever could not (a control character or surrogate in a field,
    an instant without zone, an id that is no URI, a `fields` entry that an attribute
    states already) raises `Misuse` here, before anything is stored.
    """

    type: RecordType
    record_id: str
    date: datetime
    block: bytes
    content_type: str | None
    target_uri: str | None
    fields: Headers = ()
    payload: Payload = b""
    header: bytes = field(init=False, repr=False, compare=False)
    """The header as it is written, with the empty line that ends it."""

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.record_id):
            raise Misuse(f"a record id is a URI such as urn:uuid:…: {self.record_id!r}")
        if self.date.tzinfo is None:
            raise Misuse(f"a record's date needs a time zone: {self.date!r}")
        before, after = self._stated()
        if twice := [name for name, _ in self.fields if name.lower() in _STATED]:
            raise Misuse(f"stated twice in one record: {', '.join(twice)}")
        lines = named.encode((*before, *self.fields, *after))
        # The only way to set what is derived, once, in a frozen value.
        object.__setattr__(self, "header", b"WARC/1.1\r\n" + lines + b"\r\n")

    def _stated(self) -> tuple[Headers, Headers]:
        """Return what the attributes state: the fields before `fields`, those after."""
        before = (
            ("WARC-Type", self.type),
            ("WARC-Record-ID", f"<{self.record_id}>"),
            ("WARC-Date", instants.iso(self.date)),
            *_optional("WARC-Target-URI", self.target_uri),
        )
        after = (
            *_optional("Content-Type", self.content_type),
            ("Content-Length", str(len(self.block) + len(self.payload))),
        )
        return before, after


def warcinfo(
    *, record_id: str, date: datetime, filename: str, fields: Mapping[str, str]
) -> Record:
    """Return the record that describes all others of the object `filename` (§6.2).

    `fields` say who archived, with what and how: ``software``, ``operator``,
    ``robots``, ``http-header-user-agent``, ``format``, ``conformsTo``…
    """
    block = named.encode(fields.items())
    return Record(
        type="warcinfo",
        record_id=record_id,
        date=date,
        block=block,
        content_type="application/warc-fields",
        target_uri=None,
        fields=(("WARC-Filename", filename), _block_digest(block)),
    )


def response(
    exchange: Exchange,
    *,
    record_id: str,
    warcinfo_id: str,
    payload_digest: Digest | None = None,
    identified: str | None = None,
) -> Record:
    """Return the response of an exchange (§6.3): its head, then its payload.

    `identified` is the media type that its bytes prove, where the server says another.

    All bytes are as received, but that transfer coding is undone in the payload and
    the name of a ``Transfer-Encoding`` field therefore gets ``X-Archive-Orig-`` before
    it. Give `payload_digest` where it is known already: hashing is a third of the work.
    """
    block = without_transfer_coding(exchange.head)
    return Record(
        type="response",
        record_id=record_id,
        date=exchange.started_at,
        block=block,
        content_type=_RESPONSE,
        target_uri=exchange.target_uri,
        fields=(
            *_wire(exchange, warcinfo_id),
            *_optional("WARC-Truncated", exchange.truncated),
            *_optional("WARC-Identified-Payload-Type", identified),
            ("WARC-Payload-Digest", payload_digest or sha256(exchange.payload)),
            _block_digest(block, exchange.payload),
        ),
        payload=exchange.payload,
    )


def request(
    exchange: Exchange, *, record_id: str, concurrent_to: str, warcinfo_id: str
) -> Record:
    """Return the request of an exchange (§6.5), exactly as it was sent.

    `concurrent_to` is the id of the exchange's response or revisit record.
    """
    return Record(
        type="request",
        record_id=record_id,
        date=exchange.started_at,
        block=exchange.request,
        content_type=_REQUEST,
        target_uri=exchange.target_uri,
        fields=(
            _reference("WARC-Concurrent-To", concurrent_to),
            *_wire(exchange, warcinfo_id),
            _block_digest(exchange.request),
        ),
    )


def revisit(
    exchange: Exchange, *, record_id: str, refers_to: Capture, warcinfo_id: str
) -> Record:
    """Return a record for a payload that is held already (§6.7.2).

    The block is the response's head; ``WARC-Truncated: length`` says that the payload
    was left off, as the standard prescribes ("shall be used for any identical-digest
    truncation"). There is no room to say that the payload was cut on the wire too, so
    a truncated exchange raises `Misuse`, like a payload that is not the one referred
    to or a reference to another revisit: store those as a `response`.
    """
    if exchange.truncated is not None:
        raise Misuse("a truncated payload is stored as a response, not as a revisit")
    if sha256(exchange.payload) != refers_to.payload_digest:
        raise Misuse(f"not the payload of {refers_to.record_id}")
    profile = (
        ("WARC-Profile", IDENTICAL_PAYLOAD_DIGEST),
        ("WARC-Truncated", "length"),
    )
    return _revisit(exchange, record_id, refers_to, warcinfo_id, profile)


def not_modified(
    exchange: Exchange, *, record_id: str, refers_to: Capture, warcinfo_id: str
) -> Record:
    """Return a record for a payload that the server says has not changed (§6.7.3).

    `refers_to` is the response whose validators the request bore. Its digest is stated
    here too: that is the payload of this record. Raises `Misuse` if the status is not
    304, or if `refers_to` is itself a revisit.
    """
    if exchange.status != _NOT_MODIFIED:
        raise Misuse(f"status {exchange.status} does not say that nothing was modified")
    profile = (("WARC-Profile", SERVER_NOT_MODIFIED),)
    return _revisit(exchange, record_id, refers_to, warcinfo_id, profile)


def _revisit(
    exchange: Exchange,
    record_id: str,
    refers_to: Capture,
    warcinfo_id: str,
    profile: Headers,
) -> Record:
    if refers_to.record_type != "response":
        raise Misuse(f"{refers_to.record_id} is a revisit itself and holds no payload")
    block = without_transfer_coding(exchange.head)
    return Record(
        type="revisit",
        record_id=record_id,
        date=exchange.started_at,
        block=block,
        content_type=_RESPONSE,
        target_uri=exchange.target_uri,
        fields=(
            *profile,
            _reference("WARC-Refers-To", refers_to.record_id),
            ("WARC-Refers-To-Target-URI", refers_to.target_uri),
            ("WARC-Refers-To-Date", instants.iso(refers_to.captured_at)),
            *_wire(exchange, warcinfo_id),
            ("WARC-Payload-Digest", refers_to.payload_digest),
            _block_digest(block),
        ),
    )


def metadata(
    *,
    record_id: str,
    date: datetime,
    target_uri: str | None,
    content: bytes,
    warcinfo_id: str,
    refers_to: str | None = None,
    concurrent_to: str | None = None,
    content_type: str = "application/json",
) -> Record:
    """Return a record about other records (§6.6), which has a block and no payload.

    `refers_to` is the id of the record it describes, `concurrent_to` of one that arose
    from the same exchange; with neither it describes the whole object.
    """
    references = (("WARC-Refers-To", refers_to), ("WARC-Concurrent-To", concurrent_to))
    return Record(
        type="metadata",
        record_id=record_id,
        date=date,
        block=content,
        content_type=content_type,
        target_uri=target_uri,
        fields=(
            *(_reference(name, to) for name, to in references if to is not None),
            _reference("WARC-Warcinfo-ID", warcinfo_id),
            _block_digest(content),
        ),
    )


def conversion(
    *,
    record_id: str,
    date: datetime,
    target_uri: str,
    content: bytes,
    content_type: str,
    refers_to: str,
    warcinfo_id: str,
) -> Record:
    """Return a record of what another, `refers_to`, was converted into (§6.9)."""
    about = metadata(
        record_id=record_id,
        date=date,
        target_uri=target_uri,
        content=content,
        content_type=content_type,
        refers_to=refers_to,
        warcinfo_id=warcinfo_id,
    )
    return replace(about, type="conversion")


def _wire(exchange: Exchange, warcinfo_id: str) -> Headers:
    return (
        _reference("WARC-Warcinfo-ID", warcinfo_id),
        ("WARC-IP-Address", exchange.ip),
        *(("WARC-Protocol", protocol) for protocol in exchange.protocol),
        *_optional("WARC-Cipher-Suite", exchange.cipher_suite),
    )


def _optional(name: str, value: str | None) -> Headers:
    return () if value is None else ((name, value),)


def _reference(name: str, record_id: str) -> tuple[str, str]:
    return name, f"<{record_id}>"


def _block_digest(*block: Payload) -> tuple[str, str]:
    return "WARC-Block-Digest", sha256(*block)
