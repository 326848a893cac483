"""Objects lent out: URIs that are signed for a quarter of an hour (SigV4)."""

from typing import TYPE_CHECKING

from botocore.config import Config

from hozon.adapters.aws.faults import translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SECONDS = 900
OCTETS = "application/octet-stream"

SIGNING = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
"""How a client of S3 must be made, or its URIs are signed the old way for the global
endpoint, which redirects to other regions: a signature does not outlive that.
"""


def lent(
    client: "S3Client", bucket: str, key: str, *, filename: str, media_type: str
) -> str:
    """Return a URI where a GET gets an object; nothing is asked of S3 for that.

    It ends earlier with the credentials it was signed with. `filename` is quoted as it
    is: it holds neither quotes nor controls.
    """
    with translated(f"s3://{bucket}/{key}"):
        return client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": bucket,
                "Key": key,
                "ResponseContentDisposition": f'attachment; filename="{filename}"',
                "ResponseContentType": media_type,
            },
            ExpiresIn=SECONDS,
        )
