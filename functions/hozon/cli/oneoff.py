"""``hozon capture`` and ``hozon recheck``: what a person asks for, now."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import click

from hozon.capturing import recalling
from hozon.capturing.permission import Permission
from hozon.capturing.permission import asking as permission_of
from hozon.capturing.sharing import Commons
from hozon.cli.context import (
    ALLOW_HOST,
    HOST_INTERVAL,
    Context,
    clock_from,
    fetching,
    note,
)
from hozon.cli.followed import find
from hozon.cli.histories import find_entry
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Misuse
from hozon.nouns.model import Entry
from hozon.nouns.outcomes import Outcome
from hozon.retrieving.listing import entry_of
from hozon.serving import describing
from hozon.wiring import Fetching, Opened
from hozon.working import asking
from hozon.working.running import AT_ONCE

T = TypeVar("T")

_NOW = click.option("--now", metavar="INSTANT", help="Rehearse another instant.")


@click.command()
@click.argument("uri", nargs=-1, required=True)
@_NOW
@ALLOW_HOST
@HOST_INTERVAL
@click.pass_obj
def capture(
    context: Context,
    uri: tuple[str, ...],
    now: str | None,
    allow_host: tuple[str, ...],
    host_interval: float | None,
) -> None:
    """Capture the pages at URI…, which no feed need have; they are looked at again.

    What cannot be had now is tried again by `hozon run`. The exit code is 1 where a page
    was not captured, or something else came in its place.

    \b
    hozon capture https://www.eff.org/deeplinks/2026/10/an-article
    """
    clock = clock_from(now)
    how = fetching(allow_host, host_interval, context.contact, clock)
    with context.open(clock=clock, create=True) as opened:
        keys: dict[str, str] = {}

        async def one(
            address: str, permission: Permission, commons: Commons
        ) -> Outcome:
            keys[address], outcome = await asking.capture_now(
                address, opened.archive, permission, commons
            )
            return outcome

        outcomes = asyncio.run(_all(uri, one, opened, how))
        for address, outcome in zip(uri, outcomes, strict=True):
            _say(context, keys[address], address, outcome, opened.archive)
    if any(outcome.problem for outcome in outcomes):
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("entry_id", metavar="[ID]", required=False)
@click.option("--feed", "feed_uri", metavar="URI", help="All entries of this feed.")
@_NOW
@ALLOW_HOST
@HOST_INTERVAL
@click.pass_obj
def recheck(
    context: Context,
    *,
    entry_id: str | None,
    feed_uri: str | None,
    now: str | None,
    allow_host: tuple[str, ...],
    host_interval: float | None,
) -> None:
    """Look again, now: at the page of an entry (its ID or URI), or at all of a feed.

    Pages are asked for whole. The exit code is 1 where nobody answered.

    \b
    hozon recheck 3f0c…
    hozon recheck --feed https://www.eff.org/rss/updates.xml
    """
    if (entry_id is None) == (feed_uri is None):
        raise Misuse("name an entry, or a feed with --feed")
    clock = clock_from(now)
    how = fetching(allow_host, host_interval, context.contact, clock)
    with context.open(clock=clock) as opened:
        archive = opened.archive
        found = _entries(entry_id, feed_uri, archive)

        async def one(
            entry: Entry, permission: Permission, commons: Commons
        ) -> Outcome:
            return await asking.look_now(entry, archive, permission, commons)

        outcomes = asyncio.run(_all(found, one, opened, how))
        for entry, outcome in zip(found, outcomes, strict=True):
            _say(context, entry.key, entry.link or "", outcome, archive)
    if any(outcome.problem for outcome in outcomes):
        raise click.exceptions.Exit(1)


def _entries(
    entry_id: str | None, feed_uri: str | None, archive: Archive
) -> Sequence[Entry]:
    if entry_id is not None:
        return [find_entry(entry_id, archive)]
    feed = find(archive.feeds, feed_uri or "")
    return asking.entries_to_look_at(feed.id, archive)


async def _all(
    subjects: Sequence[T],
    one: Callable[[T, Permission, Commons], Awaitable[Outcome]],
    opened: Opened,
    how: Fetching,
) -> list[Outcome]:
    places = asyncio.Semaphore(AT_ONCE)
    commons = recalling.commons(opened.archive)
    async with opened.fetcher(how) as fetcher:
        permission = permission_of(opened.archive, fetcher)

        async def placed(subject: T) -> Outcome:
            async with places:
                return await one(subject, permission, commons)

        return await asyncio.gather(*map(placed, subjects))


def _say(
    context: Context, key: str, uri: str, outcome: Outcome, archive: Archive
) -> None:
    """Say what came of one page: how its entry is now."""
    if outcome.problem:
        note(f"hozon: {uri}: {outcome.problem}")
    if not archive.index.entries([key]):
        return
    shown = entry_of(archive.index, key)
    findings = archive.index.findings(uri)
    said: dict[str, Any] = {
        "id": key,
        "link": uri,
        "outcome": findings[-1].outcome if findings else None,
        "state": describing.state(shown),
        "versions": shown.life.version if shown.life else 0,
        "problem": outcome.problem,
    }
    text = f"{said['state']}, version {said['versions']} ({said['outcome']})"
    context.say(said, f"{uri}\n  {key}  {text}")
