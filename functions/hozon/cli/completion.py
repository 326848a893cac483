"""``hozon completion``: lets a shell complete commands, options and their values."""

import click
from click.shell_completion import get_completion_class

from hozon.cli.context import Context, note

SHELLS = ("bash", "zsh", "fish")
_WHERE = {
    "bash": "~/.local/share/bash-completion/completions/hozon",
    "zsh": "a file _hozon in a folder of your $fpath",
    "fish": "~/.config/fish/completions/hozon.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_obj
def completion(context: Context, shell: str) -> None:
    """Write what lets SHELL complete commands, options and their values.

    \b
    hozon completion bash > ~/.local/share/bash-completion/completions/hozon
    hozon completion fish > ~/.config/fish/completions/hozon.fish
    """
    del context
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"no completion for {shell}")
    root = click.get_current_context().find_root()
    script = made(root.command, {}, "hozon", "_HOZON_COMPLETE").source()
    click.echo(script)
    note(f"it belongs into {_WHERE[shell]}; new shells then complete")
