"""axe-core, which finds what keeps people out of a page (WCAG 2.2).

It comes from npm at a pinned version, and is kept in ``.cache``: it is under the MPL, and
never part of this repository.
"""

import os
import shutil
import subprocess
import tarfile
import tempfile
from hashlib import sha256
from pathlib import Path

NPM = shutil.which("npm") or ""
_PACKAGE = "axe-core@4.11.0"
_SCRIPT = "axe.min.js"
_DIGEST = "e9e5863c33a874f09bc01acd9234b7e3c871479f5eef8802fa582544465e6d01"
_CACHE = Path(__file__).parents[2] / ".cache" / "axe-core-4.11.0"
_RULES = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice"

RUN = f"""axe.run(document, {{runOnly: '{_RULES}'.split(' ')}}).then((found) =>
  found.violations.map((each) =>
    each.id + ': ' + each.nodes.map((node) => node.target.join(' ')).join(' | ')))"""
"""Finds violations in the page it is evaluated in; each as a line."""


def script() -> str | None:
    """Return the script to evaluate before `RUN`; None where npm has it not."""
    if not _CACHE.exists():
        _fetch()
    path = _CACHE / _SCRIPT
    if not path.exists():
        return None
    data = path.read_bytes()
    assert _DIGEST == sha256(data).hexdigest()
    return data.decode()


def _fetch() -> None:
    _CACHE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE.parent) as made:
        command = [NPM, "pack", "--silent", _PACKAGE]
        if subprocess.run(command, cwd=made, timeout=120, check=False).returncode:
            return
        (packed,) = Path(made).glob("*.tgz")
        whole = Path(made) / "script"
        whole.mkdir()
        with tarfile.open(packed) as archive:
            file = archive.extractfile(f"package/{_SCRIPT}")
            assert file is not None
            (whole / _SCRIPT).write_bytes(file.read())
        os.replace(whole, _CACHE)  # noqa: PTH105 (a folder; another may be as far)
