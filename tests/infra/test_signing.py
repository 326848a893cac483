"""Who may sign, and grow the log."""

import pytest

from tests.aws import guard
from tests.aws.policies import Request, allowed
from tests.aws.stack import Stack
from tests.infra.granted import (
    ADMIN,
    ALL,
    EDWARDS,
    asks,
    kms,
    role_of,
    with_context,
)


@pytest.mark.parametrize("function", ALL)
def test_only_the_sealer_may_sign(function: str, stack: Stack) -> None:
    """Neither another function nor, by the key's own policy, anybody else."""
    may = role_of(stack, function).permits(kms(stack, **EDWARDS))

    assert may is (function == "SealLog")


@pytest.mark.parametrize(
    "how",
    [
        {**EDWARDS, "MessageType": "DIGEST"},
        {**EDWARDS, "SigningAlgorithm": "ED25519_PH_SHA_512"},
    ],
)
def test_the_sealer_signs_in_one_way(how: dict[str, str], stack: Stack) -> None:
    """A note's text as it is: what KMS calls RAW and ED25519_SHA_512."""
    assert not role_of(stack, "SealLog").permits(kms(stack, **how))


def test_administrators_cannot_sign(stack: Stack) -> None:
    """The key's policy lets the account's owner do all with the key but sign."""
    statements = list(guard.key_statements(stack))
    key = stack.outputs["SigningKeyArn"]
    asked = with_context(kms(stack, **EDWARDS), aws_PrincipalArn=ADMIN)
    delete = Request(action="kms:ScheduleKeyDeletion", resource=key, context={})

    assert not allowed(statements, asked)
    assert allowed(statements, delete)


@pytest.mark.parametrize("function", ALL)
def test_the_log_is_grown_by_the_sealer_alone(function: str, stack: Stack) -> None:
    """Nobody else puts anything below log/, and nobody at all replaces anything."""
    create = asks(stack, "PutObject", Key="log/batches/a", IfNoneMatch="*")
    replace = asks(stack, "PutObject", Key="log/batches/a")

    assert role_of(stack, function).permits(create) is (function == "SealLog")
    assert not role_of(stack, function).permits(replace)
