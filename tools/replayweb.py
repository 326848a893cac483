"""Fetch ReplayWeb.page's service worker for the full replay: ``python -m tools.replayweb``.

It is under the AGPL and no part of this repository: it comes unmodified from npm, at one
version, is held against the hashes in `hozon.web.replay.full`, and lies with its licence in
a folder that Git ignores. An artifact that is built afterwards has it, and says where its
source is. ``--remove`` takes it away.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from hozon.web import replay
from hozon.web.replay.worker import FOLDER, SCRIPTS

PACKAGE = "replaywebpage@2.4.6"
PLACE = Path(replay.__file__).parent / FOLDER

_PATIENCE_S = 300


class Unavailable(Exception):
    """The package cannot be had, or is another than the one that is pinned."""


def fetch(place: Path = PLACE) -> Path:
    """Return the folder with the worker and its licence, fetched if it is not there."""
    if _is_whole(place):
        return place
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable("npm is needed to fetch ReplayWeb.page; Node.js has it")
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as made:
        command = [npm, "pack", "--silent", PACKAGE]
        done = subprocess.run(command, cwd=made, timeout=_PATIENCE_S, check=False)  # noqa: S603  our own words
        if done.returncode:
            raise Unavailable(f"npm does not have {PACKAGE} here")
        (packed,) = Path(made).glob("*.tgz")
        whole = Path(made) / "whole"
        whole.mkdir()
        _unpack(packed, whole)
        shutil.rmtree(place, ignore_errors=True)
        os.replace(whole, place)  # noqa: PTH105 (a folder)
    return place


def _unpack(packed: Path, place: Path) -> None:
    with tarfile.open(packed) as archive:
        for name, digest in SCRIPTS.items():
            file = archive.extractfile(f"package/{name}")
            data = file.read() if file is not None else b""
            if sha256(data).hexdigest() != digest:
                raise Unavailable(f"{PACKAGE} has another {name} than the pinned one")
            (place / name).write_bytes(data)


def _is_whole(place: Path) -> bool:
    return all(
        (place / name).is_file()
        and sha256((place / name).read_bytes()).hexdigest() == digest
        for name, digest in SCRIPTS.items()
    )


def main(arguments: Sequence[str]) -> int:
    """Fetch, or remove."""
    if arguments not in ([], ["--remove"]):
        sys.stderr.write("usage: python -m tools.replayweb [--remove]\n")
        return 2
    if arguments:
        shutil.rmtree(PLACE, ignore_errors=True)
        return 0
    try:
        sys.stdout.write(f"{fetch()}\n")
    except Unavailable as e:
        sys.stderr.write(f"tools.replayweb: {e}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
