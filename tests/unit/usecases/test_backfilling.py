"""Back-fill: what a feed published before it was followed, page by page."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from hozon.adapters.embedded.inbox import SqliteJobInbox
from hozon.nouns.errors import Misuse
from hozon.nouns.work import BackfillJob, Job
from hozon.polling import backfilling
from hozon.polling.backfilling import start
from hozon.polling.subscribing import subscribe
from tests.fetching import Answer, Reply, down, html, redirect
from tests.unit.usecases.conftest import Desk

FEED = "https://blog.example/feed"
ATOM = (("Content-Type", "application/atom+xml"),)


def atom(*numbers: int, links: str = "", generator: str = "") -> Answer:
    """Return an Atom document with these entries and these links of its own."""
    entries = "".join(
        f"<entry><id>urn:{n}</id><title>No. {n}</title>"
        f"<link href='https://blog.example/{n}'/>"
        f"<updated>2020-01-01T00:00:{n:02}Z</updated></entry>"
        for n in numbers
    )
    body = (
        "<feed xmlns='http://www.w3.org/2005/Atom' "
        "xmlns:fh='http://purl.org/syndication/history/1.0'>"
        f"<title>Blog</title>{links}<generator>{generator}</generator>{entries}</feed>"
    )
    return Answer(body.encode(), headers=ATOM)


def link(rel: str, href: str) -> str:
    return f"<link rel='{rel}' href='{href}'/>"


def pages(**documents: Reply) -> dict[str, Reply]:
    """Return a site: the feed, its pages by name, and an article for each number."""
    articles = {f"https://blog.example/{n}": html(f"<p>{n}</p>") for n in range(60)}
    named = {f"https://blog.example/{k}": v for k, v in documents.items()}
    return {**articles, **named}


def archived(desk: Desk) -> set[str]:
    """Return the titles of the entries that have a snapshot."""
    shown, _ = desk.opened.archive.index.river(limit=100)
    return {one.entry.title.removeprefix("No. ") for one in shown if one.snapshot}


async def filled(desk: Desk, site: dict[str, Reply], *, most: int = 100) -> list[str]:
    """Follow the feed, fill it back, and return the feed documents asked for."""
    fetcher = desk.fetcher(site)
    feed = await subscribe(FEED, desk.opened.archive, fetcher)
    start(feed, desk.opened.archive, most=most)
    await desk.run(fetcher)
    articles = {f"https://blog.example/{n}" for n in range(60)}
    return [
        uri for uri, _ in fetcher.asked if uri not in articles and "robots" not in uri
    ]


async def test_archives_are_followed_to_the_first(desk: Desk) -> None:
    """RFC 5005 §4: prev-archive leads back; each document is asked for once."""
    site = pages(
        feed=atom(9, 8, links=link("prev-archive", "/a2") + link("next", "/wrong")),
        a2=atom(7, 6, links=link("prev-archive", "/a1") + "<fh:archive/>"),
        a1=atom(5, links="<fh:archive/>"),
    )

    asked = await filled(desk, site)

    assert asked == [FEED, "https://blog.example/a2", "https://blog.example/a1"]
    assert {"9", "8", "7", "6", "5"} == archived(desk)
    assert [] == desk.problems()
    assert desk.dump() == desk.rebuilt()


async def test_no_more_entries_than_wanted(desk: Desk) -> None:
    """The last page is taken in part; nothing is asked for behind it."""
    site = pages(
        feed=atom(9, links=link("next", "/p2")),
        p2=atom(8, 7, links=link("next", "/p3")),
        p3=atom(6, 5, 4, links=link("next", "/p4")),
        p4=atom(3),
    )

    asked = await filled(desk, site, most=3)

    assert "https://blog.example/p4" not in asked
    assert {"9", "8", "7", "6"} == archived(desk)


@pytest.mark.parametrize("back", ["/feed", "/p2", "/p3"])
async def test_a_loop_ends(desk: Desk, back: str) -> None:
    """A page without a new entry ends it, wherever the loop leads back to."""
    site = pages(
        feed=atom(9, links=link("next", "/p2")),
        p2=atom(8, links=link("next", "/p3")),
        p3=atom(7, links=link("next", back)),
    )

    asked = await filled(desk, site)

    assert len(asked) <= 4
    assert {"9", "8", "7"} == archived(desk)


async def test_endless_pages_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who makes up a new page for each request is not followed for ever."""
    monkeypatch.setattr(backfilling, "MOST_PAGES", 5)
    site = pages(
        feed=atom(50, links=link("next", "/p49")),
        **{f"p{n}": atom(n, links=link("next", f"/p{n - 1}")) for n in range(1, 50)},
    )

    asked = await filled(desk, site)

    assert 1 + 5 == len(asked)


async def test_wordpress_pages_are_counted(desk: Desk) -> None:
    """WordPress names no page; where its last is, a 404 tells, and that is no failure."""
    wordpress = "https://wordpress.org/?v=6.4"
    site = pages(feed=atom(9, generator=wordpress)) | {
        f"{FEED}?paged=2": atom(8, generator=wordpress),
        f"{FEED}?paged=3": atom(7, generator=wordpress),
        f"{FEED}?paged=4": Answer(b"", 404),
    }

    asked = await filled(desk, site)

    assert [FEED, *(f"{FEED}?paged={n}" for n in (2, 3, 4))] == asked
    assert {"9", "8", "7"} == archived(desk)
    assert [] == desk.problems()


