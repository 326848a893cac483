"""``hozon seal``, ``receipt`` and ``verify``: the log, and what it proves."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from hozon import wiring
from hozon.cli.context import (
    ALLOW_HOST,
    OUTPUT,
    TSA,
    Context,
    authorities,
    fetching,
    note,
)
from hozon.nouns import instants
from hozon.nouns.errors import Unusable
from hozon.sealing import checking, proving, sealing, stamping, verifying
from hozon.sealing.verifying import Verified
from hozon.wiring import Embedded


@click.command()
@click.option(
    "--new-key",
    is_flag=True,
    help="The log's private key is lost: go on with a new one, and say so in the log.",
)
@TSA
@ALLOW_HOST
@click.pass_obj
def seal(
    context: Context,
    tsa: tuple[str, ...],
    allow_host: tuple[str, ...],
    *,
    new_key: bool,
) -> None:
    """Give everything that is stored a leaf in the signed log, and sign it.

    `hozon run` does so, too. With --tsa, time stamping authorities (RFC 3161) are asked
    to vouch for when that was, once an hour at most.

    \b
    hozon seal
    hozon seal --tsa http://timestamp.example.com/
    """
    with context.folder("seal", new_key=new_key) as opened, opened.exclusive():
        sealed = sealing.seal(opened.archive, opened.signer)
        problems = asyncio.run(_stamped(opened, context, tsa, allow_host))
    for problem in (*unreadable(sealed), *problems):
        note(f"hozon: {problem}")
    said = {"size": sealed.size, "leaves": sealed.leaves}
    context.say(said, f"{sealed.leaves} leaves sealed, {sealed.size} in all")
    if sealed.unreadable:
        raise click.exceptions.Exit(4)


async def _stamped(
    opened: Embedded,
    context: Context,
    tsa: tuple[str, ...],
    allow_host: tuple[str, ...],
) -> Sequence[str]:
    if not tsa:
        return []
    how = fetching(allow_host, None, context.contact, opened.archive.clock)
    async with opened.fetcher(how) as fetcher:
        return await stamping.stamp(opened.archive, fetcher, authorities(tsa))


def unreadable(sealed: sealing.Sealed) -> list[str]:
    """Return what could not be sealed, a sentence each."""
    return [f"cannot be read, so it is not sealed: {key}" for key in sealed.unreadable]


@click.command()
@click.argument("uri")
@click.option("--at", metavar="INSTANT", help="As of then; default: the latest.")
@OUTPUT
@click.option(
    "--warc",
    "warc",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the WARC object that it is for, as it is stored, to this file.",
)
@click.pass_obj
def receipt(
    context: Context, uri: str, at: str | None, output: Path | None, warc: Path | None
) -> None:
    """Get the receipt of the snapshot of URI: proof that it was held, and when.

    Anyone can check it, without this program: docs/evidence.md says how.

    \b
    hozon receipt https://example.org/a -o a.receipt.json --warc a.warc.gz
    hozon verify a.receipt.json a.warc.gz
    """
    with context.reading() as opened:
        archive = opened.archive
        instant = None if at is None else instants.parse(at, now=archive.clock())
        data = proving.of_uri(uri, archive, at=instant)
        if warc is not None:
            leaf = json.loads(json.loads(data)["leaf"])
            warc.write_bytes(archive.warcs.read_all(leaf["key"]))
    if output is not None:
        output.write_bytes(data)
        note("\n".join(json.loads(data)["statement"]))
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


@click.command()
@click.argument(
    "files", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[FILE]…"
)
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(exists=True, path_type=Path, dir_okay=False),
    help="A checkpoint of this log that was kept elsewhere: the log must go on from it.",
)
@click.option(
    "--vkey",
    "vkeys",
    multiple=True,
    help="The key that receipts and logs have to be signed with.",
)
@click.pass_obj
def verify(
    context: Context,
    files: tuple[Path, ...],
    kept: tuple[Path, ...],
    vkeys: tuple[str, ...],
) -> None:
    """Verify FILEs: receipts, WARC and WACZ files, folders of whole archives.

    Without FILE, this archive: every object against its leaf, every leaf against the
    tree, every signature, and the index against the objects. Nothing is asked of the
    network. Exit code 4 where something is not as it was, with a line for each that
    names the act.

    \b
    hozon verify
    hozon verify a.receipt.json a.warc.gz
    hozon verify --checkpoint kept.txt /mnt/copy-of-the-archive
    """
    checkpoints = [path.read_text("utf-8") for path in kept]
    found = Verified() if files else _this(context, checkpoints, vkeys)
    singles = [path for path in files if not path.is_dir()]
    if singles:
        wanted = checking.Wanted(vkeys=frozenset(vkeys), kept=tuple(checkpoints))
        checked = checking.check_files(singles, wanted, verify=wiring.verify)
        found += Verified(files=len(singles), findings=checked.findings)
        for path_, sentences in checked.shown.items():
            note(f"{path_}:")
            note("\n".join(f"  {each}" for each in sentences))
    for path in files:
        if path.is_dir():
            found += _folder(path, checkpoints, vkeys)
    _tell(context, found)


def _this(context: Context, kept: Sequence[str], vkeys: Sequence[str]) -> Verified:
    with context.open() as opened:
        archive = opened.archive
        return verifying.verify_archive(
            archive.warcs,
            archive.log,
            index=archive.index,
            kept=kept,
            vkeys=vkeys,
            verify=wiring.verify,
        )


def _folder(path: Path, kept: Sequence[str], vkeys: Sequence[str]) -> Verified:
    if not (path / "warcs").is_dir() and not (path / "log").is_dir():
        raise Unusable(f"{path} is no archive: it has neither warcs/ nor log/")
    warcs, log = wiring.stores(path)
    return verifying.verify_archive(
        warcs, log, kept=kept, vkeys=vkeys, verify=wiring.verify
    )


def _tell(context: Context, found: Verified) -> None:
    for each in found.findings:
        says = f"{each.act}: {each.subject}: {each.says}"
        if context.as_json:
            context.say(asdict(each), says)
        else:
            (note if each.is_doubt else click.echo)(says)
    counts = {
        "files": found.files,
        "leaves": found.leaves,
        "objects": found.objects,
        "checkpoints": found.checkpoints,
        "faults": len(found.faults),
        "doubts": len(found.findings) - len(found.faults),
    }
    text = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    text = text if found.faults else f"{text or 'nothing'}: no fault found"
    context.say(counts, text)
    if found.faults:
        raise click.exceptions.Exit(4)
