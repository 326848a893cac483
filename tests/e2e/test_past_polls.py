"""Feed documents are archived, too: any past poll can be had back, to the byte."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Hozon
from tests.sites import Reply, Route, Site, page, rss

pytestmark = pytest.mark.e2e

V1, V2 = rss("/a"), rss("/b", "/a")


def versions(*replies: Reply) -> dict[str, Route]:
    """Return a feed that answers these in turn, one for each request."""
    left = list(replies)
    return {"/feed.xml": lambda _: left.pop(0), "/a": page("A"), "/b": page("B")}


def test_every_poll_can_be_had_back(directory: Path) -> None:
    """News, 304, the same bytes again, an old version again: each as it was polled."""
    not_modified = Reply(b"", status=304, media_type=None)
    routes = versions(V1, not_modified, V1, V2, not_modified, V1, not_modified)
    with Site(routes) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))
        hozon("feeds", "add", site.uri("/feed.xml"))
        hozon("run")
        for day in ("03", "06", "09", "12", "15", "18"):
            hozon("run", "--now", f"2036-01-{day}T12:00:00Z")

        def held(at: str) -> bytes:
            return hozon("get", site.uri("/feed.xml"), "--at", at).stdout

        polled = {
            "2036-01-01": V1,
            "2036-01-04": V1,
            "2036-01-07": V1,
            "2036-01-09T11:59:00Z": V1,
            "2036-01-10": V2,
            "2036-01-13": V2,
            "2036-01-15T11:59:00Z": V2,
            "2036-01-16": V1,
            "2036-01-19": V1,
        }
        assert {at: reply.body for at, reply in polled.items()} == {
            at: held(at) for at in polled
        }
        captures = hozon.json("timemap", site.uri("/feed.xml"))
        assert 7 == sum(r.target == "/feed.xml" for r in site.log)

    assert ["response"] * 3 == [c["record"] for c in captures]


def test_articles_are_still_had_by_the_nearest_capture(directory: Path) -> None:
    """A page's capture is the nearest one, even where that is a little later."""
    with Site({"/feed.xml": V1, "/a": page("A")}) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))
        hozon("feeds", "add", site.uri("/feed.xml"))
        hozon("run")

        got = hozon("get", site.uri("/a"), "--at", "2020-01-01")

    assert page("A").body == got.stdout
