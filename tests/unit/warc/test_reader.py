import gzip
import io
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import deflate
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from hozon.nouns.digests import sha256
from hozon.nouns.errors import Damaged, Misuse
from hozon.nouns.instants import truncated
from hozon.nouns.model import Capture, Location
from hozon.nouns.payloads import Reference
from hozon.warc import reader, writer
from hozon.warc.records import Record, RecordType
from tests.unit.warc import samples
from tests.unit.warc.samples import AT, FIRST, HTML, INFO

SNAPSHOT = samples.samples()["snapshot"]
GZIPPED = writer.encode_all(SNAPSHOT)
INFO_LENGTH = len(writer.encode(SNAPSHOT[0]))
LAST = len(writer.encode_all(SNAPSHOT[:-1]))


def plain(fields: str, block: bytes = b"", *, version: str = "1.1") -> bytes:
    """Return an uncompressed record with these field lines and its Content-Length."""
    lines = "".join(f"{line}\r\n" for line in fields.split("\n") if line)
    head = f"WARC/{version}\r\n{lines}Content-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def foreign(extra: str = "", block: bytes = b"HTTP/1.1 200 OK\r\n\r\nbody") -> bytes:
    """Return an uncompressed response record as others write it."""
    return plain(
        "WARC-Type: response\nWARC-Record-ID: <urn:uuid:1>\n"
        "WARC-Date: 2016-01-03T10:15:20Z\nWARC-Target-URI: http://example.org/\n"
        f"Content-Type: application/http;msgtype=response\n{extra}",
        block,
        version="1.0",
    )


def only_capture(data: bytes) -> Capture:
    """Return the one capture that a WARC holds."""
    (capture,) = reader.captures("key", data)
    return capture


def test_records_come_back_in_place() -> None:
    """Records come in order, each at the place where its member lies."""
    members = [writer.encode(record) for record in SNAPSHOT]
    stored = list(reader.records(b"".join(members)))

    assert [len(member) for member in members] == [found.length for found in stored]
    assert [0, INFO_LENGTH] == [found.offset for found in stored[:2]]
    assert ["warcinfo", "response", "request", "metadata"] == [r.type for r in stored]


def test_record_says_what_it_is() -> None:
    """What every record states has a name; the rest is found by field name."""
    found = reader.record_at(writer.encode(samples.response(samples.exchange())))

    assert "1.1" == found.version
    assert FIRST == found.record_id
    assert AT == found.date
    assert "https://example.org/news" == found.target_uri
    assert "203.0.113.7" == found.field("warc-ip-address")
    assert found.field("WARC-Concurrent-To") is None


TOKENS = st.from_regex(r"X-[A-Za-z0-9!#$%&'*+.^_`|~-]{1,10}", fullmatch=True)
VALUES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\x80\x9f"),
    max_size=50,
).map(lambda text: text.strip(" \t"))
URIS = st.from_regex(r"https?://[a-z]{1,9}\.example/[!-~]{0,30}", fullmatch=True)
RECORDS = st.builds(
    Record,
    type=st.sampled_from(get_args(RecordType)),
    record_id=st.uuids().map(lambda uuid: uuid.urn),
    date=st.datetimes(
        min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        timezones=st.just(UTC),
    ).map(truncated),
    block=st.one_of(
        st.binary(max_size=400),
        st.just(samples.IMAGE.head + samples.NOISE),
        st.just(b"\r\n\r\nWARC/1.1\r\nContent-Length: 0\r\n\r\n\r\n\r\n"),
    ),
    content_type=st.one_of(st.none(), st.just("application/http; msgtype=response")),
    target_uri=st.one_of(st.none(), URIS),
    fields=st.lists(st.tuples(TOKENS, VALUES), max_size=4).map(tuple),
)


