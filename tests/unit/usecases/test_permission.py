"""Publishers are asked first, and what they say is kept, heeded and recorded."""

import asyncio
from datetime import timedelta

import pytest

from hozon.capturing.permission import Memo, Permission, Permitted, asking
from hozon.nouns.errors import Busy, Refused, Unreachable
from hozon.nouns.model import Exchange, Headers, RobotsPolicy
from hozon.nouns.ports import Limits
from hozon.operating.standing import standing
from hozon.retrieving import retrieval
from hozon.retrieving.listing import entries_of
from hozon.serving import describing
from tests.fakes import a_robots
from tests.fetching import Answer, FakeFetcher, Reply, down, html, redirect
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FEED, A, B, rss

ANY = Limits()
ROBOTS = "https://news.example.org/robots.txt"
OTHER = "https://cdn.example.net/robots.txt"
STYLED = (
    "<link rel=stylesheet href=https://cdn.example.net/s.css><article>Text</article>"
)
SHEET = "https://cdn.example.net/s.css"


def says(*rules: str, status: int = 200) -> Answer:
    """Return a robots.txt for all agents."""
    text = "\n".join(["User-agent: *", *rules, ""])
    return Answer(text.encode(), status, (("Content-Type", "text/plain"),))


def site(**robots: Reply) -> dict[str, Reply]:
    """Return two pages with a style sheet elsewhere, and what their hosts say."""
    return {
        FEED: rss(A, B),
        A: html(STYLED),
        B: html(STYLED + "B"),
        SHEET: Answer(b"p { color: black }", 200, (("Content-Type", "text/css"),)),
        ROBOTS: robots.get("page", says("Disallow: /private/")),
        OTHER: robots.get("sheet", Answer(b"", 404)),
    }


def states(desk: Desk) -> dict[str | None, str]:
    found = entries_of(desk.opened.archive.index)
    return {e.entry.link: describing.described(e, "")["state"] for e in found}


def asked(fetcher: FakeFetcher) -> list[str]:
    return [uri for uri, _ in fetcher.asked]


async def test_a_disallowed_page_is_not_fetched(desk: Desk) -> None:
    """The capture is refused, with the rule that says so, where everybody looks."""
    desk.follow(FEED)
    fetcher = desk.fetcher(site(page=says("Disallow: /b")))

    run = await desk.run(fetcher)

    assert B not in asked(fetcher)
    assert {A: "held", B: "refused"} == states(desk)
    assert (1, 1) == (run.counts["snapshots"], run.counts["refused"])
    [(subject, problem)] = desk.problems()
    assert B == subject
    assert "rule Disallow: /b" in problem
    assert "not tried again" in problem
    [trouble] = standing(desk.opened.archive)["trouble"]
    assert (B, "refused") == (trouble["uri"], trouble["kind"])


async def test_robots_txt_is_asked_once_for_all(desk: Desk) -> None:
    """Each origin is asked for its rules once, and the feed's is not before the feed."""
    desk.follow(FEED)
    fetcher = desk.fetcher(site())

    await desk.run(fetcher)

    assert FEED == asked(fetcher)[0]
    assert [1, 1] == [asked(fetcher).count(each) for each in (ROBOTS, OTHER)]
    desk.clock.advance(hours=23)
    again = desk.fetcher(site())
    permission = asking(desk.opened.archive, again)
    assert (await permission.ask(A)).allowed
    assert [] == again.asked
    desk.clock.advance(hours=2)
    assert (await permission.ask(A)).allowed
    assert [ROBOTS] == asked(again)


async def test_the_decision_is_on_record(desk: Desk) -> None:
    """The snapshot says what was allowed, by which rule, under which policy."""
    desk.follow(FEED)

    await desk.run(desk.fetcher(site(page=says("Allow: /a", "Disallow: /b"))))

    archive = desk.opened.archive
    document = retrieval.follow(A, archive)
    [verdict] = retrieval.metadata(document.capture, archive)["robots"]
    assert {
        "uri": A,
        "allowed": True,
        "rule": "Allow: /a",
        "policy": "respect",
        "robots_status": 200,
        "origin": "https://news.example.org",
    }.items() <= verdict.items()
    assert "allows it (rule Allow: /a; status 200; policy respect)" in verdict["said"]
    snapshot = next(e.snapshot for e in entries_of(archive.index) if e.snapshot)
    assert [verdict] == retrieval.robots(snapshot, archive)


