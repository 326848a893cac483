"""`WarcStore` over one S3 bucket."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hozon.adapters import logkeys, warckeys
from hozon.adapters.aws import cold, lending
from hozon.adapters.aws.faults import Contended, Pause, attempts, translated
from hozon.nouns.errors import Damaged, NotFound

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


_PIECE = 1 << 20


class S3WarcStore:
    """Holds WARC objects in `bucket`. A put is create-only and carries its checksum.

    The role needs s3:ListBucket: without it, S3 says 403 of what is not there. Who lends
    objects out makes the client with `lending.SIGNING`.
    """

    media_type = "application/warc"

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
        self._checked(key)
        for _ in attempts(self._what(key), self._pause):
            # While another writer of this key is at work, S3 cannot say who will win.
            with suppress(Contended), translated(self._what(key)):
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=data,
                    IfNoneMatch="*",
                    ChecksumAlgorithm="SHA256",
                    ContentType=self.media_type,
                )
                return

    def read(self, key: str, *, offset: int, length: int) -> bytes:
        """Return `length` bytes of an object; `NotFound`, or `Damaged` if cut short."""
        self._checked(key)
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
        self._checked(key)
        with translated(self._what(key)), self._thawing(key):
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def pieces(self, key: str) -> Iterator[bytes]:
        """Yield the whole object a piece at a time, of one answer of S3's."""
        self._checked(key)
        with translated(self._what(key)):
            with self._thawing(key):
                got = self._client.get_object(Bucket=self._bucket, Key=key)
            yield from got["Body"].iter_chunks(_PIECE)

    def holds(self, key: str) -> bool:
        """Tell whether the object exists."""
        self._checked(key)
        try:
            with translated(self._what(key)):
                self._client.head_object(Bucket=self._bucket, Key=key)
        except NotFound:
            return False
        return True

    def stored_at(self, key: str) -> datetime | None:
        """Return what S3's clock said when it took the object; `NotFound`."""
        self._checked(key)
        with translated(self._what(key)):
            found = self._client.head_object(Bucket=self._bucket, Key=key)
        return found["LastModified"].astimezone(UTC)

    def size(self, key: str) -> int:
        """Return the length of the object in bytes, or raise `NotFound`."""
        self._checked(key)
        with translated(self._what(key)):
            found = self._client.head_object(Bucket=self._bucket, Key=key)
        return found["ContentLength"]

    def lend(self, key: str) -> str | None:
        """Return a signed URI of the object."""
        name = self._checked(key).rpartition("/")[2]
        return lending.lent(
            self._client, self._bucket, key, filename=name, media_type=lending.OCTETS
        )

    def keys(self, *, after: str = "") -> Iterator[str]:
        """Yield the keys that are greater than `after`, in ascending order."""
        return filter(warckeys.is_key, self._listed(warckeys.PREFIX, after))

    def _listed(self, prefix: str, after: str = "") -> Iterator[str]:
        given: Any = {"StartAfter": after} if after else {}
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, **given
        )
        with translated(f"bucket {self._bucket}"):
            for page in pages:
                for found in page.get("Contents", []):
                    yield found["Key"]

    def _checked(self, key: str) -> str:
        return warckeys.checked(key)

    def _nothing_of(self, key: str) -> bytes:
        # No range of S3 is empty.
        if not self.holds(key):
            raise NotFound(f"no such object: {key}")
        return b""

    def _thawing(self, key: str) -> AbstractContextManager[None]:
        return cold.thawing(self._client, self._bucket, key)

    def _what(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"


class S3LogStore(S3WarcStore):
    """Holds the objects of the log below ``log/`` of the same bucket."""

    media_type = "application/octet-stream"

    def keys(self, folder: str = logkeys.PREFIX, *, after: str = "") -> Iterator[str]:
        """Yield the keys below a folder that are greater than `after`, ascending."""
        listed = self._listed(logkeys.checked_folder(folder), after)
        return filter(logkeys.is_key, listed)

    def _checked(self, key: str) -> str:
        return logkeys.checked(key)
