"""``hozon feeds import`` and ``export``: subscription lists."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from hozon import opml
from hozon.cli.context import OUTPUT, Context, note
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Misuse
from hozon.nouns.model import Feed
from hozon.opml import Outline
from hozon.polling.subscribing import new_feed
from hozon.serving.describing import feed as described


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def import_feeds(context: Context, file: Path) -> None:
    """Follow all feeds of an OPML FILE, without looking at them.

    Folders, titles and the settings that `hozon feeds export` writes are taken over.
    What cannot be used is told line by line on stderr; the rest is followed, and the
    exit code is 1.

    \b
    hozon feeds import subscriptions.opml
    """
    with context.open(create=True) as opened:
        outlines = _outlines(file)
        added = _followed(outlines, opened.archive, file.name)
    for feed in added:
        context.say(described(feed), f"following {feed.title or feed.uri}")
    note(f"{len(added)} feeds were added, of {len(outlines)} in {file.name}")
    if any(outline.problem or outline.notes for outline in outlines):
        raise click.exceptions.Exit(1)


def _outlines(file: Path) -> Sequence[Outline]:
    if file.stat().st_size > opml.LARGEST:
        raise Misuse(
            f"{file.name} is larger than {opml.LARGEST} bytes: that is no list"
        )
    outlines = opml.read(file.read_bytes())
    if not outlines:
        raise Misuse(f"{file.name}: no feed in it (outlines with xmlUrl are feeds)")
    return outlines


def _followed(outlines: Sequence[Outline], archive: Archive, name: str) -> list[Feed]:
    """Add the feeds of a list, tell what is wrong with it, and return what was added."""
    known = {uri: "" for feed in archive.feeds.all() for uri in (feed.uri, feed.id)}
    new: list[Feed] = []
    for outline in outlines:
        place = f"hozon: {name}:{outline.line}:"
        for problem in filter(None, (outline.problem, *outline.notes)):
            note(f"{place} {problem}")
        for feed in _feeds(outline, archive):
            there = known.get(feed.uri, known.get(feed.id))
            if there is not None:
                note(f"{place} already followed: {feed.uri}{there}")
                continue
            known[feed.uri] = f" (line {outline.line})"
            new.append(feed)
    return list(archive.feeds.add_all(new))


def _feeds(outline: Outline, archive: Archive) -> Iterator[Feed]:
    if outline.uri is not None:
        yield replace(
            new_feed(outline.uri, archive),
            title=outline.title,
            folder=outline.folder,
            paused=outline.paused,
            every_min_s=outline.every_min_s,
            every_max_s=outline.every_max_s,
            plan=outline.plan,
        )


@click.command()
@OUTPUT
@click.pass_obj
def export(context: Context, output: Path | None) -> None:
    """Write the feeds that are followed as OPML, with their folders and settings.

    \b
    hozon feeds export -o subscriptions.opml
    """
    with context.open() as opened:
        archive = opened.archive
        document = opml.write(archive.feeds.all(), now=archive.clock())
    if output is not None:
        output.write_bytes(document)
    else:
        click.echo(document, nl=False)
