"""Is the archive's bucket as it must be for nothing to be lost or rewritten?"""

import json
from collections.abc import Iterator
from typing import Any

from hozon.adapters.aws.clients import client
from hozon.adapters.aws.faults import translated
from hozon.adapters.aws.stacks import Described
from hozon.nouns.checkup import Check, judged

_DENIED = {
    "TlsOnly": "it is read over plain HTTP",
    "CreateOnly": "objects in it can be overwritten",
    "NoDelete": "objects in it can be deleted by whoever IAM lets",
    "NoOtherLock": "locks in it can be changed by whoever IAM lets",
}
"""Statements of the bucket's policy, and what is so without them."""


def lock(stack: Described, make: Any = client) -> Check:
    """Look at the bucket's lock, versions, policy, privacy and lifecycle."""
    bucket, s3 = stack.outputs["ArchiveBucket"], make("s3")
    with translated(f"bucket {bucket}"):
        faults = [*_versions(s3, bucket), *_policy(s3, bucket), *_privacy(s3, bucket)]
        faults += _lifecycle(s3, bucket)
        held = _retention(s3, bucket)
        copied = _copied(s3, bucket)
    warnings = []
    if held is None:
        warnings.append("new objects get no lock (LockMode is NONE)")
    if not copied:
        warnings.append("there is no second copy in another region or account")
    return judged(
        "lock",
        f"looked at bucket {bucket}: versions, lock, policy, privacy, lifecycle, copy",
        faults=faults,
        warnings=warnings,
        found=f"new objects are locked: {held}; copied to {copied}",
        todo="make deploy; infra/README.md says what each setting is for",
    )


def _versions(s3: Any, bucket: str) -> Iterator[str]:
    if s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
        yield "it keeps no versions"
    if _lock_configuration(s3, bucket).get("ObjectLockEnabled") != "Enabled":
        yield "it has no Object Lock, which only a new bucket can have"


def _lock_configuration(s3: Any, bucket: str) -> dict[str, Any]:
    try:
        made = s3.get_object_lock_configuration(Bucket=bucket)
    except s3.exceptions.ClientError as e:
        if "ObjectLockConfigurationNotFound" in e.response["Error"]["Code"]:
            return {}
        raise
    found: dict[str, Any] = made["ObjectLockConfiguration"]
    return found


def _retention(s3: Any, bucket: str) -> str | None:
    rule = _lock_configuration(s3, bucket).get("Rule", {}).get("DefaultRetention")
    if rule is None:
        return None
    term = f"{rule['Years']} years" if "Years" in rule else f"{rule['Days']} days"
    return f"{rule['Mode']}, {term}"


def _policy(s3: Any, bucket: str) -> Iterator[str]:
    try:
        stated = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    except s3.exceptions.ClientError as e:
        if e.response["Error"]["Code"] != "NoSuchBucketPolicy":
            raise
        stated = {"Statement": []}
    sids = {s.get("Sid") for s in stated["Statement"] if s["Effect"] == "Deny"}
    yield from (meaning for sid, meaning in _DENIED.items() if sid not in sids)


def _privacy(s3: Any, bucket: str) -> Iterator[str]:
    try:
        made = s3.get_public_access_block(Bucket=bucket)
    except s3.exceptions.ClientError as e:
        if e.response["Error"]["Code"] != "NoSuchPublicAccessBlockConfiguration":
            raise
        yield "a policy or an ACL could open it to the public"
    else:
        if not all(made["PublicAccessBlockConfiguration"].values()):
            yield "a policy or an ACL could open it to the public"


def _lifecycle(s3: Any, bucket: str) -> Iterator[str]:
    try:
        made = s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    except s3.exceptions.ClientError as e:
        if e.response["Error"]["Code"] != "NoSuchLifecycleConfiguration":
            raise
        return
    for rule in made["Rules"]:
        if {"Expiration", "NoncurrentVersionExpiration"} & rule.keys():
            yield f"its lifecycle rule {rule.get('ID')} lets objects expire"


def _copied(s3: Any, bucket: str) -> str:
    try:
        made = s3.get_bucket_replication(Bucket=bucket)
    except s3.exceptions.ClientError as e:
        if e.response["Error"]["Code"] != "ReplicationConfigurationNotFoundError":
            raise
        return ""
    rules = made["ReplicationConfiguration"]["Rules"]
    on = [r["Destination"]["Bucket"] for r in rules if r["Status"] == "Enabled"]
    return ", ".join(on)
