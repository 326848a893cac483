"""``hozon entries show``, ``versions``, ``diff``, ``watch``: what became of an article."""

import os
import sys
from collections.abc import Iterator
from typing import Any

import click

from hozon.changes import diffing
from hozon.changes.diffing import Line
from hozon.cli.context import Context
from hozon.lives.histories import Compared, Version
from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Misuse, NotFound
from hozon.nouns.instants import iso
from hozon.nouns.model import Entry, RiverEntry
from hozon.rechecking import versions
from hozon.retrieving.listing import entry_of
from hozon.serving import describing
from hozon.settling import planning
from hozon.timetable import plans


class Share(click.ParamType[float]):
    """A share of a text: ``0.02`` or ``2%``."""

    name = "share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the share, from 0 to 1."""
        try:
            return versions.checked_size(str(value))
        except Misuse as e:
            self.fail(str(e), param, ctx)


MIN_CHANGE = click.option(
    "--min-change",
    type=Share(),
    default=0.0,
    metavar="SHARE",
    help="Pass over edits of less than this share of the text (0.02 or 2%).",
)


def find_entry(reference: str, archive: Archive) -> Entry:
    """Return the entry with this id, or the one that a page's URI is known by.

    Raises `NotFound`, saying how to find one.
    """
    if "://" in reference:
        known = archive.watches.get(uris.normal(reference))
        if known is not None:
            return archive.index.entry(known.entry_key)
    try:
        return archive.index.entry(reference)
    except NotFound:
        raise NotFound(
            f"no such entry: {reference}; `hozon entries list --long` shows their ids"
        ) from None


def _link(entry: Entry) -> str:
    if entry.link is None:
        raise NotFound(f"this entry links to no page: {entry.title or entry.id}")
    return entry.link


@click.command()
@click.argument("entry_id", metavar="ID")
@click.pass_obj
def show(context: Context, entry_id: str) -> None:
    """Show an entry: its state, its versions, and what every look at it found.

    ID is the entry's id, or the URI of its page.

    \b
    hozon entries show https://www.eff.org/deeplinks/…
    """
    with context.reading() as opened:
        archive = opened.archive
        entry = find_entry(entry_id, archive)
        said, lines = _shown(entry, archive)
    context.say(said, "\n".join(lines))


def _shown(entry: Entry, archive: Archive) -> tuple[dict[str, Any], list[str]]:
    known = archive.watches.get(entry.link) if entry.link else None
    shown = entry_of(archive.index, entry.key)
    sources = {feed.id: feed.title or feed.uri for feed in archive.feeds.all()}
    steps = versions.steps(entry.link, archive) if entry.link else []
    looks = [describing.finding(step) for step in steps]
    plan = planning.stated_plan(known, archive) if known else None
    due = known.due_at if known else None
    said = {
        **describing.described(shown, sources.get(entry.feed_id, "")),
        "plan": plan,
        "next_look_at": due and iso(due),
        "looks": looks,
    }
    lines = [
        entry.title or entry.id,
        "",
        f"  id       {entry.key}",
        f"  link     {entry.link or '(none)'}",
        f"  state    {said['state']}{_since(shown)}",
        f"  versions {said['versions']}",
        f"  plan     {plan or '-'}, next look {said['next_look_at'] or 'never'}",
        *map(_look_line, looks),
    ]
    return said, lines


def _since(shown: RiverEntry) -> str:
    if shown.life is None or shown.life.since is None:
        return ""
    return f" since {iso(shown.life.since)}"


def _look_line(look: dict[str, Any]) -> str:
    change = look["change"]
    told = f" ({change['kind']}, {change['size']:.1%})" if change else ""
    reason = f": {look['reason']}" if look["reason"] else ""
    return f"  {look['at']}  {look['status'] or '---'}  {look['outcome']}{told}{reason}"


@click.command(name="versions")
@click.argument("entry_id", metavar="ID")
@MIN_CHANGE
@click.pass_obj
def list_versions(context: Context, entry_id: str, min_change: float) -> None:
    """List the versions of an article: what was edited when, and how much.

    \b
    hozon entries versions 3f0c…            all versions, oldest first
    hozon entries versions 3f0c… --min-change 5%
    """
    with context.reading() as opened:
        archive = opened.archive
        link = _link(find_entry(entry_id, archive))
        for known in versions.versions(link, archive):
            if known.number == 1 or versions.is_large(known, min_change):
                context.say(describing.version(known), _version_line(known))


def _version_line(known: Version) -> str:
    found, title = (
        known.found,
        known.snapshots[0].facts.title if known.snapshots else "",
    )
    how = f"{found.change}, {found.size:.1%}" if found.change else "first seen"
    return f"{known.number:3}  {iso(found.at)}  {how:20}  {title or ''}".rstrip()


