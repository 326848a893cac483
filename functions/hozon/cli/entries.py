"""``hozon entries``: the river on the terminal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import click

from hozon.cli.context import Context
from hozon.cli.followed import find
from hozon.cli.lazily import Lazily
from hozon.nouns import instants
from hozon.nouns.archive import Archive
from hozon.nouns.instants import Clock, utcnow
from hozon.nouns.model import RiverEntry
from hozon.retrieving import retrieval
from hozon.retrieving.listing import entries_of
from hozon.serving import river
from hozon.serving.describing import described, state


@click.group(
    cls=Lazily,
    places={
        "show": "histories:show",
        "versions": "histories:list_versions",
        "diff": "histories:show_diff",
        "watch": "histories:watch",
    },
)
def entries() -> None:
    """Look at what was published."""


@entries.command(name="list")
@click.option("--feed", "feed_uri", metavar="URI", help="Only entries of this feed.")
@click.option("--since", metavar="INSTANT", help="Only entries from then on.")
@click.option("--until", metavar="INSTANT", help="Only entries before then.")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    default=50,
    show_default=True,
    help="At most so many.",
)
@click.option(
    "--long",
    "is_long",
    is_flag=True,
    help="With ids, links, captures, and what robots.txt said.",
)
@click.pass_obj
def list_entries(
    context: Context,
    feed_uri: str | None,
    since: str | None,
    until: str | None,
    limit: int,
    *,
    is_long: bool,
) -> None:
    """Print the river: the entries of all feeds, newest first.

    INSTANT is a date, 2026-08-22T10:15:00Z, or an age like 3d.

    \b
    hozon entries list --since 2w --limit 10
    hozon --json entries list | jq -r .link
    """
    with context.reading() as opened:
        archive = opened.archive
        sources = {feed.id: feed.title or feed.uri for feed in archive.feeds.all()}
        found = entries_of(
            archive.index,
            feed_id=find(archive.feeds, feed_uri).id if feed_uri else None,
            since=_instant(since, archive),
            until=_instant(until, archive),
        )
        for shown in islice(found, limit):
            source = sources.get(shown.entry.feed_id, "")
            robots = retrieval.robots(shown.snapshot, archive) if is_long else []
            text = _block(shown, source, utcnow, robots, is_long=is_long)
            said = {"robots": robots} if is_long else {}
            context.say({**described(shown, source), **said}, text)


def _instant(text: str | None, archive: Archive) -> datetime | None:
    return None if text is None else instants.parse(text, now=archive.clock())


def _block(
    shown: RiverEntry,
    source: str,
    clock: Clock,
    robots: Sequence[Mapping[str, Any]],
    *,
    is_long: bool,
) -> str:
    age = river.age(shown.entry.river_at, clock(), language=river.language(shown))
    lines = [
        shown.entry.title,
        "",
        age,
        *filter(None, [river.summary(shown)]),
        river.byline(shown, source),
        *filter(None, [_life(shown)]),
        *(_details(shown, robots) if is_long else []),
        "",
    ]
    return "\n".join(lines)


def _life(shown: RiverEntry) -> str:
    """Return what became of an article in a few words, where there is something to say."""
    if shown.life is None:
        return ""
    versions = shown.life.version
    told = [f"{versions} versions"] if versions > 1 else []
    if shown.life.state != "live" and shown.life.seen_at and shown.life.since:
        told.append(f"{shown.life.state} since {shown.life.since:%Y-%m-%d}")
    return ", ".join(told)


def _details(shown: RiverEntry, robots: Sequence[Mapping[str, Any]]) -> list[str]:
    held = shown.snapshot
    captured = "not yet" if shown.entry.link else "nothing to capture"
    if held is not None:
        captured = f"{instants.iso(held.captured_at)} {held.status} {held.kind}"
    trouble = [f"  trouble  {shown.trouble.reason}"] if shown.trouble else []
    verdicts = [f"  robots   {each['uri']}: {each['said']}" for each in robots]
    return [
        f"  id       {shown.entry.key}",
        f"  link     {shown.entry.link or '(none)'}",
        f"  captured {captured}",
        f"  state    {state(shown)}",
        *trouble,
        *verdicts,
    ]
