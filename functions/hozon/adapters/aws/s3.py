"""`WarcStore` over one S3 bucket."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING

from hozon.adapters import warckeys
from hozon.adapters.aws import cold, lending
from hozon.adapters.aws.faults import Contended, Pause, attempts, translated
from hozon.errors import Damaged, NotFound

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3WarcStore:
    """Holds WARC objects in `bucket`. A put is create-only and carries its checksum.

    The role needs s3:ListBucket: without it, S3 says 403 of what is not there. Who lends
    objects out makes the client with `lending.SIGNING`.
    """

    def __init__(
        self, client: "S3Client", bucket: str, *, pause: Pause = time.sleep
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._pause = pause

    def put(self, key: str, data: bytes) -> None:
        """Write a new object, or raise `Conflict` and leave the old one be.

        If S3's answer was lost, the client's own retry meets the object that it wrote:
        also a `Conflict`, and to go on with what is stored is right again.
        """
        warckeys.checked(key)
        for _ in attempts(self._what(key), self._pause):
            # While another writer of this key is at work, S3 cannot say who will win.
            with suppress(Contended), translated(self._what(key)):
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=data,
                    IfNoneMatch="*",
                    ChecksumAlgorithm="SHA256",
                    ContentType="application/warc",
                )
                return

    def read(self, key: str, *, offset: int, length: int) -> bytes:
        """Return `length` bytes of an object; `NotFound`, or `Damaged` if cut short."""
        warckeys.checked(key)
        if not length:
            return self._nothing_of(key)
        with translated(self._what(key)), self._thawing(key):
            got = self._client.get_object(
                Bucket=self._bucket,
                Key=key,
                Range=f"bytes={offset}-{offset + length - 1}",
            )
            data = got["Body"].read()
        if len(data) < length:
            raise Damaged(
                f"{key} ends {length - len(data)} bytes before "
                f"the end of the {length} bytes at {offset}"
            )
        return data

    def read_all(self, key: str) -> bytes:
        """Return the whole object, or raise `NotFound`."""
        warckeys.checked(key)
        with translated(self._what(key)), self._thawing(key):
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def holds(self, key: str) -> bool:
        """Tell whether the object exists."""
        warckeys.checked(key)
        try:
            with translated(self._what(key)):
                self._client.head_object(Bucket=self._bucket, Key=key)
        except NotFound:
            return False
        return True

    def size(self, key: str) -> int:
        """Return the length of the object in bytes, or raise `NotFound`."""
        warckeys.checked(key)
        with translated(self._what(key)):
            found = self._client.head_object(Bucket=self._bucket, Key=key)
        return found["ContentLength"]

    def lend(self, key: str) -> str | None:
        """Return a signed URI of the object."""
        name = warckeys.checked(key).rpartition("/")[2]
        return lending.lent(
            self._client, self._bucket, key, filename=name, media_type=lending.OCTETS
        )

    def keys(self) -> Iterator[str]:
        """Yield the keys of all objects in ascending order."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=warckeys.PREFIX
        )
        with translated(f"bucket {self._bucket}"):
            for page in pages:
                for found in page.get("Contents", []):
                    if warckeys.is_key(found["Key"]):
                        yield found["Key"]

    def _nothing_of(self, key: str) -> bytes:
        # No range of S3 is empty.
        if not self.holds(key):
            raise NotFound(f"no such object: {key}")
        return b""

    def _thawing(self, key: str) -> AbstractContextManager[None]:
        return cold.thawing(self._client, self._bucket, key)

    def _what(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"
