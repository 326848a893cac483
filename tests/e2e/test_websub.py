"""Hubs tell of news: subscription, verification, distribution, renewal, the end."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.conftest import Hozon
from tests.hub import Hub
from tests.sites import Reply, Request, Site, page, rss

pytestmark = pytest.mark.e2e

ATOM = "http://www.w3.org/2005/Atom"


@contextmanager
def serving(hozon: Hozon) -> Iterator[str]:
    """Serve the archive on a free port which it takes for its public URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    uri = f"http://127.0.0.1:{port}/"
    process = hozon.start("--json", "serve", "--port", port, "--public-url", uri)
    try:
        assert process.stdout is not None
        assert uri == json.loads(process.stdout.readline())["uri"]
        yield uri
    finally:
        process.terminate()
        process.wait(10)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


class Publisher:
    """A feed whose entries grow, and which names a hub."""

    def __init__(self, hub: Hub) -> None:
        self.links = ["/1"]
        self._hub = hub

    def __call__(self, _: Request) -> Reply:
        linked = (
            f'<link xmlns="{ATOM}" rel="hub" href="{self._hub.uri}"/>'
            f'<link xmlns="{ATOM}" rel="self" href="/feed"/><item>'
        )
        document = rss(*self.links).body.replace(b"<item>", linked.encode(), 1)
        return Reply(document, media_type="application/rss+xml")


def now(**ahead: float) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


@contextmanager
def followed(directory: Path, hub: Hub) -> Iterator[tuple[Hozon, Site, Publisher]]:
    """Follow a feed that names the hub, in an archive that is served."""
    publisher = Publisher(hub)
    pages = {f"/{n}": page(f"No. {n}") for n in range(1, 9)}
    with Site({"/feed": publisher, **pages}) as site:
        hozon = Hozon(directory=directory, allow=(site.authority, hub.authority))
        hozon("feeds", "add", site.uri("/feed"))
        with serving(hozon):
            hozon("run")
            yield hozon, site, publisher


def shown(hozon: Hozon, site: Site) -> dict[str, object]:
    (feed,) = hozon.json("feeds", "show", site.uri("/feed"))
    hub = feed["hub"]
    assert isinstance(hub, dict)
    return hub


def test_a_hub_tells_of_news(directory: Path) -> None:
    """Asked, verified, told: the feed is polled at once, and the page is captured."""
    with Hub() as hub, followed(directory, hub) as (hozon, site, publisher):
        topic = site.uri("/feed")
        hozon("run")
        state = shown(hozon, site)
        publisher.links.insert(0, "/2")
        asked = len(site.requests("/feed"))
        hub.publish(topic, b"whatever it says")

        hozon("run", "--now", now(minutes=2))

        assert [topic] == [r["hub.topic"] for r in hub.verified]
        assert ("active", False) == (state["state"], state["proven"])
        assert shown(hozon, site)["proven"] is True
        assert asked + 1 == len(site.requests("/feed"))
        assert {"Item /1", "Item /2"} == {
            e["title"] for e in hozon.json("entries", "list") if e["state"] == "held"
        }


def test_what_is_not_signed_is_ignored(directory: Path) -> None:
    """A stranger's news are acknowledged and change nothing; a wrong address is gone."""
    with Hub() as hub, followed(directory, hub) as (hozon, site, publisher):
        hozon("run")
        publisher.links.insert(0, "/2")
        asked = len(site.requests("/feed"))
        callback = hub.callbacks[site.uri("/feed")]["hub.callback"]
        forged = {"x-hub-signature": "sha256=" + "0" * 64}

        statuses = [hub.post(callback, b"x", h) for h in ({}, forged)]
        astray = hub.post(callback + "x", b"x", forged)
        large = hub.post(callback, b"x", {**forged, "content-length": "99000000"})
        elsewhere = hub.post(callback.partition("websub")[0], b"x", {})
        hozon("run", "--now", now(minutes=2))

        assert [202, 202] == statuses
        assert (410, 413, 405) == (astray, large, elsewhere)
        assert asked == len(site.requests("/feed"))


def test_a_lease_is_renewed_by_a_poll(directory: Path) -> None:
    """Before the lease ends, the same callback is asked for again."""
    with Hub(lease_s=30 * 3600) as hub, followed(directory, hub) as (hozon, *_):
        hozon("run")

        hozon("run", "--now", now(hours=25))

        first, second = hub.verified
        assert first == second


def test_a_feed_that_is_removed_is_unsubscribed(directory: Path) -> None:
    """The hub is told, its question is answered, and its news are gone."""
    with Hub() as hub, followed(directory, hub) as (hozon, site, _):
        hozon("run")
        topic = site.uri("/feed")
        known = hub.callbacks[topic]

        hozon("feeds", "remove", topic)

        assert ["subscribe", "unsubscribe"] == [r["hub.mode"] for r in hub.verified]
        assert {} == hub.callbacks
        assert 404 == hub.verify({**known, "hub.mode": "subscribe"})
        assert 410 == hub.post(known["hub.callback"], b"x", {})


def test_a_hub_that_denies(directory: Path) -> None:
    """Its reason is shown; the feed is polled as before."""
    with Hub(denies=True) as hub, followed(directory, hub) as (hozon, site, _):
        hozon("run")

        assert ("denied", "no") == tuple(
            shown(hozon, site)[k] for k in ("state", "reason")
        )


def test_a_hub_that_is_down(directory: Path) -> None:
    """What its answer was is shown, and the poll is none the worse."""
    with Hub(status=503) as hub, followed(directory, hub) as (hozon, site, _):
        assert "status 503" in str(shown(hozon, site)["reason"])
        assert 1 == len(hozon.json("entries", "list"))
