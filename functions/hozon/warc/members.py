"""gzip members (RFC 1952), one for each record (ISO 28500 Annex D): made and undone.

libdeflate makes them: it comes with its Python package, so that the same record gives
the same bytes on every machine. zlib undoes them: only it tells where a member ends.
"""

import struct
import zlib

import deflate

from hozon.nouns.errors import Damaged
from hozon.nouns.model import Payload


class Cut(Damaged):
    """The data ends inside a record: of what comes in pieces, more may follow."""


MAX_RECORD_BYTES = 128 * 1024 * 1024
"""The largest record inflated unless the caller allows more.

Five times the largest payload we fetch (`ports.Limits`), and little enough that a
gzip bomb, of which two copies exist for a moment, fits in a 512 MB function.
"""

MAGIC = b"\x1f\x8b"

_LEVEL = 6
HEADER = MAGIC + b"\x08\0\0\0\0\0\0\xff"
"""What each member of ours begins with: no name, no time, no system."""

_MAX_STORED = 0xFFFF
_EMPTY_LAST_BLOCK = b"\x01\0\0\xff\xff"
_SYNCS = (b"\0\0\xff\xff", b"\0\0\0\xff\xff")

_STEP = 16 * 1024
# Also bounds what is copied per member: zlib hands back the rest of the last piece, so
# that feeding it the whole remainder would make reading a file quadratic.


def deflated(plain: bytes) -> bytes:
    """Return `plain` as one gzip member."""
    return bytes(deflate.gzip_compress(plain, _LEVEL))


def stored(head: bytes, payload: Payload, end: bytes = b"") -> list[Payload]:
    """Return `head`, `payload` and `end` as one gzip member with only `head` deflated.

    For payloads that are compressed already: deflating them once more would take most
    of the time that writing takes, and make them no smaller. They are not copied: the
    pieces that are returned are views of them.
    """
    checksum = deflate.crc32(end, deflate.crc32(payload, deflate.crc32(head)))
    size = (len(head) + len(payload) + len(end)) & 0xFFFFFFFF
    blocks = (*_first_block(head), *_stored_blocks(payload, end))
    return [HEADER, *blocks, struct.pack("<II", checksum, size)]


def _first_block(head: bytes) -> tuple[Payload, ...]:
    """Return `head` as DEFLATE blocks that others may follow, at a byte boundary.

    libdeflate ends every stream and offers no flush. So its one block is told not to be
    the last (the first bit of a block, RFC 1951 §3.2.3), and an empty stored block
    after it leads to the byte boundary. Its three header bits, all zero, lie in the
    padding of the last byte if there is room, else in a byte of their own; only one of
    the two inflates to `head` again, which is made sure of here. Neither does if there
    are several blocks (a head of some hundred kilobytes): that head is stored.
    """
    if not head:
        return ()
    block = deflate.deflate_compress(head, _LEVEL)
    block[0] ^= 1
    for sync in _SYNCS:
        if _inflates(block + sync + _EMPTY_LAST_BLOCK, head):
            return bytes(block), sync
    return tuple(_stored_blocks(head, b"", last=False))


def _inflates(blocks: bytes | bytearray, plain: bytes) -> bool:
    try:
        return deflate.deflate_decompress(blocks, len(plain)) == plain
    except deflate.DeflateError:
        return False


def _stored_blocks(plain: Payload, end: bytes, *, last: bool = True) -> list[Payload]:
    """Return the stored blocks of `plain` and, behind it, `end`."""
    view, blocks = memoryview(plain), list[Payload]()
    total = len(view) + len(end)
    for start in range(0, total, _MAX_STORED):
        stop = min(start + _MAX_STORED, total)
        size = stop - start
        blocks.append(struct.pack("<BHH", last and stop == total, size, size ^ 0xFFFF))
        blocks.append(view[start:stop])
        if stop > len(view):
            blocks.append(end[max(0, start - len(view)) : stop - len(view)])
    return blocks or [_EMPTY_LAST_BLOCK]


def inflate(data: memoryview, offset: int, *, limit: int) -> tuple[bytes, int]:
    """Return the plain bytes of the gzip member at `offset`, and where it ends.

    Its CRC and length are checked. Raises `Damaged` if it is broken or cut short, or if
    there are more than `limit` bytes in it; no more than that is ever inflated.
    """
    inflater = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    room, position = limit + 1, offset
    while not inflater.eof:
        piece = data[position : position + _STEP]
        if not piece:
            raise Cut(f"offset {offset}: the data ends inside a gzip member")
        try:
            plain = inflater.decompress(piece, room)
        except zlib.error as error:
            raise Damaged(f"offset {offset}: broken gzip member: {error}") from None
        parts.append(plain)
        position += len(piece)
        room -= len(plain)
        if not room:
            raise Damaged(f"offset {offset}: a record of more than {limit} bytes")
    return b"".join(parts), position - len(inflater.unused_data)
