"""Objects that are lent out by signed URIs, and those that S3 must thaw first."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer

from hozon.adapters.aws import cold, lending
from hozon.adapters.aws.s3 import S3WarcStore
from hozon.adapters.aws.scratch import S3Scratch
from hozon.nouns.errors import Restoring, Unavailable
from tests.contract.aws.conftest import Wire
from tests.contract.conftest import Aws, never_waits
from tests.fakes import a_warc_key

KEY = a_warc_key()


def signing(region: str, endpoint: str | None = None) -> Any:
    """Return a client as wiring makes it."""
    session: Any = boto3.Session("testing", "testing", region_name=region)
    return session.client("s3", config=lending.SIGNING, endpoint_url=endpoint)


def test_a_uri_is_signed_for_its_region() -> None:
    """SigV4, for the bucket's own host in its region, for a quarter of an hour."""
    uri = urlsplit(S3WarcStore(signing("ap-northeast-1"), "an-archive").lend(KEY) or "")
    asked = parse_qs(uri.query)

    assert ("https", "an-archive.s3.ap-northeast-1.amazonaws.com") == uri[:2]
    assert f"/{KEY}" == uri.path
    assert ["AWS4-HMAC-SHA256"] == asked["X-Amz-Algorithm"]
    assert ["900"] == asked["X-Amz-Expires"]
    assert "/ap-northeast-1/s3/" in asked["X-Amz-Credential"][0]
    name = KEY.rpartition("/")[2]
    assert [f'attachment; filename="{name}"'] == asked["response-content-disposition"]
    assert ["application/octet-stream"] == asked["response-content-type"]


def test_what_was_lent_is_got_over_http() -> None:
    """A GET of the URI gets the bytes, a range of them, and the stated fields."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        client = signing("us-east-1", f"http://{host}:{port}")
        client.create_bucket(Bucket="derived")
        scratch = S3Scratch(client, "derived")
        scratch.keep("answers/a", b"0123456789")
        uri = scratch.lend("answers/a", filename="a.bin", media_type="image/png") or ""
        ranged = Request(uri, headers={"Range": "bytes=2-4"})
        with urlopen(uri) as whole, urlopen(ranged) as part:
            assert b"0123456789" == whole.read()
            assert (206, b"234") == (part.status, part.read())
            assert "image/png" == whole.headers["content-type"]
            assert (
                'attachment; filename="a.bin"' == whole.headers["content-disposition"]
            )
    finally:
        server.stop()


class Cold:
    """A store with one object in a cold storage class, and its requests."""

    def __init__(self, client: Any, aws: Aws, class_: str) -> None:
        self.client = client
        self.bucket = aws.bucket()
        self.wire = Wire(client)
        client.put_object(Bucket=self.bucket, Key=KEY, Body=b"ice", StorageClass=class_)
        self.store = S3WarcStore(client, self.bucket, pause=never_waits)


@pytest.fixture
def frozen(
    client: Callable[[str], Any], aws: Aws, request: pytest.FixtureRequest
) -> Cold:
    """Return a store whose object is cold."""
    return Cold(client("s3"), aws, request.param)


@pytest.mark.parametrize(
    ("frozen", "hours"), [("GLACIER", 5), ("DEEP_ARCHIVE", 12)], indirect=["frozen"]
)
def test_a_cold_object_is_asked_for(frozen: Cold, hours: int) -> None:
    """Who reads it is told when it will be there; a copy for a week is asked for."""
    with pytest.raises(Restoring, match=f"in {hours} hours at the latest") as raised:
        frozen.store.read(KEY, offset=0, length=3)

    [asked] = [sent for name, sent in frozen.wire.sent if name == "RestoreObject"]
    assert hours * 3600 == raised.value.retry_after_s
    assert 7 == asked["RestoreRequest"]["Days"]
    assert 3 == frozen.store.size(KEY)
    # moto thaws at once.
    assert b"ice" == frozen.store.read_all(KEY)


@pytest.mark.parametrize("frozen", ["GLACIER"], indirect=True)
def test_a_cold_object_that_is_on_its_way(frozen: Cold) -> None:
    """It is not asked for twice over: S3 says that it is under way."""
    frozen.wire.fail("RestoreObject", cold.UNDER_WAY)

    with pytest.raises(Restoring, match="on its way") as raised:
        frozen.store.read_all(KEY)

    assert 3600 == raised.value.retry_after_s


@pytest.mark.parametrize("frozen", ["GLACIER"], indirect=True)
def test_who_may_not_ask_for_it(frozen: Cold) -> None:
    """A role that may read and not restore says where the object lies."""
    frozen.wire.fail("RestoreObject", "AccessDenied")

    with pytest.raises(Unavailable, match="its operator can restore it"):
        frozen.store.read_all(KEY)
