"""``hozon feeds add`` on pages: their feeds are found."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Hozon
from tests.sites import Reply, Site, page, rss

pytestmark = pytest.mark.e2e

NAMED = (
    "<link rel=alternate type=application/rss+xml href=/one.xml>"
    "<link rel='alternate' type='application/atom+xml' href=/two.xml>"
)
SITE = {
    "/": page("Two feeds", NAMED),
    "/single": page("One feed", "<a href=/feeds/one.xml>RSS</a><a href=/about>x</a>"),
    "/plain/": page("No feed at all"),
    "/one.xml": rss("/a", title="One"),
    "/feeds/one.xml": rss("/a", title="One"),
    "/two.xml": rss("/b", title="Two"),
    "/a": page("A"),
}


def test_several_feeds_are_listed(directory: Path) -> None:
    """Without a terminal the feeds of a page are listed, and nothing is followed."""
    with Site(SITE) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))

        said = hozon("feeds", "add", site.uri("/"), code=2).stderr.decode()

        assert site.uri("/one.xml") in said
        assert site.uri("/two.xml") in said
        assert "--all" in said
        assert [] == hozon.json("feeds", "list")


def test_all_feeds_of_a_page(directory: Path) -> None:
    """``--all`` follows every feed that a page names."""
    with Site(SITE) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))

        hozon("feeds", "add", "--all", site.uri("/"))

        assert {"One", "Two"} == {f["title"] for f in hozon.json("feeds", "list")}


@pytest.mark.parametrize("path", ["/single", "/plain/"])
def test_a_single_feed_is_followed(directory: Path, path: str) -> None:
    """A visible link, or the usual place where there is none, is enough."""
    with Site({**SITE, "/rss.xml": rss("/a", title="Usual")}) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))

        hozon("feeds", "add", site.uri(path))

        assert 1 == len(hozon.json("feeds", "list"))


def test_a_page_without_feeds(directory: Path) -> None:
    """Nothing found is said, with what the document is."""
    with Site({"/": page("Nothing")}) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))

        said = hozon("feeds", "add", site.uri("/"), code=2).stderr.decode()

        assert "HTML" in said


def test_a_server_that_is_down(directory: Path) -> None:
    """A feed that cannot be looked at is not followed, and the reason is told."""
    with Site({"/feed": Reply(b"", status=503)}) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))

        said = hozon("feeds", "add", site.uri("/feed"), code=1).stderr.decode()

        assert "status 503" in said
        assert [] == hozon.json("feeds", "list")
