"""``hozon timemap`` and ``hozon get``: what is held of a URI, and the thing itself."""

import sys
from pathlib import Path

import click

from hozon.cli.context import OUTPUT, Context, note
from hozon.nouns import instants
from hozon.nouns.instants import iso
from hozon.nouns.model import Capture
from hozon.retrieving import retrieval
from hozon.retrieving.rendering import FORMATS, rendered
from hozon.serving import describing


@click.command()
@click.argument("uri")
@click.pass_obj
def timemap(context: Context, uri: str) -> None:
    """List the captures of URI, oldest first.

    \b
    hozon timemap https://example.org/a
    """
    with context.reading() as opened:
        for capture in retrieval.timemap(uri, opened.archive):
            context.say(describing.capture(capture), _line(capture))


@click.command()
@click.argument("uri")
@click.option("--at", metavar="INSTANT", help="As of then; default: the latest.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="raw",
    show_default=True,
    help="raw: the document as sent; html: as UTF-8; text: the main text; "
    "markdown: the same with its structure; "
    "feed: the article's text as its feed carries it, also where the page hides it; "
    "warc: everything as stored, with what it shares with other snapshots; "
    "json: what is known of it.",
)
@OUTPUT
@click.pass_obj
def get(
    context: Context, uri: str, at: str | None, form: str, output: Path | None
) -> None:
    """Get URI as it was: the capture nearest to an instant.

    Redirects that were captured are followed. Of a feed it is the document of the last
    poll at that instant or before. Exit code 3 where nothing is held; the nearest URI
    that is held is named then.

    \b
    hozon get https://example.org/a --at 2026-10-01 -o a.html
    hozon get https://example.org/a --format text
    """
    with context.reading() as opened:
        archive = opened.archive
        instant = None if at is None else instants.parse(at, now=archive.clock())
        document = retrieval.follow(uri, archive, at=instant)
        data = rendered(document, form, archive).data
    if not context.as_json:
        captured = document.capture
        note(f"{captured.target_uri} as of {iso(captured.captured_at)}")
    if output is not None:
        output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _line(capture: Capture) -> str:
    return (
        f"{iso(capture.captured_at)}  {capture.status}  {capture.record_type:8}  "
        f"{capture.media_type}  {capture.payload_digest[:19]}…  {capture.target_uri}"
    )
