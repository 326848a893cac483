"""What the index costs: requests, and items of at most a kilobyte."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from hozon.adapters.aws import keys
from hozon.adapters.aws.index import DynamoDbIndex
from hozon.adapters.aws.originals import MOST
from hozon.adapters.aws.seals import DynamoDbSeals
from hozon.nouns.digests import sha256
from hozon.nouns.errors import Unavailable
from hozon.nouns.model import Facts, Holdings
from hozon.nouns.payloads import LARGE
from tests.contract.aws.conftest import Wire
from tests.contract.conftest import Aws, never_waits
from tests.fakes import (
    NOON,
    a_capture,
    a_capture_job,
    a_snapshot,
    a_trouble,
    a_warc_key,
    after,
    an_entry,
    payload,
    revisiting,
)

LINK = "https://example.com/e1"

ARTICLE = Holdings(
    captures=tuple(
        a_capture(
            f"https://www.example.com/2026/08/22/an-article/{n}.jpg?w=640",
            payload_length=length,
        )
        for n, length in enumerate([LARGE, LARGE, *[LARGE - 1] * 6])
    ),
    snapshots=(
        a_snapshot(
            facts=Facts(
                title="日本語の見出しはこのくらいの長さになることが多い",
                authors=("山田 太郎",),
                published_at=a_snapshot().captured_at,
                language="ja",
                site="Example News",
                canonical_uri="https://www.example.com/2026/08/22/an-article",
                lead_image="https://www.example.com/2026/08/22/an-article/0.jpg",
                text="本文" * 500,
                extractor="turbohtml",
            )
        ),
    ),
)
SAME = sha256(b"the same")
TITLES = tuple(f"a title of an entry, number {n}" for n in range(40))


class Metered:
    """An index whose requests are counted, and its table."""

    def __init__(self, client: Any, aws: Aws) -> None:
        self.waits: list[float] = []
        self.client = client
        self.name = aws.table()
        self.wire = Wire(client)
        self.index = DynamoDbIndex(client, self.name, pause=self.waits.append)

    def items(self) -> list[dict[str, Any]]:
        """Return all items of the table."""
        found: list[dict[str, Any]] = self.client.scan(TableName=self.name)["Items"]
        return found


@pytest.fixture
def metered(client: Callable[[str], Any], aws: Aws) -> Metered:
    """Return an empty index."""
    return Metered(client("dynamodb"), aws)


def size(item: dict[str, Any]) -> int:
    """Return the size of an item as DynamoDB reckons it: names and values."""
    return sum(
        len(name) + len(value.get("B") or next(iter(value.values())).encode())
        for name, value in item.items()
    )


def test_a_new_snapshot(metered: Metered) -> None:
    """From claim to snapshot, an article with 8 captures, two of them large."""
    index = metered.index
    assert index.claim(a_capture_job(), now=NOON)
    asked = [each.target_uri for each in ARTICLE.captures]
    assert {} == index.latest(asked, since=NOON)
    held = index.held(map(payload, ARTICLE.captures))
    index.add(ARTICLE, held=held)

    # Each URI is asked for once: before it is fetched, not again before it is stored.
    assert {
        "Query": 8,
        "BatchGetItem": 1,
        "BatchWriteItem": 1,
        "UpdateItem": 3,
    } == metered.wire.counts
    # Captures, large payloads, the group's mark, the state and the life of the page.
    assert 8 + 2 + 1 + 1 + 1 == len(metered.items())


def test_an_object_to_be_sealed(metered: Metered) -> None:
    """Costs one request and one small item more; it is overwritten once it is sealed."""
    metered.index.add(replace(ARTICLE, warc_key=a_warc_key()), held={})
    seals = DynamoDbSeals(metered.client, metered.name, pause=never_waits)
    waiting = {key: n for n, key in enumerate(seals.pending(limit=9))}
    metered.wire.counts.clear()
    seals.mark(waiting)

    assert {a_warc_key(): 0} == waiting
    assert {"BatchWriteItem": 1} == metered.wire.counts
    assert 8 + 2 + 1 + 1 + 1 + 1 == len(metered.items())
    [item] = [each for each in metered.items() if each["pk"]["S"].startswith("SEAL#")]
    assert {"pk", "sk", "leaf"} == item.keys()


def test_who_has_not_asked(metered: Metered) -> None:
    """Where nobody has asked what is held, `add` asks, once."""
    metered.index.add(ARTICLE)

    assert {
        "BatchGetItem": 1,
        "BatchWriteItem": 1,
        "UpdateItem": 2,
    } == metered.wire.counts


def test_a_job_that_is_done(metered: Metered) -> None:
    """That there is nothing to do costs one request, also for another feed's entry."""
    metered.index.add(ARTICLE)
    metered.wire.counts.clear()
    job = a_capture_job(link="http://example.com/e1?utm_source=x", due_at=after(9))

    assert metered.index.claim(job, now=NOON) is None
    assert {"UpdateItem": 1} == metered.wire.counts


