"""Two readers that others trust, warcio and fastwarc, agree with what we write."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.indexer import Indexer

from hozon.nouns.digests import sha256
from hozon.warc import reader, writer
from hozon.warc.records import Record
from tests.unit.warc import samples

NAMES = tuple(samples.samples())


def encoded(name: str) -> bytes:
    """Return the bytes of a sample."""
    return writer.encode_all(samples.samples()[name])


@pytest.mark.parametrize("name", NAMES)
def test_warcio_reads_the_same_fields(name: str) -> None:
    """The same records lie at the same places with the same fields for warcio."""
    data = encoded(name)
    iterator = ArchiveIterator(io.BytesIO(data), no_record_parse=True)

    assert [
        (found.offset, found.length, list(found.fields), bytes(found.block))
        for found in reader.records(data)
    ] == [
        (
            iterator.get_record_offset(),
            iterator.get_record_length(),
            record.rec_headers.headers,
            block,
        )
        for record in iterator
        for block in (record.raw_stream.read(),)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_warcio_check_passes(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``warcio check`` finds a digest in every record and none that is wrong."""
    path = tmp_path / "a.warc.gz"
    path.write_bytes(encoded(name))
    command = type("Command", (), {"inputs": [str(path)], "verbose": True})

    assert 0 == Checker(command).process_all()
    said = capsys.readouterr().out
    assert len(samples.samples()[name]) == said.count("digest p")


@pytest.mark.parametrize("name", NAMES)
def test_fastwarc_verifies_every_digest(name: str) -> None:
    """The same records lie at the same places for fastwarc, and both digests hold."""
    data = encoded(name)
    stored = list(reader.records(data))
    records = FastIterator(io.BytesIO(data), parse_http=False)
    for found, record in zip(stored, records, strict=True):
        assert found.offset == record.stream_pos
        assert found.record_id == (record.record_id or "").strip("<>")
        assert record.verify_block_digest()
        if found.type == "response":
            record.parse_http()
            assert record.verify_payload_digest()


@pytest.mark.parametrize("name", samples.EXCHANGES)
def test_warcio_decodes_the_payload(name: str) -> None:
    """A document comes out of warcio with no coding left and none undone twice."""
    exchange = samples.EXCHANGES[name]
    data = writer.encode(samples.response(exchange))
    record = next(ArchiveIterator(io.BytesIO(data)))

    document = samples.HTML if name == "gzip" else exchange.payload
    assert document == record.content_stream().read()
    assert str(exchange.status) == record.http_headers.get_statuscode()


def index(*records: Record) -> list[dict[str, Any]]:
    """Return what ``warcio index`` says of some records."""
    out = io.StringIO()
    fields = (
        "offset,warc-type,warc-target-uri,warc-date,warc-payload-digest,warc-profile,"
        "warc-refers-to-target-uri,warc-refers-to-date,http:status,http:content-type"
    )
    indexer = Indexer(fields, [], out)
    indexer.process_one(io.BytesIO(writer.encode_all(records)), out, "a.warc.gz")
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_warcio_index_resolves_our_revisit() -> None:
    """A revisit names URI, date and digest of a response that the index holds."""
    original = samples.response(samples.exchange())
    (held,) = reader.captures("a", writer.encode(original))
    (first,) = index(original)
    (again,) = index(samples.revisit())

    assert (again["warc-payload-digest"], again["http:status"]) == (
        first["warc-payload-digest"],
        "200",
    )
    assert sha256(samples.HTML) == held.payload_digest == first["warc-payload-digest"]
    assert first["warc-target-uri"] == again["warc-refers-to-target-uri"]
    assert "2026-08-21T10:15:00.000Z" == again["warc-refers-to-date"]


def test_longest_uri_is_read_by_all() -> None:
    """A URI as long as we take any passes through both readers."""
    uri = "https://example.org/" + "a" * (4096 - 20)
    data = writer.encode(samples.response(samples.exchange(uri=uri)))
    slow = next(ArchiveIterator(io.BytesIO(data)))
    fast = next(iter(FastIterator(io.BytesIO(data))))

    assert uri == slow.rec_headers.get_header("WARC-Target-URI")
    assert uri == fast.headers["WARC-Target-URI"]
