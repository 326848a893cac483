"""The deployer makes all that a template says, or raises."""

import shutil
from pathlib import Path

import pytest

from tests.aws import intrinsics, templates
from tests.aws.intrinsics import NO_VALUE, Scope
from tests.aws.place import Place
from tests.aws.stack import ROOT, TEMPLATE, Stack, deploy
from tests.infra.conftest import PARAMETERS


def _write(folder: Path, text: str) -> Path:
    path = folder / "template.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_is_made(aws: None) -> None:
    """With every option on, each resource that the template expands to exists."""
    values = {
        **PARAMETERS,
        "AlarmEmail": "pager@example.org",
        "MonthlyBudgetUsd": "20",
        "PublicRead": "true",
    }
    stack = deploy(TEMPLATE, Place(name="whole"), parameters=values)
    pages = stack.place.client("iam").get_paginator("list_roles").paginate()
    roles = [role for page in pages for role in page["Roles"]]
    alarms = stack.place.client("cloudwatch").describe_alarms(AlarmNamePrefix="whole")

    assert 66 == stack.count()
    assert 13 == sum(role["RoleName"].startswith("whole-") for role in roles)
    assert 11 == len(alarms["MetricAlarms"])


def test_outputs_name_what_was_made(stack: Stack) -> None:
    """Every output that a person is told of leads to something."""
    s3, url = stack.place.client("s3"), stack.outputs["ArchiveUrl"]

    s3.head_bucket(Bucket=stack.outputs["ArchiveBucket"])
    s3.head_bucket(Bucket=stack.outputs["DerivedBucket"])
    stack.place.client("dynamodb").describe_table(TableName=stack.outputs["Table"])
    stack.place.client("sns").get_topic_attributes(
        TopicArn=stack.outputs["AlarmTopicArn"]
    )
    assert url.startswith("https://")


def test_an_output_that_is_not_there_is_found(tmp_path: Path, aws: None) -> None:
    """cfn-lint does not look for the outputs of a nested stack; this does."""
    shutil.copytree(ROOT / "infra", tmp_path / "infra")
    text = TEMPLATE.read_text(encoding="utf-8").replace(
        "Storage.Outputs.TableName", "Storage.Outputs.TableNam"
    )

    with pytest.raises(KeyError, match=r"Outputs\.TableNam"):
        deploy(_write(tmp_path, text), Place(name="slip"), parameters=PARAMETERS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Contact", "no address"),
        ("Contact", "a@example.org\r\nX: y"),
        ("Contact", "http://example.org/"),
        ("TickRate", "rate(0 minutes)"),
        ("TickRate", "rate(31 minutes)"),
        ("TickRate", "rate(1 minutes)"),
        ("TickRate", "cron(* * * * ? *)"),
        ("LockMode", "OFF"),
        ("TimeStampAuthorities", "ftp://tsa.example.org/"),
        ("TimeStampAuthorities", "http://a.example.org/  http://b.example.org/"),
        ("PublicUrl", "http://archive.example.org/"),
        ("PublicUrl", "https://archive.example.org/path"),
        ("LockYears", 0),
        ("LockYears", 101),
        ("PollConcurrency", 1),
        ("LogRetentionDays", 2),
        ("BreakGlassRoleArn", "*"),
        ("Enabled", "no"),
        ("Nonsense", "1"),
    ],
)
def test_parameters_have_limits(name: str, value: str | int) -> None:
    """What CloudFormation would refuse is refused here, before anything is made."""
    template = templates.load(TEMPLATE)

    with pytest.raises(ValueError, match=name):
        templates.parameters(template, {**PARAMETERS, name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Contact", "https://example.org/~archive?who=us"),
        ("TickRate", "rate(1 minute)"),
        ("TickRate", "rate(30 minutes)"),
        ("TimeStampAuthorities", "http://a.example.org/tsa https://b.example.org/"),
        ("PublicUrl", "https://abc.lambda-url.eu-west-1.on.aws/"),
        ("BreakGlassRoleArn", "arn:aws:iam::123456789012:role/path/name"),
    ],
)
def test_parameters_take_what_they_should(name: str, value: str) -> None:
    """The limits let through what they are for."""
    template = templates.load(TEMPLATE)

    assert value == templates.parameters(template, {**PARAMETERS, name: value})[name]