def test_a_known_payload(metered: Metered) -> None:
    """A response whose payload is known writes one item, and so does a revisit."""
    metered.index.add(ARTICLE)
    before = len(metered.items())
    new = [
        a_capture(
            f"https://www.example.com/{kind}",
            payload_digest=ARTICLE.captures[0].payload_digest,
            record_type=kind,
        )
        for kind in ("response", "revisit")
    ]
    metered.index.add(Holdings(captures=tuple(new)))

    assert before + 2 == len(metered.items())


def test_a_payload_that_comes_again(metered: Metered) -> None:
    """A small one is named by its digest when it comes again, and that is written once,
    whoever had found it.
    """
    first = a_capture(LINK)
    metered.index.add(Holdings(captures=(first,)))
    assert 2 == len(metered.items()), "the capture, and the mark of its group"
    for n in (1, 2):
        held = metered.index.held([payload(first)])
        assert {first.payload_digest: first} == held
        metered.index.add(revisiting(first, n), held=held)
    metered.wire.counts.clear()
    other = DynamoDbIndex(metered.client, metered.name, pause=never_waits)
    held = other.held([payload(first)])
    other.add(revisiting(first, 3), held=held)

    # What it was before, what that refers to, and that; then one item, and no other.
    assert {"Query": 1, "BatchGetItem": 2, "BatchWriteItem": 1} == metered.wire.counts
    assert 2 + 3 + 1 == len(metered.items())


def test_a_payload_of_many(metered: Metered) -> None:
    """An item does not grow with the URIs of one payload; it still finds one."""
    many = [
        a_capture(f"https://{n}.org/", payload_digest=SAME) for n in range(3 * MOST)
    ]
    metered.index.add(Holdings(captures=tuple(many)))
    for each in many:
        metered.index.add(revisiting(each, 1))

    [item] = [each for each in metered.items() if each["pk"]["S"].startswith("DIGEST#")]
    assert MOST == len(item["refers"]["SS"])
    assert metered.index.by_digest([SAME])[SAME] in many


def test_items_fit_into_a_kilobyte(metered: Metered) -> None:
    """Every item of a Japanese article is billed as one kilobyte."""
    metered.index.add(ARTICLE)
    metered.index.add(
        Holdings(entries=(an_entry(title="見出し" * 10, summary="要約" * 99),))
    )
    metered.index.claim(a_capture_job(link="https://example.com/e2"), now=NOON)
    metered.index.trouble(a_trouble("e2"))

    sizes = {item["sk"]["S"][:30]: size(item) for item in metered.items()}
    assert {} == {sk: size for sk, size in sizes.items() if size > 1024}


def test_known_entries(metered: Metered) -> None:
    """Entries that are known as they are cost one read for all."""
    entries = tuple(an_entry(f"e{n}", title=each) for n, each in enumerate(TITLES))
    metered.index.add(Holdings(entries=entries))
    metered.wire.counts.clear()
    metered.index.add(Holdings(entries=entries))

    assert {"BatchGetItem": 1} == metered.wire.counts


def test_one_query(metered: Metered) -> None:
    """A page of the river is a query of each shard and one read; a timemap is one query."""
    entries = tuple(
        an_entry(f"e{n}", feed_id=f"f{n % 9}", title=each)
        for n, each in enumerate(TITLES)
    )
    metered.index.add(Holdings(entries=entries))
    metered.wire.counts.clear()
    metered.index.river(limit=10)
    metered.index.river(limit=3, feed_id="f1")
    metered.index.timemap("https://example.com/")
    metered.index.recent("f1", limit=9)
    metered.index.snapshots(LINK)
    list(metered.index.captures(prefix="com,example)/a"))
    list(metered.index.troubles())

    queries = 6 + keys.SHARDS[keys.RIVER]
    assert {"Query": queries, "BatchGetItem": 2} == metered.wire.counts


def test_a_throttled_write_is_repeated(metered: Metered) -> None:
    """What DynamoDB leaves undone is done again, after a while, and nothing is lost."""
    undone = [
        {"PutRequest": {"Item": {"pk": {"S": f"LEFT#{n}"}, "sk": {"S": "x"}}}}
        for n in range(2)
    ]
    metered.wire.answer(
        "BatchWriteItem",
        {"UnprocessedItems": {metered.name: undone}},
        {"UnprocessedItems": {metered.name: undone[1:]}},
    )
    metered.index.add(Holdings(captures=ARTICLE.captures[:1]))

    # The third request brought what the second answer had left.
    assert ["LEFT#1"] == [item["pk"]["S"] for item in metered.items()]
    assert 2 == len(metered.waits)


