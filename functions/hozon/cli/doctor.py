"""``hozon doctor``: a walk around an archive that says what is wrong and what to do."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict

import click

from hozon import __version__
from hozon.cli.context import Context
from hozon.nouns.checkup import Check, Step
from hozon.nouns.errors import HozonError
from hozon.nouns.model import Snapshot
from hozon.operating.examining import Examination
from hozon.operating.trying import Trial
from hozon.wiring import Deployed, Embedded

TRIAL_URI = "https://example.com/"

_MARKS = {"ok": "ok", "warning": "WARN", "fault": "FAULT", "skipped": "skip"}


@click.command()
@click.option("--all", "is_whole", is_flag=True, help="Read every WARC object back.")
@click.option(
    "--uri",
    default=TRIAL_URI,
    show_default=True,
    help="The page of the trial capture (of a stack).",
)
@click.option(
    "--no-trial",
    is_flag=True,
    help="Capture nothing. A trial's capture stays in the archive for good.",
)
@click.pass_obj
def doctor(context: Context, uri: str, *, is_whole: bool, no_trial: bool) -> None:
    """Look at the archive step by step; say what is wrong, and what to do.

    Of a folder: versions, file system, room, databases, keys, late feeds, WARC files,
    holds, the log. Of a stack: functions, permissions, schedules, queues, table, lock,
    alarms, and a page that is captured, read back and proven by its receipt, which takes
    some minutes. Exit code 1 where a step found a fault.

    \b
    hozon doctor --all
    hozon --stack hozon doctor
    """
    counts = Counter[str]()
    with context.open() as opened:
        if isinstance(opened, Embedded):
            steps = _of_folder(opened, is_whole=is_whole)
        else:
            trial = None if no_trial else uri
            steps = _of_stack(context, opened, trial, is_whole=is_whole)
        for found in _walked(steps):
            counts[found.outcome] += 1
            context.say(asdict(found), _text(found))
    if counts["fault"]:
        raise click.exceptions.Exit(1)


def _of_folder(opened: Embedded, *, is_whole: bool) -> Iterator[Step]:
    from hozon.adapters.embedded.doctoring import FolderDoctor  # noqa: PLC0415  alone

    databases = (opened.state, opened.index, opened.hosts)
    yield from FolderDoctor(directory=opened.directory, databases=databases).steps()
    yield from Examination(
        archive=opened.archive,
        custody=opened.custody,
        is_deployed=False,
        is_whole=is_whole,
    ).steps()


def _of_stack(
    context: Context, opened: Deployed, trial_uri: str | None, *, is_whole: bool
) -> Iterator[Step]:
    from hozon.adapters.aws import lockcheck, rightscheck  # noqa: PLC0415  needs boto3
    from hozon.adapters.aws.doctoring import StackDoctor  # noqa: PLC0415  as above
    from hozon.adapters.aws.readers import ask  # noqa: PLC0415  as above
    from hozon.adapters.aws.stacks import describe  # noqa: PLC0415  as above

    assert context.stack is not None
    described = describe(context.stack)
    walk = StackDoctor(stack=described)
    yield from walk.steps()
    yield Step("permissions", lambda: rightscheck.permissions(described, walk.names))
    yield Step("lock", lambda: lockcheck.lock(described))
    yield from Examination(
        archive=opened.archive,
        custody=opened.custody,
        is_deployed=True,
        is_whole=is_whole,
    ).steps()
    base = described.outputs["ArchiveUrl"]
    yield Step("version", lambda: version(base, ask))
    if trial_uri is not None:
        yield from trial_steps(
            Trial(
                archive=opened.archive,
                uri=trial_uri,
                base=base,
                ask=ask,
                wait=time.sleep,
            )
        )


def version(base: str, ask: Callable[[str], bytes]) -> Check:
    """Ask the archive's URL which version answers there."""
    url = f"{base.rstrip('/')}/api/openapi.json"
    said = ask(url).decode("utf-8", "replace")
    is_same = f'"version":"{__version__}"' in said.replace(" ", "")
    return Check(
        name="version",
        outcome="ok" if is_same else "warning",
        did=f"asked {url} which version answers",
        found=f"hozon {__version__}, as here" if is_same else "another than here",
        todo="" if is_same else "make deploy, from the version that you want",
    )


def trial_steps(trial: Trial) -> Iterator[Step]:
    """Yield the steps of a trial: what was captured is what is then read back."""
    captured = list[Snapshot]()

    def capture() -> Check:
        check, snapshot = trial.capture()
        captured.extend([snapshot] if snapshot else [])
        return check

    def then(name: str, look: Callable[[Snapshot], Check]) -> Check:
        if captured:
            return look(captured[-1])
        return Check(
            name=name,
            outcome="skipped",
            did="read nothing back",
            found="nothing was captured",
        )

    yield Step("capture", capture)
    yield Step("retrieval", lambda: then("retrieval", trial.retrieve))
    yield Step("receipt", lambda: then("receipt", trial.receipt))


def _walked(steps: Iterator[Step]) -> Iterator[Check]:
    """Do each step; one that fails is a fault, and the others are done all the same."""
    for step in steps:
        try:
            yield step.look()
        except HozonError as e:
            yield Check(
                name=step.name,
                outcome="fault",
                did=f"tried to look at {step.name}",
                found=str(e),
                todo="see what is said; with the rights for it this step can tell more",
            )


def _text(found: Check) -> str:
    lines = [f"{_MARKS[found.outcome]:5} {found.name:12} {found.did}"]
    if found.found:
        lines.append(f"{'':18} → {found.found}")
    if found.todo and found.outcome != "ok":
        lines.append(f"{'':18} ! {found.todo}")
    return "\n".join(lines)
