"""Commands that are imported when somebody asks for them: none pays for the others."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Lazily(click.Group):
    """A group whose commands stand at `places`: ``module:name`` in this package."""

    def __init__(
        self, *args: Any, places: Mapping[str, str] | None = None, **rest: Any
    ) -> None:
        super().__init__(*args, **rest)
        self._places = dict(places or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted({*super().list_commands(ctx), *self._places})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now if it is asked for the first time."""
        place = self._places.pop(cmd_name, None)
        if place is not None:
            module, _, name = place.partition(":")
            self.add_command(getattr(import_module(f"hozon.cli.{module}"), name))
        return super().get_command(ctx, cmd_name)
