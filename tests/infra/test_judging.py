"""Policies are judged here as IAM judges them."""

import pytest

from tests.aws.policies import Request, allowed, denied


def test_policies_are_judged_as_iam_does() -> None:
    """A Deny wins, nothing is allowed unasked, and wildcards are only * and ?."""
    allow = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::a[b]/?"}
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}
    get = Request(action="s3:GetObject", resource="arn:aws:s3:::a[b]/c")
    put = Request(action="s3:PutObject", resource="arn:aws:s3:::a[b]/c")
    other = Request(action="s3:GetObject", resource="arn:aws:s3:::ab/c")

    assert allowed([allow], get)
    assert not allowed([allow, deny], get)
    assert not allowed([allow], put)
    assert not allowed([allow], other)


def test_a_condition_that_nobody_knows_is_not_passed_over() -> None:
    """A policy that uses another operator or element needs the judge to learn it."""
    odd = {"Effect": "Deny", "Action": "*", "Resource": "*", "NotPrincipal": "*"}
    condition = {"DateLessThan": {"aws:CurrentTime": "2026-01-01"}}
    dated = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    get = Request(action="s3:GetObject", resource="a")

    for statement in (odd, dated):
        with pytest.raises(NotImplementedError):
            denied([statement], get)
