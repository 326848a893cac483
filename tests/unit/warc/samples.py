"""Exchanges and records with fixed ids and instants: the material of the WARC tests."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import deflate

from hozon.nouns.digests import Digest, sha256
from hozon.nouns.model import Capture, Exchange, Headers, Location
from hozon.warc import records
from hozon.warc.records import Record

AT = datetime(2026, 8, 22, 10, 15, 0, 123000, tzinfo=UTC)
INFO = "urn:uuid:00000000-0000-4000-8000-000000000000"
FIRST = "urn:uuid:00000000-0000-4000-8000-000000000001"
SECOND = "urn:uuid:00000000-0000-4000-8000-000000000002"
THIRD = "urn:uuid:00000000-0000-4000-8000-000000000003"

HTML = b"<!doctype html><title>News</title>" + b"<p>The same words again.</p>" * 40
JAPANESE = "<title>新聞</title><p>保存された記事の本文。表示ソ能".encode("cp932") * 5
NOISE = hashlib.shake_256(b"noise").digest(3000)


def exchange(
    payload: bytes = HTML,
    *,
    status: str = "200 OK",
    headers: Headers = (("Content-Type", "text/html; charset=utf-8"),),
    uri: str = "https://example.org/news",
) -> Exchange:
    """Return an exchange whose response has these header fields and this payload."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return Exchange(
        target_uri=uri,
        started_at=AT,
        request=b"GET /news HTTP/1.1\r\nHost: example.org\r\nUser-Agent: Hozon\r\n\r\n",
        status=int(status[:3]),
        head=f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1"),
        headers=headers,
        payload=payload,
        ip="203.0.113.7",
        protocol=("http/1.1", "tls/1.3"),
        cipher_suite="TLS_AES_128_GCM_SHA256",
    )


GZIPPED = exchange(
    bytes(deflate.gzip_compress(HTML, 6)),
    headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")),
)
CHUNKED = exchange(
    headers=(("content-type", "text/html"), ("transfer-encoding", "chunked")),
)
SHIFT_JIS = exchange(
    JAPANESE, headers=(("Content-Type", "text/html; charset=Shift_JIS"),)
)
EMPTY = exchange(b"", headers=(("Content-Length", "0"),))
REDIRECT = exchange(
    b"", status="301 Moved Permanently", headers=(("Location", "/elsewhere"),)
)
TRUNCATED = replace(exchange(HTML[:500]), truncated="length")
IMAGE = exchange(
    NOISE, headers=(("Content-Type", "image/jpeg"),), uri="https://example.org/a.jpg"
)
NOT_MODIFIED = exchange(b"", status="304 Not Modified", headers=(("ETag", '"x"'),))

EXCHANGES = {
    "identity": exchange(),
    "gzip": GZIPPED,
    "chunked": CHUNKED,
    "shift-jis": SHIFT_JIS,
    "empty": EMPTY,
    "redirect": REDIRECT,
    "truncated": TRUNCATED,
    "image": IMAGE,
}


def block(record: Record) -> bytes:
    """Return the whole block of a record."""
    return record.block + bytes(record.payload)


def held(payload: bytes = HTML, *, digest: Digest | None = None) -> Capture:
    """Return an earlier capture of `payload`, as the index would hand it out."""
    return Capture(
        target_uri="https://example.org/news",
        captured_at=datetime(2026, 8, 21, 10, 15, tzinfo=UTC),
        record_id=THIRD,
        record_type="response",
        status=200,
        media_type="text/html",
        payload_digest=digest or sha256(payload),
        payload_length=len(payload),
        location=Location(warc_key="warcs/a.warc.gz", offset=400, length=900),
    )


def warcinfo() -> Record:
    """Return a warcinfo record with the fields that Hozon writes."""
    return records.warcinfo(
        record_id=INFO,
        date=AT,
        filename="hozon-20260822101500-1.warc.gz",
        fields={
            "software": "hozon/0.1.0",
            "format": "WARC File Format 1.1",
            "operator": "保存",
        },
    )


def response(of: Exchange) -> Record:
    """Return the response record of an exchange."""
    return records.response(of, record_id=FIRST, warcinfo_id=INFO)


def request(of: Exchange) -> Record:
    """Return the request record of an exchange."""
    return records.request(of, record_id=SECOND, concurrent_to=FIRST, warcinfo_id=INFO)


def metadata() -> Record:
    """Return a metadata record about the response."""
    return records.metadata(
        record_id=THIRD,
        date=AT,
        target_uri="https://example.org/news",
        content='{"title":"新聞"}'.encode(),
        warcinfo_id=INFO,
        refers_to=FIRST,
    )


def revisit() -> Record:
    """Return a revisit of a payload that is held already."""
    return records.revisit(
        exchange(), record_id=FIRST, refers_to=held(), warcinfo_id=INFO
    )


def not_modified() -> Record:
    """Return a revisit that a 304 gave rise to."""
    return records.not_modified(
        NOT_MODIFIED, record_id=FIRST, refers_to=held(), warcinfo_id=INFO
    )


def samples() -> dict[str, tuple[Record, ...]]:
    """Return the records of each golden file by its name."""
    return {
        "warcinfo": (warcinfo(),),
        "request": (request(exchange()),),
        "metadata": (metadata(),),
        "revisit": (revisit(),),
        "not-modified": (not_modified(),),
        **{f"response-{name}": (response(of),) for name, of in EXCHANGES.items()},
        "snapshot": (warcinfo(), response(GZIPPED), request(GZIPPED), metadata()),
    }
