"""What only a bucket of derived objects promises."""

from collections.abc import Callable
from typing import Any

import pytest

from hozon.adapters.aws.derived import AT_ONCE, DISCARDED, S3DerivedStore
from hozon.nouns.derived import Range
from hozon.nouns.errors import Conflict, Unavailable
from tests.contract.aws.conftest import Wire
from tests.contract.conftest import Aws, never_waits

KEY = "search/manifest.json"


@pytest.fixture
def bucket(aws: Aws) -> str:
    return aws.bucket()


@pytest.fixture
def s3(client: Callable[[str], Any]) -> Any:
    return client("s3")


def test_what_is_given_up_is_marked(s3: Any, bucket: str) -> None:
    """A function may not delete: the bucket's lifecycle does, by the tag."""
    store = S3DerivedStore(s3, bucket)
    store.put(KEY, b"data")

    store.discard(KEY)

    assert [DISCARDED] == s3.get_object_tagging(Bucket=bucket, Key=KEY)["TagSet"]
    assert b"data" == store.get(KEY).data


def test_an_answer_that_was_lost(s3: Any, bucket: str) -> None:
    """The client's own retry meets what it wrote: that was no conflict."""
    store = S3DerivedStore(s3, bucket, pause=never_waits)
    first = store.replace(KEY, b"first", version=None)
    second = S3DerivedStore(s3, bucket).replace(KEY, b"second", version=first)

    assert second == store.replace(KEY, b"second", version=first)
    with pytest.raises(Conflict):
        store.replace(KEY, b"other", version=first)


def test_two_writers_at_once(s3: Any, bucket: str) -> None:
    """Where S3 cannot say yet who wins, it is asked again, and not for ever."""
    wire = Wire(s3)
    store = S3DerivedStore(s3, bucket, pause=never_waits)
    wire.fail("PutObject", "ConditionalRequestConflict", None)

    store.replace(KEY, b"data", version=None)

    assert 2 == wire.counts["PutObject"]
    wire.fail("PutObject", *["ConditionalRequestConflict"] * 20)
    with pytest.raises(Unavailable):
        store.put("tmp/other", b"data")


def test_each_range_is_a_request(s3: Any, bucket: str) -> None:
    """And no more than that."""
    wire = Wire(s3)
    store = S3DerivedStore(s3, bucket)
    store.put(KEY, bytes(100))

    store.read([Range(KEY, n, 1) for n in range(AT_ONCE * 2)])

    assert AT_ONCE * 2 == wire.counts["GetObject"]