def test_a_contact_must_be_given() -> None:
    """An archiver that nobody answers for is not deployed."""
    with pytest.raises(ValueError, match="Contact"):
        templates.parameters(templates.load(TEMPLATE), {})


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Resources: {X: {Type: 'AWS::EC2::Instance'}}", "AWS::EC2::Instance"),
        (
            "Resources: {X: {Type: 'AWS::S3::Bucket', Properties: {Tags: []}}}",
            "AWS::S3::Bucket.Tags",
        ),
        (
            "Resources: {X: {Type: 'AWS::SNS::Topic', Properties: {FifoTopic: true}}}",
            "FifoTopic",
        ),
        (
            "Resources: {X: {Type: 'AWS::SNS::Topic', Properties:"
            " {Subscription: !Split [a, b]}}}",
            "Fn::Split",
        ),
        (
            "Resources: {X: {Type: 'AWS::SNS::Topic', Condition: {'Fn::Xor': []}}}",
            "Xor",
        ),
    ],
)
def test_what_is_not_known_raises(
    text: str, what: str, tmp_path: Path, aws: None
) -> None:
    """A resource type, a property or an intrinsic: nothing is left out in silence."""
    with pytest.raises(NotImplementedError, match=what):
        deploy(_write(tmp_path, text), Place(name="unknown"), parameters={})


def test_a_circle_is_found(tmp_path: Path, aws: None) -> None:
    """Resources that need each other cannot be made, and say so."""
    text = """
        Resources:
          A: {Type: 'AWS::SNS::Topic', DependsOn: B}
          B: {Type: 'AWS::SNS::Topic', DependsOn: [A]}
    """
    with pytest.raises(ValueError, match="needs itself"):
        deploy(_write(tmp_path, text), Place(name="circle"), parameters={})


SCOPE = Scope(
    ref={"Name": "n", "AWS::NoValue": NO_VALUE}.__getitem__,
    attribute=lambda name, attribute: f"{name}/{attribute}",
    conditions={
        "Yes": {"Fn::Equals": [{"Ref": "Name"}, "n"]},
        "No": {"Fn::Not": [{"Condition": "Yes"}]},
    },
)


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ({"Ref": "Name"}, "n"),
        ({"Fn::GetAtt": "A.Outputs.X"}, "A/Outputs.X"),
        ({"Fn::GetAtt": ["A", "Outputs.X"]}, "A/Outputs.X"),
        ({"Fn::GetAtt": ["A", "Outputs", "X"]}, "A/Outputs.X"),
        ({"Fn::Sub": "${Name}-${A.Arn}-${!Name}"}, "n-A/Arn-${Name}"),
        ({"Fn::Sub": ["${x}", {"x": {"Ref": "Name"}}]}, "n"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}]]}, "a-n"),
        ({"Fn::If": ["Yes", 1, {"Ref": "Missing"}]}, 1),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 0}, {"b": 0}),
        ([{"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}, None], [None]),
    ],
)
def test_intrinsics_are_resolved(value: object, resolved: object) -> None:
    """As CloudFormation does it; the branch that is not taken is not looked at."""
    assert resolved == intrinsics.resolve(value, SCOPE)


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        ("Yes", True),
        ("No", False),
        ({"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]}, False),
        ({"Fn::Or": [{"Condition": "Yes"}, {"Condition": "No"}]}, True),
    ],
)
def test_conditions_are_decided(condition: object, held: object) -> None:
    """By name or written out."""
    assert held is intrinsics.holds(condition, SCOPE)
