"""How an archive is: counts, what waits, what fails. One answer for CLI and API."""

from itertools import islice
from typing import Any

from hozon import cadence
from hozon.archive import Archive
from hozon.health import LOOKED_AT, is_blocked
from hozon.instants import iso
from hozon.ports import JobInbox

_SHOWN = 20


def standing(archive: Archive, inbox: JobInbox | None = None) -> dict[str, Any]:
    """Return the state of the archive as JSON.

    With the `inbox` of an embedded archive, it also says what is counted by reading the
    index, and how many jobs are `waiting`. `trouble` lists failing feeds and entries,
    latest first, at most 20 of each; `entries_blocked` counts, among the latest 500
    troubles, the entries for whose page something else came.
    """
    feeds = archive.feeds.all()
    now = archive.clock()
    failing = [f for f in feeds if f.failures]
    troubles = list(islice(archive.index.troubles(), LOOKED_AT))
    polled = [f.succeeded_at for f in feeds if f.succeeded_at]
    due = [f.due_at for f in feeds if not f.paused]
    return {
        "now": iso(now),
        "feeds": len(feeds),
        "feeds_due": sum(at <= now for at in due),
        "feeds_failing": len(failing),
        "feeds_silent": sum(
            cadence.silent(f.arrivals, now=now) for f in feeds if not f.paused
        ),
        "windows_rolled": sum(f.rolled for f in feeds),
        **({} if inbox is None else _counted(archive, inbox)),
        "last_success_at": iso(max(polled)) if polled else None,
        "next_poll_at": iso(min(due)) if due else None,
        "entries_blocked": sum(map(is_blocked, troubles)),
        "trouble": [
            *(
                {"uri": f.uri, "reason": f.trouble, "kind": "failed"}
                for f in failing[:_SHOWN]
            ),
            *(
                {"uri": t.link, "reason": t.reason, "kind": t.kind}
                for t in troubles[:_SHOWN]
            ),
        ],
    }


def _counted(archive: Archive, inbox: JobInbox) -> dict[str, int]:
    return {**archive.index.counts(), "waiting": inbox.depth()}
