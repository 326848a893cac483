"""Replay a history: an embedded archive looks at a site, over real HTTP on loopback.

The clock stands while there is work, and is then put to the next instant at which
something is due, as a scheduler's ticks would come.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hozon import wiring
from hozon.fetch import AllowedHosts
from hozon.nouns.archive import Archive
from hozon.nouns.findings import Finding, Step
from hozon.polling.subscribing import new_feed
from hozon.rechecking.versions import steps
from hozon.retrieving import retrieval
from hozon.wiring import Embedded, Fetching
from hozon.working.running import AT_ONCE, Run
from tests.histories.scripts import Script
from tests.histories.town import Town
from tests.manners.town import Standing

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of one article in the end: each look, and what `get` gives for it.

    `given` is the content as of the instant of each look that has a snapshot.
    """

    steps: Sequence[Step]
    given: Sequence[tuple[Finding, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay came to, by the path that each article was published at."""

    town: Town
    told: dict[str, Told]
    ticks: int
    requests: int
    is_rebuilt: bool


async def replay(
    scripts: Sequence[Script],
    directory: Path,
    *,
    until: datetime,
    plan: str = "standard",
    tick: timedelta = timedelta(minutes=1),
    played: type[Town] = Town,
) -> Replayed:
    """Follow the site of these scripts from the first article on, until then.

    In the end the index is made anew, and must be the same.
    """
    clock = Standing(min(script.born_at for script in scripts))
    town = played(scripts, clock)
    opening = wiring.embedded(
        directory,
        clock=clock,
        create=True,
        settled=lambda kept: replace(kept, recheck_plan=plan),
    )
    with town.site() as site, opening as opened:
        archive = opened.archive
        archive.feeds.add(new_feed(site.uri("/feed.xml"), archive))
        allowed = AllowedHosts.parse([site.authority])
        how = Fetching(allowed=allowed, interval_s=0, clock=clock)
        ticks = 0
        async with how.fetcher() as fetcher:
            while (at := _next(opened)) is not None and at < until:
                clock.now = max(at + -(at - _EPOCH) % tick, clock.now)
                await Run(
                    archive=archive,
                    inbox=opened.inbox,
                    fetcher=fetcher,
                    tell=lambda _: None,
                    per_host=AT_ONCE,
                ).to_the_end()
                ticks += 1
        told = {s.path: _told(site.uri(s.path), archive) for s in scripts}
        before = list(archive.index.dump())
        opened.reindex(progress=lambda _: None)
        return Replayed(
            town=town,
            told=told,
            ticks=ticks,
            requests=fetcher.requests,
            is_rebuilt=before == list(archive.index.dump()),
        )


def _next(opened: Embedded) -> datetime | None:
    archive = opened.archive
    feeds = [feed.due_at for feed in archive.feeds.due(_NEVER, limit=1)]
    looks = [w.due_at for w in archive.watches.due(_NEVER, limit=1) if w.due_at]
    job = opened.inbox.next_at()
    return min([*feeds, *looks, *([] if job is None else [job])], default=None)


def _told(link: str, archive: Archive) -> Told:
    found = steps(link, archive)
    given = [
        (step.finding, _given(link, step.finding, archive))
        for step in found
        if step.finding.held
    ]
    return Told(steps=found, given=given)


def _given(link: str, finding: Finding, archive: Archive) -> bytes:
    return retrieval.follow(link, archive, at=finding.at).content()
