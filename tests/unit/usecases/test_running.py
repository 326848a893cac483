from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from hozon.confined.reader import ConfinedReader
from hozon.nouns.errors import NoSpace, NotFound, Unavailable
from hozon.nouns.model import Headers
from hozon.nouns.tallies import WHOLE, Quota, Quotas
from hozon.nouns.work import PollJob
from hozon.polling.polling import poll
from hozon.polling.subscribing import subscribe
from hozon.retrieving import retrieval
from hozon.stored import naming
from tests.fetching import Answer, Reply, down, html, redirect
from tests.unit.usecases.conftest import Desk

FEED = "https://news.example.org/feed"
A, B = "https://news.example.org/a", "https://news.example.org/b"
STYLE = "https://news.example.org/s.css"
FONT = "https://news.example.org/f.woff2"
A_PAGE = "https://example.org/a"
LONG = "Words of an article that goes on for a while. " * 30


def rss(*links: str) -> Answer:
    items = "".join(
        f"<item><title>T {link}</title><link>{link}</link>"
        f"<guid>{link}</guid><description>About {link}</description></item>"
        for link in links
    )
    document = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"
    return Answer(
        document.encode(),
        200,
        (("Content-Type", "application/rss+xml"), ("ETag", 'W/"v1"')),
    )


def site(more: Mapping[str, Reply] | None = None) -> dict[str, Reply]:
    styled = f"<link rel=stylesheet href=/s.css><article><p>{LONG}</p></article>"
    sheet = b"@font-face { src: url(f.woff2) } " + b"p { color: black } " * 60
    return {
        FEED: rss(A, B),
        A: html(styled + "<h1>A</h1>"),
        B: html(styled + "<h1>B</h1>"),
        STYLE: Answer(sheet, 200, (("Content-Type", "text/css"),)),
        FONT: Answer(b"\0" * 2000, 200, (("Content-Type", "font/woff2"),)),
        **(more or {}),
    }


def conditional(answer: Answer) -> Reply:
    def reply(headers: Headers) -> Answer:
        asked = dict(headers)
        return Answer(b"", 304) if asked.get("If-None-Match") == 'W/"v1"' else answer

    return reply


async def test_from_the_feed_to_the_retrieved_snapshot(desk: Desk) -> None:
    """A run captures every entry with its requisites, and the bytes come back."""
    desk.follow(FEED)

    run = await desk.run(desk.fetcher(site()))

    assert (1, 2, 2) == tuple(
        run.counts[k] for k in ("polls", "entries_new", "snapshots")
    )
    document = retrieval.follow(A, desk.opened.archive)
    assert site()[A] == Answer(document.content())
    assert [] == desk.problems()


async def test_a_second_run_has_nothing_to_do(desk: Desk) -> None:
    """A run right after another sends nothing and stores nothing."""
    desk.follow(FEED)
    await desk.run(desk.fetcher(site()))

    fetcher = desk.fetcher(site())
    run = await desk.run(fetcher)

    assert 0 == fetcher.requests
    assert 0 == run.counts["snapshots"]


async def test_the_next_poll_is_conditional(desk: Desk) -> None:
    """Once due again, the feed is asked with its validators, byte for byte."""
    desk.follow(FEED)
    await desk.run(desk.fetcher(site()))
    before = desk.dump()
    desk.clock.advance(days=2)

    fetcher = desk.fetcher(site({FEED: conditional(rss())}))
    run = await desk.run(fetcher)

    assert [(FEED, 'W/"v1"')] == [
        (uri, dict(headers).get("If-None-Match")) for uri, headers in fetcher.asked
    ]
    assert (1, 0) == (run.counts["polls"], run.counts["bytes_stored"])
    assert before == desk.dump()


async def test_undated_entries_set_the_pace_once_they_come(desk: Desk) -> None:
    """At first nobody knows; what comes later has come evenly since the poll before."""
    desk.follow(FEED)
    await desk.run(desk.fetcher(site()))
    [first] = desk.opened.archive.feeds.all()
    desk.clock.advance(hours=10)
    links = [f"https://news.example.org/{n}" for n in range(5)]
    await desk.run(desk.fetcher(site({FEED: rss(*links, A, B)})))

    [then] = desk.opened.archive.feeds.all()

    assert () == first.arrivals
    assert [1, 3, 5, 7, 9] == [
        (desk.clock.now - at).total_seconds() / 3600 for at in then.arrivals
    ]


