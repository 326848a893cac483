"""cfn-lint knows CloudFormation's schemas; it has nothing to say about our templates."""

import shutil
from pathlib import Path

import pytest
from cfnlint.api import lint_file
from cfnlint.config import ManualArgs

from tests.aws.stack import ALARMS, REPLICA, ROOT, STORAGE, TEMPLATE

CONFIG = ManualArgs(regions=["eu-west-1", "us-east-1"])


def _findings(path: Path) -> list[str]:
    return [f"{m.rule.id} {m.message}" for m in lint_file(path, config=CONFIG)]


@pytest.mark.parametrize(
    "path", [TEMPLATE, STORAGE, REPLICA, ALARMS], ids=lambda path: path.stem
)
def test_templates_are_clean(path: Path) -> None:
    """Neither an error nor a warning."""
    assert [] == _findings(path)


@pytest.mark.parametrize(
    ("file", "right", "wrong", "rule"),
    [
        ("template.yaml", "MemorySize: 768", "MemorySize: 64", "E3034"),
        ("template.yaml", "!GetAtt PollQueue.Arn", "!GetAtt PollQueu.Arn", "E1010"),
        ("template.yaml", "LockYears: !Ref LockYears", "LockYear: 1", "E3043"),
        ("infra/storage.yaml", "BillingMode:", "BilingMode:", "E3002"),
        ("infra/alarms.yaml", "MetricName: Invocations", "Metric: X", "E3002"),
    ],
)
def test_a_slip_is_found(
    file: str, right: str, wrong: str, rule: str, tmp_path: Path
) -> None:
    """The check above can fail: in values, names, and between the nested templates."""
    shutil.copytree(ROOT / "infra", tmp_path / "infra")
    shutil.copy(TEMPLATE, tmp_path)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert right in text
    (tmp_path / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")

    assert rule in {finding.split()[0] for finding in _findings(tmp_path / file)}
