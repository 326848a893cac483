"""The bytes of records: one gzip member each (ISO 28500 Annex D), always the same."""

import re
from collections.abc import Iterable, Sequence

from hozon.nouns.model import Payload
from hozon.warc import members
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


_END = b"\r\n\r\n"


def encode(record: Record) -> bytes:
    """Return the record as one gzip member."""
    return b"".join(pieces(record))


def encode_all(records: Iterable[Record]) -> bytes:
    """Return the records as one WARC object, in their order."""
    return b"".join(piece for record in records for piece in pieces(record))


def pieces(record: Record) -> Sequence[Payload]:
    """Return the record as one gzip member, in pieces.

    A payload that is compressed already, as its HTTP head says, is stored as it is, and
    not copied: pieces are views of it.
    """
    if record.payload and _COMPRESSED.search(record.block):
        return members.stored(record.header + record.block, record.payload, _END)
    whole = b"".join((record.header, record.block, record.payload, _END))
    return (members.deflated(whole),)
