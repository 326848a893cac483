"""HTTP messages as they lie in blocks: the head, the payload after it, its media type.

Lenient, as ISO 28500 §6.3.2 warns: no block is sure to be legal HTTP.
"""

import re

from hozon.nouns.errors import Damaged
from hozon.nouns.model import Headers
from hozon.warc import fields

Bytes = bytes | memoryview

UNKNOWN_MEDIA_TYPE = "unk"

_STATUS = re.compile(rb"[A-Za-z]+(?:/[0-9.]+)?[ \t]+(\d{3})(?![0-9])")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_TRANSFER_ENCODING = re.compile(
    rb"^transfer-encoding(?=[ \t]*:)", re.IGNORECASE | re.MULTILINE
)
_FRAMING_ALLOWANCE = 1 << 20
_KEPT_ASIDE = b"X-Archive-Orig-Transfer-Encoding"


def http_head(block: Bytes) -> tuple[int, Headers, int]:
    """Return status, header fields and the offset of the payload of an HTTP response.

    Values are decoded as Latin-1, which keeps every byte. A block that ends inside its
    head has its payload at its end. Raises `Damaged` if there is no status line.
    """
    status = _STATUS.match(block)
    if status is None:
        raise Damaged("no HTTP status line")
    return int(status[1]), *split(block)


def split(block: Bytes) -> tuple[Headers, int]:
    """Return header fields and payload offset of a request or response.

    Of a head without an end, no more than `fields.MAX_HEADER_BYTES` are read.
    """
    blank = fields.BLANK_LINE.search(block, 0, fields.MAX_HEADER_BYTES)
    end, payload_at = blank.span() if blank else (fields.MAX_HEADER_BYTES, len(block))
    _, _, lines = str(block[:end], "latin-1").partition("\n")
    return fields.decode(lines), payload_at


def entity(headers: Headers, coded: Bytes) -> Bytes:
    """Return the entity body of a message: what follows its head, chunks put together.

    We store none that is chunked, but most others store what came over the wire. Where
    the header fields say chunked and the bytes are not, the bytes are right.
    """
    coding = fields.first(headers, "Transfer-Encoding") or ""
    whole = _unchunked(coded) if coding.lower().endswith("chunked") else None
    return coded if whole is None else whole


def without_transfer_coding(head: bytes) -> bytes:
    """Return a response's head with every ``Transfer-Encoding`` field renamed.

    For a payload whose transfer coding is undone: a reader that found the field would
    undo it once more. The field's value and all other bytes stay as they were.
    """
    return _TRANSFER_ENCODING.sub(_KEPT_ASIDE, head)


def _unchunked(coded: Bytes) -> bytes | None:
    """Return what the chunks hold (RFC 9112 §7.1); None if the bytes are not chunked.

    What was cut short inside a chunk or after one is chunked all the same. What is more
    framing than content is not taken for chunks: putting it together has no end.
    """
    whole = bytearray()
    position = 0
    while line := _CHUNK_SIZE.match(coded, position):
        start, end = line.end(), line.end() + int(line[1], 16)
        if start == end:
            return bytes(whole)
        whole += coded[start:end]
        position = end + (2 if coded[end : end + 2] == b"\r\n" else 1)
        if position > 2 * len(whole) + _FRAMING_ALLOWANCE:
            return None
    return bytes(whole) if position and position >= len(coded) else None


def media_type(headers: Headers) -> str:
    """Return the media type that a server named, lower-case and without parameters.

    "unk" where it named none, or nothing of the form of one.
    """
    named = (fields.first(headers, "Content-Type") or "").partition(";")[0]
    named = named.strip().lower()
    return named if _MEDIA_TYPE.fullmatch(named) else UNKNOWN_MEDIA_TYPE
