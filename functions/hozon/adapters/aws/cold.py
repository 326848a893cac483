"""Objects in a storage class that must give them back before they can be read.

Nothing in the template moves an object there; an operator may. Who reads one asks for
it, once: the copy stays readable for a week, and S3 charges for both by the gigabyte.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from hozon.adapters.aws.faults import translated
from hozon.nouns.errors import Restoring, Unavailable, Unusable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DAYS = 7
UNDER_WAY = "RestoreAlreadyInProgress"
ASKED_AGAIN_S = 3600
# The longest that a standard restoration takes, as S3 states it for each class.
_HOURS = {"GLACIER": 5, "ARCHIVE_ACCESS": 5}
_LONGEST_HOURS = 12


@contextmanager
def thawing(client: "S3Client", bucket: str, key: str) -> Iterator[None]:
    """Let the block read an object; where it is cold, ask for it and raise `Restoring`.

    Raises `Unavailable` where our role may not ask for it.
    """
    try:
        yield
    except client.exceptions.InvalidObjectState as e:
        said = e.response
        tier = str(said.get("AccessTier") or said.get("StorageClass") or "unknown")
        try:
            with translated(f"s3://{bucket}/{key}"):
                raise _asked_for(client, bucket, key, tier) from e
        except Unusable as refused:
            raise Unavailable(
                f"{key} lies in cold storage ({tier}); its operator can restore it"
            ) from refused


def _asked_for(client: "S3Client", bucket: str, key: str, tier: str) -> Restoring:
    """Ask S3 to restore an object, and return what is to be said of that."""
    # Of Intelligent-Tiering the object itself comes back, not a copy for some days.
    lasting = {} if tier.endswith("_ACCESS") else {"Days": DAYS}
    request = {**lasting, "GlacierJobParameters": {"Tier": "Standard"}}
    cold = f"{key} lies in cold storage ({tier})"
    try:
        client.restore_object(Bucket=bucket, Key=key, RestoreRequest=request)  # type: ignore[arg-type]  # built of parts
    except ClientError as e:
        if e.response.get("Error", {}).get("Code") != UNDER_WAY:
            raise
        return Restoring(
            f"{cold} and is on its way: try again in an hour",
            retry_after_s=ASKED_AGAIN_S,
        )
    hours = _HOURS.get(tier, _LONGEST_HOURS)
    return Restoring(
        f"{cold}; it was asked for now, and can be read in {hours} hours at the latest",
        retry_after_s=hours * 3600,
    )
