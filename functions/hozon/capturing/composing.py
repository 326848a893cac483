"""Compose a snapshot's WARC object from what was gathered. No I/O."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hozon.capturing.gathering import Gathered
from hozon.capturing.sharing import Shared
from hozon.entries import entries
from hozon.nouns.archive import Archive
from hozon.nouns.claims import Extract
from hozon.nouns.digests import Digest
from hozon.nouns.model import Capture, Entry, Exchange, Facts, Verdict
from hozon.nouns.work import CaptureJob
from hozon.reading.claiming import with_feed
from hozon.stored import naming
from hozon.stored.holdings import Requirement, snapshot_metadata
from hozon.stored.recording import Recorder

SHARED_FROM = 512
"""Payloads of fewer bytes are stored again: a revisit record would be no smaller."""


@dataclass(slots=True, kw_only=True)
class Composed:
    """A WARC object before it is stored; `record_ids` of each requisite, by its URI."""

    data: bytes = b""
    record_ids: dict[str, tuple[str, ...]] = field(default_factory=dict)


def may_be_shared(exchange: Exchange) -> bool:
    """Tell whether a payload that is held already is referred to, not stored again.

    Only those of whole answers of status 200 are, and only where a revisit saves bytes.
    """
    whole = exchange.truncated is None and exchange.status == 200
    return whole and len(exchange.payload) >= SHARED_FROM


def compose(
    job: CaptureJob,
    gathered: Gathered,
    *,
    mine: Sequence[Shared],
    referred: Sequence[Shared],
    digests: Iterable[Digest],
    held: Mapping[Digest, Capture],
    archive: Archive,
    look: Mapping[str, Any] | None = None,
) -> Composed:
    """Return the snapshot's object: page, robots.txt, requisites, and metadata last.

    `mine` are the requisites to record here, `referred` those that another object
    holds, `held` the captures of payloads that the archive holds already;
    `digests` are those of the payloads of all exchanges in the order of their records:
    the pages', those of `Gathered.asked`, those of `mine`. `look` is what a look found
    (`sightings.found`), if one makes the snapshot.
    """
    started_at = gathered.exchanges[0].started_at
    recorder = Recorder.of(archive, naming.warc_key(job), started_at)
    payloads = iter(digests)

    def record(exchanges: Sequence[Exchange]) -> tuple[str, ...]:
        return tuple(
            recorder.exchange(
                each,
                held=held.get(digest) if may_be_shared(each) else None,
                payload_digest=digest,
            )
            for each, digest in zip(exchanges, payloads, strict=False)
        )

    page_ids = record(gathered.exchanges)
    for part in gathered.more:
        record(part.exchanges)
    record(gathered.asked)
    composed = Composed(record_ids={s.uri: record(s.fetched.exchanges) for s in mine})
    requirements = [
        *(_recorded(s, gathered, composed.record_ids[s.uri][-1]) for s in mine),
        *(_referred(s, gathered) for s in referred),
        *gathered.completed.missing,
    ]
    recorder.metadata(
        _metadata(job, gathered, requirements, look),
        about=gathered.last,
        record_id=page_ids[-1],
    )
    composed.data = recorder.encoded()
    return composed


def _metadata(
    job: CaptureJob,
    gathered: Gathered,
    requirements: Sequence[Requirement],
    look: Mapping[str, Any] | None,
) -> bytes:
    last = gathered.last
    extract = whole_extract(gathered)
    return snapshot_metadata(
        job,
        page_uri=last.target_uri,
        captured_at=last.started_at,
        status=last.status,
        extract=replace(extract, claims=with_feed(extract, job)),
        pages=[one.last.target_uri for one in (gathered, *gathered.more)],
        verdict=verdict(job, gathered, extract),
        requirements=sorted(requirements, key=lambda r: r.uri),
        notes=gathered.notes,
        robots=gathered.robots,
        look=look,
        entries=_unstated(job, gathered, extract),
    )


def _unstated(job: CaptureJob, gathered: Gathered, extract: Extract) -> list[Entry]:
    """Return the entry of a page that a person asked for: no feed states it."""
    if job.feed_id != naming.NO_FEED:
        return []
    return [entries.asked(job, extract.facts, seen_at=gathered.last.started_at)]


def verdict(job: CaptureJob, gathered: Gathered, extract: Extract) -> Verdict:
    """Return what came for a job, judged by all that is known of it: by the reader of the
    page where that is all of it, else here.
    """
    if gathered.opened.verdict is not None and not gathered.more:
        return gathered.opened.verdict
    # Here, as in `gathering`: children judge most pages.
    from hozon import text, verdicts  # noqa: PLC0415  see above

    page = gathered.page
    said = text.Statements(page.tree) if page else None
    facts = shown_facts(gathered, extract)
    return verdicts.judge(job, gathered.exchanges, page, facts, said)


def shown_facts(gathered: Gathered, extract: Extract) -> Facts:
    """Return the facts of what was gathered (`text.shown`)."""
    if extract.confidence is None and gathered.page:
        from hozon import text  # noqa: PLC0415  as in `verdict`

        return text.shown(extract, gathered.page)
    return extract.facts


def whole_extract(gathered: Gathered) -> Extract:
    """Return what was made out of the first page, with the text of all its pages."""
    first = gathered.extract
    others = [one.extract for one in gathered.more]
    if gathered.whole:
        longest = max(first, *others, key=lambda one: len(one.facts.text))
        texts, markdowns = [longest.facts.text], [longest.markdown]
    else:
        texts = [one.facts.text for one in (first, *others)]
        markdowns = [one.markdown for one in (first, *others)]
    return replace(
        first,
        facts=replace(first.facts, text=_joined(texts)),
        markdown=_joined(markdowns),
    )


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(dict.fromkeys(filter(None, texts)))


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
