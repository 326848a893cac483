"""Names of stored objects and of jobs: made of hashes and instants only. Pure.

A name depends on the job and never on the worker, so a job done twice meets its own
object, and the first one that is durable wins (create-only).
"""

import re
from datetime import datetime

from hozon.nouns import uris
from hozon.nouns.digests import identifier
from hozon.nouns.instants import from_timestamp, iso, timestamp
from hozon.nouns.work import BackfillJob, CaptureJob, LookJob, PollJob

NO_FEED = "asked"
"""Stands for the feed of entries that a person asked for (`hozon capture`)."""

_STATED = "urn:hozon:entry:"
_AT = re.compile(r"hozon-(\d{14})-[^/]*$")


def feed_id(uri: str) -> str:
    """Return the id of the feed at `uri` (normal form): stable for ever."""
    return identifier("feed", uri)


def link_id(link: str) -> str:
    """Return what entries, snapshots and troubles of one page are joined by.

    It is made of `uris.link_key` alone, so any stored link gives it. Raises `Misuse`.
    """
    return identifier("link", uris.link_key(link), size=24)


def first_capture_id(link: str) -> str:
    """Return the id of the job (and of the snapshot) that first captures a page.

    Whichever feed states the link, and with whichever tracking parameters.
    """
    return identifier("capture", link_id(link), "first", size=24)


def later_capture_id(link: str, entry_key: str) -> str:
    """Return the id of the job that captures a page anew because an entry says so."""
    return identifier("capture", link_id(link), entry_key, size=24)


def again_capture_id(capture_id: str) -> str:
    """Return the id of the job that captures a page again after that of `capture_id`."""
    return identifier("capture", capture_id, "again", size=24)


def asked_capture_id(link: str, at: datetime) -> str:
    """Return the id of the job that captures a page because a person asks for it."""
    return identifier("capture", link_id(link), iso(at), size=24)


def asked_entry_key(link: str) -> str:
    """Return the key of the entry of a page that a person asked for."""
    return identifier(NO_FEED, link_id(link), size=24)


def look_id(job: LookJob) -> str:
    """Return the id of a look: of its finding, and of its snapshot if it makes one."""
    return identifier("look", link_id(job.link), iso(job.due_at), size=24)


def warc_key(job: PollJob | BackfillJob | CaptureJob | LookJob) -> str:
    """Return the key of the WARC object a job makes (ISO 28500 Annex C, one per job).

    ``warcs/YYYY/MM/DD/hozon-<14 digits of due_at>-<id>.warc.gz``
    (of a back-fill: of `asked_at`)
    """
    if isinstance(job, BackfillJob):
        return _warc_key(_object_id(job), job.asked_at)
    return _warc_key(_object_id(job), job.due_at)


def object_id(key: str) -> str:
    """Return the id at the end of a stored object's key: of a snapshot, its own."""
    return key.rpartition("/")[2].partition(".")[0].rpartition("-")[2]


def object_at(key: str) -> datetime:
    """Return the instant in a stored object's key; 1970 where it has none of ours."""
    found = _AT.search(key)
    return from_timestamp(found[1] if found else "1970")


def _object_id(job: PollJob | BackfillJob | CaptureJob | LookJob) -> str:
    if isinstance(job, CaptureJob):
        return job.id
    if isinstance(job, LookJob):
        return look_id(job)
    if isinstance(job, BackfillJob):
        asked = iso(job.asked_at)
        return identifier("backfill", job.feed_id, asked, job.uri, size=24)
    return identifier("poll", job.feed_id, iso(job.due_at), size=24)


def _warc_key(object_id: str, instant: datetime) -> str:
    digits = timestamp(instant)
    day = f"{digits[:4]}/{digits[4:6]}/{digits[6:8]}"
    return f"warcs/{day}/hozon-{digits}-{object_id}.warc.gz"


def stated_uri(entry_key: str) -> str:
    """Return the target URI of the record of an article's text as its feed states it.

    A name that nobody can ask for: the record is no capture of a page.
    """
    return f"{_STATED}{entry_key}"


def stated_key(target_uri: str | None) -> str | None:
    """Return the key of the entry that a record with this target URI is of, or None."""
    if target_uri is None or not target_uri.startswith(_STATED):
        return None
    return target_uri.removeprefix(_STATED)
