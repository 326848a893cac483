"""``hozon hold``: legal holds on feeds and entries."""

import getpass
import platform
from typing import Any

import click

from hozon.cli.context import Context, note, on_terminal
from hozon.guarding import preserving
from hozon.nouns.custody import LegalHold
from hozon.nouns.instants import iso

REASON = click.option(
    "--reason", required=True, metavar="TEXT", help="Why: it is kept with the hold."
)
BY = click.option(
    "--by",
    default=lambda: f"{getpass.getuser()}@{platform.node()}",
    metavar="TEXT",
    help="Who orders it. [default: you, on this machine]",
)


@click.group()
def hold() -> None:
    """Keep what there is of a feed or an entry from being deleted by anybody.

    A legal hold has no end of its own and needs no retention time: it stands until it
    is lifted. On AWS it is S3's own, which not even the break-glass role gets past; in
    a folder the files become read-only.
    """


@hold.command()
@click.argument("named", metavar="URI|ID")
@REASON
@BY
@click.pass_obj
def place(context: Context, named: str, reason: str, by: str) -> None:
    """Put on hold all that is stored of a feed (URI) or an entry (ID).

    What those snapshots share with others is held too. What comes later is covered
    when you place the hold again: its first reason and date stay.

    \b
    hozon hold place https://www.example.org/feed --reason "Case 4711"
    hozon hold place 0123456789abcdef --reason "Case 4711"
    """
    with context.open() as opened:
        placed = preserving.place(
            named,
            opened.archive,
            opened.custody,
            reason=reason,
            by=by,
            tell=_progress if on_terminal() else lambda _: None,
        )
    context.say(described(placed), f"{placed.objects} WARC objects are on hold")


@hold.command()
@click.argument("named", metavar="URI|ID")
@REASON
@BY
@click.pass_obj
def lift(context: Context, named: str, reason: str, by: str) -> None:
    """Lift the hold on a feed (URI) or an entry (ID).

    What another hold covers stays on hold, and every lock keeps its time.

    \b
    hozon hold lift https://www.example.org/feed --reason "Case 4711 is settled"
    """
    with context.open() as opened:
        lifted = preserving.lift(
            named, opened.archive, opened.custody, reason=reason, by=by
        )
    context.say(described(lifted), f"the hold on {lifted.uri} is lifted")


@hold.command(name="list")
@click.option("--all", "is_all", is_flag=True, help="Those that were lifted, too.")
@click.pass_obj
def list_holds(context: Context, *, is_all: bool) -> None:
    """List the holds that stand.

    \b
    hozon hold list --all
    """
    with context.open() as opened:
        found = [h for h in opened.custody.holds() if h.stands or is_all]
    for one in found:
        context.say(described(one), _line(one))
    if not found:
        note("no hold stands")


def described(found: LegalHold) -> dict[str, Any]:
    """Return a hold as JSON."""
    return {
        "id": found.id,
        "kind": found.kind,
        "subject": found.subject,
        "uri": found.uri,
        "reason": found.reason,
        "placed_by": found.placed_by,
        "placed_at": iso(found.placed_at),
        "objects": found.objects,
        "lifted_at": found.lifted_at and iso(found.lifted_at),
        "lifted_by": found.lifted_by or None,
        "lifted_reason": found.lifted_reason or None,
    }


def _line(found: LegalHold) -> str:
    ended = (
        f"\n  lifted {iso(found.lifted_at)} by {found.lifted_by}: {found.lifted_reason}"
        if found.lifted_at
        else ""
    )
    return (
        f"{found.kind} {found.uri}\n"
        f"  since {iso(found.placed_at)} by {found.placed_by}: {found.reason}\n"
        f"  {found.objects} WARC objects{ended}"
    )


def _progress(objects: int) -> None:
    if objects % 100 == 0:
        click.echo(f"\r{objects} WARC objects", err=True, nl=False)
