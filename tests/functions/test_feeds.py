"""Feeds beyond the usual poll, through the real handlers: back-fills and hubs."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from hozon.nouns.model import Subscription
from hozon.polling.backfilling import start
from hozon.stored.naming import feed_id
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import Stack
from tests.events import url_event
from tests.hub import Hub
from tests.sites import Reply, Site, page, rss

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ATOM = "http://www.w3.org/2005/Atom"
HERE = "https://abc.lambda-url.eu-west-1.on.aws/"


def linked(*links: str, **relations: str) -> Reply:
    """Return a feed with these entries and these links of its own."""
    stated = "".join(
        f'<link xmlns="{ATOM}" rel="{rel}" href="{href}"/>'
        for rel, href in relations.items()
    )
    document = rss(*links).body.replace(b"<item>", f"{stated}<item>".encode(), 1)
    return Reply(document, media_type="application/rss+xml")


def titles(rehearsal: Rehearsal) -> set[str]:
    """Return the titles of the entries that have a snapshot."""
    shown, _ = rehearsal.deployed.archive.index.river(limit=100)
    return {one.entry.title for one in shown if one.snapshot}


@pytest.mark.parametrize("repeat", [1, 2])
def test_a_back_fill_goes_from_message_to_message(stack: Stack, repeat: int) -> None:
    """Each page is a message that sends the next, delivered once or twice."""
    pages = {f"/{n}": page(f"No. {n}") for n in "abcd"}
    feed = {
        "/feed": linked("/a", next="/2"),
        "/2": linked("/b", next="/3"),
        "/3": linked("/c", "/d"),
    }
    with Site({**feed, **pages}) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        rehearsal.pump.repeat = repeat
        rehearsal.follow([site.uri("/feed")])
        rehearsal.work(at=NOW)
        feeds = rehearsal.deployed.archive.feeds
        followed = feeds.get(feed_id(site.uri("/feed")))
        start(followed, rehearsal.deployed.archive, most=2)

        drained = rehearsal.pump.drain()

        assert 0 == drained.failed
        assert {"Item /a", "Item /b", "Item /c"} == titles(rehearsal)
        assert 1 == len(site.requests("/2"))
        assert 1 <= len(site.requests("/3")) <= repeat


def ask(
    rehearsal: Rehearsal,
    callback: str,
    *,
    query: dict[str, str] | None = None,
    body: str | None = None,
    signature: str = "",
) -> dict[str, Any]:
    """Send to a callback what a hub would: a question, or news."""
    path = callback.removeprefix(HERE.rstrip("/"))
    event = url_event(
        path,
        urlencode(query or {}),
        method="GET" if body is None else "POST",
        headers={
            "host": "abc.lambda-url.eu-west-1.on.aws",
            "x-forwarded-proto": "https",
            "x-hub-signature": signature,
        },
        body=body,
    )
    answer = rehearsal.pump.invoke(rehearsal.pump.functions["ServeArchive"], event)
    assert isinstance(answer, dict)
    return answer


class Told:
    """A feed that names a hub, followed on a stack; nobody has asked us back yet."""

    def __init__(
        self, stack: Stack, site: Site, hub: Hub, clock: list[datetime]
    ) -> None:
        allow = [site.authority, hub.authority]
        self.rehearsal = Rehearsal.of(
            stack, allow=allow, interval_s=0, clock=lambda: clock[0]
        )
        self.archive = self.rehearsal.public_at(HERE)
        self.uri = site.uri("/feed")
        self.rehearsal.follow([self.uri])
        self.rehearsal.work(at=NOW)
        (self.asked,) = hub.requests

    @property
    def hub(self) -> Subscription:
        known = self.archive.feeds.get(feed_id(self.uri)).hub
        assert known is not None
        return known

    def question(self, **changed: str) -> dict[str, Any]:
        """Ask back, as the hub would before it promises anything."""
        said = {"mode": "subscribe", "topic": self.asked["hub.topic"], **changed}
        said |= {"challenge": "<b>why</b>", "lease_seconds": "864000"}
        query = {f"hub.{name}": value for name, value in said.items()}
        return ask(self.rehearsal, self.asked["hub.callback"], query=query)

    def news(self, *, key: str | None = None) -> dict[str, Any]:
        """Tell of news, signed with `key`."""
        body = "<rss>ニュース</rss>"
        secret = (key or self.asked["hub.secret"]).encode()
        made = hmac.new(secret, body.encode(), hashlib.sha256).hexdigest()
        callback = self.asked["hub.callback"]
        return ask(self.rehearsal, callback, body=body, signature=f"sha256={made}")


def test_a_hub_over_the_function_url(stack: Stack) -> None:
    """Asked by PollFeed, questioned and told through ServeArchive, which writes nothing."""
    clock, links = [NOW], ["/a"]
    with Hub(status=204) as hub:

        def feed(_: object) -> Reply:
            return linked(*links, hub=hub.uri, self="/feed")

        with Site({"/feed": feed, "/a": page("A"), "/b": page("B")}) as site:
            told = Told(stack, site, hub, clock)
            answer = told.question()
            told.rehearsal.pump.drain()
            known = told.hub
            clock[0] += timedelta(minutes=5)
            links.insert(0, "/b")

            accepted = told.news()
            drained = told.rehearsal.pump.drain()

            assert (200, "<b>why</b>") == (answer["statusCode"], answer["body"])
            assert "text/plain; charset=utf-8" == answer["headers"]["content-type"]
            assert "nosniff" == answer["headers"]["x-content-type-options"]
            assert ("active", NOW + timedelta(days=10)) == (
                known.state,
                known.lease_until,
            )
            assert 202 == accepted["statusCode"]
            assert () == drained.errors
            assert {"Item /a", "Item /b"} == titles(told.rehearsal)


def test_strangers_at_the_callback(stack: Stack) -> None:
    """What we did not ask for is refused, what is not signed ignored: nothing is queued."""
    with Hub(status=204) as hub:
        feed = linked("/a", hub=hub.uri, self="/feed")
        with Site({"/feed": feed, "/a": page("A")}) as site:
            told = Told(stack, site, hub, [NOW])
            callback = told.asked["hub.callback"]

            statuses = [
                told.question(topic="https://example.org/"),
                told.question(mode="unsubscribe"),
                told.news(key="guessed"),
                ask(told.rehearsal, callback, body="x"),
                ask(told.rehearsal, callback + "x", body="x"),
                ask(told.rehearsal, HERE + "websub/", query={"hub.mode": "denied"}),
            ]

            assert [404, 404, 202, 202, 410, 404] == [s["statusCode"] for s in statuses]
            assert 0 == told.rehearsal.pump.drain().delivered
            assert "asked" == told.hub.state
