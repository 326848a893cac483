"""``hozon pull``: the second copy of an archive, in a folder."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import click

from hozon import wiring
from hozon.auditing import pulling
from hozon.auditing.pulling import Pulled
from hozon.cli.context import Context, note, on_terminal
from hozon.guarding import deciding, preserving
from hozon.nouns.archive import Archive
from hozon.nouns.copies import SecondCopy
from hozon.nouns.custody import Custody, LegalHold
from hozon.nouns.errors import Misuse
from hozon.sealing import intake
from hozon.searching import searching


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is pulled from: its objects, and what its log does not have."""

    copy: SecondCopy
    archive: Archive | None = None
    custody: Custody | None = None


@click.command()
@click.option(
    "--from",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Pull the archive in this folder. Without it: that of --stack.",
)
@click.option(
    "--vkey",
    "vkeys",
    multiple=True,
    help="The key that the log has to be signed with; may be given several times.",
)
@click.pass_obj
def pull(context: Context, folder: Path | None, vkeys: tuple[str, ...]) -> None:
    """Pull a deployed archive, or one in another folder, into the folder of --archive.

    What comes of it is an archive: it verifies, is searched, served and audited, and
    `hozon audit --copy` mends the other one from it. Every tree has to be the one that
    was signed and every object the one that was sealed, before it takes its place. Only
    what is new is fetched; a pull that was killed is gone on with. Feeds come along
    paused; decisions about access, purges and legal holds hold for the copy as well.

    Exit code 4 where the source is not what was signed, or has damaged objects; 1 where
    something could not be had for now.

    \b
    hozon --stack hozon --archive /mnt/copy pull
    hozon --archive /mnt/copy pull --from ~/archive
    """
    with _source(context, folder) as source:
        here = replace(context, stack=None)
        opening = here.folder("pull", create=True)
        with opening as opened, opened.exclusive():
            tell = _tell if on_terminal() else lambda _: None
            done = pulling.pull(
                source.copy,
                opened.archive,
                opened.mender(),
                vkeys=vkeys,
                verify=wiring.verify,
                progress=tell,
            )
            kept = carry_over(source, opened, done)
    for found in done.findings:
        note(f"{found.act}: {found.subject}: {found.says}")
    context.say(_said(done, kept), _sentence(done, source))
    faults = [each for each in done.findings if not each.is_doubt]
    if faults or done.lacking:
        raise click.exceptions.Exit(4 if faults else 1)


@contextmanager
def _source(context: Context, folder: Path | None) -> Iterator[Source]:
    if (folder is None) == (context.stack is None):
        raise Misuse("pull from either --stack NAME or --from DIR")
    if folder is None:
        with context.open() as opened:
            archive = opened.archive
            copy = SecondCopy(
                what=f"stack {context.stack}", warcs=archive.warcs, log=archive.log
            )
            yield Source(copy=copy, archive=archive, custody=opened.custody)
        return
    if folder.resolve() == context.directory.resolve():
        raise Misuse(
            f"{folder} would be pulled into itself; name another --archive DIR"
        )
    copy = wiring.second_copy(folder)
    is_whole = (folder / "state.sqlite").exists()
    with wiring.embedded(folder, indexed=False) if is_whole else nullcontext() as there:
        if there is None:
            yield Source(copy=copy)
        else:
            yield Source(copy=copy, archive=there.archive, custody=there.custody)


def carry_over(source: Source, opened: wiring.Embedded, done: Pulled) -> Sequence[str]:
    """Have decided, purged, held and followed here what is there; make what is new
    findable. Return the purged objects that are on legal hold here.
    """
    archive = opened.archive
    if done.leaves:
        deciding.restore(archive)
    if source.archive is not None:
        for decision in source.archive.access.all():
            archive.access.put(decision)
        feeds = source.archive.feeds.all()
        archive.feeds.add_all([replace(feed, paused=True) for feed in feeds])
    if source.custody is not None:
        _hold(source.custody.holds(), opened, done)
    kept = _purge(opened, done)
    with wiring.workspace() as room:
        if done.purged - {*kept}:
            opened.reindex(progress=lambda _: None)
            searching.rebuild(archive, room)
        elif done.leaves:
            searching.update(archive, room)
    if done.leaves:
        intake.update(archive)
    return kept


def _hold(holds: Sequence[LegalHold], opened: wiring.Embedded, done: Pulled) -> None:
    known = {hold.id: hold for hold in opened.custody.holds()}
    for hold in holds:
        if known.get(hold.id) != hold or (hold.stands and done.leaves):
            preserving.carry_out(hold, opened.archive, opened.custody)


def _purge(opened: wiring.Embedded, done: Pulled) -> list[str]:
    """Remove what was purged there; what is on hold here stays, and is told."""
    kept = []
    for key in sorted(done.purged):
        if not opened.archive.warcs.holds(key):
            done.purged.discard(key)
        elif opened.custody.keeps(key):
            note(f"hozon: {key} was purged there, and is on legal hold here: it stays")
            kept.append(key)
        else:
            opened.remove(key)
    return kept


def _said(done: Pulled, kept: Sequence[str]) -> dict[str, object]:
    return {
        "size": done.size,
        "leaves": done.leaves,
        "objects": done.objects,
        "octets": done.octets,
        "present": done.present,
        "purged": sorted(done.purged - {*kept}),
        "lacking": done.lacking,
    }


def _sentence(done: Pulled, source: Source) -> str:
    text = (
        f"{done.leaves} new leaves of {done.size} from {source.copy.what}: "
        f"{done.objects} objects fetched ({done.octets / 1e6:.1f} MB)"
    )
    if done.present:
        text = f"{text}, {done.present} were here"
    if done.purged:
        text = f"{text}, {len(done.purged)} purged"
    return f"{text}, {len(done.lacking)} lacking" if done.lacking else text


def _tell(done: Pulled) -> None:
    click.echo(
        f"\r\x1b[K{done.size} leaves, {done.objects} objects", err=True, nl=False
    )
