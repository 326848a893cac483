"""From the tick to the retrieved memento, through the real handlers."""

import asyncio
import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from benchmarks.metering import metered
from examples.serve import bundled, feed_uris
from hozon import wiring
from hozon.fetch import AllowedHosts
from hozon.guarding import deciding
from hozon.nouns.archive import Archive
from hozon.polling.subscribing import new_feed
from hozon.retrieving import retrieval
from hozon.retrieving.listing import entries_of
from hozon.serving import describing
from hozon.warc import reader
from hozon.working.running import Run
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import Stack
from tests.events import url_event
from tests.sites import Reply, Site, page, rss

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def rows(archive: Archive) -> list[dict[str, Any]]:
    """Return the index's captures without what differs from one run to the next."""
    mine = ("captured_at", "record_id", "warc", "offset", "record_length")
    captures = [
        {k: v for k, v in describing.capture(c).items() if k not in mine}
        for c in archive.index.captures()
    ]
    return sorted(captures, key=lambda c: json.dumps(c, sort_keys=True))


def river(archive: Archive) -> list[tuple[object, ...]]:
    """Return the river without instants of our own."""
    return sorted(
        (
            e.entry.title,
            e.entry.link,
            e.entry.fingerprint,
            e.snapshot and (e.snapshot.status, e.snapshot.facts, e.snapshot.requisites),
        )
        for e in entries_of(archive.index)
    )


def embedded_rows(site: Site, folder: Path) -> tuple[list[Any], list[Any]]:
    """Archive the site on the embedded adapters; return captures and river."""

    async def run(opened: wiring.Embedded) -> None:
        how = wiring.Fetching(allowed=allowed(site), interval_s=0)
        async with how.fetcher() as fetcher:
            await Run(
                archive=opened.archive,
                inbox=opened.inbox,
                fetcher=fetcher,
                tell=lambda _: None,
            ).to_the_end()

    with wiring.embedded(folder, create=True) as opened:
        for uri in feed_uris(site):
            opened.archive.feeds.add(new_feed(uri, opened.archive))
        asyncio.run(run(opened))
        return rows(opened.archive), river(opened.archive)


def allowed(site: Site) -> AllowedHosts:
    return AllowedHosts.parse([site.authority])


def test_the_same_site_gives_the_same_rows(stack: Stack, tmp_path: Path) -> None:
    """The handlers on AWS and the run on a folder make the same index of one site."""
    with bundled() as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        rehearsal.follow(feed_uris(site))

        drained = rehearsal.work(at=NOW)

        captures, entries = embedded_rows(site, tmp_path / "archive")
    assert 0 == drained.failed
    assert () == drained.errors
    archive = rehearsal.deployed.archive
    assert entries == river(archive)
    assert captures == rows(archive)


def test_the_memento_comes_back_over_the_function_url(stack: Stack) -> None:
    """What was captured is found by TimeGate and served as it was."""
    article = page("An article", "<p>" + "Words. " * 200 + "</p>")
    with Site({"/feed": rss("/a"), "/a": article}) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        rehearsal.follow([site.uri("/feed")])
        rehearsal.work(at=NOW)
        original = site.uri("/a")

    gate = get(rehearsal, f"/web/{original}")
    there = gate["headers"]["location"].partition("/web/")[2]
    memento = get(rehearsal, f"/web/{there}")

    assert 302 == gate["statusCode"]
    assert 200 == memento["statusCode"]
    assert article.body == content(memento)
    assert "sandbox" in memento["headers"]["content-security-policy"]
    assert "memento-datetime" in memento["headers"]
    assert 200 == get(rehearsal, "/")["statusCode"]
    assert original in get(rehearsal, "/api/v1/entries")["body"]


def test_machines_find_it_over_the_function_url(stack: Stack) -> None:
    """CDX, pages of it, ranges, JSON for a mistake, and a signed way to what is large."""
    article = page("An article", "<p>" + "Words. " * 200 + "</p>")
    image = Reply(bytes(range(256)) * 20_000, media_type="image/png")
    with Site({"/feed": rss("/a"), "/a": article, "/i.png": image}) as site:
        article = page("An article", "<img src=/i.png><p>" + "Words. " * 200)
        site.routes["/a"] = article
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        rehearsal.follow([site.uri("/feed")])
        rehearsal.work(at=NOW)
        uri, large = site.uri("/a"), site.uri("/i.png")

    [line] = content(get(rehearsal, f"/cdx?url={uri}&fl=filename,offset,length")).split(
        b"\n"
    )[:-1]
    key, offset, length = line.decode().split(" ")
    whole = rehearsal.deployed.archive.warcs.read_all(key)
    part = get(rehearsal, f"/warc/{key}", range=f"bytes={offset}-{length}")
    first = get(rehearsal, f"/cdx?url={site.uri('/')}*&page=0&output=json")
    second = get(rehearsal, f"/cdx?url={site.uri('/')}*&page=1&output=json")
    sent = get(rehearsal, f"/web/2027id_/{large}")["headers"]["location"]
    payload = get(rehearsal, f"/web/{sent.partition('/web/')[2]}")
    object_ = get(rehearsal, f"/warc/{key}")

    assert whole[int(offset) : int(length) + 1] == content(part)
    assert (200, 400) == (first["statusCode"], second["statusCode"])
    assert 4 <= len(json.loads(content(first)))
    for answer in (payload, object_):
        assert 307 == answer["statusCode"]
        assert "X-Amz-Signature=" in answer["headers"]["location"]
        assert f"{stack.place.region}.amazonaws.com/" in answer["headers"]["location"]


