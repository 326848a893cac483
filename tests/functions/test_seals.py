"""What was captured is sealed by the next tick, and proven over the function URL."""

import json
from datetime import UTC, datetime

import boto3

from benchmarks.metering import metered
from hozon.log import receipts
from hozon.sealing import following, verifying
from hozon.sealing.sealing import note
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import Stack
from tests.functions.test_main_job import get
from tests.sites import Site, page, rss

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ARTICLE = page("An article", "<p>" + "Words. " * 200 + "</p>")


def test_a_capture_is_sealed_by_the_next_tick(stack: Stack) -> None:
    """Poll and snapshot have a leaf each; the receipt is right; a third tick adds none."""
    with Site({"/feed": rss("/a"), "/a": ARTICLE}) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        rehearsal.follow([site.uri("/feed")])
        rehearsal.work(at=NOW)
        archive = rehearsal.deployed.archive
        [snapshot] = archive.index.snapshots(site.uri("/a"))
        early = get(rehearsal, f"/receipt/{snapshot.id}")
        assert archive.seals.oldest() is not None

        rehearsal.work(at=NOW)
        rehearsal.work(at=NOW)

    assert 503 == early["statusCode"]
    assert None is archive.seals.oldest()
    kinds = [leaf.said["kind"] for leaf in following.since(0, archive, limit=9)]
    assert ["poll", "snapshot"] == kinds
    answer = get(rehearsal, f"/receipt/{snapshot.id}")
    receipt = receipts.decoded(answer["body"].encode())
    assert [] == receipts.checked(receipt).faults
    assert "stored_at" in receipt
    assert "by its own clock" in " ".join(receipt["statement"])
    assert (
        following.checkpoint(2, archive.log)
        == get(rehearsal, "/log/checkpoint")["body"]
    )
    found = verifying.verify_archive(archive.warcs, archive.log, index=archive.index)
    assert [] == found.findings
    signed = json.loads(get(rehearsal, "/api/v1/status")["body"])
    assert 1 == signed["feeds"]


def test_nothing_waits_and_nothing_is_written(stack: Stack) -> None:
    """An idle tick of the sealer reads three small things, and is counted; no more."""
    rehearsal = Rehearsal.of(stack)
    note("settings", {"robots": "respect"}, rehearsal.deployed.archive)
    rehearsal.work(at=NOW)
    with metered() as meter:
        boto3.setup_default_session()
        idle = Rehearsal.of(stack)
        meter.on = True
        idle.pump.invoke(idle.pump.functions["SealLog"], {})

    assert 1 == meter.items_written  # the day's tally
    # The test's own guard asks for the account's number.
    asked = {k: n for k, n in meter.requests.items() if not k.startswith("sts.")}
    assert {
        "dynamodb.GetItem": 1,
        "dynamodb.Query": 1,
        "dynamodb.UpdateItem": 1,
        "s3.GetObject": 1,
    } == asked
