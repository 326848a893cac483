"""Records of a WARC that comes in pieces: no more of it is held than one record is long.

For objects that are too large for the memory of a small function. What comes of it is
what `reader.records` gives for the whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hozon.nouns.errors import Damaged
from hozon.warc import reader
from hozon.warc.members import MAX_RECORD_BYTES, Cut
from hozon.warc.reader import StoredRecord

_FEWEST = 64
"""Bytes that tell what begins there: a gzip member, or the version of a WARC."""


def records(
    pieces: Iterable[bytes], *, limit: int = MAX_RECORD_BYTES
) -> Iterator[tuple[StoredRecord, memoryview]]:
    """Yield each record with its bytes as they are stored; raises as `reader.records`.

    Where a record is longer than a piece, it is tried again when as much again has come:
    that makes the work at most twice as much.
    """
    coming, held, offset = iter(pieces), memoryview(b""), 0
    is_whole = False
    while held or not is_whole:
        found = _first(held, offset, limit=limit, is_whole=is_whole)
        if found is None:
            held, is_whole = _more(held, coming)
        else:
            yield found, held[: found.length]
            held, offset = held[found.length :], offset + found.length
    if not offset:
        raise Damaged("offset 0: empty, and a WARC holds one record at least")


def _first(
    held: memoryview, offset: int, *, limit: int, is_whole: bool
) -> StoredRecord | None:
    """Return the record that begins what is held; None: more has to come first."""
    if len(held) < _FEWEST and not is_whole:
        return None
    try:
        found = next(reader.records(held, limit=limit))
    except Cut as cut:
        if is_whole:
            raise _placed(cut, offset) from None
        return None
    except Damaged as damage:
        raise _placed(damage, offset) from None
    # Of the line ends behind a plain record, some may be still to come.
    is_ended = is_whole or found.length < len(held)
    return replace(found, offset=offset) if is_ended else None


def _placed(damage: Damaged, offset: int) -> Damaged:
    return Damaged(str(damage).replace("offset 0:", f"offset {offset}:", 1))


def _more(held: memoryview, coming: Iterator[bytes]) -> tuple[memoryview, bool]:
    """Return what is held and as much again; and whether that was all."""
    parts, wanted = [bytes(held)], max(len(held), 1)
    for piece in coming:
        parts.append(piece)
        wanted -= len(piece)
        if wanted <= 0:
            return memoryview(b"".join(parts)), False
    return memoryview(b"".join(parts)), True
