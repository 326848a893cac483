import gzip
import hashlib
import tracemalloc
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hozon.nouns.model import Exchange
from hozon.warc import members, records, writer
from hozon.warc.records import Record
from tests.unit.warc import samples

GOLDEN = Path(__file__).parents[2] / "data" / "warc"


@pytest.mark.parametrize("name", samples.samples())
def test_bytes_are_golden(name: str) -> None:
    """The bytes of a record are a format we keep (tests/data/warc/regenerate.py)."""
    encoded = writer.encode_all(samples.samples()[name])

    assert (GOLDEN / f"{name}.warc.gz").read_bytes() == encoded


def test_no_golden_file_is_orphaned() -> None:
    """Every golden file has its sample."""
    files = {path.name.removesuffix(".warc.gz") for path in GOLDEN.glob("*.gz")}

    assert files == set(samples.samples())


def test_member_is_header_block_and_two_line_ends() -> None:
    """A record is its header, its block, and CRLF twice (ISO 28500 §4)."""
    record = samples.response(samples.exchange())

    plain = record.header + samples.block(record) + b"\r\n\r\n"
    assert gzip.decompress(writer.encode(record)) == plain


def deflates_payload(record: Record) -> bool:
    """Tell whether the payload is not to be found in the encoded record as it is."""
    return samples.block(record)[-500:] not in writer.encode(record)


NOISE = hashlib.shake_256(b"payload").digest(5000)


@pytest.mark.parametrize(
    "headers",
    [
        (("Content-Type", "image/jpeg"),),
        (("content-type", "IMAGE/WebP; q=1"),),
        (("Content-Type", "video/mp4"),),
        (("Content-Type", "audio/mpeg"),),
        (("Content-Type", "font/woff2"),),
        (("Content-Type", "application/font-woff"),),
        (("Content-Type", "application/x-font-woff2"),),
        (("Content-Type", "application/pdf"),),
        (("Content-Type", "application/x-gzip"),),
        (("Content-Type", "application/zip"),),
        (("Content-Type", "application/vnd.oasis.opendocument.text"),),
        (("Content-Type", "text/html"), ("Content-Encoding", "gzip")),
        (("Content-Encoding", "identity, BR"), ("Content-Type", "text/html")),
        (("content-encoding", "zstd"),),
    ],
)
def test_compressed_payloads_are_stored(headers: tuple[tuple[str, str], ...]) -> None:
    """What the head says is compressed already is not deflated once more."""
    record = samples.response(samples.exchange(b"A" * 5000, headers=headers))

    assert not deflates_payload(record)


@pytest.mark.parametrize(
    "headers",
    [
        (("Content-Type", "text/html"),),
        (("Content-Type", "image/svg+xml"),),
        (("Content-Type", "image/bmp"),),
        (("Content-Type", "font/ttf"),),
        (("Content-Type", "application/json"), ("Content-Encoding", "identity")),
        (("Content-Type", "text/html"), ("Content-Encoding", "utf-8")),
        (("X-Content-Type", "image/jpeg"), ("Accept-Encoding", "gzip")),
        (),
    ],
)
def test_other_payloads_are_deflated(headers: tuple[tuple[str, str], ...]) -> None:
    """Text, and what nobody says is compressed, is deflated."""
    record = samples.response(samples.exchange(b"A" * 5000, headers=headers))

    assert deflates_payload(record)


@pytest.mark.parametrize("exchange", [samples.IMAGE, samples.exchange()])
def test_views_are_written_as_bytes_are(exchange: Exchange) -> None:
    """Where a payload lies makes no difference to a record."""
    view = memoryview(bytes(exchange.payload))

    viewed = samples.response(replace(exchange, payload=view))

    assert writer.encode(samples.response(exchange)) == writer.encode(viewed)


