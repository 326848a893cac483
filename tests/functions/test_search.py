"""What was sealed is found over the function URL, after the next tick of the indexer."""

import json
from datetime import UTC, datetime
from urllib.parse import quote

import boto3

from benchmarks.metering import metered
from hozon.sealing.sealing import note
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import Stack
from tests.functions.test_main_job import get
from tests.sites import Site, page, rss

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENGLISH = page("An article", "<p>" + "Words of free software. " * 100 + "</p>")
JAPANESE = page("記事", "<p>" + "東京都知事は予算案を発表した。" * 100 + "</p>")


def found(rehearsal: Rehearsal, query: str) -> list[str]:
    """Return the links of what the API finds."""
    answer = get(rehearsal, f"/api/v1/search?q={quote(query)}")
    assert 200 == answer["statusCode"]
    return [hit["link"] for hit in json.loads(answer["body"])["hits"]]


def test_a_capture_is_found(stack: Stack) -> None:
    """Captured, sealed, indexed by the handlers of the template; then found by words,
    pairs, single characters; the page marks them. What came later is found as well.
    """
    with Site({"/feed": rss("/a", "/b"), "/a": ENGLISH, "/b": JAPANESE}) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        rehearsal.follow([site.uri("/feed")])
        for _ in range(3):
            rehearsal.work(at=NOW)
        english, japanese = site.uri("/a"), site.uri("/b")

    assert [english] == found(rehearsal, '"free software"')
    assert [japanese] == found(rehearsal, "予算") == found(rehearsal, "都")
    assert [] == found(rehearsal, "予定")
    shown = get(rehearsal, f"/search?q={quote('予算')}")["body"]
    assert "<mark>予算</mark>" in shown
    assert 400 == get(rehearsal, "/search?q=-a")["statusCode"]


def test_nothing_new_costs_next_to_nothing(stack: Stack) -> None:
    """An idle tick of the indexer reads its manifest and the log's head, and is counted."""
    rehearsal = Rehearsal.of(stack)
    note("settings", {"robots": "respect"}, rehearsal.deployed.archive)
    for _ in range(2):
        rehearsal.work(at=NOW)
    with metered() as meter:
        boto3.setup_default_session()
        idle = Rehearsal.of(stack)
        meter.on = True
        done = idle.pump.invoke(idle.pump.functions["IndexSearch"], {})

    assert 1 == meter.items_written  # the day's tally
    asked = {k: n for k, n in meter.requests.items() if not k.startswith("sts.")}
    assert asked == {
        "dynamodb.GetItem": 1,
        "dynamodb.UpdateItem": 1,
        "s3.GetObject": 1,
    }
    assert done is not None
