"""``hozon export``: take what is held elsewhere, in the formats of others."""

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import click

from hozon import wiring
from hozon.cli.context import Context, note, on_terminal
from hozon.cli.followed import find
from hozon.exporting import formats
from hozon.exporting.formats import Order
from hozon.exporting.wishes import Wish
from hozon.nouns import instants, uris
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Misuse

FORMATS = (*formats.FILES, *formats.FOLDERS)
LOCAL = "http://127.0.0.1:8080"
"""Where `hozon serve` serves."""

_REDRAW_S = 0.1
_WIDTH = 30
_PIPE = Path("-")


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    required=True,
    help="wacz: to replay elsewhere; warc: all records in one file; opml: the feeds; "
    "atom, jsonfeed: the river as a feed; jsonl: entries with all that is known; "
    "parquet: tables (a folder); bagit: the WARC files as stored (a folder).",
)
@click.option("--feed", "feed_uri", metavar="URI", help="Only entries of this feed.")
@click.option("--since", metavar="INSTANT", help="Only entries from then on.")
@click.option("--until", metavar="INSTANT", help="Only entries before then.")
@click.option(
    "--base",
    metavar="URI",
    help="Where the archive is served: mementos are linked below it. "
    f"[default: its public URI, else {LOCAL}]",
)
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path, allow_dash=True),
    required=True,
    help="The file or folder to write; - is standard output.",
)
@click.pass_obj
def export(
    context: Context,
    *,
    form: str,
    feed_uri: str | None,
    since: str | None,
    until: str | None,
    base: str | None,
    output: Path,
) -> None:
    """Export entries with all their snapshots; without options, all that is held.

    The file appears when it is whole and on the disk. One that is there is replaced, a
    folder must be new or empty. A WARC or WACZ is self-contained: what its snapshots
    share with others is in it. What is lost or damaged is told, and left out; the exit
    code is 4 then.

    \b
    hozon export --format wacz -o archive.wacz
    hozon export --format wacz --feed https://example.org/feed --since 30d -o month.wacz
    hozon export --format jsonl -o - | jq -r .title
    hozon export --format parquet -o tables
    """
    told = Progress(quiet=not on_terminal())
    place = None if output == _PIPE else output.absolute().parent
    with context.reading() as opened, wiring.workspace(place) as disk:
        archive = opened.archive
        order = Order(
            wish=_wish(archive, feed_uri, since, until),
            archive=archive,
            disk=disk,
            tell=told,
            base=_base(base, archive),
            name="export.warc.gz" if output == _PIPE else output.name,
        )
        try:
            _write(form, order, output)
        finally:
            told.clear()
    _conclude(context, form, output, told)


def _wish(
    archive: Archive, feed_uri: str | None, since: str | None, until: str | None
) -> Wish:
    now = archive.clock()
    return Wish(
        feed=find(archive.feeds, feed_uri) if feed_uri else None,
        since=None if since is None else instants.parse(since, now=now),
        until=None if until is None else instants.parse(until, now=now),
    )


def _base(stated: str | None, archive: Archive) -> str:
    return uris.normal(stated or archive.public_uri or LOCAL).rstrip("/")


def _write(form: str, order: Order, output: Path) -> None:
    if output == _PIPE:
        if form not in formats.FILES or form in formats.NEEDS_A_FILE:
            raise Misuse(f"{form} cannot be written to standard output; name a place")
        formats.FILES[form](order, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    elif form in formats.FILES:
        with wiring.new_file(output) as file:
            formats.FILES[form](order, file)
    else:
        with wiring.new_folder(output) as folder:
            formats.FOLDERS[form](order, folder)


def _conclude(context: Context, form: str, output: Path, told: "Progress") -> None:
    said = {"format": form, "output": str(output), **told.counts}
    text = f"{output}: {_sentence(told.counts)}"
    if output == _PIPE:
        note(text)
    else:
        context.say({**said, "problems": told.problems}, text)
    if told.problems:
        raise click.exceptions.Exit(4)


@dataclass(slots=True, kw_only=True)
class Progress:
    """Says how far an export is: a bar that is redrawn, problems as lines."""

    quiet: bool
    steps: int = 0
    of: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    problems: int = 0
    drawn_at: float = 0.0

    def total(self, count: int) -> None:
        """Take notice of how many steps there are."""
        self.of = count

    def step(self) -> None:
        """Take notice of a step that is done."""
        self.steps += 1
        if not self.quiet and time.monotonic() - self.drawn_at > _REDRAW_S:
            self.drawn_at = time.monotonic()
            click.echo(f"\r\x1b[K{self._bar()}", err=True, nl=False)

    def count(self, **counts: int) -> None:
        """Add up what was written."""
        self.counts.update(counts)

    def problem(self, text: str) -> None:
        """Tell of something that is left out, on a line of its own."""
        self.problems += 1
        self.clear()
        note(f"hozon: left out: {text}")

    def clear(self) -> None:
        """Take the bar away."""
        if not self.quiet:
            click.echo("\r\x1b[K", err=True, nl=False)

    def _bar(self) -> str:
        if not self.of:
            return _sentence(self.counts)
        done = min(self.steps, self.of) * _WIDTH // self.of
        bar = "#" * done + "." * (_WIDTH - done)
        return f"[{bar}] {self.steps}/{self.of}  {_sentence(self.counts)}"


def _sentence(counts: Counter[str]) -> str:
    parts = [f"{n} {name}" for name, n in counts.items() if name != "bytes"]
    if counts["bytes"]:
        parts.append(f"{counts['bytes'] / 1e6:.1f} MB")
    return ", ".join(parts) or "nothing"
