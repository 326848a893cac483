"""CDXJ: one line for each capture, sorted, as pywb and ReplayWeb.page read them. Pure.

The format is Webrecorder's CDXJ 0.1.0, which WACZ 1.1.1 §5.2.2 asks for; in blocks of
compressed lines with an index of them, its ``cdxj-gzip-1.0`` (ZipNum).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import islice

from hozon.nouns import uris
from hozon.nouns.instants import timestamp
from hozon.nouns.model import Capture
from hozon.warc import members, messages

LINES_OF_BLOCK = 300
"""Lines that are compressed together; a reader fetches a block to find one of them."""


def surt(uri: str) -> str:
    """Return the key that replay looks `uri` up by: `uris.key` in lower case, sorted.

    The order and the case of query parameters do not distinguish: so it is in the SURTs
    of all replay software. Raises `Misuse` as `uris.key`.
    """
    place, mark, query = uris.key(uri.lower()).partition("?")
    return place + mark + "&".join(sorted(query.split("&")))


def line(
    capture: Capture, *, filename: str, offset: int, record: bytes | memoryview
) -> bytes:
    """Return the line of a capture whose `record` lies at `offset` of a WARC file.

    `record` are the bytes as they lie there; their digest lets readers check them.
    """
    is_revisit = capture.record_type == "revisit"
    mime = "warc/revisit" if is_revisit else capture.media_type
    fields = {
        "url": capture.target_uri,
        **({} if mime == messages.UNKNOWN_MEDIA_TYPE else {"mime": mime}),
        "status": str(capture.status),
        "digest": capture.payload_digest,
        "length": str(len(record)),
        "offset": str(offset),
        "filename": filename,
        "recordDigest": hexadecimal(record),
    }
    said = json.dumps(fields, ensure_ascii=False)
    at = timestamp(capture.captured_at)
    return f"{surt(capture.target_uri)} {at} {said}".encode("utf-8", "replace")


def blocks(
    lines: Iterable[bytes], *, filename: str, size: int = LINES_OF_BLOCK
) -> Iterator[tuple[bytes, bytes]]:
    """Yield sorted lines as compressed blocks, each with its line of the index.

    The blocks are the gzip members of the file `filename`, one after another; the index
    is the other lines. The first comes with an empty block: it is the index's header.
    """
    meta = {"format": "cdxj-gzip-1.0", "filename": filename}
    yield b"", f"!meta 0 {json.dumps(meta)}\n".encode()
    offset, rest = 0, iter(lines)
    while several := list(islice(rest, size)):
        block = members.deflated(b"".join(each + b"\n" for each in several))
        prefix = several[0].partition(b" {")[0].decode()
        said = {"offset": offset, "length": len(block), "digest": hexadecimal(block)}
        yield block, f"{prefix} {json.dumps(said)}\n".encode()
        offset += len(block)


def hexadecimal(data: bytes | memoryview) -> str:
    """Return the SHA-256 of `data` as WACZ spells digests: ``sha256:`` and base 16."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
