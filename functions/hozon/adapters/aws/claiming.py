"""Who captures a page: jobs with one id come from several feeds, and SQS tells nobody.

The first worker who is handed such a job notes its `due_at`, for which entry and when
that was in the state of the page. Whoever comes later finds the note, or the snapshot.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from hozon.adapters.aws import items, keys
from hozon.adapters.aws.table import Item, Table
from hozon.nouns import instants
from hozon.nouns.model import Trouble
from hozon.nouns.ports import CLAIM_S
from hozon.nouns.work import CaptureJob
from hozon.stored import naming


def claim(table: Table, job: CaptureJob, *, now: datetime) -> CaptureJob | None:
    """Return the job to do, or None (`Index.claim`). One request, mostly."""
    link_id = naming.link_id(job.link)
    seen = table.update_or_see(
        keys.state(link_id),
        "SET claim_id = :id, claim_due_at = :due, claimed_by = :by, claimed_at = :now",
        condition="attribute_not_exists(claim_id) AND attribute_not_exists(latest_at)",
        values={
            ":id": {"S": job.id},
            ":due": {"S": instants.iso(job.due_at)},
            ":by": {"S": job.entry_key},
            ":now": {"S": instants.iso(now)},
        },
    )
    if seen is None:
        return job
    if _is_held(table, seen, link_id, job.id):
        return None
    return _claimed(seen, job, now)


def _is_held(table: Table, seen: Item, link_id: str, snapshot_id: str) -> bool:
    if "latest_at" not in seen:
        return False
    if keys.taken(seen["latest_at"]["S"]) == snapshot_id:
        return True
    return table.get(keys.snapshot(link_id, snapshot_id)) is not None


def _claimed(seen: Item, job: CaptureJob, now: datetime) -> CaptureJob | None:
    """Return the job as it was claimed; None while another worker may be at it."""
    if seen.get("claim_id", {}).get("S") != job.id:
        return job
    due_at = instants.from_iso(seen["claim_due_at"]["S"])
    claimed_at = instants.from_iso(seen["claimed_at"]["S"])
    by = seen.get("claimed_by", {}).get("S", job.entry_key)
    is_ours = (due_at, by) == (job.due_at, job.entry_key)
    is_at_work = now - claimed_at < timedelta(seconds=CLAIM_S)
    if is_at_work and not is_ours and not _has_ended(seen):
        return None
    return replace(job, due_at=due_at)


def _has_ended(seen: Item) -> bool:
    """Tell whether the job that was claimed is not tried any more."""
    return "trouble" in seen and items.noun(Trouble, seen, "trouble").final