def test_a_second_tick_has_nothing_to_do(stack: Stack) -> None:
    """Feeds that were polled are not due at the next tick."""
    with Site({"/feed": rss("/a"), "/a": page("A")}) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        rehearsal.follow([site.uri("/feed")])
        rehearsal.work(at=NOW)
        asked = len(site.log)

        drained = rehearsal.work(at=NOW)

        assert 0 == drained.invocations
        assert asked == len(site.log)


def test_a_poison_page_holds_up_no_other(stack: Stack) -> None:
    """One page that is down comes again alone; its neighbours are captured."""
    pages = {
        "/feed": rss("/a", "/down", "/b"),
        "/a": page("A"),
        "/b": page("B"),
        "/down": Reply(b"", status=503),
    }
    with Site(pages) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        rehearsal.follow([site.uri("/feed")])

        drained = rehearsal.work(at=NOW)

        assert 1 == drained.failed
        archive = rehearsal.deployed.archive
        assert [site.uri("/down")] == [t.link for t in archive.index.troubles()]
        for path in ("/a", "/b"):
            assert 200 == retrieval.find(site.uri(path), archive).status


def test_messages_delivered_twice_change_nothing(stack: Stack) -> None:
    """SQS delivers at least once: the second delivery finds everything done."""
    with Site({"/feed": rss("/a"), "/a": page("A")}) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        rehearsal.pump.repeat = 2
        rehearsal.follow([site.uri("/feed")])
        rehearsal.work(at=NOW)

        archive = rehearsal.deployed.archive
        assert 1 == len(archive.index.timemap(site.uri("/a")))
        assert 1 == len(site.requests("/a"))


def test_two_feeds_with_one_article(stack: Stack) -> None:
    """Jobs of both are handed out; the page is asked for once, and held by both."""
    with Site(
        {
            "/all": rss("/a", "/b"),
            "/culture": rss("/a?utm_source=culture#top"),
            "/a": page("A"),
            "/a?utm_source=culture": page("A"),
            "/b": page("B"),
        }
    ) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        rehearsal.pump.repeat = 2
        rehearsal.follow([site.uri("/all"), site.uri("/culture")])
        drained = rehearsal.work(at=NOW)

        assert 1 == sum(
            r.target.startswith("/a?") or r.target == "/a" for r in site.log
        )
    assert (0, ()) == (drained.failed, drained.errors)
    index = rehearsal.deployed.archive.index
    shown = list(entries_of(index))
    assert 3 == len(shown)
    assert 2 == len({each.snapshot.id for each in shown if each.snapshot})
    assert {"entries": 3, "snapshots": 2} == {
        kind: index.counts()[kind] for kind in ("entries", "snapshots")
    }
    assert 1 == len(
        retrieval.timemap(site.uri("/a?fbclid=1"), rehearsal.deployed.archive)
    )


def test_an_id_that_drifts(stack: Stack) -> None:
    """A poll with new ids looks at the feed's latest entries, as its role allows."""
    clock = [NOW]
    items = rss("/a", "/b")
    other = Reply(
        items.body.replace(b"<guid>", b"<guid>tag:"),
        media_type="application/rss+xml",
    )
    with Site({"/feed": items, "/a": page("A"), "/b": page("B")}) as site:
        rehearsal = Rehearsal.of(
            stack, allow=[site.authority], interval_s=0, clock=lambda: clock[0]
        )
        rehearsal.follow([site.uri("/feed")])
        rehearsal.work(at=NOW)
        site.routes["/feed"] = other
        clock[0] += timedelta(days=2)
        drained = rehearsal.work(at=clock[0])

    assert (0, ()) == (drained.failed, drained.errors)
    shown = list(entries_of(rehearsal.deployed.archive.index))
    assert ["tag:/a", "tag:/b"] == sorted(each.entry.id for each in shown)


