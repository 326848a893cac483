"""Snapshots as wholes: several pages, refreshes, and delivered with all they need."""

import io

from warcio.archiveiterator import ArchiveIterator

from hozon.nouns.model import Capture
from hozon.retrieving import retrieval
from tests.fetching import Answer, Reply, html, redirect
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FEED, FONT, LONG, STYLE, A, B, rss, site

ORIGIN = "https://news.example.org"


def a_part(number: int, *links: str) -> Answer:
    anchors = "".join(f"<a href='{link}'>次へ</a>" for link in links)
    words = f"Part {number} of it. {LONG}"
    return html(f"<article><p>{words}</p><img src=/{number}.png></article>{anchors}")


def the_capture(uri: str, desk: Desk) -> Capture:
    return retrieval.find(uri, desk.opened.archive)


async def test_an_article_of_three_pages(desk: Desk) -> None:
    """All its pages, their pictures and their text in order are one snapshot."""
    pages: dict[str, Reply] = {
        FEED: rss(A),
        A: a_part(1, "/a?page=2", "/b"),
        f"{A}?page=2": a_part(2, "/a?page=3"),
        f"{A}?page=3": a_part(3, "/a?page=4"),
        f"{A}?page=4": a_part(1, "/a?page=2", "/b"),
        **{f"{ORIGIN}/{n}.png": Answer(b"\x89PNG") for n in (1, 2, 3)},
    }
    desk.follow(FEED)

    run = await desk.run(desk.fetcher(pages))

    said = retrieval.metadata(the_capture(A, desk), desk.opened.archive)
    assert [A, f"{A}?page=2", f"{A}?page=3"] == said["pages"]
    text = said["facts"]["text"]
    assert text.index("Part 1") < text.index("Part 2") < text.index("Part 3")
    assert 1 == run.counts["snapshots"]
    assert 3 == sum(r["outcome"] == "captured" for r in said["requisites"])
    assert [f"page {A}?page=4: not of this article (status 200)"] == said["notes"]
    assert desk.dump() == desk.rebuilt()


async def test_the_whole_article_on_one_page(desk: Desk) -> None:
    """It is preferred to the single pages."""
    pages: dict[str, Reply] = {
        FEED: rss(A),
        A: html(
            f"<article><p>Teaser. {LONG}</p></article><a href='?page=2'>2</a>"
            "<a href='?page=all'>全文を読む</a>"
        ),
        f"{A}?page=all": html(f"<article><p>Teaser. {LONG * 3} End.</p></article>"),
    }
    desk.follow(FEED)
    fetcher = desk.fetcher(pages)

    await desk.run(fetcher)

    assert f"{A}?page=2" not in [uri for uri, _ in fetcher.asked]
    said = retrieval.metadata(the_capture(A, desk), desk.opened.archive)
    assert said["facts"]["text"].endswith("End.")


async def test_a_page_that_sends_its_reader_on(desk: Desk) -> None:
    """A refresh is a hop, and where it leads is the page; a dead end is told."""
    pages: dict[str, Reply] = {
        FEED: rss(A, B),
        A: html("<meta http-equiv=refresh content='0; url=/real'>Moved"),
        B: html(f"<meta http-equiv=refresh content='0; url=/gone'><p>{LONG}"),
        f"{ORIGIN}/real": html(f"<article><p>The real one. {LONG}</p></article>"),
        f"{ORIGIN}/gone": Answer(b"gone", 404),
    }
    desk.follow(FEED)

    await desk.run(desk.fetcher(pages))

    archive = desk.opened.archive
    said = retrieval.metadata(the_capture(A, desk), archive)
    assert (f"{ORIGIN}/real", True) == (
        said["page_uri"],
        "The real one" in said["facts"]["text"],
    )
    said = retrieval.metadata(the_capture(B, desk), archive)
    assert (B, [f"refresh to {ORIGIN}/gone: status 404"]) == (
        said["page_uri"],
        said["notes"],
    )


async def test_every_snapshot_can_be_delivered_whole(desk: Desk) -> None:
    """What it shares with others is joined: redirects, and what revisits leave out."""
    picture = Answer(b"\x89PNG" * 500, 200, (("Content-Type", "image/png"),))
    pages = site(
        {
            FEED: rss(A, B),
            STYLE: redirect("/s2.css"),
            f"{ORIGIN}/s2.css": site()[STYLE],
        }
    )
    desk.follow(FEED)
    await desk.run(desk.fetcher(pages))
    desk.clock.advance(days=2)
    late = f"{ORIGIN}/c"
    more: dict[str, Reply] = {
        **pages,
        FEED: rss(late),
        late: html("<link rel=stylesheet href=/s.css><img src=/x.png>"),
        f"{ORIGIN}/x.png": picture,
    }
    await desk.run(desk.fetcher(more))

    for page in (A, B, late):
        data = retrieval.warc(the_capture(page, desk), desk.opened.archive)
        found = list(ArchiveIterator(io.BytesIO(data), check_digests="raise"))
        headers = [one.rec_headers for one in ArchiveIterator(io.BytesIO(data))]
        held = {
            h.get_header("WARC-Payload-Digest")
            for h in headers
            if h.get_header("WARC-Type") == "response"
        }
        uris = {h.get_header("WARC-Target-URI") for h in headers}
        ids = [h.get_header("WARC-Record-ID") for h in headers]
        assert found
        assert {page, STYLE, f"{ORIGIN}/s2.css", FONT} <= uris
        assert len(set(ids)) == len(ids)
        assert held >= {
            h.get_header("WARC-Payload-Digest")
            for h in headers
            if h.get_header("WARC-Type") == "revisit"
        }
