"""The settings that are kept with an embedded archive: ``settings.json`` in its folder."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from hozon.nouns import uris
from hozon.nouns.errors import Misuse, Unusable
from hozon.settings import Kept


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


def publish(directory: Path, uri: str) -> None:
    """Keep where the archive in `directory` can be reached by hubs ("": nowhere)."""
    stated = uris.normal(uri) if uri else ""
    (directory / "public-url").write_text(stated, "utf-8")


def public_uri(directory: Path) -> str | None:
    """Return where the archive can be reached by hubs; None: nowhere."""
    try:
        return (directory / "public-url").read_text("utf-8").strip() or None
    except FileNotFoundError:
        return None
