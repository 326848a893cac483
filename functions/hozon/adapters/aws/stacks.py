"""A deployed stack, as CloudFormation describes it: what it was given, what it made."""

from collections.abc import Mapping
from dataclasses import dataclass

from hozon.adapters.aws.clients import client
from hozon.adapters.aws.faults import translated
from hozon.nouns.errors import Unusable


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One stack: its outputs and parameters by name, and its status in AWS's word."""

    name: str
    status: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]


def describe(stack: str) -> Described:
    """Return what CloudFormation says of a stack.

    Raises `Unusable` where there is none of that name in this account and region.
    """
    with translated(f"stack {stack}"):
        cloudformation = client("cloudformation")
        try:
            [found] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
        except cloudformation.exceptions.ClientError as e:
            if e.response["Error"]["Code"] == "ValidationError":
                raise Unusable(
                    f"no stack {stack} in {cloudformation.meta.region_name}; "
                    "AWS_REGION and AWS_PROFILE say where to look"
                ) from e
            raise
    return Described(
        name=found["StackName"],
        status=found["StackStatus"],
        outputs={o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", ())},
        parameters={
            p["ParameterKey"]: p["ParameterValue"] for p in found.get("Parameters", ())
        },
    )
