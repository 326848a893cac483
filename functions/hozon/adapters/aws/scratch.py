"""`Scratch` below ``tmp/`` of the derived bucket, which drops it after a day."""

import base64
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any

from hozon.adapters import scratchnames
from hozon.adapters.aws import lending
from hozon.adapters.aws.faults import Contended, translated
from hozon.nouns.errors import Conflict, NotFound
from hozon.nouns.model import Payload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


PART_BYTES = 8 << 20
"""Length of each part of an upload but the last: S3 takes none below 5 MiB."""


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

    def keep_all(self, name: str, pieces: Iterable[Payload]) -> None:
        """Keep what comes in pieces, of which one part of 8 MiB at most is held.

        An upload that is not ended is dropped by the bucket, after a day.
        """
        parts = _parts(pieces)
        first = next(parts, b"")
        if len(first) < PART_BYTES:
            self.keep(name, first)
            return
        key = self._key(name)
        there: Any = {"Bucket": self._bucket, "Key": key}
        with translated(self._what(key)):
            begun = self._client.create_multipart_upload(
                **there, ChecksumAlgorithm="SHA256"
            )
            there["UploadId"] = begun["UploadId"]
            sent = [
                self._sent(there, number, data)
                for number, data in enumerate(chain((first,), parts), 1)
            ]
            self._client.complete_multipart_upload(
                **there, MultipartUpload={"Parts": sent}
            )

    def _sent(self, there: Any, number: int, data: bytes) -> Any:
        """Upload one part, and return what names it in the end."""
        digest = base64.b64encode(sha256(data).digest()).decode()
        answer = self._client.upload_part(
            **there, PartNumber=number, Body=data, ChecksumSHA256=digest
        )
        return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": digest}

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


def _parts(pieces: Iterable[Payload]) -> Iterator[bytes]:
    """Yield what comes in pieces in parts of `PART_BYTES`, of which the last is shorter."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PART_BYTES:
            yield bytes(held[:PART_BYTES])
            del held[:PART_BYTES]
    if held:
        yield bytes(held)