async def test_a_forced_look_finds_a_lying_server_out(desk: Desk) -> None:
    """Its 304 is believed no more: the whole document is asked for once a day."""
    desk.follow(FEED)
    await desk.run(desk.fetcher(site()))
    c = "https://news.example.org/c"
    lying = site({FEED: conditional(rss(c, A, B)), c: html("C")})
    asked = []
    for _ in range(12):
        desk.clock.advance(hours=12.5)
        fetcher = desk.fetcher(lying)
        await desk.run(fetcher)
        asked += [dict(h).get("If-None-Match") for u, h in fetcher.asked if u == FEED]

    [feed] = desk.opened.archive.feeds.all()
    assert not feed.candid
    assert c in {e.entry.link for e in desk.opened.archive.index.river(limit=9)[0]}
    assert 1 <= asked.count(None) <= 6


async def test_a_document_that_moved_is_asked_for_conditionally(desk: Desk) -> None:
    """The same bytes elsewhere: the validators of that place are those that count."""
    new = "https://news.example.org/new"
    moved = Answer(b"", 301, (("Location", new),))
    desk.follow(FEED)
    await desk.run(desk.fetcher(site()))
    desk.clock.advance(days=2)
    await desk.run(desk.fetcher(site({FEED: moved, new: rss(A, B)})))
    desk.clock.advance(days=2)

    fetcher = desk.fetcher(site({FEED: moved, new: conditional(rss(A, B))}))
    await desk.run(fetcher)

    assert [(FEED, None), (new, 'W/"v1"')] == [
        (uri, dict(headers).get("If-None-Match")) for uri, headers in fetcher.asked
    ]


async def test_the_same_document_again_is_not_stored_again(desk: Desk) -> None:
    """A server that ignores validators and sends the same bytes costs no WARC object."""
    desk.follow(FEED)
    await desk.run(desk.fetcher(site()))
    desk.clock.advance(days=2)

    run = await desk.run(desk.fetcher(site()))

    assert (1, 0) == (run.counts["polls"], run.counts["bytes_stored"])


async def test_a_new_entry_alone_is_captured(desk: Desk) -> None:
    """What was captured is not captured again when the feed grows."""
    desk.follow(FEED)
    await desk.run(desk.fetcher(site({FEED: rss(A)})))
    desk.clock.advance(days=2)

    fetcher = desk.fetcher(site())
    run = await desk.run(fetcher)

    assert (1, 1) == (run.counts["entries_new"], run.counts["snapshots"])
    assert A not in [uri for uri, _ in fetcher.asked]


async def test_requisites_are_fetched_and_recorded_once(desk: Desk) -> None:
    """Two pages share a style sheet and its font: one request, one record each."""
    desk.follow(FEED)
    fetcher = desk.fetcher(site())

    run = await desk.run(fetcher)

    assert 1 == [uri for uri, _ in fetcher.asked].count(STYLE)
    assert 1 == [uri for uri, _ in fetcher.asked].count(FONT)
    assert 1 == len(desk.opened.archive.index.timemap(STYLE))
    assert 4 == run.counts["requisites"]
    sheets = [
        retrieval.metadata(capture, desk.opened.archive)["requisites"]
        for uri in (A, B)
        for capture in desk.opened.archive.index.timemap(uri)
    ]
    assert {"captured", "shared"} == {r["outcome"] for rs in sheets for r in rs}


async def test_a_payload_held_becomes_a_revisit(desk: Desk) -> None:
    """A picture that another page brought is not stored again, and still comes back."""
    picture = Answer(b"\x89PNG" * 500, 200, (("Content-Type", "image/png"),))
    pages: dict[str, Reply] = {
        FEED: rss(A),
        A: html("<img src=/1.png>"),
        B: html("<img src=/2.png>"),
        "https://news.example.org/1.png": picture,
        "https://news.example.org/2.png": picture,
    }
    desk.follow(FEED)
    await desk.run(desk.fetcher(pages))
    desk.clock.advance(days=2)

    run = await desk.run(desk.fetcher({**pages, FEED: rss(B)}))

    assert 1 == run.counts["revisits"]
    again = retrieval.find("https://news.example.org/2.png", desk.opened.archive)
    assert "revisit" == again.record_type
    assert picture.body == retrieval.read(again, desk.opened.archive).content()


