"""Sitemaps as feeds: what is read of them, and what is refused."""

import gzip

import pytest

from hozon import feeds
from hozon.nouns.errors import NotAFeed
from tests import effort

URI = "https://site.example/maps/sitemap.xml"


def refused(document: bytes) -> NotAFeed:
    with pytest.raises(NotAFeed) as caught:
        feeds.parse(document, uri=URI)
    return caught.value


def urlset(count: int, *, rising: bool = True) -> bytes:
    """Return a sitemap of so many URIs, a minute apart, oldest or newest first."""
    numbers = range(count) if rising else reversed(range(count))
    urls = (
        f"<url><loc>/{n}</loc><lastmod>2024-01-{1 + n // 1440:02}"
        f"T{n // 60 % 24:02}:{n % 60:02}:00Z</lastmod></url>"
        for n in numbers
    )
    return f"<urlset>{''.join(urls)}</urlset>".encode()


def test_an_index_names_its_sitemaps_newest_first() -> None:
    """One of them is to be followed; the index is no feed."""
    document = b"""<s:sitemapindex xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9">
        <s:sitemap><s:loc>old.xml</s:loc><s:lastmod>2020-01-01</s:lastmod></s:sitemap>
        <s:sitemap><s:loc>undated.xml</s:loc></s:sitemap>
        <s:sitemap><s:loc>new.xml.gz</s:loc><s:lastmod>2026-01-01</s:lastmod></s:sitemap>
        <s:sitemap><s:loc>javascript:alert()</s:loc></s:sitemap>
        <s:sitemap><s:loc>sitemap.xml</s:loc></s:sitemap>
    </s:sitemapindex>"""

    error = refused(document)

    assert "a sitemap index of 3 sitemaps" in str(error)
    base = "https://site.example/maps"
    assert error.feeds == (
        f"{base}/new.xml.gz",
        f"{base}/old.xml",
        f"{base}/undated.xml",
    )


@pytest.mark.parametrize("rising", [True, False])
def test_the_newest_of_very_many_are_read(*, rising: bool) -> None:
    """Most sitemaps begin with what is oldest; the news of those is at the end."""
    count = feeds.MAX_ENTRIES + 7

    feed = feeds.parse(urlset(count, rising=rising), uri=URI)

    links = {entry.link for entry in feed.entries}
    assert len(links) == feeds.MAX_ENTRIES
    assert f"https://site.example/{count - 1}" in links
    assert "https://site.example/6" not in links
    assert any(f"of {count} entries" in note for note in feed.notes)


def test_a_packed_sitemap_is_unpacked() -> None:
    """A file of gzip is not a content coding: servers send it as it is."""
    feed = feeds.parse(gzip.compress(urlset(3)), uri=URI)

    assert len(feed.entries) == 3
    assert ("unpacked from gzip",) == feed.notes


def test_a_packed_bomb_is_cut() -> None:
    """What unpacks to very much is unpacked up to the limit."""
    packed = gzip.compress(b"<urlset>" + b"<url><loc>/1</loc></url>" * 2_000_000)

    with effort.at_most(seconds=30):
        feed = feeds.parse(packed, uri=URI)

        assert len(feed.entries) == feeds.MAX_ENTRIES


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (
            b"<!DOCTYPE u [<!ENTITY a 'b'>]><urlset><url><loc>/&a;</loc></url></urlset>",
            "entities",
        ),
        (b"<urlset>" + b"<url>" * 200_000, "nested deeper"),
        (b"<urlset><url><loc>mailto:a@b</loc></url></urlset>", "without a URI"),
        (b"<urlset", "without a URI"),
        (b"\x1f\x8b\x08\x00rubbish", "gzip-compressed"),
    ],
)
def test_what_is_hostile_or_broken_is_refused(document: bytes, said: str) -> None:
    """The guards of other feeds hold for sitemaps too."""
    assert said in str(refused(document))


def test_php_warnings_before_a_sitemap_are_skipped() -> None:
    """What a broken server says first is not the document."""
    document = (
        b"<br /><b>Warning</b>: x<urlset xmlns='s'><url><loc>/1</loc></url></urlset>"
    )

    assert "https://site.example/1" == feeds.parse(document, uri=URI).entries[0].link
