"""docs/cli.md is what the commands say of themselves; and they say enough."""

import re

import click
import pytest

from hozon.cli import _EXIT
from hozon.cli.completion import SHELLS
from hozon.cli.reach import FOLDER_ONLY, STACK_ONLY
from tools import manual

COMMANDS = {name: command for name, command, _ in manual.commands()}
LEAVES = {n: c for n, c in COMMANDS.items() if not isinstance(c, click.Group)}


def test_the_page_is_what_the_commands_say() -> None:
    """`make manual` writes it anew."""
    assert manual.written() == manual.PLACE.read_text("utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_is_for(name: str) -> None:
    """In a sentence, with every option explained."""
    command = COMMANDS[name]

    assert (command.help or "").partition("\n")[0].rstrip().endswith((".", ":")) or (
        "." in (command.help or "")
    )
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_has_an_example(name: str) -> None:
    """That is this command, and that the program takes apart."""
    _, examples = manual._told(LEAVES[name].help or "")
    words = name.split()[1:]
    mine = [e for e in examples if _typed(e)[: len(words)] == words]

    assert mine
    for example in mine:
        known = {o for p in LEAVES[name].params for o in (*p.opts, *p.secondary_opts)}
        known |= {o for p in COMMANDS["hozon"].params for o in p.opts}
        stated = re.findall(r"(?<=\s)--?[a-z][a-z-]*", _without_texts(example))
        assert {*stated} <= known, example


def _without_texts(example: str) -> str:
    return re.sub(r"\"[^\"]*\"|'[^']*'|\|.*|>.*|  .*", "", example)


def _typed(example: str) -> list[str]:
    """Return what is typed behind `hozon` and its own options."""
    words = example.split()
    assert "hozon" == words.pop(0), example
    while words and words[0].startswith("--"):
        option = words.pop(0)
        if option in {"--stack", "--archive", "--contact"}:
            words.pop(0)
    return words


def test_exit_codes_are_told() -> None:
    """Each that the program may end with."""
    text = manual.PLACE.read_text("utf-8")
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}

    assert {0, 1, 2, 130} | {code for _, code in _EXIT} == told


def test_what_is_for_one_kind_of_archive_is_a_command() -> None:
    """The tables name nothing that there is not."""
    for name in (*FOLDER_ONLY, *STACK_ONLY):
        assert f"hozon {name.partition(' --')[0]}" in COMMANDS


def test_every_shell_has_its_script(capsys: pytest.CaptureFixture[str]) -> None:
    """And it names the variable by which the program is asked."""
    for shell in SHELLS:
        COMMANDS["hozon"].main(["completion", shell], standalone_mode=False)
        said = capsys.readouterr()
        assert "_HOZON_COMPLETE" in said.out
        assert "hozon" in said.err
