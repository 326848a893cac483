"""Write docs/cli.md: every command, from its own help. ``make manual``; a test compares."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "docs" / "cli.md"
sys.path.insert(0, str(ROOT / "functions"))

from hozon.cli import cli  # noqa: E402 (it lies there)
from hozon.cli.reach import FOLDER_ONLY, STACK_ONLY  # noqa: E402 (the same)

_INTRODUCTION = """# The command line

*Made by `make manual` from the help of each command; a test holds it against the code.*

    hozon [--archive DIR | --stack NAME] [--json] <command>

Options of `hozon` itself stand before the command. An archive is a folder (`--archive`,
`./archive` by default), or a deployed stack (`--stack`): then commands work on its bucket
and its table, with the rights in AWS of whoever runs them. Some are for one of the two:

{reach}

stdout is data only: text for people, or with `--json` one object a line. Progress, problems
and hints go to stderr. An INSTANT is a date, RFC 3339, a timestamp of 14 digits, or an age
such as `3d`.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | failed, or a part of it failed; stderr says which |
| 2 | the command was not understood |
| 3 | the archive does not hold it |
| 4 | what is stored is not what was written |
| 5 | no archive there, no access to it, or out of sight (docs/access.md) |
| 130 | interrupted; the same command again goes on |

`hozon completion SHELL` lets a shell complete all this.
"""


def walk(
    command: click.Command, context: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield a command and all below it, each with its whole name; groups come first."""
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                below = click.Context(found, info_name=name, parent=context)
                yield from walk(found, below)


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield every command of the program, itself first."""
    yield from walk(cli, click.Context(cli, info_name="hozon"))


def written() -> str:
    """Return the page."""
    reach = "\n".join(
        [
            *(f"* `{name}`: a folder; {said}." for name, said in FOLDER_ONLY.items()),
            *(f"* `{name}`: a stack; {said}." for name, said in STACK_ONLY.items()),
        ]
    )
    parts = [_INTRODUCTION.format(reach=reach)]
    parts += [_section(*each) for each in commands()]
    return "\n".join(parts)


def _section(name: str, command: click.Command, context: click.Context) -> str:
    level = "##" if len(name.split()) < 3 else "###"
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    said, examples = _told(command.help or "")
    lines = [f"{level} {name}", "", f"    {usage}", "", *said, ""]
    if examples:
        lines += [*(f"    {each}" for each in examples), ""]
    options = [p for p in command.params if isinstance(p, click.Option)]
    shown = [record for each in options if (record := each.get_help_record(context))]
    if shown:
        lines += ["| option | |", "| --- | --- |"]
        lines += [f"| `{_cell(left)}` | {_cell(right)} |" for left, right in shown]
        lines.append("")
    return "\n".join(lines)


def _told(text: str) -> tuple[list[str], list[str]]:
    """Return what a help says, and its examples: what is to stay as it is typed."""
    said, _, examples = text.partition("\b")
    return said.strip().splitlines(), [e for e in examples.splitlines() if e.strip()]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    PLACE.write_text(written(), "utf-8")
