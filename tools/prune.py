"""Leave out of a built artifact what no function of ours can use.

    python3 -m tools.prune .aws-sam/build/ScheduleWork-Shared

botocore describes four hundred services; we call a few. It lists and parses what it
finds at each start of a function, so its descriptions are cut to those few, and read
without their documentation: 28 MB less, and a third of the time that a client takes to
be made. No operation of a service is left out: what works here works there.
"""

import gzip
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SERVICES = frozenset({"dynamodb", "events", "kms", "s3", "sqs", "sts"})
"""What functions call. A test holds it against the code."""

_TALK = frozenset({"documentation", "documentationUrl"})


def prune(folder: Path) -> int:
    """Cut botocore's descriptions below `folder`; return how many bytes that saved."""
    data = folder / "botocore" / "data"
    if not data.is_dir():
        return 0
    before = _size(data)
    for service in data.iterdir():
        if service.is_dir() and service.name not in SERVICES:
            shutil.rmtree(service)
    for file in sorted(data.rglob("*.json*")):
        _shorten(file)
    return before - _size(data)


def _shorten(file: Path) -> None:
    if file.name.startswith("examples-"):
        file.unlink()
        return
    raw = file.read_bytes()
    text = gzip.decompress(raw) if file.suffix == ".gz" else raw
    described = json.loads(text)
    found = _silent(described)
    # The one place where botocore takes for granted that there is documentation.
    for name, each in described.get("clientContextParams", {}).items():
        found["clientContextParams"][name] = {**each, "documentation": ""}
    if file.name == "endpoints.json":
        for partition in found["partitions"]:
            services = partition["services"]
            partition["services"] = {k: services[k] for k in services if k in SERVICES}
    # Not compressed: the artifact is, and a function starts from what it reads.
    plain = file.with_suffix("") if file.suffix == ".gz" else file
    # Removed and made anew: the builder may have put a hard link to its cache here.
    file.unlink()
    plain.write_text(json.dumps(found, separators=(",", ":")), "utf-8")


def _silent(value: Any) -> Any:
    """Return a description without what is for people."""
    if isinstance(value, dict):
        return {k: _silent(v) for k, v in value.items() if _is_kept(k, v)}
    if isinstance(value, list):
        return [_silent(each) for each in value]
    return value


def _is_kept(name: str, value: Any) -> bool:
    # A member of a shape may be called so; what is said about one is a text.
    return name not in _TALK or not isinstance(value, str)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def main(arguments: Sequence[str]) -> int:
    """Prune the artifact that is named."""
    saved = prune(Path(arguments[0]))
    sys.stdout.write(f"{saved / 1e6:.1f} MB of descriptions left out\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
