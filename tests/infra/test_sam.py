"""The real builder: the template is valid, and what it builds could run on Lambda."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.aws import templates
from tests.aws.stack import ROOT
from tools import artifact
from tools.artifact import TARGETS

SAM = Path(os.environ.get("HOZON_SAM", ROOT / ".venv-sam" / "bin" / "sam"))

pytestmark = [
    pytest.mark.sam,
    pytest.mark.skipif(
        not SAM.is_file(),
        reason=f"no SAM CLI at {SAM.name} of .venv-sam; `make sam` installs it",
    ),
]


def _run(command: Sequence[str | Path], *, folder: Path) -> str:
    environment = {
        **os.environ,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "HOZON_SAM": str(SAM.absolute()),
        "SAM_CLI_TELEMETRY": "0",
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is built, so that a build here never meets one of a person."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("functions", "infra", "tools"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("template.yaml", ".python-version"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def built(project: Path) -> Path:
    """The artifact for AWS, as tools/build.sh leaves it."""
    _run(["tools/build.sh"], folder=project)
    [folder] = (project / ".aws-sam" / "build").glob("*-Shared")
    return folder


def test_sam_finds_the_template_valid(project: Path) -> None:
    """`sam validate` with the settings of infra/samconfig.toml, which lint, too."""
    said = _run(
        [SAM.absolute(), "validate", "--config-file", "infra/samconfig.toml"],
        folder=project,
    )

    assert "is a valid SAM Template" in said


def test_the_artifact_would_run_on_lambda(built: Path) -> None:
    """Right CPU, right CPython, a libc that is there, below the limit, without boto3."""
    assert [] == artifact.faults(built, TARGETS["aws"])
    assert len(list(artifact.modules(built))) >= 9
    print(artifact.report(built))


def test_the_artifact_holds_what_was_written(built: Path, project: Path) -> None:
    """Every module of functions/ is in it as it is, and no script of a library."""
    functions = project / "functions"

    for path in functions.rglob("*.py"):
        assert path.read_bytes() == (built / path.relative_to(functions)).read_bytes()
    assert not (built / "bin").exists()
    # Keys are in KMS here; what signs with a key file stays at home.
    assert not (built / "cryptography").exists()


def test_the_artifact_is_compiled(built: Path) -> None:
    """Ours and the libraries', for no other CPython."""
    caches = list((built / "hozon").rglob("*.pyc"))

    if shutil.which("python3.13"):
        assert caches
    assert all(".cpython-313." in path.name for path in caches)


def test_the_check_of_the_artifact_can_fail(built: Path, tmp_path: Path) -> None:
    """It names what is for another CPU, another CPython, or not there at all."""
    [httptools] = built.glob("httptools/parser/parser.*.so")
    shutil.copy(httptools, tmp_path)

    faults = artifact.faults(tmp_path, TARGETS["local"])

    name = httptools.name
    assert faults == [
        "the package hozon is not in it",
        f"{name}: for ELF machine 183, not 62",
        f"{name}: not for cpython-311",
    ]


def test_nested_templates_are_built(built: Path) -> None:
    """What `sam deploy` takes is whole: the nested templates lie beside the artifact."""
    build = built.parent
    resources = templates.load(build / "template.yaml")["Resources"]

    for name in ("Storage", "Alarms"):
        location = resources[name]["Properties"]["TemplateURL"]
        assert (build / location).is_file()


def test_the_same_source_is_the_same_artifact(built: Path, project: Path) -> None:
    """Nothing of the machine or the hour gets in, so an unchanged build deploys nothing."""
    before = _content(built)
    _run(["tools/build.sh"], folder=project)

    assert before == _content(built)


def _content(folder: Path) -> dict[Path, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}
