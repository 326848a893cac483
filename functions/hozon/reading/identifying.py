"""What a payload is, by its first bytes (WHATWG MIME Sniffing §6, §7). Pure.

Servers name types as they like. What the bytes prove is recorded beside that, where it is
something else: for a person who looks at an archive, never to serve it by.
"""

import re
import zlib

from hozon.nouns.model import Payload
from hozon.reading.codings import decode

_HEAD = 512
_CODED_HEAD = 4096
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-executable"),
    (b"\0asm", "application/wasm"),
    (b"ID3", "audio/mpeg"),
    (b"OggS\0", "application/ogg"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
)
_HTML = re.compile(
    rb"[\t\n\x0c\r ]*<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style"
    rb"|title|b|body|br|p|!--)(?=[\t\n\x0c\r />-])",
    re.IGNORECASE,
)
_XML = re.compile(rb"[\t\n\x0c\r ]*<\?xml")
_PACKED = re.compile(
    r"zip|openxmlformats|oasis\.opendocument|java-archive|android|jar$"
)
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream"})


def otherwise(
    payload: Payload, *, stated: str, content_encoding: str | None
) -> str | None:
    """Return the media type that the payload proves, if `stated` is another kind of it.

    `stated` is lower-case and without parameters, empty where none is. None also where
    the bytes prove nothing.
    """
    found = _identified(_head(payload, content_encoding))
    if found is None or _kind(found) == _kind(stated):
        return None
    # XHTML may come as HTML, and what is plain text may quote either.
    return None if found == "text/xml" and _kind(stated) == "html" else found


def _head(payload: Payload, content_encoding: str | None) -> bytes:
    if not content_encoding:
        return bytes(payload[:_HEAD])
    coded = bytes(payload[:_CODED_HEAD])
    if content_encoding.strip().lower() != "gzip":
        return decode(coded, content_encoding, limit=_HEAD).data
    try:
        return zlib.decompressobj(wbits=31).decompress(coded, _HEAD)
    except zlib.error:
        return coded[:_HEAD]


def _identified(head: bytes) -> str | None:
    for signature, named in _SIGNATURES:
        if head.startswith(signature):
            return named
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "video/mp4"
    if _HTML.match(head):
        return "text/html"
    return "text/xml" if _XML.match(head) else None


def _kind(named: str) -> str:
    """Return what a media type has in common with those it may be taken for."""
    if named in _UNSAID:
        return "unsaid"
    if named in {"text/html", "application/xhtml+xml"}:
        return "html"
    if named.endswith("xml"):
        return "xml"
    if _PACKED.search(named):
        return "zip" if "gzip" not in named else "gzip"
    if named.startswith(("video/", "audio/")) or named == "application/ogg":
        return "media"
    return named.replace("image/jpg", "image/jpeg").replace("pjpeg", "jpeg")
