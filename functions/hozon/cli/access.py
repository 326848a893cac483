"""``hozon access``: who may see what."""

from dataclasses import asdict
from typing import Any, cast

import click

from hozon.cli.context import Context, note
from hozon.guarding import deciding
from hozon.guarding.seeing import Guard
from hozon.nouns import instants
from hozon.nouns.access import STATES, Decision, State
from hozon.nouns.archive import Archive
from hozon.nouns.instants import iso


@click.command()
@click.argument("uri", required=False)
@click.option(
    "--state",
    type=click.Choice(STATES),
    help="public: nothing is decided; unlisted: only by its exact URI; embargoed: not "
    "before --until; dark: not at all.",
)
@click.option("--until", metavar="INSTANT", help="When the embargo ends, by itself.")
@click.option(
    "--reason",
    default="",
    metavar="TEXT",
    help="Why. It stands in the log for ever: name nobody in it.",
)
@click.option(
    "--by", default="", metavar="NAME", help="Who decided. [default: the contact]"
)
@click.pass_obj
def access(
    context: Context,
    uri: str | None,
    *,
    state: str | None,
    until: str | None,
    reason: str,
    by: str,
) -> None:
    """Say, or decide, who may see URI; without one, list what is decided.

    URI is a page (any link that leads there), a followed feed (also by its id), or all
    that begins with it where it ends in *. A decision holds at once, for all that is
    captured later too, and becomes a leaf of the log. Nothing is deleted: public takes
    it back. What is out of sight is read with hozon --unguarded.

    \b
    hozon access https://example.org/a --state dark --reason "court order 12/34"
    hozon access https://example.org/b --state embargoed --until 2027-01-01
    hozon access 'https://example.org/drafts/*' --state unlisted
    hozon access https://example.org/a
    """
    with context.open() as opened:
        archive = opened.archive
        if uri is None:
            found = deciding.standing(archive)
        else:
            scope, subject = deciding.subject(uri, archive)
            if state is None:
                _say_of(scope, subject, context, archive)
                return
            end = None if until is None else _future(until, archive)
            found = deciding.decide(
                scope,
                subject,
                cast("State", state),
                archive,
                until=end,
                reason=reason,
                by=by,
            )
    for each in found:
        context.say(described(each), _line(each))
    if uri is None and not found:
        note("nothing is decided: all is public")


def _future(text: str, archive: Archive) -> Any:
    return instants.parse(text, now=archive.clock())


def _say_of(scope: str, subject: str, context: Context, archive: Archive) -> None:
    """Say what state something is in, and by which decision."""
    guard = Guard(archive, deciding.standing(archive))
    found = guard.of_feed(subject) if scope == "feed" else guard.of_uri(subject)
    if found is None and scope == "page":
        entries = archive.index.linked(subject)
        found = next(filter(None, map(guard.of_entry, entries)), None)
    said = described(found) if found else {"state": "public"}
    context.say(
        {"uri": subject, **said}, _line(found) if found else f"public  {subject}"
    )


def described(decision: Decision) -> dict[str, Any]:
    """Return a decision as JSON."""
    said = asdict(decision)
    said["decided_at"] = iso(decision.decided_at)
    said["until"] = decision.until and iso(decision.until)
    return said


def _line(decision: Decision) -> str:
    star = "*" if decision.scope == "site" else ""
    until = f" until {iso(decision.until)}" if decision.until else ""
    reason = f": {decision.reason}" if decision.reason else ""
    return (
        f"{decision.state}{until}  {decision.scope} {decision.subject}{star}  "
        f"(since {iso(decision.decided_at)}, by {decision.by}{reason})"
    )
