"""Stored captures: one exchange made, recorded as a WARC object, and indexed from it."""

from dataclasses import replace
from datetime import datetime

from hozon.nouns.archive import Archive
from hozon.nouns.digests import identifier
from hozon.nouns.model import Capture, Exchange, Headers, Holdings
from hozon.stored import naming
from hozon.stored.recording import Recorder
from hozon.warc import reader
from tests.fakes import NOON, a_capture_job

HTML: Headers = (("Content-Type", "text/html; charset=utf-8"),)


def store(
    archive: Archive,
    uri: str,
    payload: bytes,
    *,
    headers: Headers = HTML,
    status: int = 200,
    at: datetime = NOON,
    held: Capture | None = None,
) -> Capture:
    """Store what a URI answered at an instant; of what is `held` already, a revisit."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    path = uri.partition("://")[2].partition("/")[2]
    exchange = Exchange(
        target_uri=uri,
        started_at=at,
        request=f"GET /{path} HTTP/1.1\r\nHost: example.org\r\n\r\n".encode(),
        status=status,
        head=f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode(),
        headers=headers,
        payload=payload,
        ip="192.0.2.1",
    )
    id_ = identifier(uri, at.isoformat(), size=24)
    key = naming.warc_key(replace(a_capture_job(id_), due_at=at))
    recorder = Recorder.of(archive, key, at)
    recorder.exchange(exchange, held=held)
    data = recorder.encoded()
    archive.warcs.put(key, data)
    [capture] = reader.captures(key, data)
    archive.index.add(Holdings(captures=(capture,)))
    return capture
