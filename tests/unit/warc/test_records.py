from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hozon.nouns.digests import Digest, sha256
from hozon.nouns.errors import Misuse
from hozon.warc import records
from hozon.warc.records import Record
from tests.unit.warc import samples
from tests.unit.warc.samples import AT, FIRST, HTML, INFO


def value(record: Record, name: str) -> str | None:
    """Return the first value of one of a record's fields."""
    return next((v for n, v in record.fields if n == name), None)


def record(**changes: object) -> Record:
    """Return a small metadata record with some attributes changed."""
    plain = Record(
        type="metadata",
        record_id=FIRST,
        date=AT,
        block=b"{}",
        content_type="application/json",
        target_uri="https://example.org/",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # any attribute


def test_header_is_that_of_the_standard() -> None:
    """A header is the version line, one line for each field, and an empty line."""
    assert record(fields=(("X-A", "b"),)).header == (
        b"WARC/1.1\r\n"
        b"WARC-Type: metadata\r\n"
        b"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
        b"WARC-Date: 2026-08-22T10:15:00.123Z\r\n"
        b"WARC-Target-URI: https://example.org/\r\n"
        b"X-A: b\r\n"
        b"Content-Type: application/json\r\n"
        b"Content-Length: 2\r\n"
        b"\r\n"
    )


HOSTILE = ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "a\x7f", "a\ud800", "x" * 8193]


@pytest.mark.museum(47)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_values_are_refused(hostile: str) -> None:
    """No value can end its line, leave UTF-8 or flood a reader, wherever it stands."""
    for changes in (
        {"target_uri": f"https://example.org/{hostile}"},
        {"record_id": f"urn:uuid:{hostile}"},
        {"content_type": f"text/{hostile}"},
        {"type": hostile},
        {"fields": (("X-Field", hostile),)},
        {"fields": ((hostile, "value"),)},
    ):
        with pytest.raises(Misuse):
            record(**changes)


@pytest.mark.museum(47)
@pytest.mark.parametrize(
    "name", ["", "X Y", "X:", "X: Y", "X\r\nY", "WARC-Type\0", "新"]
)
def test_names_are_tokens(name: str) -> None:
    """A field's name is a token, or the field is refused."""
    with pytest.raises(Misuse, match="not a field name"):
        record(fields=((name, "value"),))


@pytest.mark.parametrize("hostile", ["a\r\nb: c", "a\0", "\udcff"])
def test_hostile_warcinfo_is_refused(hostile: str) -> None:
    """The lines of a warcinfo's block are held to the same."""
    with pytest.raises(Misuse):
        records.warcinfo(
            record_id=INFO, date=AT, filename="a", fields={"software": hostile}
        )


@pytest.mark.museum(47)
@pytest.mark.parametrize("ip", ["203.0.113.7\r\nX-Evil: 1", "::1\0"])
def test_hostile_exchanges_are_refused(ip: str) -> None:
    """What comes with an exchange is held to the same."""
    with pytest.raises(Misuse):
        samples.response(replace(samples.exchange(), ip=ip))


@pytest.mark.parametrize(
    "record_id", ["", "<urn:uuid:1>", "urn:uuid:1 2", "00000000", "urn:"]
)
def test_record_ids_are_uris(record_id: str) -> None:
    """A record id is a URI without brackets and white space."""
    with pytest.raises(Misuse, match="record id"):
        record(record_id=record_id)


def test_dates_are_instants() -> None:
    """A date without zone would be read as another instant elsewhere."""
    with pytest.raises(Misuse, match="time zone"):
        record(date=datetime(2026, 8, 22))  # noqa: DTZ001 - the case under test


def test_fields_are_stated_once() -> None:
    """A field that an attribute states cannot be given once more."""
    with pytest.raises(Misuse, match="content-length"):
        record(fields=(("content-length", "0"),))


def test_warcinfo_holds_the_given_fields() -> None:
    """A warcinfo's block is a line for each given field, in order, and names its file."""
    info = samples.warcinfo()

    assert info.block.decode() == (
        "software: hozon/0.1.0\r\nformat: WARC File Format 1.1\r\noperator: 保存\r\n"
    )
    assert info.target_uri is None
    assert value(info, "WARC-Filename") == "hozon-20260822101500-1.warc.gz"


def test_response_is_what_was_received() -> None:
    """A response's block is head and payload to the byte."""
    exchange = samples.GZIPPED

    assert samples.block(samples.response(exchange)) == exchange.head + exchange.payload


def test_response_states_digests_and_connection() -> None:
    """Both digests, address, protocols and cipher suite stand in the header."""
    response = samples.response(samples.exchange())

    assert response.fields == (
        ("WARC-Warcinfo-ID", f"<{INFO}>"),
        ("WARC-IP-Address", "203.0.113.7"),
        ("WARC-Protocol", "http/1.1"),
        ("WARC-Protocol", "tls/1.3"),
        ("WARC-Cipher-Suite", "TLS_AES_128_GCM_SHA256"),
        ("WARC-Payload-Digest", sha256(HTML)),
        ("WARC-Block-Digest", sha256(samples.block(response))),
    )


def test_digest_known_already_is_taken() -> None:
    """A digest that the caller has is not computed again."""
    given = records.response(
        samples.exchange(),
        record_id=FIRST,
        warcinfo_id=INFO,
        payload_digest=Digest("sha256:KNOWN"),
    )

    assert value(given, "WARC-Payload-Digest") == "sha256:KNOWN"


