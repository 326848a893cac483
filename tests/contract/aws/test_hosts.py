"""What the host book costs: requests, and items that go when nobody needs them."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest

from hozon.adapters.aws.hostbook import LARGEST, DynamoDbHostBook
from hozon.manners.robots import FORGOTTEN_AFTER
from hozon.nouns.errors import Damaged, Unavailable
from tests.contract.aws.conftest import Wire
from tests.contract.conftest import Aws, never_waits
from tests.fakes import NOON, a_robots, after


class Metered:
    """A host book whose requests are counted, and its table."""

    def __init__(self, client: Any, aws: Aws) -> None:
        self.client = client
        self.name = aws.table()
        self.wire = Wire(client)
        self.book = DynamoDbHostBook(client, self.name, pause=never_waits)

    def lease(self, owner: str, at: float = 0) -> datetime | None:
        """Ask for a minute with a host."""
        return self.book.lease("example.com", owner=owner, now=after(at), seconds=60)

    def item(self, sk: str) -> dict[str, Any]:
        """Return an item of the host ``example.com``."""
        key = {"pk": {"S": "HOST#example.com"}, "sk": {"S": sk}}
        found = self.client.get_item(TableName=self.name, Key=key)
        return dict(found["Item"])


@pytest.fixture
def metered(client: Callable[[str], Any], aws: Aws) -> Metered:
    """Return an empty host book."""
    return Metered(client("dynamodb"), aws)


def test_one_request_decides(metered: Metered) -> None:
    """A lease is one conditional update, granted, extended or refused."""
    got = [metered.lease("a"), metered.lease("a"), metered.lease("b")]

    assert [None, None, after(60)] == got
    assert {"UpdateItem": 3} == metered.wire.counts


def test_the_rest_is_one_request_each(metered: Metered) -> None:
    """So are a release, and keeping and finding a robots.txt."""
    metered.book.release("example.com", owner="a", next_at=NOON)
    metered.book.keep(a_robots())
    metered.book.robots("https://example.com")

    assert {"UpdateItem": 1, "PutItem": 1, "GetItem": 1} == metered.wire.counts


def test_an_answer_without_the_item(metered: Metered) -> None:
    """Where the refusal does not say who holds the host, that is looked up."""
    metered.lease("a")
    metered.wire.fail("UpdateItem", "ConditionalCheckFailedException")

    assert after(60) == metered.lease("b")


def test_a_host_that_vanishes(metered: Metered) -> None:
    """Where nobody holds it by then, it is neither granted nor refused: ask again."""
    metered.wire.fail("UpdateItem", "ConditionalCheckFailedException")

    with pytest.raises(Unavailable, match="example"):
        metered.lease("b")


def test_a_store_that_fails(metered: Metered) -> None:
    """An error of the store is no refusal."""
    metered.wire.fail("UpdateItem", "InternalServerError")

    with pytest.raises(Unavailable):
        metered.lease("a")


def test_a_lease_expires(metered: Metered) -> None:
    """The item of a lease may be dropped an hour after it has run out."""
    metered.lease("a")
    leased = metered.item("LEASE")
    metered.book.release("example.com", owner="a", next_at=after(90000))
    released = metered.item("LEASE")

    epoch = int(NOON.timestamp())
    assert {"N": str(epoch + 60 + 3600)} == leased["expires"]
    assert {"N": str(epoch + 90000 + 3600)} == released["expires"]


def test_a_robots_txt_expires(metered: Metered) -> None:
    """A robots.txt may be dropped when it tells nothing more, not when it has expired."""
    robots = a_robots()
    metered.book.keep(robots)

    forgotten_at = int((robots.expires_at + FORGOTTEN_AFTER).timestamp())
    assert {"N": str(forgotten_at)} == metered.item("ROBOTS#https")["expires"]


def test_a_usual_item_is_small(metered: Metered) -> None:
    """A robots.txt of 3 KB is billed as one kilobyte."""
    lines = [f"Disallow: /wp-content/plugins/{n}/" for n in range(90)]
    document = "\n".join(["User-agent: *", *lines]).encode()
    metered.book.keep(a_robots(document=document))
    item = metered.item("ROBOTS#https")

    assert len(document) > 2900
    assert len(item["document"]["B"]) < 700


def test_a_large_item_has_a_bound(metered: Metered) -> None:
    """What deflates badly is cut so that it is not written at a hundred times the price,
    and not to much less than what would fit.
    """
    lines = [f"Disallow: /{sha256(b'%d' % n).hexdigest()}" for n in range(6700)]
    metered.book.keep(a_robots(document="\n".join(lines).encode()))

    assert 0.8 * LARGEST < len(metered.item("ROBOTS#https")["document"]["B"]) <= LARGEST


def test_one_endless_line(metered: Metered) -> None:
    """Of a document that is one line and does not fit, nothing is left: no half rules."""
    line = "".join(sha256(b"%d" % n).hexdigest() for n in range(8000))
    metered.book.keep(a_robots(document=b"Disallow: /" + line.encode()))
    kept = metered.book.robots("https://example.com")

    assert kept is not None
    assert (b"", "cut to 0 of 512011 bytes") == (kept.document, kept.note)


def test_a_damaged_item(metered: Metered) -> None:
    """An item that somebody has overwritten is told from a robots.txt."""
    metered.book.keep(a_robots())
    item = {**metered.item("ROBOTS#https"), "document": {"B": b"plain"}}
    metered.client.put_item(TableName=metered.name, Item=item)

    with pytest.raises(Damaged):
        metered.book.robots("https://example.com")
