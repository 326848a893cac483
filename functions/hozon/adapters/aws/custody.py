"""`Custody` over S3's legal holds; the orders themselves stand in the table."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from hozon.adapters import warckeys
from hozon.adapters.aws import items, keys
from hozon.adapters.aws.faults import Pause, translated
from hozon.adapters.aws.table import Table, as_item
from hozon.nouns.custody import LegalHold
from hozon.nouns.errors import NotFound
from hozon.stored import rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


class S3Custody:
    """The legal holds of the archive in `bucket`."""

    def __init__(
        self,
        s3: "S3Client",
        bucket: str,
        dynamodb: "DynamoDBClient",
        table: str,
        *,
        pause: Pause = time.sleep,
    ) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._table = Table(dynamodb, table, pause)
        self._is_locking: bool | None = None

    def save(self, hold: LegalHold) -> None:
        """Remember a hold."""
        key = keys.legal_hold(hold.placed_at, hold.id)
        row = items.packed(rows.to_json(hold))
        self._table.put({**as_item(key), "hold": row}, values={})

    def holds(self) -> Sequence[LegalHold]:
        """Return all holds, oldest first."""
        found = self._table.query(
            "pk = :pk", {":pk": {"S": keys.HOLDS}}, ConsistentRead=True
        )
        return [
            rows.from_json(LegalHold, items.unpacked(item["hold"])) for item in found
        ]

    def keep(self, key: str) -> None:
        """Put S3's legal hold on the object's version that is read.

        To ask first costs a twelfth of a write: most are held when a hold is carried
        out again.
        """
        if not self.keeps(key):
            self._put(key, "ON")

    def let_go(self, key: str) -> None:
        """Take S3's legal hold off."""
        if self.keeps(key):
            self._put(key, "OFF")

    def keeps(self, key: str) -> bool:
        """Tell whether S3 has a legal hold on the object."""
        warckeys.checked(key)
        with translated(self._what(key)):
            try:
                got = self._s3.get_object_legal_hold(Bucket=self._bucket, Key=key)
            except self._s3.exceptions.ClientError as e:
                if e.response["Error"]["Code"] == "NoSuchObjectLockConfiguration":
                    return False
                raise
        return got["LegalHold"].get("Status") == "ON"

    def locks(self, key: str) -> bool | None:
        """Tell whether an object has a retention, where the bucket gives one to each.

        One that has ended is one: an object may be deleted when its time is over. S3 says
        so to whoever may s3:GetObjectRetention, and says nothing to others.
        """
        warckeys.checked(key)
        with translated(self._what(key)):
            found = self._s3.head_object(Bucket=self._bucket, Key=key)
        return "ObjectLockMode" in found if self._locks_by_default() else None

    def _locks_by_default(self) -> bool:
        if self._is_locking is None:
            try:
                with translated(f"bucket {self._bucket}"):
                    made = self._s3.get_object_lock_configuration(Bucket=self._bucket)
                rule = made["ObjectLockConfiguration"].get("Rule", {})
                self._is_locking = "DefaultRetention" in rule
            except NotFound:
                self._is_locking = False
        return self._is_locking

    def _put(self, key: str, status: Literal["ON", "OFF"]) -> None:
        with translated(self._what(key)):
            self._s3.put_object_legal_hold(
                Bucket=self._bucket, Key=key, LegalHold={"Status": status}
            )

    def _what(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"
