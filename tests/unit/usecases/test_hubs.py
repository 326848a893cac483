"""Hubs, asked and heard: what is saved when, and what goes wrong."""

from dataclasses import replace

import pytest

from hozon.entries.health import ailments
from hozon.nouns.errors import NotFound
from hozon.nouns.model import Feed
from hozon.nouns.work import HubJob
from hozon.polling import hubs
from hozon.stored.naming import feed_id
from hozon.wiring import publish
from tests.fetching import Answer, Reply, down, html
from tests.unit.usecases.conftest import Desk

FEED, HUB = "https://blog.example/feed", "https://hub.example/"
HERE = "https://archive.example.org/"
ATOM = "http://www.w3.org/2005/Atom"


def feed(*numbers: int) -> Answer:
    items = "".join(
        f"<item><title>{n}</title><link>/{n}</link></item>" for n in numbers
    )
    body = f"<rss version='2.0'><channel><title>B</title>{items}</channel></rss>"
    kind = ("Content-Type", "application/rss+xml")
    told = ("Link", f'<{HUB}>; rel="hub", <{FEED}>; rel="self"')
    return Answer(body.encode(), headers=(kind, told))


def site(*numbers: int, hub: Reply | None = None) -> dict[str, Reply]:
    pages = {f"https://blog.example/{n}": html(f"{n}") for n in numbers}
    return {FEED: feed(*numbers), HUB: hub or Answer(b"", 202), **pages}


@pytest.fixture
def public(desk: Desk) -> Desk:
    """An archive that hubs can reach."""
    archive = replace(desk.opened.archive, public_uri=HERE)
    return replace(desk, opened=replace(desk.opened, archive=archive))


def known(desk: Desk) -> Feed:
    return desk.opened.archive.feeds.get(feed_id(FEED))


def token(desk: Desk) -> str:
    hub = known(desk).hub
    assert hub is not None
    return hub.callback.rpartition("/")[2]


def say(desk: Desk, event: str, **said: object) -> None:
    """Queue what a hub says, as the web face does."""
    job = HubJob(
        feed_id=feed_id(FEED),
        token=token(desk),
        event=event,  # type: ignore[arg-type]  # one of them
        at=desk.clock(),
        **said,  # type: ignore[arg-type]  # likewise
    )
    desk.opened.archive.queue.send([job])


async def test_the_header_names_hub_and_topic(public: Desk) -> None:
    """Link fields of the answer count as links of the document do (WebSub §4)."""
    public.follow(FEED)
    fetcher = public.fetcher(site(1))
    await public.run(fetcher)

    ((uri, form),) = fetcher.posted
    assert (HUB, FEED) == (uri, form["hub.topic"])
    assert form["hub.callback"].startswith(f"{HERE}websub/{feed_id(FEED)}.")
    assert ((HUB,), FEED) == (known(public).hubs, known(public).self_uri)


async def test_without_a_public_url_no_hub_is_asked(desk: Desk) -> None:
    """Nobody could reach us."""
    desk.follow(FEED)
    fetcher = desk.fetcher(site(1))
    await desk.run(fetcher)

    assert [] == fetcher.posted


async def test_the_public_url_is_kept_in_the_folder(desk: Desk) -> None:
    """`serve --public-url` tells it, `run` reads it; empty ends it."""
    publish(desk.opened.directory, "https://Archive.example.org")

    assert HERE == (desk.opened.directory / "public-url").read_text()

    publish(desk.opened.directory, "")
    assert "" == (desk.opened.directory / "public-url").read_text()


