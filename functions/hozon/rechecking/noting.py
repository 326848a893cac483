"""Compose the WARC object of a look that makes no snapshot. No I/O.

A look that found the article as it was leaves about a kilobyte: what was asked, what was
answered, and what that means. One that found something else in its place keeps that whole.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from hozon.capturing.composing import may_be_shared
from hozon.lives.looks import Judgement
from hozon.nouns.archive import Archive
from hozon.nouns.digests import Digest, sha256
from hozon.nouns.model import Capture, Exchange, Kind
from hozon.nouns.work import CaptureJob
from hozon.stored import naming
from hozon.stored.recording import Recorder
from hozon.stored.sightings import look_metadata

MOST_BYTES = 2048
"""What a look at an article that is as it was may take, at most."""

_TELLING = frozenset(
    b"age cache-control content-encoding content-language content-length content-type"
    b" date etag expires last-modified location server vary".split()
)
_LONGEST = 300
_FIELD = re.compile(rb"([^:\r\n]+):[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What there is to note of a look: what came, and what it means.

    `exchanges` are those of the page, redirects first: none where nobody answered.
    `record` is the capture of the page that it was compared with, `compared` its
    snapshot's id; `vouched`: the server said that it is the same. `asked` are the exchanges
    by which robots.txt was asked for, `robots` what that said, as JSON.
    """

    judgement: Judgement
    at: datetime
    exchanges: Sequence[Exchange] = ()
    record: Capture | None = None
    compared: str | None = None
    vouched: bool = False
    kind: Kind | None = None
    status: int | None = None
    robots: Sequence[Mapping[str, Any]] = ()
    asked: Sequence[Exchange] = ()
    notes: Sequence[str] = ()


def compose(
    job: CaptureJob, noted: Noted, held: Mapping[Digest, Capture], archive: Archive
) -> bytes:
    """Return the look's object; `held` are captures of payloads that are held already.

    Where the article is as it was and the server's header fields are long, those are cut
    to the ones that tell something of the page, and the record says so.
    """
    if noted.judgement.outcome != "same":
        return _evidence(job, noted, held, archive)
    whole = _sighting(job, noted, archive)
    if len(whole) <= MOST_BYTES:
        return whole
    *before, last = noted.exchanges
    notes = (*noted.notes, "header fields are left out")
    cut = replace(noted, exchanges=(*before, _shortened(last)), notes=notes)
    return _sighting(job, cut, archive)


def _sighting(job: CaptureJob, noted: Noted, archive: Archive) -> bytes:
    """Return the object of a look that has found the article as it was.

    With a revisit record where it was the same to the byte; else only the metadata say
    what came, for a record without its payload would show an empty page to others.
    """
    last = noted.exchanges[-1]
    recorder = Recorder.of(archive, naming.warc_key(job), last.started_at)
    hops = [f"status {e.status}: {e.target_uri}" for e in noted.exchanges[:-1]]
    about = partial(
        look_metadata,
        job,
        noted.judgement,
        at=noted.at,
        last=last,
        compared=noted.compared,
        notes=[*hops, *noted.notes],
    )
    if noted.record is not None and noted.vouched:
        record_id = recorder.vouched(last, noted.record)
        recorder.metadata(about(vouched=True), about=last, record_id=record_id)
    elif noted.record is not None and _is_payload_of(last, noted.record):
        record_id = recorder.exchange(last, held=noted.record)
        recorder.metadata(about(), about=last, record_id=record_id)
    else:
        payload = {"digest": sha256(last.payload), "length": len(last.payload)}
        said = about(head=last.head.decode("latin-1"), payload=payload)
        note_id = archive.new_id()
        recorder.note(
            said, target_uri=last.target_uri, at=last.started_at, record_id=note_id
        )
        recorder.request(last, concurrent_to=note_id)
    return recorder.encoded()


def _is_payload_of(last: Exchange, record: Capture) -> bool:
    return last.truncated is None and sha256(last.payload) == record.payload_digest


def _evidence(
    job: CaptureJob, noted: Noted, held: Mapping[Digest, Capture], archive: Archive
) -> bytes:
    """Return the object of a look that has not found the article: all that came."""
    recorder = Recorder.of(archive, naming.warc_key(job), noted.at)
    record_ids = [
        recorder.exchange(
            each, held=held.get(sha256(each.payload)) if may_be_shared(each) else None
        )
        for each in (*noted.exchanges, *noted.asked)
    ]
    last = noted.exchanges[-1] if noted.exchanges else None
    said = look_metadata(
        job,
        noted.judgement,
        at=noted.at,
        last=last,
        status=noted.status,
        compared=noted.compared,
        kind=noted.kind,
        robots=noted.robots,
        notes=noted.notes,
    )
    recorder.note(
        said,
        target_uri=last.target_uri if last else job.link,
        at=noted.at,
        concurrent_to=record_ids[len(noted.exchanges) - 1] if last else None,
    )
    return recorder.encoded()


def _shortened(exchange: Exchange) -> Exchange:
    """Return the exchange with the header fields that tell something of the page."""
    status, line, rest = exchange.head.partition(b"\n")
    kept = (
        found[0]
        for found in _FIELD.finditer(rest)
        if found[1].strip().lower() in _TELLING and len(found[0]) < _LONGEST
    )
    return replace(exchange, head=status + line + b"".join(kept) + b"\r\n")
