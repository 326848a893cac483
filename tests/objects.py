"""WARC objects as polls and captures make them, of a few lines, the same every time."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import count

from hozon.nouns.claims import Extract
from hozon.nouns.digests import sha256
from hozon.nouns.model import Entry, Exchange, Facts, Headers, Verdict
from hozon.stored.holdings import Reading, poll_metadata, snapshot_metadata
from hozon.stored.recording import Recorder
from hozon.warc import records
from tests.fakes import NOON, a_capture_job, a_feed, an_entry


def an_exchange(
    uri: str, body: bytes = b"<p>Text</p>", at: datetime = NOON
) -> Exchange:
    """Return an exchange of `at`, as a server with a clock would answer it."""
    fields: Headers = (
        ("Date", f"{at:%a, %d %b %Y %H:%M:%S GMT}"),
        ("Content-Type", "text/html"),
        ("Content-Length", str(len(body))),
    )
    head = "HTTP/1.1 200 OK\r\n" + "".join(f"{n}: {v}\r\n" for n, v in fields) + "\r\n"
    return Exchange(
        target_uri=uri,
        started_at=at,
        request=f"GET {uri} HTTP/1.1\r\n\r\n".encode(),
        status=200,
        head=head.encode(),
        headers=fields,
        payload=body,
        ip="192.0.2.1",
    )


def numbered_ids(prefix: str) -> Callable[[], str]:
    """Return a maker of record ids."""
    numbers = count()
    return lambda: f"urn:uuid:{sha256(prefix.encode())[7:15]}-{next(numbers)}"


def _recorder(key: str, at: datetime) -> Recorder:
    new_id = numbered_ids(f"{key}{at}")
    recorder = Recorder(new_id=new_id, warcinfo_id=new_id())
    recorder.records.append(
        records.warcinfo(
            record_id=recorder.warcinfo_id,
            date=at,
            filename=key.rpartition("/")[2],
            fields={"software": "Hozon/test"},
        )
    )
    return recorder


def a_snapshot_object(
    key: str,
    *,
    id_: str = "s1",
    link: str = "https://example.com/e1",
    body: bytes = b"<p>Text</p>",
    at: datetime = NOON,
    others: Iterable[str] = (),
    entry_key: str = "e1",
    facts: Facts | None = None,
) -> bytes:
    """Return the object of a snapshot: a page, its metadata, and perhaps requisites."""
    recorder = _recorder(key, at)
    page = an_exchange(link, body, at)
    record_id = recorder.exchange(page)
    for uri in others:
        recorder.exchange(an_exchange(uri, b"requisite", at))
    said = snapshot_metadata(
        replace(a_capture_job(id_), link=link, entry_key=entry_key),
        page_uri=link,
        captured_at=at,
        status=200,
        extract=Extract(facts=facts or Facts(title="Title", text="Text")),
        requirements=(),
        notes=(),
        verdict=Verdict(kind="article", confidence=1.0),
    )
    recorder.metadata(said, about=page, record_id=record_id)
    return recorder.encoded()


def a_poll_object(
    key: str, *, entries: Iterable[Entry] | None = None, at: datetime = NOON
) -> bytes:
    """Return the object of a poll that found some entries."""
    recorder, feed = _recorder(key, at), a_feed()
    document = an_exchange(feed.uri, b"<rss/>", at)
    record_id = recorder.exchange(document)
    found = [an_entry()] if entries is None else list(entries)
    reading = Reading(uri=feed.uri, digest=sha256(document.payload), window=len(found))
    said = poll_metadata(feed, polled_at=at, reading=reading, entries=found)
    recorder.metadata(said, about=document, record_id=record_id)
    return recorder.encoded()