async def test_the_wish_is_saved_before_the_hub_is_asked(public: Desk) -> None:
    """A hub may ask back before it answers; it gets its challenge then."""
    answers = []

    def asking(_: object) -> Answer:
        asked = {"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "why"}
        answers.append(hubs.receive(token(public), asked, public.opened.archive))
        return Answer(b"", 202)

    public.follow(FEED)
    await public.run(public.fetcher(site(1, hub=asking)))

    assert ["why"] == answers
    hub = known(public).hub
    assert hub is not None
    assert "active" == hub.state


@pytest.mark.parametrize("reply", [down(), Answer(b"go <away>", 403)])
async def test_a_hub_that_fails_costs_no_poll(public: Desk, reply: Reply) -> None:
    """The reason is noted; the poll was one all the same."""
    public.follow(FEED)
    run = await public.run(public.fetcher(site(1, hub=reply)))

    hub = known(public).hub
    assert (1, 0) == (run.counts["polls"], run.counts["failed"])
    assert hub is not None
    assert "asked" == hub.state
    assert hub.reason in {"connection refused", "status 403: go <away>"}


async def test_a_hub_that_has_moved_is_followed(public: Desk) -> None:
    """307 and 308 keep the method."""
    moved = Answer(b"", 308, (("Location", "/new"),))
    there = site(1, hub=moved) | {"https://hub.example/new": Answer(b"", 202)}
    public.follow(FEED)
    fetcher = public.fetcher(there)
    await public.run(fetcher)

    assert [HUB, "https://hub.example/new"] == [uri for uri, _ in fetcher.posted]


async def test_the_hub_tells_and_falls_silent(public: Desk) -> None:
    """Told: polled at once, then more slowly. Not told: flagged, and as before."""
    public.follow(FEED)
    await public.run(public.fetcher(site(1)))
    say(public, "verified", lease_s=864_000)
    await public.run(public.fetcher(site(1)))
    usual = known(public).due_at - public.clock()
    public.clock.advance(minutes=10)

    say(public, "told")
    fetcher = public.fetcher(site(1, 2))
    run = await public.run(fetcher)
    slow = known(public).due_at - public.clock()

    assert (1, 1) == (run.counts["polls"], run.counts["entries_new"])
    assert slow > usual or slow.days >= 1
    assert [] == [a.kind for a in ailments(known(public), now=public.clock())]

    public.clock.now = known(public).due_at
    await public.run(public.fetcher(site(1, 2, 3)))

    assert ["deaf"] == [a.kind for a in ailments(known(public), now=public.clock())]


async def test_what_a_hub_says_during_a_poll_is_not_lost(public: Desk) -> None:
    """The poll's end writes the feed anew, with what was heard in the meantime."""
    public.follow(FEED)
    await public.run(public.fetcher(site(1)))
    public.clock.now = known(public).due_at

    def verified(_: object) -> Answer:
        feeds = public.opened.archive.feeds
        before = known(public)
        assert before.hub is not None
        hub = replace(before.hub, state="active", lease_until=public.clock())
        feeds.save(replace(before, hub=hub), due_at=before.due_at)
        return feed(1, 2)

    await public.run(public.fetcher(site(1, 2) | {FEED: verified}))

    hub = known(public).hub
    assert hub is not None
    assert "active" == hub.state


async def test_ten_news_in_a_minute_are_one_poll(public: Desk) -> None:
    """Hubs tell of each entry; the publisher is asked once."""
    public.follow(FEED)
    await public.run(public.fetcher(site(1)))
    public.clock.advance(minutes=10)
    fetcher = public.fetcher(site(1))
    for _ in range(10):
        say(public, "told")
        await public.run(fetcher)
        public.clock.advance(seconds=2)

    assert 1 == len([uri for uri, _ in fetcher.asked if uri == FEED])


async def test_nobody_else_is_answered(public: Desk) -> None:
    """No token, a token of no feed, of another subscription: there is no such thing."""
    public.follow(FEED)
    await public.run(public.fetcher(site(1)))
    asked = {"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "why"}

    for wrong in (
        "",
        "x",
        "é.é",
        f"{feed_id(FEED)}.{'0' * 32}",
        f"{'0' * 16}.{'0' * 32}",
    ):
        with pytest.raises(NotFound):
            hubs.receive(wrong, asked, public.opened.archive)
        with pytest.raises(NotFound):
            hubs.receive_news(wrong, None, b"", public.opened.archive)