async def test_the_rules_are_archived_with_the_page(desk: Desk) -> None:
    """What the publisher said is a capture, whoever asked for it first."""
    desk.follow(FEED)
    rules = says("Disallow: /a")

    await desk.run(desk.fetcher(site(page=rules)))

    archive = desk.opened.archive
    document = retrieval.follow(ROBOTS, archive)
    assert B in {c.target_uri for c in archive.index.captures()}
    assert rules.body == document.content()
    assert 1 == len(retrieval.timemap(ROBOTS, archive))
    assert desk.dump() == desk.rebuilt()


async def test_record_only_fetches_and_says_so(desk: Desk) -> None:
    """With the other policy the page is captured, and the rule stands beside it."""
    desk.follow(FEED)
    fetcher = desk.fetcher(site(page=says("Disallow: /b"), sheet=says("Disallow: /")))
    permission = asking(desk.opened.archive, fetcher)
    permission.policy = "record-only"

    permitted = Permitted(permission)
    for uri in (B, SHEET):
        assert 200 == (await permitted.fetch(uri)).status

    [page, sheet] = permitted.told()
    assert (B, False, "Disallow: /b") == (page["uri"], page["allowed"], page["rule"])
    assert (SHEET, "record-only") == (sheet["uri"], sheet["policy"])


async def test_a_disallowed_requisite_is_missing(desk: Desk) -> None:
    """The page is held without it, and its metadata says why."""
    desk.follow(FEED)
    fetcher = desk.fetcher(site(sheet=says("Disallow: /s")))

    run = await desk.run(fetcher)

    assert SHEET not in asked(fetcher)
    assert 2 == run.counts["refused"]
    archive = desk.opened.archive
    said = retrieval.metadata(retrieval.follow(A, archive).capture, archive)
    [requisite] = said["requisites"]
    assert (SHEET, "refused") == (requisite["uri"], requisite["outcome"])
    assert "rule Disallow: /s" in requisite["reason"]


async def test_a_redirect_to_what_is_disallowed(desk: Desk) -> None:
    """The redirect is kept, its target is not fetched, and the entry says so."""
    target = "https://cdn.example.net/closed"
    desk.follow(FEED)
    pages = {**site(sheet=says("Disallow: /closed")), FEED: rss(A), A: redirect(target)}
    fetcher = desk.fetcher({**pages, target: html("never")})

    await desk.run(fetcher)

    assert target not in asked(fetcher)
    assert {A: "refused"} == states(desk)
    assert 302 == retrieval.find(A, desk.opened.archive).status
    assert "rule Disallow: /closed" in desk.problems()[0][1]


@pytest.mark.museum(52)
@pytest.mark.parametrize("answer", [says(status=503), down(), says(status=429)])
async def test_rules_that_cannot_be_had_close_the_site(
    desk: Desk, answer: Reply
) -> None:
    """Until they can, nothing is fetched, and nothing is given up."""
    desk.follow(FEED)
    fetcher = desk.fetcher(site(page=answer))

    await desk.run(fetcher)

    assert not {A, B} & set(asked(fetcher))
    assert {A: "failed", B: "failed"} == states(desk)
    assert all("next try" in problem for _, problem in desk.problems())
    desk.clock.advance(hours=2)
    await desk.run(desk.fetcher(site()))
    assert {A: "held", B: "held"} == states(desk)


async def test_a_redirect_to_a_closed_site_is_tried_again(desk: Desk) -> None:
    """Where the target's rules cannot be had today, the capture is not done."""
    desk.follow(FEED)
    pages = {**site(sheet=says(status=503)), FEED: rss(A), A: redirect(SHEET)}

    await desk.run(desk.fetcher(pages))

    assert {A: "failed"} == states(desk)
    assert "next try" in desk.problems()[0][1]


async def test_a_crawl_delay_goes_with_each_request(desk: Desk) -> None:
    """What the publisher asks for between two requests is handed to the fetcher."""
    seen: list[tuple[str, float]] = []
    inner = desk.fetcher(site(page=says("Crawl-delay: 7")))

    class Noting:
        async def fetch(
            self, uri: str, *, headers: Headers = (), limits: Limits = ANY
        ) -> Exchange:
            seen.append((uri, limits.delay_s))
            return await inner.fetch(uri, headers=headers)

        async def post(
            self, uri: str, *, form: bytes, media_type: str = "", limits: Limits = ANY
        ) -> Exchange:
            return await inner.post(
                uri, form=form, media_type=media_type, limits=limits
            )

    await Permitted(asking(desk.opened.archive, Noting())).fetch(A)

    assert [(ROBOTS, 0.0), (A, 7.0)] == seen


