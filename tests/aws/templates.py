"""Templates as the deployer reads them: YAML in, plain CloudFormation out, offline.

The one door to samtranslator, which is what AWS itself runs for
``Transform: AWS::Serverless-2016-10-31``.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from tests.aws import intrinsics
from tests.aws.intrinsics import Scope

Json = dict[str, Any]
Scalar = str | int

CODE_URI = "s3://local/code.zip"
"""Stands for the artifact: the transform takes no folders."""


def load(path: Path) -> Json:
    """Read a template; ``!Ref X`` and its like come as ``{"Ref": "X"}``."""
    return deepcopy(_parsed(path.read_text(encoding="utf-8")))


@cache
def _parsed(text: str) -> Json:
    template: Json = yaml_parse(text)
    return template


def parameters(template: Json, given: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return a value for each parameter, checked as CloudFormation would.

    Raises `ValueError` naming the parameter: unknown, missing, or out of its limits; or
    with the words of the rule that the values break together.
    """
    declared: Json = template.get("Parameters", {})
    if unknown := sorted(set(given) - set(declared)):
        raise ValueError(f"unknown parameters: {', '.join(unknown)}")
    values = {
        name: _checked(name, declaration, given.get(name, declaration.get("Default")))
        for name, declaration in declared.items()
    }
    for rule in template.get("Rules", {}).values():
        _check_rule(rule, values)
    return values


def _check_rule(rule: Json, values: Mapping[str, Scalar]) -> None:
    # In rules there is nothing but parameters and conditions on them.
    scope = Scope(ref=values.__getitem__, attribute=lambda *_: None, conditions={})
    if not intrinsics.holds(rule["RuleCondition"], scope):
        return
    for assertion in rule["Assertions"]:
        if not intrinsics.holds(assertion["Assert"], scope):
            raise ValueError(assertion["AssertDescription"])


def expand(template: Json, values: Mapping[str, Scalar], *, region: str) -> Json:
    """Return the template as plain CloudFormation, with every parameter filled in.

    A template without the SAM transform comes back as it was.
    """
    if template.get("Transform") != "AWS::Serverless-2016-10-31":
        return template
    # samtranslator asks for a session only to learn the region.
    session = boto3.session.Session(region_name=region)
    translator = Translator(
        managed_policy_map={}, sam_parser=Parser(), boto_session=session
    )
    source = deepcopy(template)
    source["Globals"]["Function"]["CodeUri"] = CODE_URI
    expanded: Json = translator.translate(
        sam_template=source, parameter_values=dict(values)
    )
    return expanded


def _checked(name: str, declaration: Json, value: Scalar | None) -> Scalar:
    if value is None:
        raise ValueError(f"parameter {name} has no default and was not given")
    if declaration["Type"] == "Number":
        value = int(value)
        if (
            not declaration.get("MinValue", value)
            <= value
            <= declaration.get("MaxValue", value)
        ):
            raise ValueError(f"parameter {name} is out of its range: {value}")
    if value not in declaration.get("AllowedValues", [value]):
        raise ValueError(f"parameter {name} may not be {value!r}")
    if not re.fullmatch(declaration.get("AllowedPattern", "(?s:.*)"), str(value)):
        raise ValueError(f"parameter {name} has not the right form: {value!r}")
    if len(str(value)) > declaration.get("MaxLength", 4096):
        raise ValueError(f"parameter {name} is too long")
    return value