@pytest.mark.museum(47)
@given(st.lists(RECORDS, min_size=1, max_size=5))
def test_what_is_written_is_read(written: list[Record]) -> None:
    """Reading gives exactly the records that were written, and no others."""
    stored = list(reader.records(writer.encode_all(written)))

    assert [record.fields for record in written] == [
        tuple(field for field in found.fields if field[0].startswith("X-"))
        for found in stored
    ]
    assert [
        (r.type, r.record_id, r.date, r.target_uri, r.content_type, samples.block(r))
        for r in written
    ] == [
        (
            r.type,
            r.record_id,
            r.date,
            r.target_uri,
            r.field("Content-Type"),
            bytes(r.block),
        )
        for r in stored
    ]


@given(st.lists(RECORDS, min_size=1, max_size=3))
def test_plain_files_are_read_as_gzipped_ones(written: list[Record]) -> None:
    """An uncompressed file gives the same records, at places that cover it wholly."""
    data = b"".join(r.header + samples.block(r) + b"\r\n\r\n" for r in written)
    stored = list(reader.records(data))

    assert [(r.record_id, samples.block(r)) for r in written] == [
        (found.record_id, bytes(found.block)) for found in stored
    ]
    assert len(data) == sum(found.length for found in stored)


def test_record_at_reads_what_captures_point_to() -> None:
    """The range of a capture's location is one record, with the payload captured."""
    data = writer.encode_all(SNAPSHOT)
    at = only_capture(data).location
    record = reader.record_at(data[at.offset : at.offset + at.length])

    assert samples.GZIPPED.payload == reader.payload(record)


def test_record_at_takes_one_record() -> None:
    """A range that holds more than a record is not the range of one."""
    with pytest.raises(Damaged, match=f"offset {INFO_LENGTH}"):
        reader.record_at(writer.encode_all(SNAPSHOT))


PLAIN = foreign() + foreign()


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        (b"", 0),
        (b"\x1f\x8b", 0),
        (b"WARC/1.1\r\nContent-Length: 0", 0),
        (b"not a WARC", 0),
        (b"ARC/1.1\r\nContent-Length: 0\r\n\r\n", 0),
        (GZIPPED[:-1], LAST),
        (GZIPPED[: INFO_LENGTH + 20], INFO_LENGTH),
        (GZIPPED + b"\0", len(GZIPPED)),
        (GZIPPED + b"trailing garbage", len(GZIPPED)),
        (GZIPPED[:INFO_LENGTH] + b"?" + GZIPPED[INFO_LENGTH:], INFO_LENGTH),
        (GZIPPED[:-5] + b"????" + GZIPPED[-1:], LAST),
        (GZIPPED[:-8] + b"????" + GZIPPED[-4:], LAST),
        (deflate.gzip_compress(PLAIN), 0),
        (deflate.gzip_compress(foreign() + b"x"), 0),
        (deflate.gzip_compress(b""), 0),
        (PLAIN[:-9], len(foreign())),
        (PLAIN + b"x", len(PLAIN)),
        (foreign("Content-Length: 3"), 0),
        (plain("").replace(b"Content-Length: 0", b"WARC-Type: response"), 0),
        (plain("").replace(b": 0", b": -1"), 0),
        (plain("").replace(b": 0", ": ٣".encode()), 0),
        (plain("").replace(b": 0", b": 99999999999999999999"), 0),
    ],
)
def test_damage_is_found_and_placed(data: bytes, offset: int) -> None:
    """Whatever does not add up raises with the offset of the record that does not."""
    with pytest.raises(Damaged, match=f"^offset {offset}: "):
        list(reader.records(data))


def test_records_before_damage_are_read() -> None:
    """What lies before the damage is handed out."""
    stored = reader.records(GZIPPED[:-1])

    assert ["warcinfo", "response", "request"] == [next(stored).type for _ in range(3)]
    with pytest.raises(Damaged):
        next(stored)


