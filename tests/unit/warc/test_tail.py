"""The last record of an object, found from its end."""

import gzip

from hypothesis import given
from hypothesis import strategies as st

from hozon.warc import writer
from hozon.warc.members import HEADER
from hozon.warc.tail import last_record
from tests.unit.warc import samples

RECORDS = samples.samples()["snapshot"]
DATA = writer.encode_all(RECORDS)
LAST = len(writer.encode(RECORDS[-1]))


def test_the_last_record() -> None:
    """It is found in any tail that holds it whole, and in no shorter one."""
    for length in range(LAST - 20, len(DATA) + 1):
        found = last_record(DATA[-length:])
        assert (found is None) == (length < LAST)
        assert found is None or (0, LAST) == (found.offset, found.length)


def test_every_member_begins_alike() -> None:
    """Deflated or stored, each begins with the ten bytes that are looked for."""
    offset = 0
    for record in RECORDS:
        assert DATA.startswith(HEADER, offset)
        offset += len(writer.encode(record))


def test_objects_of_others() -> None:
    """Members that begin otherwise, and plain records, are not found: None."""
    plain = gzip.decompress(writer.encode(RECORDS[-1]))

    assert last_record(gzip.compress(plain)) is None
    assert last_record(plain) is None
    assert last_record(b"") is None


@given(st.lists(st.sampled_from([HEADER, HEADER[:9], b"x", DATA[-LAST:]]), max_size=9))
def test_what_stands_there_by_chance(parts: list[bytes]) -> None:
    """The ten bytes alone are no record; only one that ends with the tail is found."""
    tail = b"".join(parts)
    found = last_record(tail)

    assert (found is not None) == tail.endswith(DATA[-LAST:])
