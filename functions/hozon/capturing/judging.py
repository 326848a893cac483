"""Judge what came for a page by the snapshot of record: is it there, and as it was?"""

from asyncio import to_thread
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from hozon.capturing.composing import shown_facts, verdict, whole_extract
from hozon.capturing.gathering import Gathered
from hozon.changes import Reading
from hozon.changes.reading import of_pages
from hozon.changes.sentences import blocks, folded, of_block
from hozon.lives.looks import Judgement, Sight, absence, judged, replaced
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, NotFound
from hozon.nouns.model import Kind, Snapshot
from hozon.nouns.work import CaptureJob
from hozon.retrieving import readings
from hozon.retrieving.readings import Record
from hozon.stored import naming, sightings

SIBLINGS = 3
"""How many other articles of the feed are asked whether a sentence is the site's: all of
them must have it, and there must be two.
"""

_RECENT = 12


async def compared(
    job: CaptureJob, gathered: Gathered, archive: Archive
) -> Mapping[str, Any] | None:
    """Return as JSON what a capture has found of a page that has a snapshot of record,
    made by another job; None: there is none.
    """
    watch = await to_thread(archive.watches.get, job.link)
    if watch is None or watch.record is None or watch.record.id == job.id:
        return None
    record = await to_thread(readings.record, watch.record, archive)
    judgement, _ = await judge(job, gathered, record, archive)
    return sightings.found(judgement, compared=watch.record.id)


async def judge(
    job: CaptureJob, gathered: Gathered, record: Record, archive: Archive
) -> tuple[Judgement, Kind]:
    """Return what the page comes to that was gathered for `job`, and the verdict on it.

    It has been read for its text (`gathering.read`); its requisites are not needed.
    """
    last = gathered.last
    extract = whole_extract(gathered)
    found = verdict(job, gathered, extract)
    if gathered.refused is not None:
        return Judgement(outcome="blocked", reason=gathered.refused), found.kind
    gone = absence(found, last.status, link=job.link, page_uri=last.target_uri)
    if gone is not None:
        return gone, found.kind
    snapshot = record.snapshot
    before = Sight(
        reading=await readings.anew(record, archive),
        page_uri=snapshot.page_uri,
        kind=snapshot.kind,
    )
    facts = shown_facts(gathered, extract)
    now = Sight(
        reading=of_pages(gathered.pages, facts)
        if gathered.pages
        else Reading(text=readings.plain(gathered.last)),
        page_uri=last.target_uri,
        kind=found.kind,
    )
    if not gathered.pages or snapshot.kind == "document":
        return replaced(before, now), found.kind
    judgement = await to_thread(judged, before, now, link=job.link)
    if judgement.outcome == "changed":
        common = await to_thread(_common, record, archive)
        judgement = judged(before, now, link=job.link, common=common)
    return judgement, found.kind


def _common(record: Record, archive: Archive) -> frozenset[str]:
    """Return the sentences, folded, that other articles of the same feed have as well.

    As those published last were when they came: what a site has put on all of its pages
    is on them, too. What was added later may be an editor's: corrections of several
    articles are often worded alike.
    """
    found = list(_sentences(record.snapshot, archive))
    return frozenset.intersection(*found) if len(found) > 1 else frozenset()


def _sentences(own: Snapshot, archive: Archive) -> Iterator[frozenset[str]]:
    """Yield all sentences of each sibling's page, folded."""
    for snapshot in islice(_siblings(own, archive), SIBLINGS):
        try:
            other = readings.record(snapshot, archive)
        except (Damaged, NotFound):
            continue
        yield frozenset(
            sentence
            for page in readings.pages(other)
            for block in blocks(page.words)
            for sentence in of_block(folded(block))
        )


def _siblings(own: Snapshot, archive: Archive) -> Iterable[Snapshot]:
    """Return the first snapshots of other pages of a feed, latest first."""
    recent = archive.index.recent(own.feed_id, limit=_RECENT)
    links = {naming.link_id(e.link): e.link for e in recent if e.link}
    links.pop(naming.link_id(own.link), None)
    known = (archive.index.snapshots(link) for link in links.values())
    firsts = [next((s for s in some if s.accepted), None) for some in known]
    found = (snapshot for snapshot in firsts if snapshot is not None)
    return sorted(found, key=lambda each: each.captured_at, reverse=True)