async def test_json_feeds_have_a_next_url(desk: Desk) -> None:
    """JSON Feed 1.1: next_url is the page of older items."""

    def document(number: int, **more: str) -> Answer:
        version = "https://jsonfeed.org/version/1.1"
        item = {"id": f"{number}", "title": f"No. {number}", "url": f"/{number}"}
        feed = {"version": version, "title": "J", "items": [item], **more}
        kind = (("Content-Type", "application/feed+json"),)
        return Answer(json.dumps(feed).encode(), headers=kind)

    site = pages(feed=document(9, next_url="/2.json")) | {
        "https://blog.example/2.json": document(8)
    }

    await filled(desk, site)

    assert {"9", "8"} == archived(desk)


@pytest.mark.parametrize("where", ["https://other.example/p2", "https://log.example/2"])
async def test_strangers_are_not_asked(desk: Desk, where: str) -> None:
    """A page on another host is fetched only if the feed is at home there."""
    site = pages(feed=atom(9, links=link("next", where))) | {where: atom(8)}

    assert where not in await filled(desk, site)


async def test_a_page_of_the_publishers_other_host_is(desk: Desk) -> None:
    """The host of ``self`` (of the site, a subdomain) is the publisher's own."""
    where = "https://www.archive.example/p2"
    own = link("self", "https://archive.example/feed")
    site = pages(feed=atom(9, links=link("next", where) + own)) | {where: atom(8)}

    assert where in await filled(desk, site)
    assert "8" in {
        e.entry.title[-1] for e in desk.opened.archive.index.river(limit=9)[0]
    }


async def test_a_redirect_to_strangers_ends_it(desk: Desk) -> None:
    """What a redirect brings from elsewhere is not taken for the publisher's."""
    site = pages(
        feed=atom(9, links=link("next", "/p2")), p2=redirect("https://other.example/x")
    ) | {"https://other.example/x": atom(8)}

    await filled(desk, site)

    assert {"9"} == archived(desk)


async def test_a_page_that_is_down_is_asked_again(desk: Desk) -> None:
    """The back-fill goes on where it stood, when the server is back."""
    site = pages(feed=atom(9, links=link("prev-archive", "/a1")), a1=down())
    await filled(desk, site)
    site["https://blog.example/a1"] = atom(8)
    desk.clock.advance(hours=1)

    await desk.run(desk.fetcher(site))

    assert {"9", "8"} == archived(desk)


@pytest.mark.parametrize("reply", [Answer(b"", 410), html("no feed")])
async def test_a_page_that_is_none_ends_it_loudly(desk: Desk, reply: Reply) -> None:
    """A named archive that is not there is a problem, told once."""
    site = pages(feed=atom(9, links=link("prev-archive", "/a1")), a1=reply)

    await filled(desk, site)

    ((subject, problem),) = desk.problems()
    assert subject == "https://blog.example/a1"
    assert "the back-fill ends here" in problem


async def test_done_twice_changes_nothing(desk: Desk) -> None:
    """A job delivered again meets its own object: nothing is asked, nothing is new."""
    site = pages(
        feed=atom(9, links=link("next", "/p2")), p2=atom(8, links=link("next", "/p3"))
    ) | {"https://blog.example/p3": atom(7)}
    archive, fetcher = desk.opened.archive, desk.fetcher(site)
    feed = await subscribe(FEED, archive, fetcher)
    job = start(feed, archive, most=9)
    await desk.run(fetcher)
    before, asked = desk.dump(), len(fetcher.asked)

    again = await backfilling.backfill(job, archive, fetcher)
    archive.queue.send([job])
    await desk.run(fetcher)

    assert 1 == again.entries_new
    assert 0 == again.bytes_stored
    assert before == desk.dump()
    assert asked == len(fetcher.asked)


async def test_killed_between_page_and_queue(desk: Desk) -> None:
    """A worker that dies after (1) leaves a job that goes on from the stored page."""
    site = pages(
        feed=atom(9, links=link("next", "/p2")), p2=atom(8, links=link("next", "/p3"))
    ) | {"https://blog.example/p3": atom(7)}
    archive, fetcher = desk.opened.archive, desk.fetcher(site)
    feed = await subscribe(FEED, archive, fetcher)
    start(feed, archive, most=9)

    class Dying(SqliteJobInbox):
        """A queue that dies when the next page is queued."""

        def send(self, jobs: Sequence[Job], *, delay_s: float = 0) -> None:
            if any(isinstance(job, BackfillJob) for job in jobs):
                raise KeyboardInterrupt
            super().send(jobs, delay_s=delay_s)

    (delivery,) = desk.opened.inbox.receive(now=desk.clock(), limit=1)
    assert isinstance(delivery.job, BackfillJob)
    dying = replace(archive, queue=Dying(desk.opened.state, desk.clock))
    with pytest.raises(KeyboardInterrupt):
        await backfilling.backfill(delivery.job, dying, fetcher)
    del site["https://blog.example/p2"]

    await desk.run(fetcher)

    assert {"8", "7"} <= archived(desk)
    assert [] == [p for p in desk.problems() if "p2" in p[0]]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (atom(9), "names no older entries"),
        (atom(9, links="<fh:complete/>" + link("next", "/p2")), "complete"),
    ],
)
def test_nothing_older_is_said(desk: Desk, document: Answer, said: str) -> None:
    """Who asks for more than there is, is told."""
    site = pages(feed=document)
    fetcher = desk.fetcher(site)
    feed = asyncio.run(subscribe(FEED, desk.opened.archive, fetcher))

    with pytest.raises(Misuse, match=said):
        start(feed, desk.opened.archive, most=9)