async def test_one_bad_feed_or_page_stops_no_other(desk: Desk) -> None:
    """What fails is told with its reason; the rest is captured."""
    other = "https://other.example.net/feed"
    desk.follow(FEED)
    desk.follow(other)
    pages = site({other: html("no feed"), A: down(), B: Answer(b"gone", 404)})

    run = await desk.run(desk.fetcher(pages))

    told = dict(desk.problems())
    assert {other, A, B} == set(told)
    assert "HTML" in told[other]
    assert "connection refused; next try" in told[A]
    assert "status 404" in told[B]
    assert 3 == run.counts["failed"]


async def test_a_page_that_was_down_is_tried_again(desk: Desk) -> None:
    """A failed capture comes back by plan, and its note goes once it is held."""
    desk.follow(FEED)
    await desk.run(desk.fetcher(site({A: down()})))
    assert [A] == [t.link for t in desk.opened.archive.index.troubles()]
    desk.clock.advance(minutes=11)

    await desk.run(desk.fetcher(site()))

    assert [] == list(desk.opened.archive.index.troubles())
    assert retrieval.find(A, desk.opened.archive).status == 200


async def test_retry_after_is_kept(desk: Desk) -> None:
    """A page is not asked for again before the server's own wish has passed."""
    desk.follow(FEED)
    busy = Answer(b"", 429, (("Retry-After", "7200"),))
    await desk.run(desk.fetcher(site({A: busy})))
    desk.clock.advance(minutes=119)
    early = desk.fetcher(site())
    await desk.run(early)
    desk.clock.advance(minutes=2)
    late = desk.fetcher(site())
    await desk.run(late)

    assert A not in [uri for uri, _ in early.asked]
    assert A in [uri for uri, _ in late.asked]


async def test_a_refused_link_is_not_tried_again(desk: Desk) -> None:
    """A link we will not fetch is noted for good."""
    desk.follow(FEED)

    await desk.run(desk.fetcher(site({FEED: rss("http://intranet.example.com/")})))

    (trouble,) = desk.opened.archive.index.troubles()
    assert trouble.final
    assert 0 == desk.opened.inbox.depth()


async def test_redirects_are_kept_and_followed(desk: Desk) -> None:
    """Each hop is a capture, and retrieval follows them as they were."""
    desk.follow(FEED)
    pages = site({FEED: rss(A), A: redirect("/b")})
    await desk.run(desk.fetcher(pages))

    archive = desk.opened.archive
    assert 302 == retrieval.find(A, archive).status
    document = retrieval.follow(A, archive)
    assert B == document.capture.target_uri


async def test_the_index_equals_one_made_anew(desk: Desk) -> None:
    """The index is the sum of the WARC objects, whatever happened on the way."""
    desk.follow(FEED)
    await desk.run(desk.fetcher(site({A: down()})))
    desk.clock.advance(days=2)
    await desk.run(desk.fetcher(site({FEED: rss(A, B, B + "?2")})))

    assert desk.dump()
    assert desk.dump() == desk.rebuilt()


async def test_what_a_look_brought_is_not_asked_for_again(desk: Desk) -> None:
    """The first poll goes on from what `subscribe` stored."""
    look = desk.fetcher(site())
    await subscribe(FEED, desk.opened.archive, look)

    fetcher = desk.fetcher(site())
    run = await desk.run(fetcher)

    assert 1 == look.requests
    assert FEED not in [uri for uri, _ in fetcher.asked]
    assert (1, 2, 2) == tuple(
        run.counts[k] for k in ("polls", "entries_new", "snapshots")
    )


class Dies(BaseException):
    """The process is killed here."""


