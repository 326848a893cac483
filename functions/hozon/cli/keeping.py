"""``hozon status`` and ``hozon reindex``: how the archive is, and its index made anew."""

import click

from hozon.cli.context import Context, note, on_terminal
from hozon.standing import standing
from hozon.wiring import Embedded


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
@click.pass_obj
def reindex(context: Context) -> None:
    """Make the index anew from the WARC files alone.

    The new index takes the old one's place only when it is whole. Feeds, queues and
    WARC files are left as they are. Of a stack, what is lacking in its table is added.
    Exit code 4 where a WARC file is damaged.
    """
    tell = _tell if on_terminal() else lambda _: None
    with context.open(indexed=False) as opened:
        if isinstance(opened, Embedded):
            with opened.exclusive():
                done = opened.reindex(progress=tell)
        else:
            done = opened.reindex(progress=tell)
    for key in done.damaged:
        note(f"hozon: damaged: {key}")
    said = {"objects": done.objects, "damaged": list(done.damaged)}
    context.say(said, f"{done.objects} WARC files read, {len(done.damaged)} damaged")
    if done.damaged:
        raise click.exceptions.Exit(4)


def _tell(objects: int) -> None:
    if objects % 100 == 0:
        click.echo(f"\r{objects} WARC files", err=True, nl=False)
