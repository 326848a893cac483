"""Compose a snapshot's WARC object from what was gathered. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hozon import naming, text
from hozon.archive import Archive
from hozon.digests import Digest, sha256
from hozon.gathering import Gathered
from hozon.holdings import Requirement, snapshot_metadata
from hozon.model import Capture, CaptureJob, Exchange, Facts
from hozon.recording import Recorder
from hozon.sharing import Shared

SHARED_FROM = 512
"""Payloads of fewer bytes are stored again: a revisit record would be no smaller."""


@dataclass(slots=True, kw_only=True)
class Composed:
    """A WARC object before it is stored; `record_ids` of each requisite, by its URI."""

    data: bytes = b""
    record_ids: dict[str, tuple[str, ...]] = field(default_factory=dict)


def payload_key(exchange: Exchange) -> Digest | None:
    """Return the digest under which a payload may be held already; None: never shared.

    Only whole answers of status 200 are, and only where a revisit saves bytes.
    """
    whole = exchange.truncated is None and exchange.status == 200
    if whole and len(exchange.payload) >= SHARED_FROM:
        return sha256(exchange.payload)
    return None


def compose(
    job: CaptureJob,
    gathered: Gathered,
    *,
    mine: Sequence[Shared],
    referred: Sequence[Shared],
    held: Mapping[Digest, Capture],
    archive: Archive,
) -> Composed:
    """Return the snapshot's object: the page first, then requisites, metadata last.

    `mine` are the requisites to record here, `referred` those that another object
    holds, `held` the captures of payloads that the archive holds already.
    """
    started_at = gathered.exchanges[0].started_at
    recorder = Recorder.of(archive, naming.warc_key(job), started_at)

    def record(exchanges: Sequence[Exchange]) -> tuple[str, ...]:
        keys = [payload_key(e) for e in exchanges]
        return tuple(
            recorder.exchange(e, held=held.get(k) if k else None, payload_digest=k)
            for e, k in zip(exchanges, keys, strict=True)
        )

    page_ids = record(gathered.exchanges)
    for part in gathered.more:
        record(part.exchanges)
    composed = Composed(record_ids={s.uri: record(s.fetched.exchanges) for s in mine})
    requirements = [
        *(_recorded(s, gathered, composed.record_ids[s.uri][-1]) for s in mine),
        *(_referred(s, gathered) for s in referred),
        *gathered.completed.missing,
    ]
    recorder.metadata(
        _metadata(job, gathered, requirements),
        about=gathered.last,
        record_id=page_ids[-1],
    )
    composed.data = recorder.encoded()
    return composed


def _metadata(
    job: CaptureJob, gathered: Gathered, requirements: Sequence[Requirement]
) -> bytes:
    last = gathered.last
    return snapshot_metadata(
        job,
        page_uri=last.target_uri,
        captured_at=last.started_at,
        status=last.status,
        facts=_facts(gathered),
        pages=[one.last.target_uri for one in (gathered, *gathered.more)],
        requirements=sorted(requirements, key=lambda r: r.uri),
        notes=gathered.notes,
    )


def _facts(gathered: Gathered) -> Facts:
    """Return what the first page says of itself, with the text of all its pages."""
    pages = gathered.pages
    if not pages:
        return Facts()
    first, *others = (text.facts(page) for page in pages)
    if gathered.whole:
        return replace(first, text=max(first.text, others[0].text, key=len))
    texts = dict.fromkeys(one.text for one in (first, *others) if one.text)
    return replace(first, text="\n\n".join(texts))


def _recorded(shared: Shared, gathered: Gathered, record_id: str) -> Requirement:
    return Requirement(
        uri=shared.uri,
        kind=gathered.completed.kinds[shared.uri],
        outcome="captured",
        record_id=record_id,
        reason=shared.fetched.stopped or _cut(shared),
    )


def _cut(shared: Shared) -> str | None:
    cut = shared.fetched.exchanges[-1].truncated
    return f"cut off: {cut}" if cut else None


def _referred(shared: Shared, gathered: Gathered) -> Requirement:
    there = shared.captures[-1]
    return Requirement(
        uri=shared.uri,
        kind=gathered.completed.kinds[shared.uri],
        outcome="shared",
        record_id=there.record_id,
        warc_key=there.location.warc_key,
        reason=shared.fetched.stopped,
    )
