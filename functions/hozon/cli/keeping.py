"""``hozon status`` and ``hozon reindex``: how the archive is, and its index made anew."""

import click

from hozon import wiring
from hozon.cli.context import Context, note, on_terminal
from hozon.searching import rebuild
from hozon.standing import standing


@click.command()
@click.pass_obj
def status(context: Context) -> None:
    """Say how the archive is: what it holds, what waits, what fails."""
    with context.open() as opened:
        found = standing(opened.archive, opened.inbox)
        shown = {k: v for k, v in found.items() if k != "trouble"}
        lines = [
            f"{k.replace('_', ' '):18} {'-' if v is None else v}"
            for k, v in shown.items()
        ]
        lines += [f"  {t['kind']}  {t['uri']}: {t['reason']}" for t in found["trouble"]]
        context.say(found, "\n".join(lines))


@click.command()
@click.option(
    "--search", "only_search", is_flag=True, help="Only what `hozon search` uses."
)
@click.pass_obj
def reindex(context: Context, *, only_search: bool) -> None:
    """Make the index, and what search uses, anew from the WARC files alone.

    The new ones take the old ones' places only when they are whole. Feeds, queues and
    WARC files are left as they are. Exit code 4 where a WARC file is damaged. A folder
    with nothing but WARC files (`warcs/…`) becomes an archive.
    """
    has_warcs = (context.directory / "warcs").is_dir()
    progress = _tell if on_terminal() else lambda _: None
    with (
        context.open(indexed=only_search, create=has_warcs) as opened,
        opened.exclusive(),
        wiring.workspace() as room,
    ):
        done = None if only_search else opened.reindex(progress=progress)
        archive = opened.archive
        made = rebuild(archive, room, progress=progress)
    objects = done.objects if done else made.objects
    damaged = done.damaged if done else made.damaged
    for key in damaged:
        note(f"hozon: damaged: {key}")
    said = {
        "objects": objects,
        "documents": made.documents,
        "damaged": list(damaged),
    }
    context.say(
        said,
        f"{objects} WARC files read, {len(damaged)} damaged, "
        f"{made.documents} documents to be found",
    )
    if damaged:
        raise click.exceptions.Exit(4)


def _tell(objects: int) -> None:
    if objects % 100 == 0:
        click.echo(f"\r{objects} WARC files", err=True, nl=False)