def test_stored_payloads_are_not_copied() -> None:
    """A record's pieces are views of a large payload."""
    record = samples.response(replace(samples.IMAGE, payload=bytes(10_000_000)))

    tracemalloc.start()
    made = writer.pieces(record)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert 10_000_000 < sum(map(len, made))
    assert peak < 1_000_000


def test_payload_does_not_say_that_it_is_compressed() -> None:
    """Only the head is asked, not what looks like a header field after it."""
    payload = b"\r\ncontent-type: image/jpeg\r\n" + b"A" * 5000

    assert deflates_payload(samples.response(samples.exchange(payload, headers=())))


def test_block_without_head_is_deflated() -> None:
    """A response whose head does not end is written all the same."""
    exchange = samples.exchange(headers=(("Content-Type", "image/png"),))
    record = samples.response(exchange)
    headless = Record(
        type="response",
        record_id=record.record_id,
        date=record.date,
        block=b"HTTP/1.1 200 OK\r\nContent-Type: image/png",
        content_type=record.content_type,
        target_uri=record.target_uri,
    )

    assert headless.block in gzip.decompress(writer.encode(headless))


def test_head_of_a_stored_payload_is_deflated() -> None:
    """Storing a payload does not make its record's header any larger."""
    record = samples.response(samples.IMAGE)
    beside = len(writer.encode(record)) - len(samples.IMAGE.payload)
    alone = zlib.compress(record.header + samples.IMAGE.head, 6)

    assert beside < len(alone) + 40


def test_every_head_is_deflated() -> None:
    """Wherever in a byte its last bit falls, a head of one block is deflated."""
    heads = [
        b"".join(b"%d: %d\r\n" % (n, n * n) for n in range(m)) for m in range(9, 99)
    ]

    members_ = [(head, b"".join(members.stored(head, b"x"))) for head in heads]
    assert [] == [h for h, member in members_ if len(member) > len(h) * 0.9 + 30]


def test_metadata_is_deflated() -> None:
    """What looks like an HTTP head in a metadata record says nothing of the rest."""
    record = records.metadata(
        record_id=samples.FIRST,
        date=samples.AT,
        target_uri=None,
        content=samples.IMAGE.head + b"A" * 5000,
        warcinfo_id=samples.INFO,
    )

    assert deflates_payload(record)


def test_head_of_several_blocks_is_stored() -> None:
    """A head so long that it would be deflated in several blocks is stored instead."""
    head = b"A: b\r\n" * 20_000 + hashlib.shake_256(b"head").digest(100_000)
    member = b"".join(members.stored(head, b"payload"))

    assert head[:65535] in member
    assert head + b"payload" == gzip.decompress(member)


def heads() -> st.SearchStrategy[bytes]:
    """Return heads of all kinds: text, noise, runs, and long ones of several blocks."""
    lines = st.lists(st.text("abcdeXYZ-:; 0123456789\r\n", max_size=200), max_size=40)
    long = st.integers(0, 2**32).map(
        lambda n: hashlib.shake_256(str(n).encode()).hexdigest(30_000).encode()
    )
    return st.one_of(
        st.binary(max_size=300),
        lines.map(lambda parts: "".join(parts).encode()),
        st.tuples(st.binary(max_size=2), st.integers(0, 9000)).map(
            lambda r: r[0] * r[1]
        ),
        long,
    )


@settings(deadline=None)
@given(
    heads(),
    st.binary(max_size=200),
    st.sampled_from([0, 1, 65531, 65534, 65535, 65536]),
    st.sampled_from([b"", b"\r\n\r\n"]),
)
def test_stored_members_inflate_to_what_they_hold(
    head: bytes, payload: bytes, more: int, end: bytes
) -> None:
    """Whatever its head and payload are, a member is legal gzip of just them."""
    payload += b"x" * more
    inflater = zlib.decompressobj(wbits=31)

    member = b"".join(members.stored(head, memoryview(payload), end))
    assert head + payload + end == inflater.decompress(member)
    assert inflater.eof
    assert b"" == inflater.unused_data