def test_transfer_coding_is_renamed_and_nothing_else() -> None:
    """Only the names of Transfer-Encoding fields change, in whatever case they are."""
    head = (
        b"HTTP/1.1 200 Transfer-Encoding: no\r\n"
        b"TRANSFER-Encoding:\tgzip , chunked\r\n"
        b"X-Transfer-Encoding: keep\r\n"
        b"x: \xe6\x96\xb0\r\n transfer-encoding: folded\r\n"
        b"transfer-encoding : chunked\r\n\r\n"
    )
    exchange = replace(samples.exchange(b"transfer-encoding: body"), head=head)

    assert samples.block(samples.response(exchange)) == (
        b"HTTP/1.1 200 Transfer-Encoding: no\r\n"
        b"X-Archive-Orig-Transfer-Encoding:\tgzip , chunked\r\n"
        b"X-Transfer-Encoding: keep\r\n"
        b"x: \xe6\x96\xb0\r\n transfer-encoding: folded\r\n"
        b"X-Archive-Orig-Transfer-Encoding : chunked\r\n\r\n"
        b"transfer-encoding: body"
    )


@pytest.mark.parametrize("why", ["length", "time", "disconnect", "unspecified"])
def test_truncated_response_says_why(why: str) -> None:
    """WARC-Truncated takes the exchange's word."""
    cut = replace(samples.exchange(), truncated=why)  # type: ignore[arg-type]  # Literal

    assert value(samples.response(cut), "WARC-Truncated") == why


def test_whole_response_is_not_truncated() -> None:
    """A whole response says nothing of truncation."""
    assert value(samples.response(samples.exchange()), "WARC-Truncated") is None


def test_request_points_to_its_response() -> None:
    """A request has the bytes sent, the response's instant, and its id."""
    exchange = samples.exchange()
    request = samples.request(exchange)

    assert request.block == exchange.request
    assert request.date == exchange.started_at
    assert value(request, "WARC-Concurrent-To") == f"<{FIRST}>"


def test_revisit_holds_the_head_and_refers() -> None:
    """A revisit is the head alone, and names the record whose payload it shares."""
    revisit = samples.revisit()

    assert revisit.block == samples.exchange().head
    assert revisit.fields[:5] == (
        (
            "WARC-Profile",
            "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        ),
        ("WARC-Truncated", "length"),
        ("WARC-Refers-To", "<urn:uuid:00000000-0000-4000-8000-000000000003>"),
        ("WARC-Refers-To-Target-URI", "https://example.org/news"),
        ("WARC-Refers-To-Date", "2026-08-21T10:15:00.000Z"),
    )
    assert value(revisit, "WARC-Payload-Digest") == sha256(HTML)


def test_revisit_of_another_payload_is_refused() -> None:
    """A record never claims an identity that is not there."""
    with pytest.raises(Misuse, match="not the payload"):
        records.revisit(
            samples.exchange(b"other"),
            record_id=FIRST,
            refers_to=samples.held(),
            warcinfo_id=INFO,
        )


def test_revisit_of_a_truncated_payload_is_refused() -> None:
    """That a payload was cut on the wire has no place in a revisit."""
    with pytest.raises(Misuse, match="truncated"):
        records.revisit(
            samples.TRUNCATED,
            record_id=FIRST,
            refers_to=samples.held(bytes(samples.TRUNCATED.payload)),
            warcinfo_id=INFO,
        )


def test_revisits_form_no_chains() -> None:
    """A revisit refers to a record that holds the payload."""
    chained = replace(samples.held(), record_type="revisit")

    with pytest.raises(Misuse, match="revisit itself"):
        records.revisit(
            samples.exchange(), record_id=FIRST, refers_to=chained, warcinfo_id=INFO
        )


def test_not_modified_holds_the_head_and_refers() -> None:
    """A 304 is a revisit by the server's word, and nothing is truncated in it."""
    record = samples.not_modified()

    assert record.block == samples.NOT_MODIFIED.head
    assert value(record, "WARC-Profile") == (
        "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    )
    assert value(record, "WARC-Truncated") is None
    assert value(record, "WARC-Payload-Digest") == sha256(HTML)


def test_only_a_304_is_not_modified() -> None:
    """No other status asserts that nothing was modified."""
    with pytest.raises(Misuse, match="status 200"):
        records.not_modified(
            samples.exchange(),
            record_id=FIRST,
            refers_to=samples.held(),
            warcinfo_id=INFO,
        )


def test_metadata_refers_and_has_no_payload() -> None:
    """A metadata record has no payload (§4), so no digest of one."""
    record = samples.metadata()

    assert value(record, "WARC-Refers-To") == f"<{FIRST}>"
    assert value(record, "WARC-Payload-Digest") is None


def test_metadata_may_stand_for_the_object() -> None:
    """A metadata record may have no target and refer to nothing."""
    record = records.metadata(
        record_id=FIRST, date=AT, target_uri=None, content=b"{}", warcinfo_id=INFO
    )

    assert [name for name, _ in record.fields] == [
        "WARC-Warcinfo-ID",
        "WARC-Block-Digest",
    ]


def test_metadata_may_be_concurrent() -> None:
    """A metadata record may belong to an exchange instead."""
    record = records.metadata(
        record_id=INFO,
        date=datetime(2026, 8, 22, tzinfo=UTC),
        target_uri=None,
        content=b"{}",
        warcinfo_id=INFO,
        concurrent_to=FIRST,
    )

    assert value(record, "WARC-Concurrent-To") == f"<{FIRST}>"
