"""Hold handlers to their roles: a call that AWS would deny is denied here, on moto too.

moto enforces neither resources nor conditions. Here each call that boto3 makes while a
role is assumed is judged by the role's policies and by the bucket policies of the same
stack, before it is sent. In this process only, plain HTTP is told from TLS: a moto server
speaks nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import boto3
from botocore import handlers
from botocore.exceptions import ClientError

from tests.aws.needs import requests
from tests.aws.place import Place
from tests.aws.policies import Request, allowed, as_list, denied
from tests.aws.stack import Stack
from tests.aws.templates import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role as IAM sees it; `used` collects the actions that it was needed for."""

    arn: str
    place: Place
    policies: tuple[Json, ...]
    bucket_policies: tuple[Json, ...]
    key_policies: tuple[Json, ...] = ()
    used: set[tuple[str, str]] = field(default_factory=set)

    def permits(self, request: Request) -> bool:
        """Tell whether the role may do it, for all that the buckets and keys say.

        What the policy of a KMS key does not allow, nobody can.
        """
        context = {**request.context, "aws:PrincipalArn": self.arn}
        seen = Request(
            action=request.action, resource=request.resource, context=context
        )
        if request.action.startswith("kms:") and not allowed(self.key_policies, seen):
            return False
        return allowed(self.policies, seen) and not denied(self.bucket_policies, seen)


def role(stack: Stack, arn: str) -> Role:
    """Return the role with this ARN, or raise `KeyError`."""
    for _, resource in stack.of_type("AWS::IAM::Role"):
        if resource.made.attributes["Arn"] == arn:
            documents = [p["PolicyDocument"] for p in resource.properties["Policies"]]
            return Role(
                arn=arn,
                place=stack.place,
                policies=tuple(s for d in documents for s in as_list(d["Statement"])),
                bucket_policies=tuple(bucket_statements(stack)),
                key_policies=tuple(key_statements(stack)),
            )
    raise KeyError(arn)


def administrator(stack: Stack, arn: str) -> Role:
    """Return a role that IAM lets do everything; what it may not, a bucket refuses."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return Role(
        arn=arn,
        place=stack.place,
        policies=(everything,),
        bucket_policies=tuple(bucket_statements(stack)),
    )


def bucket_statements(stack: Stack) -> Iterator[Json]:
    """Yield the statements of all bucket policies of a stack."""
    for _, resource in stack.of_type("AWS::S3::BucketPolicy"):
        yield from as_list(resource.properties["PolicyDocument"]["Statement"])


def key_statements(stack: Stack) -> Iterator[Json]:
    """Yield the statements of the policies of all KMS keys of a stack."""
    for _, resource in stack.of_type("AWS::KMS::Key"):
        yield from as_list(resource.properties["KeyPolicy"]["Statement"])


# The role that is assumed at the moment, by the whole process: handlers are called one
# at a time, but call boto3 from threads of their own.
_assumed: list[Role] = []


@contextmanager
def assumed(role: Role) -> Iterator[None]:
    """Hold every call that is made within to a role.

    Only clients count that were made after `watch`.
    """
    watch()
    _assumed.append(role)
    try:
        yield
    finally:
        _assumed.pop()


def watch() -> None:
    """Have botocore ask us before each call of every session made from now on."""
    hooks = ("before-parameter-build", _understand), ("before-call", _judge)
    if hooks[0] not in handlers.BUILTIN_HANDLERS:
        handlers.BUILTIN_HANDLERS.extend(hooks)
        boto3.setup_default_session()


def _understand(params: Json, model: Any, context: Json, **_: Any) -> None:
    service = model.service_model.service_name
    # What the judgement itself asks (the account's number) is not the handler's call.
    if _assumed and service != "sts":
        asked = requests(service, model.name, params, _assumed[-1].place)
        context["asked"] = list(asked)


def _judge(params: Json, model: Any, context: Json, **_: Any) -> None:
    if not _assumed:
        return
    role = _assumed[-1]
    plain = params["url"].startswith("http:") and role.place.endpoint_url is None
    over = {"aws:SecureTransport": "false"} if plain else {}
    for asked in context.get("asked", ()):
        request = replace(asked, context={**asked.context, **over})
        if not role.permits(request):
            raise _denial(role, request, model.name)
        role.used.add((request.action, request.resource))


def _denial(role: Role, request: Request, operation: str) -> Exception:
    name = role.arn.rpartition("/")[2]
    message = (
        f"{name} is not authorized to perform {request.action} on {request.resource}"
    )
    status = {"HTTPStatusCode": 403}
    code = (
        "AccessDenied" if request.action.startswith("s3:") else "AccessDeniedException"
    )
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": status,
    }
    return ClientError(answer, operation)
