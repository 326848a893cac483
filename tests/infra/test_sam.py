"""The real builder: the template is valid, and what it builds could run on Lambda."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import botocore.loaders
import botocore.session
import pytest
from botocore.model import ServiceModel
from moto import mock_aws

from tests.aws import templates
from tests.aws.artifacts import SAM
from tests.aws.stack import ROOT
from tests.infra.locks import pins_of
from tools import artifact, prune
from tools.artifact import TARGETS

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
    for name in ("template.yaml", ".python-version", "pyproject.toml"):
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
    """Right CPU, right CPython, a libc that is there, below our limit of 100 MB."""
    assert [] == artifact.faults(built, TARGETS["aws"])
    assert len(list(artifact.modules(built))) >= 9
    print(artifact.report(built))


def test_services_that_nobody_calls_are_left_out(built: Path) -> None:
    """What is left has all its operations, and nothing that is for people."""
    data = built / "botocore" / "data"
    kept = {path.name for path in data.iterdir() if path.is_dir()}
    [described] = (data / "s3").glob("*/service-2.json")
    service = json.loads(described.read_text("utf-8"))
    whole = botocore.loaders.Loader().load_service_model("s3", "service-2")

    assert prune.SERVICES == kept
    assert whole["operations"].keys() == service["operations"].keys()
    assert whole["shapes"].keys() == service["shapes"].keys()
    assert "documentation" not in service


def test_the_bill_of_materials_names_what_ships(built: Path) -> None:
    """Every pin of the lock, with its hashes, as CycloneDX, which a checker accepts."""
    bom = json.loads((built.parent / "bom.json").read_text("utf-8"))
    named = {(c["name"], c["version"]) for c in bom["components"]}
    pins = set(pins_of(ROOT / "functions" / "requirements.txt").items())

    assert ("CycloneDX", "1.6") == (bom["bomFormat"], bom["specVersion"])
    assert pins == named
    assert "hozon" == bom["metadata"]["component"]["name"]
    assert all(
        each.get("externalReferences") or each["purl"] for each in bom["components"]
    )


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

    faults = artifact.faults(tmp_path, TARGETS["python3.11"])

    name = httptools.name
    assert faults == [
        "the package hozon is not in it",
        "botocore is not in it: Lambda's runtime has one of another version",
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


def test_pruning_changes_no_description(tmp_path: Path) -> None:
    """A client that is made of what is left asks and understands as before."""
    source = Path(botocore.__file__).parent / "data"
    target = tmp_path / "botocore" / "data"
    for name in prune.SERVICES:
        shutil.copytree(source / name, target / name)
    for file in source.glob("*.json"):
        shutil.copy(file, target)
    assert prune.prune(tmp_path) > 500_000
    pruned = botocore.loaders.Loader(
        extra_search_paths=[str(target)], include_default_search_paths=False
    )

    for name in ("s3", "dynamodb", "sqs"):
        before, after = (
            ServiceModel(loader.load_service_model(name, "service-2"), name)
            for loader in (botocore.loaders.Loader(), pruned)
        )
        for operation in before.operation_names:
            one = before.operation_model(operation)
            other = after.operation_model(operation)
            assert _shape(one.input_shape) == _shape(other.input_shape)
            assert _shape(one.output_shape) == _shape(other.output_shape)
            assert one.http == other.http


def test_a_client_of_what_is_left_works(tmp_path: Path) -> None:
    """Botocore reads more of a description when it asks than when it makes a client."""
    source = Path(botocore.__file__).parent / "data"
    target = tmp_path / "botocore" / "data"
    for name in prune.SERVICES:
        shutil.copytree(source / name, target / name)
    for file in source.glob("*.json"):
        shutil.copy(file, target)
    prune.prune(tmp_path)
    session = botocore.session.Session()
    loader = botocore.loaders.Loader(
        extra_search_paths=[str(target)], include_default_search_paths=False
    )
    session.register_component("data_loader", loader)

    with mock_aws():
        for name, ask in ASKED.items():
            made = session.create_client(
                name,
                region_name="eu-west-1",
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
            )
            assert ask(made)["ResponseMetadata"]["HTTPStatusCode"] == 200


ASKED: dict[str, Callable[[Any], Any]] = {
    "s3": lambda client: client.list_buckets(),
    "dynamodb": lambda client: client.list_tables(),
    "sqs": lambda client: client.list_queues(),
    "kms": lambda client: client.list_keys(),
    "sts": lambda client: client.get_caller_identity(),
}
"""An operation of each service."""


def _parameters(model: ServiceModel) -> list[Any]:
    return [(p.name, p.type) for p in model.client_context_parameters]


def _shape(shape: Any) -> Any:
    if shape is None:
        return None
    members = getattr(shape, "members", {})
    return shape.name, shape.type_name, {k: v.name for k, v in members.items()}


def test_what_functions_call_is_kept() -> None:
    """Each service that wiring or an adapter makes a client of is one of those kept."""
    code = (ROOT / "functions" / "hozon" / "wiring" / "stack.py").read_text("utf-8")
    connected = code[code.index("def connect(") : code.index("def attached(")]
    called = set(re.findall(r'client\(\s*"([a-z0-9]+)"', connected))

    assert {"s3", "dynamodb", "sqs", "events"} <= called <= prune.SERVICES


def _content(folder: Path) -> dict[Path, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}