@pytest.mark.parametrize("step", ["put", "add", "send", "save"])
async def test_a_poll_that_dies_is_done_again(desk: Desk, step: str) -> None:
    """A crash behind any commit point of a poll loses nothing and doubles nothing."""
    desk.follow(FEED)
    archive = desk.opened.archive
    (feed,) = archive.feeds.all()
    job = PollJob(feed_id=feed.id, due_at=feed.due_at)
    dying = replace(
        archive,
        warcs=DiesAfter(archive.warcs, step),
        index=DiesAfter(archive.index, step),
        queue=DiesAfter(archive.queue, step),
        feeds=DiesAfter(archive.feeds, step),
    )
    with pytest.raises(Dies):
        await poll(job, dying, desk.fetcher(site()))
    desk.clock.advance(minutes=3)

    run = await desk.run(desk.fetcher(site()))

    assert 2 == run.counts["snapshots"]
    assert 1 == len(archive.index.timemap(FEED))
    assert desk.dump() == desk.rebuilt()


class DiesAfter:
    """A port that works, and kills the process after `step` has taken effect."""

    def __init__(self, port: object, step: str) -> None:
        self._port = port
        self._step = step

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if name != self._step:
            return method

        def then_die(*args: object, **kwargs: object) -> None:
            method(*args, **kwargs)
            raise Dies

        return then_die


@pytest.mark.parametrize("step", ["put", "add"])
async def test_a_capture_that_dies_is_done_again(desk: Desk, step: str) -> None:
    """A crash behind (1) or (2) of a capture: the object is found, nothing is fetched."""
    desk.follow(FEED)
    archive = desk.opened.archive
    (feed,) = archive.feeds.all()
    await poll(
        PollJob(feed_id=feed.id, due_at=feed.due_at), archive, desk.fetcher(site())
    )
    run = Desk(
        replace(
            desk.opened,
            archive=replace(
                archive,
                warcs=DiesAfter(archive.warcs, step),
                index=DiesAfter(archive.index, step),
            ),
        ),
        desk.clock,
        [],
    )
    with pytest.raises(Dies):
        await run.run(desk.fetcher(site()))

    fetcher = desk.fetcher(site())
    await desk.run(fetcher)

    asked = [uri for uri, _ in fetcher.asked]
    assert len(set(asked) & {A, B}) <= 1
    assert 1 == len(archive.index.timemap(A)) == len(archive.index.timemap(B))
    assert desk.dump() == desk.rebuilt()


async def test_a_full_disk_ends_the_run_and_loses_nothing(desk: Desk) -> None:
    """With no space left the run stops with a sentence; with space again it goes on."""
    desk.follow(FEED)
    archive = desk.opened.archive
    full = replace(desk.opened, archive=replace(archive, warcs=Full(archive.warcs)))
    with pytest.raises(NoSpace):
        await Desk(full, desk.clock, []).run(desk.fetcher(site()))

    await desk.run(desk.fetcher(site()))

    assert 200 == retrieval.find(A, archive).status
    assert desk.dump() == desk.rebuilt()


class Full:
    """A store on a full disk."""

    def __init__(self, store: object) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        if name == "put":
            return self._full
        return getattr(self._store, name)

    def _full(self, key: str, _data: bytes) -> None:
        raise NoSpace(f"no space left for {key}")


async def test_what_was_never_captured(desk: Desk) -> None:
    """A miss names the nearest that is held."""
    desk.follow(FEED)
    await desk.run(desk.fetcher(site()))

    with pytest.raises(
        NotFound, match=r"nearest that is held: https://news\.example\.org/a"
    ):
        retrieval.find("https://news.example.org/aa", desk.opened.archive)
    with pytest.raises(NotFound, match="no capture"):
        retrieval.find("https://elsewhere.example.org/", desk.opened.archive)


def test_names_are_stable() -> None:
    """Ids are part of stored objects' names: they must never change."""
    assert "ec01ced0165f6d18" == naming.feed_id("https://example.org/feed")
    assert "ffca514b2bb8560033a16a8f" == naming.link_id(A_PAGE)
    assert "35b2b25d30af923cbe5451c2" == naming.first_capture_id(A_PAGE)
    assert "635bf8e50aa32636cd48649c" == naming.later_capture_id(A_PAGE, "k1")


async def test_an_unavailable_store_is_raised(desk: Desk) -> None:
    """A store that fails is no feed's fault: it ends the run."""

    class Broken(Full):
        def _full(self, key: str, _data: bytes) -> None:
            raise Unavailable(f"throttled: {key}")

    desk.follow(FEED)
    archive = desk.opened.archive
    broken = replace(desk.opened, archive=replace(archive, warcs=Broken(archive.warcs)))
    with pytest.raises(Unavailable):
        await Desk(broken, desk.clock, []).run(desk.fetcher(site()))


