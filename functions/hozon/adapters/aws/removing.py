"""Remove WARC objects of a stack for good, with all that the table says of them.

No function may, and the bucket's policy lets the break-glass role alone, so this runs with
the credentials of a person who has taken it on (infra/storage.yaml). Whether it can be done
is asked before anything is: a tombstone of what is still there would be a lie.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from hozon.adapters import warckeys
from hozon.adapters.aws import items, keys, originals
from hozon.adapters.aws.faults import Pause, translated
from hozon.adapters.aws.keys import Key
from hozon.adapters.aws.table import Table, key_of
from hozon.nouns.errors import Unusable
from hozon.nouns.instants import iso
from hozon.nouns.model import Holdings
from hozon.stored import holdings, naming

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sts import STSClient


class Removal:
    """Removes objects of `bucket`, and their items of `table`, as the role `break_glass`.

    `break_glass` is the ARN that the stack was deployed with; empty: nobody may.
    """

    def __init__(
        self,
        s3: "S3Client",
        bucket: str,
        dynamodb: "DynamoDBClient",
        table: str,
        *,
        sts: "STSClient",
        break_glass: str,
        pause: Pause = time.sleep,
    ) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._sts = sts
        self._break_glass = break_glass
        self._table = Table(dynamodb, table, pause)

    def check(self, found: Iterable[str], now: datetime) -> None:
        """Raise `Unusable`, saying what to do, where these objects cannot be removed."""
        if not self._break_glass:
            raise Unusable(
                "nobody may delete from this archive: deploy it with BreakGlassRoleArn, "
                "the role that may, and take that role on"
            )
        with translated("sts"):
            who = self._sts.get_caller_identity()["Arn"]
        if not is_role(who, self._break_glass):
            raise Unusable(
                f"{self._break_glass} alone may purge this archive, and this is {who}; "
                "take that role on (AWS_PROFILE, with role_arn) and run it again"
            )
        for key in found:
            self._check_lock(key, now)
            self._check_rights(key)

    def remove(self, key: str) -> None:
        """Remove what the table says of an object, then every version of it.

        In this order: whoever dies in between finds the object again by its key.
        """
        warckeys.checked(key)
        held = self._held(key)
        for item_key in {*self._captures(held, key), *self._pages(held)}:
            self._table.remove(item_key)
        for version, _ in list(self._versions(key)):
            self._delete(key, version)

    def _check_lock(self, key: str, now: datetime) -> None:
        for version, is_marker in self._versions(key):
            if is_marker:
                continue
            with translated(f"s3://{self._bucket}/{key}"):
                # Its lock is told to who has s3:GetObjectRetention and …LegalHold.
                head = self._s3.head_object(
                    Bucket=self._bucket, Key=key, VersionId=version
                )
            until = head.get("ObjectLockRetainUntilDate")
            if head.get("ObjectLockLegalHoldStatus") == "ON":
                raise Unusable(f"{key} is on legal hold: `hozon hold list` says whose")
            if head.get("ObjectLockMode") == "COMPLIANCE" and until > now:
                raise Unusable(
                    f"{key} is locked (COMPLIANCE) until {iso(until)}: nobody can delete "
                    "it before. `hozon access URI --state dark` puts it out of sight"
                )

    def _check_rights(self, key: str) -> None:
        """Ask whether we may, by deleting what is not there: a version of before there were
        versions (``null``). Who may not is told so (403), whatever there is.
        """
        if "null" not in {version for version, _ in self._versions(key)}:
            self._delete(key, "null")

    def _delete(self, key: str, version: str) -> None:
        with translated(f"s3://{self._bucket}/{key}"):
            self._s3.delete_object(
                Bucket=self._bucket,
                Key=key,
                VersionId=version,
                BypassGovernanceRetention=True,
            )

    def _versions(self, key: str) -> Iterator[tuple[str, bool]]:
        """Yield the ids of all versions of an object, and of what hides them (True)."""
        with translated(f"s3://{self._bucket}/{key}"):
            pages = self._s3.get_paginator("list_object_versions").paginate(
                Bucket=self._bucket, Prefix=key
            )
            for page in pages:
                for each in page.get("Versions", ()):
                    if each.get("Key") == key:
                        yield str(each.get("VersionId")), False
                for marker in page.get("DeleteMarkers", ()):
                    if marker.get("Key") == key:
                        yield str(marker.get("VersionId")), True

    def _held(self, key: str) -> Holdings:
        with translated(f"s3://{self._bucket}/{key}"):
            body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return holdings.read(key, body)

    def _captures(self, held: Holdings, warc_key: str) -> Iterator[Key]:
        """Yield the captures, and those by which their payloads are known."""
        yield from (keys.capture(each) for each in held.captures)
        ours = {keys.capture(each) for each in held.captures}
        digests = {keys.digest(each.payload_digest) for each in held.captures}
        for item in self._table.get_all(digests):
            first = originals.row(item)
            if first and first.location.warc_key == warc_key:
                yield key_of(item)
            elif named := set(items.referred(item)):
                if first is None and named <= ours:
                    yield key_of(item)
                elif named & ours:
                    self._name_no_more(key_of(item), named & ours)

    def _name_no_more(self, key: Key, captures: Iterable[Key]) -> None:
        """Leave the others that an item names for a payload."""
        values = {":captures": items.references(captures)}
        self._table.update(key, "DELETE refers :captures", values=values)

    def _pages(self, held: Holdings) -> Iterator[Key]:
        """Yield all that stands of the pages whose snapshots and looks these are, and the
        statements of their feed. What other objects say of them is added again.
        """
        links = {each.link for each in held.snapshots}
        links |= {each.link for each in held.findings}
        for link_id in map(naming.link_id, links):
            page = {":pk": {"S": keys.state(link_id)[0]}}
            for item in self._table.query("pk = :pk", page, ConsistentRead=True):
                if not key_of(item)[1].startswith("ENTRY#"):
                    yield key_of(item)
        yield from (keys.entry(each.key) for each in held.entries)


def is_role(who: str, role: str) -> bool:
    """Tell whether a caller's ARN is that of a role, or of a session of it.

    ``arn:aws:sts::123456789012:assumed-role/Name/session`` is one of
    ``arn:aws:iam::123456789012:role/path/Name``.
    """
    if who == role:
        return True
    partition, account = role.split(":")[1], role.split(":")[4]
    session = f"arn:{partition}:sts::{account}:assumed-role/{role.rpartition('/')[2]}/"
    return who.startswith(session)
