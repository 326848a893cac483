"""Judge what came for a page by the snapshot of record: is it there, and as it was?"""

from asyncio import to_thread
from collections.abc import Iterable
from itertools import islice

from hozon import naming, readings
from hozon.archive import Archive
from hozon.changes import Reading
from hozon.changes.reading import of_pages
from hozon.changes.sentences import blocks, folded, of_block
from hozon.composing import shown_facts, verdict, whole_extract
from hozon.errors import Damaged, NotFound
from hozon.gathering import Gathered
from hozon.looks import Judgement, Sight, absence, judged, replaced
from hozon.model import Kind, Snapshot
from hozon.readings import Record
from hozon.work import CaptureJob

SIBLINGS = 3
"""How many other articles of the feed are asked whether a sentence is the site's."""

_RECENT = 12


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

    Of those captured last: what a site has put on all of its pages is on them, too.
    """
    sentences: set[str] = set()
    for snapshot in islice(_siblings(record.snapshot, archive), SIBLINGS):
        try:
            other = readings.record(snapshot, archive)
        except (Damaged, NotFound):
            continue
        for page in readings.pages(other):
            for block in blocks(page.words):
                sentences.update(of_block(folded(block)))
    return frozenset(sentences)


def _siblings(own: Snapshot, archive: Archive) -> Iterable[Snapshot]:
    """Return snapshots of other pages of a feed, those captured last first."""
    recent = archive.index.recent(own.feed_id, limit=_RECENT)
    links = {naming.link_id(e.link): e.link for e in recent if e.link}
    links.pop(naming.link_id(own.link), None)
    found = (archive.watches.get(link) for link in links.values())
    snapshots = [w.record for w in found if w is not None and w.record is not None]
    return sorted(snapshots, key=lambda each: each.captured_at, reverse=True)
