"""Ask a deployed archive's own URL, as a reader who may sign requests for it."""

from typing import TYPE_CHECKING

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from hozon.adapters.aws.faults import translated
from hozon.nouns.errors import NotFound, Unavailable, Unusable

if TYPE_CHECKING:
    from botocore.credentials import Credentials


def ask(url: str) -> bytes:
    """Return what a GET of `url` brings, signed for Lambda.

    Raises `NotFound` for 404, `Unusable` for 401 and 403, else `Unavailable`.
    """
    with translated(url):
        session = boto3.Session()
        credentials: Credentials | None = session.get_credentials()
        request = AWSRequest(method="GET", url=url)
        if credentials is not None:
            SigV4Auth(credentials, "lambda", session.region_name).add_auth(request)
        got = URLLib3Session(timeout=40).send(request.prepare())
    if got.status_code == 200:
        return bytes(got.content)
    said = f"{url} answered {got.status_code}: {got.text[:200]}"
    if got.status_code == 404:
        raise NotFound(said)
    if got.status_code in {401, 403}:
        raise Unusable(f"{said}; lambda:InvokeFunctionUrl is needed to read it")
    raise Unavailable(said)
