"""``hozon purge``: take away for good, and say so in the log."""

from contextlib import AbstractContextManager, nullcontext

import click

from hozon import wiring
from hozon.cli.context import Context, note
from hozon.guarding import deciding, preserving, purging
from hozon.nouns import uris
from hozon.nouns.errors import Unavailable
from hozon.sealing import sealing
from hozon.searching import searching
from hozon.wiring import Embedded, Opened


@click.command()
@click.argument("uri")
@click.option(
    "--reason",
    required=True,
    metavar="TEXT",
    help="By what authority, and why. It stands in the log for ever: name nobody.",
)
@click.option(
    "--by",
    default="operator",
    show_default=True,
    metavar="NAME",
    help="Who has it done.",
)
@click.option("--yes", is_flag=True, help="Do not ask; a script has to say so.")
@click.pass_obj
def purge(context: Context, uri: str, *, reason: str, by: str, yes: bool) -> None:
    """Remove all WARC objects made of URI, for good.

    For what must not even be held; hozon access puts out of sight, and can be taken back.
    What goes is named first. The log keeps a tombstone with digests and the reason, every
    other proof still verifies, and the page is dark from then on. URI may be the key of
    one WARC object (warcs/…), such as a feed document's. What is on legal hold (hozon
    hold) stays.

    Of a stack only the break-glass role may do so (BreakGlassRoleArn): take it on first.
    Objects under a COMPLIANCE lock stay until it ends, whoever asks.

    \b
    hozon purge https://example.org/a --reason "court order 12/34"
    """
    with context.open() as opened, _alone(opened), wiring.workspace() as room:
        archive = opened.archive
        going = purging.doomed(uri, archive)
        keys = [each.key for each in going]
        _check(opened, keys)
        preserving.refuse_if_held(set(keys), archive, opened.custody)
        for each in going:
            note(f"{each.key}  {each.length} bytes  {each.page}")
        for key, page in purging.dependents(keys, archive):
            note(f"loses requisites that it shares: {page} ({key})")
        if not yes:
            click.confirm(f"remove {len(keys)} objects for good?", abort=True, err=True)
        if "://" in uri:
            page = uris.normal(uri)
            deciding.decide("page", page, "dark", archive, reason=reason, by=by)
        _seal(opened)
        ids = purging.purge(keys, archive, opened.remove, reason=reason, by=by)
        _seal(opened)
        searching.forget(ids, archive, room)
        opened.reindex(progress=lambda _: None)
        if isinstance(opened, Embedded):  # a stack does so by itself
            searching.update(archive, room)
    for each in going:
        said = {"warc": each.key, "length": each.length, "page": each.page}
        context.say(said, f"purged {each.key}")


def _alone(opened: Opened) -> AbstractContextManager[None]:
    return opened.exclusive() if isinstance(opened, Embedded) else nullcontext()


def _check(opened: Opened, keys: list[str]) -> None:
    """Raise what says why objects of a stack cannot be purged (now)."""
    if isinstance(opened, Embedded) or opened.removal is None:
        return
    opened.removal.check(keys, opened.archive.clock())
    if lacking := {*keys} - opened.archive.seals.leaves(keys).keys():
        raise Unavailable(
            f"{min(lacking)} has no leaf in the log yet; that takes ten minutes at most: "
            "run it again then"
        )


def _seal(opened: Opened) -> None:
    """Seal a folder's log. A stack's is sealed by its own function alone, in minutes."""
    if isinstance(opened, Embedded):
        sealing.seal(opened.archive, opened.signer)
