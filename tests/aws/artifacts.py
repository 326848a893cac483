"""The artifact, built from a copy of the sources for this machine, to be run in tests."""

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks import coldstart
from tests.aws.stack import ROOT

SAM = Path(os.environ.get("HOZON_SAM", ROOT / ".venv-sam" / "bin" / "sam"))


def built(project: Path) -> Path:
    """Build in an empty folder as `make build` does; return the artifact's folder."""
    for name in ("functions", "infra", "tools"):
        shutil.copytree(
            ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("template.yaml", ".python-version", "pyproject.toml"):
        shutil.copy(ROOT / name, project)
    subprocess.run(
        ["tools/build.sh", "local"],
        cwd=project,
        env={**os.environ, "HOZON_SAM": str(SAM), "AWS_DEFAULT_REGION": "eu-west-1"},
        check=True,
        capture_output=True,
    )
    return coldstart.artifact(project / ".aws-sam" / "local")


def zipped(artifact: Path, extra: Mapping[str, str]) -> bytes:
    """Return an artifact as Lambda takes it, with some modules of a test beside it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for file in sorted(artifact.rglob("*")):
            if file.is_file():
                made.write(file, file.relative_to(artifact))
        for name, source in extra.items():
            made.writestr(name, source)
    return out.getvalue()
