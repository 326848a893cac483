"""`Mender` over S3: what is wrong is hidden behind a delete marker, and kept as a version.

No function may do that, for who can hide one object can hide any. The break-glass role
may (infra/storage.yaml), and so an audit that its owner runs mends what is wrong, where
an audit by itself mends what is missing.
"""

from typing import TYPE_CHECKING

from hozon.adapters import logkeys, warckeys
from hozon.adapters.aws.faults import translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Mender:
    """Sets objects of `bucket` aside."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def set_aside(self, key: str) -> None:
        """Put a delete marker over an object; its versions stay, locked as they are."""
        checked = (
            warckeys.checked if key.startswith(warckeys.PREFIX) else logkeys.checked
        )
        checked(key)
        with translated(f"s3://{self._bucket}/{key}"):
            self._client.head_object(Bucket=self._bucket, Key=key)
            self._client.delete_object(Bucket=self._bucket, Key=key)
