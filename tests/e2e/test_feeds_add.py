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


def test_an_empty_feed_is_followed_and_said_to_be_empty(directory: Path) -> None:
    """Never a silent success with nothing in it."""
    with Site({"/feed": rss()}) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))

        said = hozon("feeds", "add", site.uri("/feed")).stderr.decode()

        assert "without any entry" in said
        assert 1 == len(hozon.json("feeds", "list"))


NEWS = (
    b'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>/a</loc>'
    b"<n:news><n:title>A headline</n:title></n:news></url></urlset>"
)


def test_a_sitemap_is_named_and_followed(directory: Path) -> None:
    """Where a page has no feed, its sitemaps are told; one that is named is followed."""
    robots = b"User-agent: *\nSITEMAP: /all.xml\nSitemap: /news.xml # fresh"
    routes = {
        "/": page("Nothing"),
        "/robots.txt": Reply(robots, media_type="text/plain"),
        "/news.xml": Reply(NEWS, media_type="application/xml"),
        "/a": page("A"),
    }
    with Site(routes) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))
        said = hozon("feeds", "add", site.uri("/"), code=2).stderr.decode()
        nothing = hozon.json("feeds", "list")

        hozon("feeds", "add", site.uri("/news.xml"))
        hozon("run")

        assert f"{site.uri('/news.xml')}, {site.uri('/all.xml')}" in said
        assert [] == nothing
        (entry,) = hozon.json("entries", "list")
        assert ("A headline", "held") == (entry["title"], entry["state"])


def test_an_index_of_sitemaps_offers_them(directory: Path) -> None:
    """An index is no feed: its sitemaps are listed, to choose one."""
    index = b"<sitemapindex><sitemap><loc>/n.xml</loc></sitemap>%s</sitemapindex>"
    more = b"<sitemap><loc>/o.xml</loc></sitemap>"
    routes = {
        "/both": Reply(index % more, media_type="application/xml"),
        "/one": Reply(index % b"", media_type="application/xml"),
        "/n.xml": Reply(NEWS, media_type="application/xml"),
    }
    with Site(routes) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))

        said = hozon("feeds", "add", site.uri("/both"), code=2).stderr.decode()
        hozon("feeds", "add", site.uri("/one"))

        assert site.uri("/o.xml") in said
        assert [site.uri("/n.xml")] == [f["uri"] for f in hozon.json("feeds", "list")]


def test_what_is_older_is_filled_back(directory: Path) -> None:
    """``--backfill N`` brings older entries; asked for again, it finds nothing new."""

    def feed(path: str, older: str) -> Reply:
        linked = f'<a:link rel="next" href="{older}" xmlns:a="{ATOM}"/>'.encode()
        document = rss(path).body.replace(b"<item>", linked + b"<item>", 1)
        return Reply(document, media_type="application/rss+xml")

    routes = {
        "/feed": feed("/a", "/2"),
        "/2": feed("/b", "/3"),
        "/3": feed("/c", "/4"),
        "/4": rss("/d"),
        **{f"/{n}": page(n) for n in "abcd"},
    }
    with Site(routes) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))
        hozon("feeds", "add", site.uri("/feed"), "--backfill", "2")
        (first,) = hozon.json("run")

        hozon("feeds", "add", site.uri("/feed"), "--backfill", "9")
        (again,) = hozon.json("run")

        assert (3, 3, 1) == tuple(
            first[k] for k in ("entries_new", "snapshots", "polls")
        )
        assert 0 == again["entries_new"]
        assert 3 == len(hozon.json("entries", "list"))


ATOM = "http://www.w3.org/2005/Atom"


def test_a_server_that_is_down(directory: Path) -> None:
    """A feed that cannot be looked at is not followed, and the reason is told."""
    with Site({"/feed": Reply(b"", status=503)}) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))

        said = hozon("feeds", "add", site.uri("/feed"), code=1).stderr.decode()

        assert "status 503" in said
        assert [] == hozon.json("feeds", "list")
