"""``hozon feeds``: follow, list, pause, forget."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import click

from hozon.cli.context import (
    ALLOW_HOST,
    HOST_INTERVAL,
    Context,
    clock_from,
    fetching,
    note,
    on_terminal,
)
from hozon.cli.followed import find
from hozon.cli.lazily import Lazily
from hozon.cli.wishes import WISHES, Wishes
from hozon.entries import health
from hozon.nouns.archive import Archive
from hozon.nouns.errors import (
    HozonError,
    Misuse,
    NotAFeed,
    NotFound,
    Refused,
)
from hozon.nouns.instants import iso
from hozon.nouns.model import Feed
from hozon.polling.backfilling import MOST_ENTRIES, start
from hozon.polling.hubs import leave
from hozon.polling.subscribing import subscribe
from hozon.serving.describing import feed as described
from hozon.wiring import Embedded, Fetching, Opened


@click.group(
    cls=Lazily, places={"import": "lists:import_feeds", "export": "lists:export"}
)
def feeds() -> None:
    """Follow feeds."""


@feeds.command()
@click.argument("uri", nargs=-1, required=True)
@click.option("--all", "take_all", is_flag=True, help="Of a page, follow all feeds.")
@WISHES
@click.option(
    "--backfill",
    type=click.IntRange(1, MOST_ENTRIES),
    metavar="N",
    help="Fetch up to N older entries too, where the feed names them; also of a feed "
    "that is followed already.",
)
@ALLOW_HOST
@HOST_INTERVAL
@click.pass_obj
def add(
    context: Context,
    /,
    uri: tuple[str, ...],
    backfill: int | None,
    allow_host: tuple[str, ...],
    host_interval: float | None,
    *,
    take_all: bool,
    **wishes: Any,
) -> None:
    """Follow the feeds at URI…, after a look at each.

    Where a URI is that of a page, its feeds are found: a single one is followed, of
    several you choose (--all takes all; without a terminal they are listed, exit code
    2). Those that cannot be followed are told on stderr; the others are followed all
    the same, and the exit code is 1. What the look brought is stored: `hozon run` goes
    on from there.

    \b
    hozon feeds add https://www.eff.org/rss/updates.xml
    hozon feeds add https://www.eff.org/ --all
    hozon feeds add https://blog.example.org/feed --backfill 200
    """
    clock = clock_from(None)
    how = fetching(allow_host, host_interval, context.contact, clock)
    with context.open(clock=clock, create=True) as opened:
        adding = Adding(
            context=context,
            opened=opened,
            how=how,
            take_all=take_all,
            wishes=Wishes(**wishes),
            backfill=backfill,
        )
        failed = adding.all(uri)
    if len(failed) == 1 == len(uri):
        raise failed[0]
    for error in failed:
        note(f"hozon: {error}")
    if failed:
        raise click.exceptions.Exit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """One `feeds add`: looks at many URIs at once, then at the feeds of pages."""

    context: Context
    opened: Opened
    how: Fetching
    take_all: bool
    wishes: Wishes
    backfill: int | None = None

    def all(self, addresses: Sequence[str]) -> list[HozonError]:
        """Follow all that can be, and return what could not."""
        failed = asyncio.run(self._looked(addresses))
        failures: list[HozonError] = []
        for error in failed:
            if isinstance(error, NotAFeed) and error.feeds:
                failures += asyncio.run(self._looked(self._chosen(error)))
            else:
                failures.append(error)
        return failures

    async def _looked(self, addresses: Sequence[str]) -> list[HozonError]:
        failed: list[HozonError] = []
        archive = self.opened.archive

        async def one(address: str) -> None:
            try:
                feed = self._followed(address)
                feed = feed or await subscribe(address, archive, fetcher, tell=_odd)
                feed = self._as_wished(feed)
                name = feed.title or feed.uri
                self.context.say(described(feed), f"following {name}")
                if self.backfill is not None:
                    start(feed, archive, most=self.backfill)
            except HozonError as e:
                failed.append(_about(address, e))

        async with self.opened.fetcher(self.how) as fetcher:
            await asyncio.gather(*(one(address) for address in addresses))
        return failed

    def _as_wished(self, feed: Feed) -> Feed:
        wished = self.wishes.of(feed)
        if wished != feed:
            self.opened.archive.feeds.save(wished, due_at=feed.due_at)
        return wished

    def _followed(self, address: str) -> Feed | None:
        """Return a feed that is followed and has been polled, to be filled back only."""
        if self.backfill is None:
            return None
        try:
            feed = find(self.opened.archive.feeds, address)
        except NotFound:
            return None
        return feed if feed.older_uri or feed.polled_at else None

    def _chosen(self, error: NotAFeed) -> Sequence[str]:
        """Return the feeds of a page that are to be followed; ask where that is open."""
        found = error.feeds
        if self.take_all or len(found) == 1:
            return found
        listed = "\n".join(f"  {n}  {uri}" for n, uri in enumerate(found, start=1))
        note(f"{len(found)} feeds were found:\n{listed}")
        if not on_terminal():
            raise Misuse("name one of them, or take --all")
        chosen = click.prompt("Which", type=click.IntRange(1, len(found)), err=True)
        return (found[chosen - 1],)


def _odd(text: str) -> None:
    note(f"hozon: {text}")


def _about(address: str, error: HozonError) -> HozonError:
    """Return the error with the address it is about, and the way out, in its sentence."""
    said = str(error) if address in str(error) else f"{address}: {error}"
    if isinstance(error, Refused):
        said += "; a host of your own is reached with --allow-host HOST:PORT"
    if isinstance(error, NotAFeed):
        return NotAFeed(said, feeds=error.feeds)
    return type(error)(said)


@feeds.command(name="list")
@click.pass_obj
def list_feeds(context: Context) -> None:
    """List the feeds that are followed.

    \b
    hozon feeds list
    hozon --json feeds list | jq -r .uri
    """
    with context.open() as opened:
        for feed in opened.archive.feeds.all():
            context.say(described(feed), _line(feed))


@feeds.command()
@click.argument("uri")
@click.pass_obj
def show(context: Context, uri: str) -> None:
    """Show what is known of one feed, and what is wrong with it.

    \b
    hozon feeds show https://www.eff.org/rss/updates.xml
    """
    with context.open() as opened:
        feed = find(opened.archive.feeds, uri)
        ailing = health.ailments(feed, now=opened.archive.clock())
        shown = described(feed) | {"ailments": [ail.text for ail in ailing]}
        context.say(shown, "\n".join(map(_field, shown, shown.values())))


@feeds.command(name="set")
@click.argument("uri")
@WISHES
@click.pass_obj
def set_wishes(context: Context, /, uri: str, **wishes: Any) -> None:
    """Change how a feed is kept and polled, from its next poll on.

    \b
    hozon feeds set https://www.eff.org/rss/updates.xml --folder Rights/Digital
    hozon feeds set https://www.eff.org/rss/updates.xml --every-max 6h
    hozon feeds set https://www.eff.org/rss/updates.xml --plan news
    """
    with context.open() as opened:
        feed = find(opened.archive.feeds, uri)
        if Wishes() == Wishes(**wishes):
            raise Misuse("nothing to set: see hozon feeds set --help")
        changed = replace(Wishes(**wishes).of(feed), due_at=_renamed(feed))
        opened.archive.feeds.save(changed, due_at=feed.due_at)
        if changed.plan != feed.plan and isinstance(opened, Embedded):
            opened.replan(feed.id)
        context.say(described(changed), _line(changed))


@feeds.command()
@click.argument("uri")
@click.pass_obj
def pause(context: Context, uri: str) -> None:
    """Poll a feed no more until it is resumed.

    \b
    hozon feeds pause https://www.eff.org/rss/updates.xml
    """
    _set_paused(context, uri, paused=True)


@feeds.command()
@click.argument("uri")
@click.pass_obj
def resume(context: Context, uri: str) -> None:
    """Poll a paused feed again.

    \b
    hozon feeds resume https://www.eff.org/rss/updates.xml
    """
    _set_paused(context, uri, paused=False)


@feeds.command()
@click.argument("uri")
@ALLOW_HOST
@HOST_INTERVAL
@click.pass_obj
def remove(
    context: Context, uri: str, allow_host: tuple[str, ...], host_interval: float
) -> None:
    """Forget a feed. What is archived of it stays; a hub that tells of it is told.

    \b
    hozon feeds remove https://www.eff.org/rss/updates.xml
    """
    how = fetching(allow_host, host_interval, context.contact, clock_from(None))

    async def left(feed: Feed, archive: Archive) -> str | None:
        async with how.fetcher() as fetcher:
            return await leave(feed, archive, fetcher)

    with context.open() as opened:
        feed = find(opened.archive.feeds, uri)
        if problem := asyncio.run(left(feed, opened.archive)):
            note(f"hozon: the hub was not told ({problem}); its lease will run out")
        context.say(described(feed), f"forgot {feed.uri}; its snapshots stay")


def _set_paused(context: Context, uri: str, *, paused: bool) -> None:
    with context.open() as opened:
        feed = find(opened.archive.feeds, uri)
        changed = replace(feed, paused=paused, due_at=_renamed(feed))
        opened.archive.feeds.save(changed, due_at=feed.due_at)
        context.say(described(changed), _line(changed))


def _renamed(feed: Feed) -> datetime:
    """Return another instant for the next poll, so that one under way ends for nothing.

    A feed that was never polled keeps its own: what `feeds add` stored is found by it.
    """
    if feed.polled_at is None:
        return feed.due_at
    return feed.due_at + timedelta(milliseconds=1)


def _field(name: str, value: object) -> str:
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    return f"{name:14} {'' if value is None else value}".rstrip()


def _line(feed: Feed) -> str:
    state = "paused" if feed.paused else f"next poll {iso(feed.due_at)}"
    if feed.failures:
        state += f", failed {feed.failures}×: {feed.trouble}"
    return f"{feed.title or '(no title)'}\n  {feed.uri}\n  {state}"