@given(st.data())
def test_no_flipped_bit_gives_other_bytes(data: st.DataObject) -> None:
    """A bit flipped anywhere is found, but where gzip's header says nothing of use."""
    at = data.draw(st.integers(0, len(GZIPPED) * 8 - 1))
    flipped = bytearray(GZIPPED)
    flipped[at // 8] ^= 1 << at % 8
    try:
        stored = list(reader.records(bytes(flipped)))
    except Damaged:
        return

    assert [samples.block(record) for record in SNAPSHOT] == [r.block for r in stored]


def peak_of(act: Callable[[], Any]) -> int:
    """Return how many bytes were allocated at the most while `act` ran."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_bombs_do_not_go_off() -> None:
    """A member that inflates to far more than allowed costs only what is allowed."""
    deflater = zlib.compressobj(9, wbits=31)
    head = b"WARC/1.1\r\nContent-Length: 100000000\r\n\r\n"
    bomb = deflater.compress(head + bytes(100_000_000)) + deflater.flush()

    def read() -> None:
        with pytest.raises(Damaged, match="more than 1000000 bytes"):
            list(reader.records(bomb, limit=1_000_000))

    assert peak_of(read) < 4_000_000


def test_limit_is_of_the_record() -> None:
    """A record of just the limit is read, one byte less is refused, plain or not."""
    record = samples.response(samples.exchange())
    size = len(record.header) + len(samples.block(record)) + 4
    data = writer.encode(record)

    assert FIRST == next(reader.records(data, limit=size)).record_id
    with pytest.raises(Damaged, match="more than"):
        next(reader.records(data, limit=size - 1))
    with pytest.raises(Damaged, match="limit is 1"):
        next(reader.records(foreign(), limit=1))


def test_plain_blocks_are_not_copied() -> None:
    """Reading an uncompressed file takes no memory for its blocks."""
    data = foreign(block=b"HTTP/1.1 200 OK\r\n\r\n" + bytes(1_000_000)) * 3

    assert peak_of(lambda: list(reader.records(data))) < 100_000


def test_reading_a_member_copies_little_of_what_follows() -> None:
    """The cost of a member does not grow with the file, so reading takes linear time."""
    data = writer.encode(samples.metadata()) + bytes(10_000_000)

    assert peak_of(lambda: next(reader.records(data))) < 200_000


def test_foreign_records_are_captures() -> None:
    """A response without digests gets the digest of its entity body."""
    assert Capture(
        target_uri="http://example.org/",
        captured_at=datetime(2016, 1, 3, 10, 15, 20, tzinfo=UTC),
        record_id="urn:uuid:1",
        record_type="response",
        status=200,
        media_type="unk",
        payload_digest=sha256(b"body"),
        payload_length=4,
        location=Location(warc_key="key", offset=0, length=len(foreign())),
    ) == only_capture(foreign())


def test_own_records_are_captures() -> None:
    """A response of ours comes back as the capture it is."""
    capture = only_capture(writer.encode_all(SNAPSHOT))

    assert (
        Capture(
            target_uri=samples.GZIPPED.target_uri,
            captured_at=AT,
            record_id=FIRST,
            record_type="response",
            status=200,
            media_type="text/html",
            payload_digest=sha256(samples.GZIPPED.payload),
            payload_length=len(samples.GZIPPED.payload),
            location=Location(
                warc_key="key",
                offset=INFO_LENGTH,
                length=len(writer.encode(SNAPSHOT[1])),
            ),
        )
        == capture
    )


def test_truncated_captures_say_so() -> None:
    """A capture takes over why its payload is not whole."""
    data = writer.encode(samples.response(samples.TRUNCATED))

    assert "length" == only_capture(data).truncated


@pytest.mark.parametrize("record", [samples.revisit(), samples.not_modified()])
def test_revisits_are_captures_of_a_payload_elsewhere(record: Record) -> None:
    """A revisit has the digest it refers to, and no truncated payload of its own."""
    capture = only_capture(writer.encode(record))

    assert ("revisit", sha256(HTML), 0, None) == (
        capture.record_type,
        capture.payload_digest,
        capture.payload_length,
        capture.truncated,
    )


@pytest.mark.parametrize("record", [samples.revisit(), samples.not_modified()])
def test_revisits_say_what_they_refer_to(record: Record) -> None:
    """The response, by all that it is found by."""
    first = samples.held()

    assert Reference(
        target_uri=first.target_uri,
        captured_at=first.captured_at,
        record_id=first.record_id,
        payload_digest=first.payload_digest,
    ) == reader.reference(reader.record_at(writer.encode(record)))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"WARC-Refers-To:", b"X-Refers-To:"),
        (b"WARC-Refers-To-Date", b"X-Refers-To-Date"),
        (b"WARC-Refers-To-Target-URI", b"X-Refers-To-Target-URI"),
        (b"WARC-Payload-Digest", b"X-Payload-Digest"),
        (b"WARC-Refers-To-Date: 2", b"WARC-Refers-To-Date: x"),
        (b"WARC-Type: revisit", b"WARC-Type: response"),
    ],
)
def test_references_that_say_too_little(was: bytes, becomes: bytes) -> None:
    """Others may leave out what we need to find it: then there is none."""
    data = gzip.decompress(writer.encode(samples.revisit()))
    assert 1 == data.count(was)

    assert None is reader.reference(reader.record_at(data.replace(was, becomes)))


@pytest.mark.parametrize(
    "data",
    [
        writer.encode(samples.request(samples.exchange())),
        writer.encode(samples.metadata()),
        writer.encode(samples.warcinfo()),
        foreign(block=b"<html>no head"),
        foreign().replace(b"application/http", b"application/html"),
        foreign().replace(b"WARC-Target-URI", b"X-Target-URI"),
        foreign().replace(b"response\r\nWARC-R", b"revisit\r\nWARC-R"),
        foreign().replace(b"response\r\nWARC-R", b"resource\r\nWARC-R"),
    ],
)
def test_other_records_are_no_captures(data: bytes) -> None:
    """What is no HTTP response with a target and a digest is passed over."""
    assert [] == list(reader.captures("key", data))


def test_chunked_payloads_are_put_together() -> None:
    """Length and digest are those of the entity body, not of its chunks."""
    block = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
    )
    capture = only_capture(foreign(block=block))

    assert (4, sha256(b"body")) == (capture.payload_length, capture.payload_digest)


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("sha1:B2LTWWPUOYAH7UIPQ7ZUPQ4VMBSVC36A", True),
        ("sha256:" + "0" * 64, True),
        ("SHA-1:00", True),
        ("B2LTWWPUOYAH7UIPQ7ZUPQ4VMBSVC36A", False),
        ("sha1:", False),
    ],
)
def test_labelled_digests_of_others_are_kept(stated: str, *, kept: bool) -> None:
    """A digest with a label is taken as it is, one without is computed anew."""
    capture = only_capture(foreign(f"WARC-Payload-Digest: {stated}"))

    assert (stated if kept else sha256(b"body")) == capture.payload_digest


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2016", "2016-01-01T00:00:00.000Z"),
        ("2016-02", "2016-02-01T00:00:00.000Z"),
        ("2016-02-03", "2016-02-03T00:00:00.000Z"),
        ("2016-02-03T10:15Z", "2016-02-03T10:15:00.000Z"),
        ("2016-02-03T10:15:20.1Z", "2016-02-03T10:15:20.100Z"),
        ("2016-02-03T10:15:20.123999999Z", "2016-02-03T10:15:20.123Z"),
        ("2016-02-03T10:15:20+09:00", "2016-02-03T01:15:20.000Z"),
    ],
)
def test_dates_have_any_precision(written: str, read: str) -> None:
    """Dates of one digit of the second or of nine, or only of a year, are read."""
    date = reader.record_at(plain(f"WARC-Date: {written}")).date

    assert datetime.fromisoformat(read) == date


@pytest.mark.parametrize("written", ["", "yesterday", "2008-10-294T05:21:46-0700"])
def test_record_without_date_is_damaged(written: str) -> None:
    """Without an instant there is no capture."""
    data = foreign().replace(b"2016-01-03T10:15:20Z", written.encode())

    with pytest.raises(Damaged, match="offset 0: no WARC-Date"):
        list(reader.captures("key", data))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<http://example.org/>", "http://example.org/"),
        ("http://example.org/a b", "http://example.org/a%20b"),
        ("dns:example.org", "dns:example.org"),
    ],
)
def test_target_uris_of_others_are_read(written: str, read: str) -> None:
    """Brackets of WARC 1.0 and wget are taken off, spaces encoded."""
    assert read == reader.record_at(plain(f"WARC-Target-URI: {written}")).target_uri


def test_headers_of_others_are_read() -> None:
    """Bare line feeds, folded lines, Latin-1, and no line ends after it are read."""
    data = b"WARC/0.18 \nContent-Length:4\nA: 1\n 2\nB: caf\xe9\n\nbody"
    record = reader.record_at(data)

    assert (("Content-Length", "4"), ("A", "1 2"), ("B", "café")) == record.fields
    assert ("0.18", "", "", None) == (
        record.version,
        record.type,
        record.record_id,
        record.target_uri,
    )
    assert b"body" == bytes(record.block)


def test_payload_is_the_entity_body_or_the_block() -> None:
    """HTTP messages have a payload after their head, others are one."""

    def payload(record: Record) -> bytes:
        return reader.payload(reader.record_at(writer.encode(record)))

    assert HTML == payload(samples.response(samples.CHUNKED))
    assert b"" == payload(samples.request(samples.exchange()))
    assert b"" == payload(samples.revisit())
    assert samples.metadata().block == payload(samples.metadata())
    assert samples.warcinfo().block == payload(samples.warcinfo())


@pytest.mark.parametrize("name", samples.samples())
def test_what_is_written_verifies(name: str) -> None:
    """Nothing is wrong with what we write."""
    assert [] == reader.verify(writer.encode_all(samples.samples()[name]))


def test_verify_finds_every_wrong_digest() -> None:
    """Each digest that is not that of the bytes is named with its record."""
    good = samples.response(samples.exchange())
    sound = writer.encode(good)
    data = sound + writer.encode(replace(good, block=good.block + b"!"))

    assert [
        f"offset {len(sound)}: WARC-Block-Digest is not that of the bytes",
        f"offset {len(sound)}: WARC-Payload-Digest is not that of the bytes",
    ] == reader.verify(data)


def test_verify_says_what_it_cannot_check() -> None:
    """An algorithm that is unknown here is a problem, not a pass."""
    (problem,) = reader.verify(foreign("WARC-Block-Digest: crc9:00"))

    assert "crc9:00" in problem


def test_verify_ends_at_damage() -> None:
    """Damage after which no record can be found is the last problem."""
    wrong = foreign("WARC-Block-Digest: sha1:0")

    assert [
        "offset 0: WARC-Block-Digest is not that of the bytes",
        f"offset {len(wrong)}: neither a WARC record nor a gzip member",
    ] == reader.verify(wrong + b"garbage")


def test_verify_takes_either_digest_of_chunks() -> None:
    """Others digest the chunks or what is in them; both are right."""
    block = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
    )
    for digested in (b"body", b"4\r\nbody\r\n0\r\n\r\n"):
        data = foreign(f"WARC-Payload-Digest: {sha256(digested)}", block)
        assert [] == reader.verify(data)


def test_verify_leaves_payloads_that_lie_elsewhere() -> None:
    """The payload of a segment is not all in it (§7)."""
    data = foreign("WARC-Payload-Digest: sha1:0\nWARC-Segment-Number: 1")

    assert [] == reader.verify(data)


HOSTILE = (
    b"\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
)


@pytest.mark.museum(47)
def test_a_body_forges_no_record() -> None:
    """A payload that looks like a record stays a payload, for us and for warcio."""
    written = [samples.response(samples.exchange(HTML + HOSTILE)), samples.metadata()]
    data = writer.encode_all(written)

    assert 2 == len(list(reader.records(data)))
    assert 2 == len(list(ArchiveIterator(io.BytesIO(data))))


@pytest.mark.museum(47)
def test_a_uri_of_a_megabyte_is_refused() -> None:
    """What would flood the readers is refused before it is written."""
    exchange = samples.exchange(uri="https://example.org/" + "a" * 1_000_000)

    with pytest.raises(Misuse, match="longer than"):
        samples.response(exchange)


def test_info_is_referred_to() -> None:
    """Every record but the warcinfo names it."""
    named = {r.field("WARC-Warcinfo-ID") for r in reader.records(GZIPPED)}

    assert {None, f"<{INFO}>"} == named
