"""`DerivedStore` over one S3 bucket."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO

from hozon.adapters import derivedkeys
from hozon.adapters.aws.faults import Contended, Pause, attempts, translated
from hozon.nouns.derived import Range, Stored
from hozon.nouns.errors import Conflict, Damaged, NotFound

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import TagTypeDef

AT_ONCE = 8
"""Reads under way at the same time; boto3 keeps ten connections."""

DISCARDED: "TagTypeDef" = {"Key": "hozon", "Value": "discarded"}
"""The tag by which the bucket's lifecycle knows what may go: functions may not delete."""


class S3DerivedStore:
    """Holds derived objects in `bucket`. A version is an ETag.

    The role needs s3:ListBucket: without it, S3 says 403 of what is not there.
    """

    def __init__(
        self, client: "S3Client", bucket: str, *, pause: Pause = time.sleep
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._pause = pause

    def put(self, key: str, data: bytes | BinaryIO) -> None:
        """Write a new object, or raise `Conflict` and leave the old one be."""
        self._write(key, data, IfNoneMatch="*")

    def replace(self, key: str, data: bytes, *, version: str | None) -> str:
        """Write an object in the place of a version, or raise `Conflict`.

        If S3's answer was lost, the client's own retry meets what it wrote itself; then
        that stands, and all is well.
        """
        condition = {"IfMatch": version} if version else {"IfNoneMatch": "*"}
        try:
            return self._write(key, data, **condition)
        except NotFound as e:
            raise Conflict(f"{self._what(key)} is gone") from e
        except Conflict:
            stored = self.get(key)
            if stored.data != data:
                raise
            return stored.version

    def get(self, key: str) -> Stored:
        """Return a whole object and its version, or raise `NotFound`."""
        derivedkeys.checked(key)
        with translated(self._what(key)):
            got = self._client.get_object(Bucket=self._bucket, Key=key)
            return Stored(got["Body"].read(), got["ETag"])

    def read(self, ranges: Sequence[Range]) -> Sequence[bytes]:
        """Return the bytes of several ranges, some of them at the same time."""
        if len(ranges) < 2:
            return [self._read(each) for each in ranges]
        return list(self._threads.map(self._read, ranges))

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with `prefix`, in ascending order."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=derivedkeys.checked_prefix(prefix)
        )
        with translated(f"bucket {self._bucket}"):
            for page in pages:
                for found in page.get("Contents", []):
                    if derivedkeys.is_key(found["Key"]):
                        yield found["Key"]

    def discard(self, key: str) -> None:
        """Mark an object for the bucket's lifecycle, which removes it within days."""
        derivedkeys.checked(key)
        with suppress(NotFound), translated(self._what(key)):
            self._client.put_object_tagging(
                Bucket=self._bucket, Key=key, Tagging={"TagSet": [DISCARDED]}
            )

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(AT_ONCE)

    def _write(self, key: str, data: bytes | BinaryIO, **condition: Any) -> str:
        derivedkeys.checked(key)
        written = ""
        for _ in attempts(self._what(key), self._pause):
            if not isinstance(data, bytes):
                data.seek(0)
            # While another writer of this key is at work, S3 cannot say who will win.
            with suppress(Contended), translated(self._what(key)):
                got = self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=data,
                    ChecksumAlgorithm="SHA256",
                    **condition,
                )
                written = got["ETag"]
                break
        return written

    def _read(self, wanted: Range) -> bytes:
        derivedkeys.checked(wanted.key)
        if not wanted.length:
            return b""
        with translated(self._what(wanted.key)):
            got = self._client.get_object(
                Bucket=self._bucket,
                Key=wanted.key,
                Range=f"bytes={wanted.offset}-{wanted.end - 1}",
            )
            data = got["Body"].read()
        if len(data) < wanted.length:
            raise Damaged(
                f"{wanted.key} ends before the end of "
                f"the {wanted.length} bytes at {wanted.offset}"
            )
        return data

    def _what(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"