async def test_those_who_ask_at_once_wait_for_one_answer(desk: Desk) -> None:
    """Many captures of one site ask for its rules once, large as they are."""
    large = says(*(f"Disallow: /{n:08}" for n in range(9000)))
    fetcher = desk.fetcher(site(page=large))
    permission = asking(desk.opened.archive, fetcher)

    verdicts = await asyncio.gather(*(permission.ask(A) for _ in range(20)))

    assert all(verdict.allowed for verdict in verdicts)
    assert [ROBOTS] == asked(fetcher)


async def test_another_worker_has_asked(desk: Desk) -> None:
    """What one worker has found out, the next one need not ask for."""
    desk.opened.archive.hosts.keep(
        a_robots(
            "https://news.example.org",
            fetched_at=desk.clock.now,
            expires_at=desk.clock.now + timedelta(hours=9),
        )
    )
    fetcher = desk.fetcher({})

    with pytest.raises(Refused, match="Disallow: /private/"):
        await asking(desk.opened.archive, fetcher).require(
            "https://news.example.org/private/x"
        )
    assert [] == fetcher.asked


async def test_a_rehearsal_does_not_tell_of_today(desk: Desk) -> None:
    """Rules that were fetched in days to come are asked for again today."""
    desk.opened.archive.hosts.keep(
        a_robots(
            "https://news.example.org",
            fetched_at=desk.clock.now + timedelta(days=30),
            expires_at=desk.clock.now + timedelta(days=31),
        )
    )
    fetcher = desk.fetcher(site())

    await asking(desk.opened.archive, fetcher).ask(A)

    assert [ROBOTS] == asked(fetcher)


def permission(desk: Desk, policy: RobotsPolicy, memo: Memo) -> Permission:
    """Return a permission that never gets an answer."""
    return Permission(
        fetcher=desk.fetcher({ROBOTS: down(1200)}),
        book=desk.opened.archive.hosts,
        clock=desk.clock,
        policy=policy,
        memo=memo,
    )


async def test_a_closed_site_says_when_to_come_back(desk: Desk) -> None:
    """The error is one that passes, and carries the server's own wish."""
    memo = Memo()

    with pytest.raises(Unreachable, match="cannot be had") as raised:
        await permission(desk, "respect", memo).require(A)

    assert 1200 == pytest.approx(raised.value.retry_after_s, abs=1)
    assert not (await permission(desk, "record-only", memo).require(A)).allowed


def test_a_memo_forgets_what_was_not_used() -> None:
    """A process does not remember more than some megabytes of rules."""
    from hozon.capturing.permission import REMEMBERED, _Known  # noqa: PLC0415
    from hozon.manners import keeping  # noqa: PLC0415  beside the private parts it is for

    memo = Memo()
    for n in range(40):
        robots = a_robots(f"https://{n}.example", document=b"#" * (REMEMBERED // 20))
        memo.put(_Known(robots, keeping.rules(robots)))

    assert memo.size <= REMEMBERED
    assert "https://39.example" in memo.known
    assert "https://0.example" not in memo.known


@pytest.mark.parametrize("busy", ["page", "rules"])
async def test_a_host_that_is_not_to_be_asked(desk: Desk, busy: str) -> None:
    """A capture whose turn does not come is put off as often as need be, and is no
    failure: neither of the page nor of the rules.
    """
    desk.follow(FEED)
    late = Busy("not now", retry_after_s=60)
    pages = {**site(), A: late, B: late} if busy == "page" else site(page=late)
    for _ in range(9):
        await desk.run(desk.fetcher(pages))
        desk.clock.advance(minutes=2)

    assert {A: "waiting", B: "waiting"} == states(desk)
    assert {"polls", "polls_news", "entries_new", "bytes_stored"} >= {
        name for told in desk.told for name, n in told.counts.items() if n
    }
    await desk.run(desk.fetcher(site()))
    assert {A: "held", B: "held"} == states(desk)


async def test_a_poll_that_is_not_to_be_made(desk: Desk) -> None:
    """A feed whose host is busy is due later, and has not failed."""
    desk.follow(FEED)

    run = await desk.run(desk.fetcher({FEED: Busy("not now", retry_after_s=7200)}))

    [feed] = desk.opened.archive.feeds.all()
    assert (0, None, None) == (feed.failures, feed.trouble, feed.polled_at)
    assert desk.clock.now + timedelta(hours=2) == feed.due_at
    assert 0 == run.counts["polls"] == run.counts["failed"]
    assert "not now" in desk.problems()[0][1]