def test_a_poll_that_finds_nothing_new_costs_one_write(stack: Stack) -> None:
    """304: one item written, nothing put into the bucket.

    Beside it the tick and the batch count up what was done, whatever that was.
    """
    clock = [NOW]
    with Site({"/feed": rss("/a"), "/a": page("A")}) as site:

        def rehearsal() -> Rehearsal:
            return Rehearsal.of(
                stack, allow=[site.authority], interval_s=0, clock=lambda: clock[0]
            )

        first = rehearsal()
        first.planned("none")
        first.follow([site.uri("/feed")])
        first.work(at=NOW)
        first.work(at=NOW)  # what was captured is sealed
        clock[0] += timedelta(days=2)
        with metered() as meter:
            boto3.setup_default_session()
            second = rehearsal()
            meter.on = True
            drained = second.work(at=clock[0])

    assert 1 == drained.delivered
    assert 1 == meter.requests["dynamodb.PutItem"]
    # The day's tally: by the ticks, four of them, and by the poll.
    assert 5 == meter.requests["dynamodb.UpdateItem"]
    assert 6 == meter.items_written
    assert 1 == meter.requests["s3.PutObject"]  # what audits remember, once a day


@pytest.mark.parametrize(
    "path", ["/nope", "/web/https://example.org/", "/api/v1/captures"]
)
def test_problems_are_answers(stack: Stack, path: str) -> None:
    """What is not there or not asked rightly is 4xx with the security headers."""
    answer = get(Rehearsal.of(stack), path)

    assert 400 <= answer["statusCode"] < 500
    assert "nosniff" == answer["headers"]["x-content-type-options"]


def get(rehearsal: Rehearsal, path: str, **fields: str) -> dict[str, Any]:
    """Send a GET to the function URL."""
    path, _, query = path.partition("?")
    headers = {"host": "abc.lambda-url.eu-west-1.on.aws", **fields}
    event = url_event(path, query, headers=headers)
    answer = rehearsal.pump.invoke(rehearsal.pump.functions["ServeArchive"], event)
    assert isinstance(answer, dict)
    return answer


def content(answer: dict[str, Any]) -> bytes:
    """Return the body of an answer."""
    body: str = answer["body"]
    return base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()


def test_a_block_page_is_captured_again_later(stack: Stack) -> None:
    """The job of the next capture waits in the table until a tick finds it due."""
    answers = [
        Reply(
            b"<title>Just a moment...</title>", headers=(("cf-mitigated", "challenge"),)
        ),
        page("Item /a", "<p>The council has approved the tram line.</p>"),
    ]
    with Site({"/feed": rss("/a"), "/a": lambda _: answers.pop(0)}) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        rehearsal.follow([site.uri("/feed")])
        archive = rehearsal.deployed.archive
        rehearsal.work(at=NOW)
        [before] = entries_of(archive.index)
        early = rehearsal.work(at=NOW)
        late = replace(archive, clock=lambda: datetime.now(UTC) + timedelta(hours=2))
        wiring.use(replace(rehearsal.deployed, archive=late))
        rehearsal.work(at=NOW)
        [after] = entries_of(archive.index)
        again = archive.queue.release(datetime.now(UTC) + timedelta(days=99), limit=9)
        health = get(rehearsal, "/health.atom")["body"]

    assert ("blocked", "held") == (describing.state(before), describing.state(after))
    assert before.trouble is not None
    assert not before.trouble.final
    assert 0 == early.invocations
    assert 0 == again
    assert "blocked" not in health
    assert 2 == len(archive.index.snapshots(after.entry.link or ""))


def test_another_worker_fetches_no_requisite_again(stack: Stack) -> None:
    """What one worker has stored a moment ago is known to the next, as its role allows:
    also where it has to know what is out of sight.
    """
    style = Reply(b"p { color: black } " * 60, media_type="text/css")
    article = page("A", "<link rel=stylesheet href=/s.css><p>" + "Words. " * 200)
    with Site(
        {"/one": rss("/a"), "/two": rss("/b"), "/a": article, "/b": article}
    ) as site:
        site.routes["/s.css"] = style
        first = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        first.follow([site.uri("/one")])
        drained = [first.work(at=NOW)]
        hidden = site.uri("/elsewhere")
        deciding.decide("page", hidden, "dark", first.deployed.archive)
        second = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        second.follow([site.uri("/two")])
        drained.append(second.work(at=NOW))

        assert 1 == len(site.requests("/s.css"))
        archive = second.deployed.archive
        whole = retrieval.warc(retrieval.find(site.uri("/b"), archive), archive)
    assert [()] * 2 == [each.errors for each in drained]
    assert site.uri("/s.css") in {c.target_uri for c in reader.captures("", whole)}
