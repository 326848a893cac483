"""S3 as strict as it is: refuse what moto lets through.

Seen on moto 5.2: it takes an object whose checksum is wrong, shortens COMPLIANCE locks
and turns them into others, suspends the versions of a bucket with Object Lock, and takes
keys that S3 does not.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import boto3
from botocore import handlers
from botocore.exceptions import ClientError
from moto.s3.models import s3_backends

from tests.aws import guard
from tests.aws.templates import Json

_LONGEST_KEY = 1024

_ACCOUNT = "123456789012"


@contextmanager
def strict_s3() -> Iterator[None]:
    """Have each call to S3 of the clients that are made within the block checked.

    Policies are judged before, as S3 does: `guard.watch` comes first.
    """
    guard.watch()
    hooks = ("before-parameter-build", _note), ("before-call", _check)
    handlers.BUILTIN_HANDLERS.extend(hooks)
    boto3.setup_default_session()
    try:
        yield
    finally:
        for hook in hooks:
            handlers.BUILTIN_HANDLERS.remove(hook)
        boto3.setup_default_session()


def _note(params: Json, context: Json, **_: Any) -> None:
    context["asked_with"] = params


def _check(model: Any, context: Json, **_: Any) -> None:
    if model.service_model.service_name != "s3":
        return
    params = context["asked_with"]
    if "Key" in params:
        _check_key(params["Key"], model.name)
    if check := _CHECKS.get(model.name):
        check(params)


def _check_key(key: str, operation: str) -> None:
    if len(key.encode("utf-8", "surrogatepass")) > _LONGEST_KEY:
        raise _error("KeyTooLongError", 400, operation)
    if "\0" in key:
        raise _error("InvalidURI", 400, operation)


def _check_put(params: Json) -> None:
    body = params.get("Body", b"")
    data = body if isinstance(body, bytes) else body.getvalue()
    sha256, md5 = hashlib.sha256(data).digest(), hashlib.md5(data).digest()
    for name, digest in (("ChecksumSHA256", sha256), ("ContentMD5", md5)):
        if params.get(name, _base64(digest)) != _base64(digest):
            raise _error("BadDigest", 400, "PutObject")


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _check_retention(params: Json) -> None:
    """A COMPLIANCE lock only grows; a GOVERNANCE one shrinks for who may bypass it."""
    held = _version(params)
    if held is None or held.lock_mode is None:
        return
    wanted = params.get("Retention", {})
    until = datetime.fromisoformat(held.lock_until)
    is_less = not wanted or wanted["RetainUntilDate"] < until
    is_other = not wanted or wanted["Mode"] != held.lock_mode
    if held.lock_mode == "COMPLIANCE" and (is_less or is_other):
        raise _error("AccessDenied", 403, "PutObjectRetention")
    weaker = is_less or (is_other and wanted["Mode"] != "COMPLIANCE")
    if weaker and not params.get("BypassGovernanceRetention"):
        raise _error("AccessDenied", 403, "PutObjectRetention")


def _check_deletion(params: Json) -> None:
    """No right goes around a COMPLIANCE lock or a legal hold."""
    if "VersionId" not in params:
        return
    held = _version(params)
    if held is None:
        return
    if held.lock_legal_status == "ON":
        raise _error("AccessDenied", 403, "DeleteObject")
    if held.lock_mode == "COMPLIANCE":
        raise _error("AccessDenied", 403, "DeleteObject")
    if held.lock_mode == "GOVERNANCE" and not params.get("BypassGovernanceRetention"):
        raise _error("AccessDenied", 403, "DeleteObject")


def _check_deletions(params: Json) -> None:
    for each in params["Delete"]["Objects"]:
        _check_deletion({**params, **each})


def _check_versioning(params: Json) -> None:
    wanted = params["VersioningConfiguration"]["Status"]
    if wanted != "Enabled" and _bucket(params).object_lock_enabled:
        raise _error("InvalidBucketState", 409, "PutBucketVersioning")


def _check_lock(params: Json) -> None:
    if params.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") != "Enabled":
        raise _error("MalformedXML", 400, "PutObjectLockConfiguration")


_CHECKS: dict[str, Callable[[Json], None]] = {
    "DeleteObject": _check_deletion,
    "DeleteObjects": _check_deletions,
    "PutBucketVersioning": _check_versioning,
    "PutObject": _check_put,
    "PutObjectLockConfiguration": _check_lock,
    "PutObjectRetention": _check_retention,
}


def _bucket(params: Json) -> Any:
    return s3_backends[_ACCOUNT]["aws"].buckets[params["Bucket"]]


def _version(params: Json) -> Any:
    """Return the version that is meant, as moto keeps it, or None."""
    versions = _bucket(params).keys.getlist(params["Key"], [])
    wanted = params.get("VersionId")
    found = [v for v in versions if wanted in {None, v.version_id}]
    return found[-1] if found else None


def _error(code: str, status: int, operation: str) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": code},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, operation)