@pytest.mark.museum(41)
async def test_a_page_that_breaks_its_reader_is_captured(desk: Desk) -> None:
    """Its snapshot is whole but for the text, says why, and the others have theirs."""
    breaking = ConfinedReader(program="tests.faults.breaking_child", page_s=60)
    archive = replace(desk.opened.archive, reader=breaking)
    desk.opened = replace(desk.opened, archive=archive)
    desk.follow(FEED)

    run = await desk.run(desk.fetcher(site({A: html("<p>die<p>" + LONG)})))
    breaking.close()
    said = retrieval.metadata(retrieval.find(A, archive), archive)
    other = retrieval.extract(retrieval.find(B, archive), archive)

    assert 2 == run.counts["snapshots"]
    assert b"<p>die" in retrieval.follow(A, archive).content()
    assert ["not read: its reader ended (exit code -11)"] == said["notes"]
    assert other.facts.text.startswith("Words of an article")
    assert desk.dump() == desk.rebuilt()


async def test_what_a_page_says_is_kept_beside_what_its_feed_says(desk: Desk) -> None:
    """Each value has its origin, and a disagreement is visible."""
    page = f"<meta property=og:title content=A><h1>A</h1><p>{LONG}</p>"
    desk.follow(FEED)
    await desk.run(desk.fetcher(site({A: html(page)})))
    archive = desk.opened.archive

    found = retrieval.extract(retrieval.find(A, archive), archive)

    assert [("A", ("opengraph", "markup")), (f"T {A}", ("feed",))] == [
        (claim.value, claim.origins) for claim in found.claims if claim.fact == "title"
    ]
    assert LONG.strip() == found.markdown
    assert found.confidence is not None
    assert desk.dump() == desk.rebuilt()


async def test_what_was_done_is_tallied(desk: Desk) -> None:
    """A day's counts are those that the runs told; polls are told by their outcome."""
    desk.follow(FEED)
    run = await desk.run(desk.fetcher(site()))
    desk.clock.advance(hours=2)
    await desk.run(desk.fetcher(site({FEED: conditional(rss(A, B))})))

    counts = desk.opened.archive.tallies.of(desk.clock.now.date(), WHOLE)

    assert 2 == counts["snapshots"] == run.counts["snapshots"]
    assert (2, 1, 1) == tuple(
        counts[name] for name in ("polls", "polls_news", "polls_unchanged")
    )
    assert counts["bytes_stored"] == run.counts["bytes_stored"]
    assert 4 == counts["jobs"]


async def test_what_is_over_a_quota_waits_for_the_next_day(desk: Desk) -> None:
    """Nothing is dropped, nothing failed, and nobody was asked for it."""
    quotas = Quotas(feed=Quota(captures=1))
    limited = replace(desk.opened, archive=replace(desk.opened.archive, quotas=quotas))
    desk.opened = limited
    desk.follow(FEED)
    fetcher = desk.fetcher(site())
    first = await desk.run(fetcher)
    asked = len(fetcher.asked)
    await desk.run(fetcher)

    assert (1, 0) == (first.counts["snapshots"], first.counts["failed"])
    assert 1 == first.counts["over_quota"]
    assert asked == len(fetcher.asked)
    [(_, problem)] = desk.problems()
    assert "its feed has had its 1 captures of 2026-11-23; again from" in problem
    desk.clock.advance(hours=20)
    second = await desk.run(fetcher)
    assert 1 == second.counts["snapshots"]


async def test_a_feed_over_its_bytes_is_polled_the_next_day(desk: Desk) -> None:
    """It has not failed, and says why it is late."""
    quotas = Quotas(feed=Quota(bytes=1))
    desk.opened = replace(
        desk.opened, archive=replace(desk.opened.archive, quotas=quotas)
    )
    desk.follow(FEED)
    fetcher = desk.fetcher(site())
    await desk.run(fetcher)
    desk.clock.advance(hours=3)
    asked = len(fetcher.asked)
    await desk.run(fetcher)
    [feed] = desk.opened.archive.feeds.all()

    assert asked == len(fetcher.asked)
    assert 0 == feed.failures
    assert feed.due_at.day == desk.clock.now.day + 1
