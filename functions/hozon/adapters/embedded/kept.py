"""The settings that are kept with an embedded archive: ``settings.json`` in its folder."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from hozon import plans
from hozon.errors import Misuse, Unusable
from hozon.events import KINDS

BUDGET = 20_000
"""Looks on one day, unless the operator says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an operator has settled for one archive.

    `recheck_plan` and `recheck_budget` are those of `hozon.archive.Archive`; events are
    told to the `webhook` (a URI) and to the command `on_event`: those of `tell_feeds` (ids;
    none: of all), of `tell_kinds` (none: all), edits of `tell_min_change` at least.
    """

    recheck_plan: str = "standard"
    recheck_budget: int = BUDGET
    webhook: str | None = None
    on_event: str | None = None
    tell_feeds: tuple[str, ...] = ()
    tell_kinds: tuple[str, ...] = ()
    tell_min_change: float = 0.0

    def checked(self) -> "Kept":
        """Return these settings, or raise `Misuse` where one cannot be."""
        plans.parse(self.recheck_plan)
        known = {
            *KINDS,
            "title",
            "correction",
            "addition",
            "removal",
            "rewrite",
            "facts",
        }
        if unknown := sorted(set(self.tell_kinds) - known):
            raise Misuse(
                f"no such kind of event: {', '.join(unknown)}; "
                f"there are {', '.join(sorted(known))}"
            )
        return self


def read(directory: Path) -> Kept:
    """Return the settings of the archive in `directory`; the usual where none are kept."""
    path = directory / "settings.json"
    try:
        said = json.loads(path.read_text("utf-8"))
        return Kept(**_typed(said)).checked()
    except FileNotFoundError:
        return Kept()
    except (ValueError, TypeError, KeyError, Misuse) as e:
        raise Unusable(f"{path} cannot be used ({e}); mend it, or delete it") from e


def write(directory: Path, kept: Kept) -> None:
    """Keep the settings, in place of those that are kept."""
    path = directory / "settings.json"
    beside = path.with_suffix(".json.new")
    beside.write_text(json.dumps(asdict(kept), indent=2) + "\n", "utf-8")
    beside.replace(path)


def _typed(said: dict[str, Any]) -> dict[str, Any]:
    """Return what a file says, with the types that the settings have."""
    usual = asdict(Kept())
    if unknown := sorted(said.keys() - {f.name for f in fields(Kept)}):
        raise KeyError(f"unknown: {', '.join(unknown)}")
    return {
        name: tuple(value) if isinstance(usual[name], tuple) else value
        for name, value in said.items()
    }
