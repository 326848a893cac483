"""Whose plan a page is looked at by, and when that is next."""

from datetime import datetime
from functools import lru_cache

from hozon.nouns.archive import Archive
from hozon.nouns.errors import Conflict, NotFound
from hozon.nouns.watches import Planner, Watch
from hozon.stored import naming
from hozon.timetable import plans, rechecks
from hozon.timetable.plans import Plan

parsed = lru_cache(maxsize=256)(plans.parse)
"""Return the plan of a name or list (`plans.parse`), read once."""

NEVER = "none"


def plan_of(feed_id: str, archive: Archive) -> str:
    """Return the plan of a feed's articles: its own, or the archive's.

    Articles of a feed that is followed no more are looked at no more; those that a
    person asked for by themselves follow the archive's plan.
    """
    if feed_id == naming.NO_FEED:
        return archive.plan
    try:
        return archive.feeds.get(feed_id).plan or archive.plan
    except NotFound:
        return NEVER


def stated_plan(watch: Watch, archive: Archive) -> str:
    """Return the plan that a page is looked at by: its own, its feed's, the archive's."""
    return watch.plan or plan_of(watch.feed_id, archive)


def planner(feed_id: str, archive: Archive) -> Planner:
    """Return what says when a page of this feed is looked at next.

    The operator's wish for the page comes before that for its feed.
    """
    usual = plan_of(feed_id, archive)

    def planned(watch: Watch) -> datetime | None:
        return next_look(watch, watch.plan or usual, archive)

    return planned


def next_look(watch: Watch, plan: str, archive: Archive) -> datetime | None:
    """Return when a page is looked at next by a plan; None: never."""
    return rechecks.next_look(
        watch.life,
        parsed(plan),
        now=archive.clock(),
        seed=naming.link_id(watch.link),
    )


def replan(watch: Watch, archive: Archive) -> None:
    """Say anew when a page is looked at next, because somebody has changed a plan.

    One that is under way ends for nothing, and comes again.
    """
    at = next_look(watch, stated_plan(watch, archive), archive)
    try:
        archive.watches.plan(watch.link, at, was=watch.due_at)
    except Conflict:
        return


def tell_touched(links: list[str], archive: Archive) -> int:
    """Have pages looked at sooner whose feed says that they were updated; return how
    many. Pages that nobody looks at by plan are left alone.
    """
    sooner = 0
    now = archive.clock()
    for watch in archive.watches.get_all(links).values():
        if parsed(stated_plan(watch, archive)) == Plan():
            continue
        at = rechecks.told_look(watch.life, watch.due_at, now=now)
        if at is None:
            continue
        try:
            archive.watches.plan(watch.link, at, was=watch.due_at)
        except Conflict:
            continue
        sooner += 1
    return sooner
