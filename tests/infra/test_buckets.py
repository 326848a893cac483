"""What the buckets refuse, to everybody or to all but one."""

from itertools import product

import pytest

from tests.aws import guard
from tests.aws.place import Place
from tests.aws.policies import Request, denied
from tests.aws.stack import STORAGE, Stack, deploy
from tests.infra.granted import (
    ADMIN,
    asks,
    with_context,
)


def test_a_key_is_written_once(stack: Stack) -> None:
    """A PUT under warcs/ or log/ without If-None-Match is refused to everybody."""
    statements = list(guard.bucket_statements(stack))

    for key in ("warcs/2026/a.warc.gz", "log/checkpoint"):
        create = asks(stack, "PutObject", Key=key, IfNoneMatch="*")
        assert denied(statements, asks(stack, "PutObject", Key=key))
        assert denied(statements, asks(stack, "CopyObject", Key=key))
        assert not denied(statements, create)


def test_parts_of_an_upload_need_no_condition(stack: Stack) -> None:
    """UploadPart carries no If-None-Match, and is s3:PutObject; its completion does."""
    part = Request(
        action="s3:PutObject",
        resource=f"arn:aws:s3:::{stack.outputs['ArchiveBucket']}/warcs/a",
        context={
            "aws:SecureTransport": "true",
            "s3:TlsVersion": "1.3",
            "s3:ObjectCreationOperation": "false",
        },
    )

    assert not denied(guard.bucket_statements(stack), part)


@pytest.mark.parametrize("bucket", ["ArchiveBucket", "DerivedBucket"])
def test_buckets_are_read_over_tls_only(bucket: str, stack: Stack) -> None:
    """Plain HTTP and TLS before 1.2 are refused, for the bucket and for objects."""
    statements = list(guard.bucket_statements(stack))
    name = stack.outputs[bucket]

    for operation, key in (("GetObject", {"Key": "a"}), ("ListObjectsV2", {})):
        safe = asks(stack, operation, **{"Bucket": name, **key})
        assert not denied(statements, safe)
        assert denied(statements, with_context(safe, aws_SecureTransport="false"))
        assert denied(statements, with_context(safe, s3_TlsVersion="1.1"))


DELETING = [
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:DeleteBucket",
    "s3:BypassGovernanceRetention",
]
BREAK_GLASS = "arn:aws:iam::123456789012:role/break-glass"


@pytest.mark.parametrize(
    ("named", "permitted"), [("", set[str]()), (BREAK_GLASS, {BREAK_GLASS})]
)
def test_only_the_break_glass_role_may_delete(
    named: str, permitted: set[str], aws: None
) -> None:
    """Where no role is named nobody may delete; where one is, it and no other."""
    place = Place(name=f"glass-{len(named)}")
    storage = deploy(STORAGE, place, parameters={"BreakGlassRoleArn": named})
    statements = list(guard.bucket_statements(storage))
    bucket = f"arn:aws:s3:::{storage.outputs['ArchiveName']}"

    for who, action, resource in product(
        (BREAK_GLASS, ADMIN), DELETING, (bucket, f"{bucket}/warcs/a")
    ):
        context = {
            "aws:PrincipalArn": who,
            "aws:SecureTransport": "true",
            "s3:TlsVersion": "1.3",
        }
        request = Request(action=action, resource=resource, context=context)
        assert denied(statements, request) is (who not in permitted)
