"""May each function do what it has to, and nothing that it must not?

IAM itself is asked (SimulatePrincipalPolicy): it judges a role's policies, and whatever
the account puts above them, such as the stop of a budget.
"""

from collections.abc import Mapping
from typing import Any

from hozon.adapters.aws.clients import client
from hozon.adapters.aws.faults import translated
from hozon.adapters.aws.stacks import Described
from hozon.nouns.checkup import Check, judged
from hozon.nouns.errors import Unusable

MUST: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ScheduleWork": (("sqs:SendMessage", "polls"), ("dynamodb:Query", "due")),
    "PollFeed": (
        ("sqs:ReceiveMessage", "polls"),
        ("sqs:SendMessage", "captures"),
        ("s3:PutObject", "object"),
        ("dynamodb:GetItem", "table"),
    ),
    "CaptureEntry": (
        ("sqs:ReceiveMessage", "captures"),
        ("s3:PutObject", "object"),
        ("s3:GetObject", "object"),
        ("dynamodb:GetItem", "table"),
    ),
    "SealLog": (
        ("s3:GetObject", "object"),
        ("s3:PutObject", "log"),
        ("dynamodb:Query", "due"),
    ),
    "IndexSearch": (("s3:GetObject", "object"),),
    "AuditArchive": (
        ("s3:GetObject", "object"),
        ("s3:PutObject", "object"),
        ("dynamodb:Query", "table"),
    ),
    "ServeArchive": (("s3:GetObject", "object"), ("dynamodb:Query", "table")),
    "ServeReaders": (("s3:GetObject", "object"), ("dynamodb:Query", "table")),
    "ReplayArchive": (("s3:GetObject", "object"),),
}
"""What each function needs, as far as no condition on items comes into it."""

MUST_NOT: tuple[tuple[str, str], ...] = (
    ("s3:DeleteObject", "object"),
    ("s3:DeleteObjectVersion", "object"),
    ("s3:BypassGovernanceRetention", "object"),
    ("s3:PutObjectLegalHold", "object"),
    ("s3:PutObjectRetention", "object"),
    ("dynamodb:DeleteItem", "table"),
    ("dynamodb:DeleteTable", "table"),
)
"""What none of them may do."""


def permissions(
    stack: Described, functions: Mapping[str, str], make: Any = client
) -> Check:
    """Ask IAM what each function's role is allowed."""
    did = f"asked IAM what the roles of {len(functions)} functions may do"
    faults, asked = [], 0
    try:
        for name, function in functions.items():
            role = _role(function, make)
            for wanted, pairs in ((True, MUST[name]), (False, MUST_NOT)):
                for action, what in pairs:
                    asked += 1
                    if _allows(role, action, _arn(what, stack), make) is not wanted:
                        may = "may not" if wanted else "may"
                        faults.append(f"{name} {may} {action}")
    except Unusable as e:
        return Check(
            name="permissions",
            outcome="skipped",
            did=did,
            found=str(e),
            todo="iam:SimulatePrincipalPolicy and lambda:GetFunctionConfiguration "
            "are needed for this step",
        )
    return judged(
        "permissions",
        did,
        faults=faults,
        found=f"{asked} answers, all as they should be",
        todo="make deploy; if a budget has stopped the work, raise MonthlyBudgetUsd",
    )


def _role(function: str, make: Any) -> str:
    with translated(f"function {function}"):
        found = make("lambda").get_function_configuration(FunctionName=function)
    return str(found["Role"])


def _allows(role: str, action: str, arn: str, make: Any) -> bool:
    with translated(f"role {role}"):
        got = make("iam").simulate_principal_policy(
            PolicySourceArn=role, ActionNames=[action], ResourceArns=[arn]
        )
    return all(r["EvalDecision"] == "allowed" for r in got["EvaluationResults"])


def _arn(what: str, stack: Described) -> str:
    outputs = stack.outputs
    match what:
        case "object":
            return f"arn:aws:s3:::{outputs['ArchiveBucket']}/warcs/2026/01/01/a.warc.gz"
        case "log":
            return f"arn:aws:s3:::{outputs['ArchiveBucket']}/log/checkpoint"
        case "polls" | "captures":
            url = outputs["PollQueueUrl" if what == "polls" else "CaptureQueueUrl"]
            account, name = url.rsplit("/", 2)[1:]
            return f"arn:aws:sqs:{_region(stack)}:{account}:{name}"
        case _:
            account = outputs["AlarmTopicArn"].split(":")[4]
            table = f"table/{outputs['Table']}"
            table += "/index/due" if what == "due" else ""
            return f"arn:aws:dynamodb:{_region(stack)}:{account}:{table}"


def _region(stack: Described) -> str:
    return stack.outputs["AlarmTopicArn"].split(":")[3]
