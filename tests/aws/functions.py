"""The functions of a stack, called in this process as Lambda would call them."""

import importlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.aws.stack import Resource, Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function as it was deployed."""

    name: str
    arn: str
    handler: str
    role_arn: str
    timeout_s: int
    memory_mb: int
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a handler gets beside the event (the part of it that tells something)."""

    function_name: str
    function_version: str
    invoked_function_arn: str
    memory_limit_in_mb: int
    aws_request_id: str
    deadline_s: float = field(repr=False)

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the invocation may go on, in milliseconds."""
        return max(0, int((self.deadline_s - time.monotonic()) * 1000))


def functions(stack: Stack) -> dict[str, Function]:
    """Return the functions of a stack by logical id."""
    made = stack.of_type("AWS::Lambda::Function")
    return {logical: _function(resource) for logical, resource in made}


def _function(resource: Resource) -> Function:
    properties = resource.properties
    variables = properties["Environment"]["Variables"]
    return Function(
        name=resource.made.ref,
        arn=resource.made.attributes["Arn"],
        handler=properties["Handler"],
        role_arn=properties["Role"],
        timeout_s=properties["Timeout"],
        memory_mb=properties["MemorySize"],
        environment={name: str(value) for name, value in variables.items()},
    )


def call(
    function: Function, event: Any, *, place_environment: Mapping[str, str]
) -> Any:
    """Call the handler with the event; both the event and the answer go through JSON.

    The environment is the function's for as long as the call takes.
    """
    module, _, name = function.handler.rpartition(".")
    context = Context(
        function_name=function.name,
        function_version="$LATEST",
        invoked_function_arn=function.arn,
        memory_limit_in_mb=function.memory_mb,
        aws_request_id=f"request-{time.monotonic_ns()}",
        deadline_s=time.monotonic() + function.timeout_s,
    )
    lambda_environment = {
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
    }
    wanted = {**place_environment, **lambda_environment, **function.environment}
    with _environment(wanted):
        handler = getattr(importlib.import_module(module), name)
        answer = handler(json.loads(json.dumps(event)), context)
    return json.loads(json.dumps(answer))


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