@click.command(name="diff")
@click.argument("entry_id", metavar="ID")
@click.option("--from", "before", type=click.IntRange(1), metavar="N", help="Version.")
@click.option("--to", "after", type=click.IntRange(1), metavar="M", help="Version.")
@MIN_CHANGE
@click.pass_obj
def show_diff(
    context: Context,
    entry_id: str,
    before: int | None,
    after: int | None,
    min_change: float,
) -> None:
    """Show how one version of an article became another: by default the latest edit.

    Sentences are aligned first, then words, or characters of Japanese; what changes by
    itself is left out. On a terminal in colour, else as a unified diff of sentences.

    \b
    hozon entries diff 3f0c…
    hozon entries diff 3f0c… --from 1 --to 3
    hozon --json entries diff 3f0c… --min-change 2%
    """
    with context.reading() as opened:
        archive = opened.archive
        link = _link(find_entry(entry_id, archive))
        known = versions.versions(link, archive)
        wanted = versions.wanted(known, before, after, min_size=min_change)
        if wanted is None:
            return
        found = versions.compared(known, archive, before=wanted[0], after=wanted[1])
    if found.change is None or _is_large(found, min_change):
        text = "\n".join(_diff_lines(found, colour=_in_colour()))
        context.say(describing.compared(found), text)


def _is_large(found: Compared, min_change: float) -> bool:
    change = found.change
    return change is None or change.title or change.size >= min_change


def _in_colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _diff_lines(found: Compared, *, colour: bool) -> Iterator[str]:
    """Yield a diff for people: what it is of, the facts that differ, the sentences."""
    said = describing.compared(found)
    for mark, name in (("---", "from"), ("+++", "to")):
        yield f"{mark} version {said[name]['version']}  {said[name]['at']}"
    for name, pair in said["facts"].items():
        for mark, value in (("-", pair["before"]), ("+", pair["after"])):
            yield _marked(f"{mark}{name}: {_plain(value)}", mark, colour=colour)
    for line in diffing.hunks(found.lines):
        if line is None:
            yield "@@"
        else:
            yield from _sentence(line, colour=colour)


def _sentence(line: Line, *, colour: bool) -> Iterator[str]:
    if line.op == "same":
        yield f" {line.after}"
    elif line.op == "changed" and colour:
        yield "~" + "".join(_part(part.op, part.text) for part in line.parts)
    else:
        if line.op in {"removed", "changed"}:
            yield _marked(f"-{line.before}", "-", colour=colour)
        if line.op in {"added", "changed"}:
            yield _marked(f"+{line.after}", "+", colour=colour)


def _part(op: str, text: str) -> str:
    """Return a stretch of text in the colour of what became of it, and marked so that
    it can be told without colours.
    """
    if op == "added":
        return click.style(text, fg="green", underline=True)
    return click.style(text, fg="red", strikethrough=True) if op == "removed" else text


def _marked(text: str, mark: str, *, colour: bool) -> str:
    if not colour:
        return text
    return click.style(text, fg="green" if mark == "+" else "red")


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


@click.command()
@click.argument("entry_id", metavar="ID")
@click.option(
    "--plan",
    metavar="PLAN",
    help="standard, news, none, ages such as 1h,6h,1d/7d,30d,+1y; "
    "default: that of its feed.",
)
@click.pass_obj
def watch(context: Context, entry_id: str, plan: str | None) -> None:
    """Say when an article is looked at next, or give it a re-check plan of its own.

    \b
    hozon entries watch 3f0c… --plan news
    hozon entries watch 3f0c… --plan "1h/1d,1d/30d,+30d"
    hozon entries watch 3f0c… --plan default
    """
    if plan is not None and plan != "default":
        plans.parse(plan)
    with context.open() as opened:
        archive = opened.archive
        entry = find_entry(entry_id, archive)
        found = archive.watches.get(_link(entry))
        if found is None:
            raise NotFound(
                "this entry's page was not captured yet; `hozon run` does it"
            )
        if plan is not None:
            archive.watches.wish(found.link, None if plan == "default" else plan)
            found = archive.watches.get(found.link) or found
            planning.replan(found, archive)
            found = archive.watches.get(found.link) or found
        stated = planning.stated_plan(found, archive)
    due = found.due_at and iso(found.due_at)
    said = {"id": entry.key, "link": found.link, "plan": stated, "next_look_at": due}
    context.say(said, f"{found.link}\n  plan {stated}, next look {due or 'never'}")
