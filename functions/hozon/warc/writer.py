"""The bytes of records: one gzip member each (ISO 28500 Annex D), always the same."""

import re
from collections.abc import Iterable

from hozon.warc import members
from hozon.warc.fields import BLANK_LINE
from hozon.warc.records import Record

_COMPRESSED = re.compile(
    rb"""^(?:
        content-encoding [ \t]*: [^\r\n]*?
            \b (?:gzip|br|zstd|deflate|compress|dcb|dcz) \b
      | content-type [ \t]*: [ \t]* (?:
            video/ | audio/ | application/vnd\.(?:openxmlformats-|oasis\.opendocument\.)
          | (?: image/(?:p?jpe?g|a?png|webp|avif|gif|hei[cf]|jxl|jp2)
              | (?:font/|application/(?:x-)?font-)woff2?
              | application/(?:pdf|zstd|vnd\.rar|java-archive|mp4|ogg|epub\+zip)
              | application/(?:x-)?(?:g?zip|bzip2?|xz|7z-compressed|rar-compressed)
            ) (?![a-z0-9+.-])
        )
    )""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


def encode(record: Record) -> bytes:
    """Return the record as one gzip member.

    A payload that is compressed already, as its HTTP head says, is stored as it is.
    """
    head, payload = _parted(record)
    head = record.header + head
    if payload:
        return members.stored(head, payload + b"\r\n\r\n")
    return members.deflated(head + b"\r\n\r\n")


def encode_all(records: Iterable[Record]) -> bytes:
    """Return the records as one WARC object, in their order."""
    return b"".join(map(encode, records))


def _parted(record: Record) -> tuple[bytes, bytes]:
    """Return the block in two parts: what to deflate, and what is compressed now."""
    blank = BLANK_LINE.search(record.block) if record.type == "response" else None
    if blank is None or not _COMPRESSED.search(record.block, 0, blank.start()):
        return record.block, b""
    return record.block[: blank.end()], record.block[blank.end() :]
