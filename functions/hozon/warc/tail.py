"""The last record of a WARC object, found from its end: that is where metadata lies.

Gzip members cannot be walked backwards. But each of ours begins with the same ten bytes,
and a place where they stand by chance is no record that ends where the object does.
"""

from hozon.nouns.errors import Damaged
from hozon.warc import reader
from hozon.warc.members import HEADER
from hozon.warc.reader import StoredRecord

_MOST_TRIED = 64


def last_record(tail: bytes) -> StoredRecord | None:
    """Return the last record of an object of ours that ends with `tail`.

    None if `tail` is too short to hold it whole, or the object was written by others.
    """
    end = len(tail)
    for _ in range(_MOST_TRIED):
        end = tail.rfind(HEADER, 0, end)
        if end < 0:
            return None
        try:
            return reader.record_at(tail[end:])
        except Damaged:
            continue
    return None
