"""A simulated month: an embedded archive reads a town of publishers, over real HTTP.

The clock stands while there is work and is then moved to the next tick at which
something is due, as a scheduler's ticks would come: only the time in between is skipped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hozon import wiring
from hozon.fetch import AllowedHosts
from hozon.nouns.archive import Archive
from hozon.polling.subscribing import new_feed
from hozon.wiring import Embedded, Fetching
from hozon.working.running import AT_ONCE, Run
from tests.manners.evidence import Evidence, Seen
from tests.manners.publishers import Publisher
from tests.manners.town import Standing, Town

SINCE = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MONTH = timedelta(days=30)
TICK = timedelta(minutes=5)
CONTACT = "https://archive.example.org/about"
NETWORK = "127.77.0.0/17"
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_PAGE = 1000
_TOO_MANY = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What a simulation came to: what is judged, and how many ticks had work."""

    evidence: Evidence
    ticks: int


async def simulate(
    publishers: Sequence[Publisher],
    directory: Path,
    *,
    since: datetime = SINCE,
    until: datetime = SINCE + MONTH,
) -> Simulated:
    """Follow all publishers from `since` to `until`, in an archive in `directory`.

    Raises `RuntimeError` where the archive does not come to rest.
    """
    clock = Standing(since)
    town = Town(publishers, clock)
    ticks = 0
    with (
        town.site() as site,
        wiring.embedded(directory, contact=CONTACT, clock=clock, create=True) as opened,
    ):
        # Looks are judged elsewhere: what spaces them are turns at hosts, left out here.
        archive = replace(opened.archive, plan="none")
        _follow(town, site.port, archive)
        how = Fetching(
            allowed=AllowedHosts.parse([f"{NETWORK}:{site.port}"]),
            interval_s=0,
            contact=CONTACT,
            clock=clock,
        )
        async with how.fetcher() as fetcher:
            for at in _ticks(opened, clock, until):
                clock.now = at
                run = Run(
                    archive=archive,
                    inbox=opened.inbox,
                    fetcher=fetcher,
                    tell=lambda _: None,
                    per_host=AT_ONCE,
                )
                await run.to_the_end()
                ticks += 1
                if len(town.log) > _TOO_MANY:
                    raise RuntimeError(f"{len(town.log)} requests until {clock.now}")
        evidence = gathered(town, opened.archive, since=since, until=until)
    return Simulated(evidence=evidence, ticks=ticks)


def _follow(town: Town, port: int, archive: Archive) -> None:
    for feed in town.feeds:
        archive.feeds.add(new_feed(f"http://{feed.host}:{port}{feed.path}", archive))


def _ticks(opened: Embedded, clock: Standing, until: datetime) -> Iterator[datetime]:
    """Yield the ticks at which something is due, until `until`."""
    while (at := _next(opened)) is not None:
        late = (at - SINCE) % TICK
        tick = at + (TICK - late if late else timedelta())
        if tick <= clock.now and clock.now > SINCE:
            raise RuntimeError(f"still due after a run at {clock.now}: {at}")
        if tick >= until:
            return
        yield tick


def _next(opened: Embedded) -> datetime | None:
    feeds = [feed.due_at for feed in opened.archive.feeds.due(_NEVER, limit=1)]
    looks = [w.due_at for w in opened.archive.watches.due(_NEVER, limit=1) if w.due_at]
    job = opened.inbox.next_at()
    return min([*feeds, *looks, *([] if job is None else [job])], default=None)


def gathered(
    town: Town, archive: Archive, *, since: datetime, until: datetime
) -> Evidence:
    """Return what there is to judge: the town's log, and what the archive has."""
    return Evidence(
        visits=tuple(town.log),
        feeds=town.feeds,
        entries=tuple(entries(archive)),
        since=since,
        until=until,
        rolled=rolled(town, archive),
    )


def entries(archive: Archive) -> Iterator[Seen]:
    """Yield all entries of an archive."""
    before = None
    while True:
        shown, before = archive.index.river(limit=_PAGE, before=before)
        yield from (Seen(id=s.entry.id, at=s.entry.first_seen_at) for s in shown)
        if before is None:
            return


def rolled(town: Town, archive: Archive) -> dict[str, int] | None:
    """Return how often the window of each feed rolled over, if the archive counts it.

    Feeds are told apart by their titles, which are the publishers' names.
    """
    feeds = archive.feeds.all()
    if not all(hasattr(feed, "rolled") for feed in feeds):
        return None
    return {feed.title or "": feed.rolled for feed in feeds}
