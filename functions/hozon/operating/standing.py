"""How an archive is: counts, what waits, what fails. One answer for CLI and API."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, timedelta
from itertools import islice
from typing import Any

from hozon.accounts import costs
from hozon.accounts.costs import Costs
from hozon.auditing import knowledge
from hozon.entries.health import LOOKED_AT, is_blocked
from hozon.log.findings import Finding
from hozon.nouns.archive import Archive
from hozon.nouns.deadletters import DeadLetters
from hozon.nouns.instants import iso
from hozon.nouns.ports import JobInbox
from hozon.nouns.tallies import WHOLE, Counts
from hozon.timetable import cadence

_SHOWN = 20

COST_DAYS = 30
"""Over how many days it is told what was spent, the last one included."""

PERIODS = {"today": 1, "last_7_days": 7, "last_30_days": 30}
"""Over how many days it is told what was done, today included (UTC)."""

DONE = (
    "polls",
    "polls_news",
    "polls_unchanged",
    "polls_failed",
    "entries_new",
    "snapshots",
    "requisites",
    "revisits",
    "blocked",
    "refused",
    "failed",
    "windows_rolled",
    "over_quota",
    "bytes_stored",
)
"""What is told of it, whatever else a tally counts. `blocked` is told by kinds as well."""


def standing(archive: Archive, inbox: JobInbox | None = None) -> dict[str, Any]:
    """Return the state of the archive as JSON.

    With the `inbox` of an embedded archive, it also says what is counted by reading the
    index, and how many jobs are `waiting`. `done` is what was done in some `PERIODS`.
    `trouble` lists failing feeds and entries, latest first, at most 20 of each;
    `entries_blocked` counts, among the latest 500 troubles, the entries for whose page
    something else came.
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
        **audited(archive),
        "done": done(archive),
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


def audited(archive: Archive) -> dict[str, Any]:
    """Return when the last audit and the last census were, how many objects that audit
    has read, and what is wrong by all audits so far (doubts are not).
    """
    known = knowledge.last(archive)
    wrong = [f for f in known.faults.values() if not f.is_doubt]
    return {
        "last_audit_at": iso(known.last_at) if known.last_at else None,
        "last_census_at": iso(known.census_at) if known.census_at else None,
        "audited": known.read,
        "faults": len(wrong),
        "damaged": [_damaged(each) for each in wrong[:_SHOWN]],
    }


def _damaged(found: Finding) -> dict[str, str]:
    """Return what is told of a fault to anybody: no URI, which may be out of sight."""
    is_object = found.subject.startswith(("warcs/", "log/"))
    subject = found.subject if is_object else "the index"
    return {"subject": subject, "act": found.act, "says": found.says}


def queues(archive: Archive, dead: DeadLetters | None) -> dict[str, int]:
    """Return how many jobs wait, and how many were given up, for who may ask queues."""
    waiting = archive.queue.depths()
    given_up = dead.depths() if dead is not None else {}
    return {
        **{f"waiting_{name}": count for name, count in waiting.items()},
        **{f"dead_{name}": count for name, count in given_up.items()},
    }


def done(archive: Archive) -> dict[str, Counts]:
    """Return what was done in each of the `PERIODS`, without what was not."""
    today = archive.clock().astimezone(UTC).date()
    days = days_until(archive, today, count=max(PERIODS.values()))
    found = {}
    for name, count in PERIODS.items():
        since = today - timedelta(days=count - 1)
        found[name] = _told(c for day, c in days.items() if day >= since)
    return found


def days_until(archive: Archive, last: date, *, count: int) -> Mapping[date, Counts]:
    """Return the tallies of the whole archive, of so many days that end with `last`."""
    since = last - timedelta(days=count - 1)
    return archive.tallies.days(WHOLE, since=since, until=last)


def cost_until(archive: Archive, last: date) -> Costs:
    """Return what the `COST_DAYS` that end with `last` have cost, by list prices."""
    return costs.of_days(days_until(archive, last, count=COST_DAYS).values())


def _told(days: Iterable[Counts]) -> Counts:
    total = Counter[str]()
    for counts in days:
        total.update(counts)
    return {
        name: total[name]
        for name in (*DONE, *sorted(n for n in total if n.startswith("blocked_")))
        if total[name]
    }


def _counted(archive: Archive, inbox: JobInbox) -> dict[str, int]:
    return {**archive.index.counts(), "waiting": inbox.depth()}
