"""`Scratch` below ``tmp/`` of the derived bucket, which drops it after a day."""

from typing import TYPE_CHECKING

from hozon.adapters import scratchnames
from hozon.adapters.aws import lending
from hozon.adapters.aws.faults import Contended, translated
from hozon.errors import Conflict, NotFound

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Scratch:
    """Keeps bytes for a day in `bucket`. The client is made with `lending.SIGNING`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, name: str, data: bytes) -> None:
        """Keep `data`, over what had this name."""
        key = self._key(name)
        with translated(self._what(key)):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=data, ChecksumAlgorithm="SHA256"
            )

    def first(self, name: str, data: bytes) -> bytes:
        """Keep `data` unless something is kept under this name, and return what is."""
        key = self._key(name)
        try:
            with translated(self._what(key)):
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=data,
                    IfNoneMatch="*",
                    ChecksumAlgorithm="SHA256",
                )
        except (Conflict, Contended):
            held = self.kept(name)
            return data if held is None else held
        return data

    def kept(self, name: str) -> bytes | None:
        """Return what is kept under a name, None if nothing is."""
        key = self._key(name)
        try:
            with translated(self._what(key)):
                got = self._client.get_object(Bucket=self._bucket, Key=key)
                return got["Body"].read()
        except NotFound:
            return None

    def lend(self, name: str, *, filename: str, media_type: str) -> str | None:
        """Return a signed URI of what is kept under a name."""
        return lending.lent(
            self._client,
            self._bucket,
            self._key(name),
            filename=filename,
            media_type=media_type,
        )

    def _key(self, name: str) -> str:
        return scratchnames.PREFIX + scratchnames.checked(name)

    def _what(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"