def test_a_throttled_read_is_repeated(metered: Metered) -> None:
    """What DynamoDB left unread is read again, and added to what was read."""
    captures = [replace(each, payload_length=LARGE) for each in ARTICLE.captures]
    metered.index.add(Holdings(captures=tuple(captures)))
    digests = [each.payload_digest for each in captures]
    found = metered.client.batch_get_item(
        RequestItems={
            metered.name: {
                "Keys": [{"pk": {"S": f"DIGEST#{digests[0]}"}, "sk": {"S": "DIGEST"}}]
            }
        }
    )
    rest = [{"pk": {"S": f"DIGEST#{each}"}, "sk": {"S": "DIGEST"}} for each in digests]
    metered.wire.answer(
        "BatchGetItem",
        {
            "Responses": found["Responses"],
            "UnprocessedKeys": {metered.name: {"Keys": rest[1:]}},
        },
    )

    assert dict(zip(digests, captures, strict=True)) == (
        metered.index.by_digest(digests)
    )


def test_a_table_that_never_has_room(metered: Metered) -> None:
    """When it goes on like that, the job has to come again; waiting has an end."""
    undone = [{"PutRequest": {"Item": {"pk": {"S": "x"}, "sk": {"S": "x"}}}}]
    metered.wire.answer(
        "BatchWriteItem",
        *({"UnprocessedItems": {metered.name: undone}} for _ in range(99)),
    )
    with pytest.raises(Unavailable):
        metered.index.add(ARTICLE)

    assert 7 == len(metered.waits)
    assert sum(metered.waits) < 6.4
    assert [] == metered.index.snapshots(LINK)


@pytest.mark.parametrize("operation", ["BatchGetItem", "BatchWriteItem", "UpdateItem"])
def test_a_crash_in_the_middle(metered: Metered, operation: str) -> None:
    """Wherever adding ends early, the snapshot is not held, and adding again heals."""
    metered.wire.fail(operation, "InternalServerError")
    with pytest.raises(Unavailable):
        metered.index.add(ARTICLE)

    assert [] == metered.index.snapshots(LINK)
    metered.index.add(ARTICLE)
    assert ["s1"] == [each.id for each in metered.index.snapshots(LINK)]
    assert {"entries": 0, "snapshots": 1, "captures": 8, "troubles": 0} == (
        metered.index.counts()
    )


@pytest.mark.parametrize("step", ["UpdateItem", "BatchWriteItem"])
@pytest.mark.parametrize("at", [after(9), after(-9)], ids=["later", "earlier"])
def test_a_crash_at_a_second_snapshot(
    metered: Metered, step: str, at: datetime
) -> None:
    """Neither snapshot of a page is lost, whichever came first, and trouble ends."""
    metered.index.add(ARTICLE)
    metered.index.trouble(a_trouble("e1"))
    second = Holdings(snapshots=(a_snapshot("s2", captured_at=at),))
    failing = (None, "InternalServerError") if step == "UpdateItem" else ("Throttling",)
    metered.wire.fail(step, *failing)
    with pytest.raises(Unavailable):
        metered.index.add(second)

    assert ["s1"] == [each.id for each in metered.index.snapshots(LINK)]
    metered.index.add(second)
    assert {"s1", "s2"} == {each.id for each in metered.index.snapshots(LINK)}
    assert [] == list(metered.index.troubles())
    assert 2 == metered.index.counts()["snapshots"]
    assert 2 == sum("snapshot" in line[:11] for line in metered.index.dump())


def test_who_was_faster_is_merged_with(metered: Metered) -> None:
    """A statement that arrives between our reading and writing is not overwritten."""
    other = an_entry(seen_at=an_entry().seen_at.replace(hour=13), title="Other")
    metered.wire.answer("BatchGetItem", {"Responses": {}, "UnprocessedKeys": {}})
    metered.index.add(Holdings(entries=(other,)))
    metered.wire.answer("BatchGetItem", {"Responses": {}, "UnprocessedKeys": {}})
    metered.index.add(Holdings(entries=(an_entry(),)))

    assert other == metered.index.entry("e1")


def test_answers_come_in_pages(metered: Metered) -> None:
    """A listing goes on over as many pages as DynamoDB makes of it."""
    captures = [
        a_capture(record_id=f"urn:uuid:{n}", payload_digest=sha256(bytes([n])))
        for n in range(3)
    ]
    metered.index.add(Holdings(captures=tuple(captures)))
    found = [each for each in metered.items() if each["pk"]["S"].startswith("CAP#")]
    first = min(found, key=lambda each: each["sk"]["S"])
    metered.wire.answer(
        "Query",
        {"Items": [first], "LastEvaluatedKey": {"pk": first["pk"], "sk": first["sk"]}},
    )
    metered.wire.counts.clear()

    assert captures == metered.index.timemap("https://example.com/")
    assert {"Query": 2} == metered.wire.counts
