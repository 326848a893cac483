"""Articles that feeds carry whole: a record of their own, and what it is good for."""

import io

import pytest
from warcio.archiveiterator import ArchiveIterator

from hozon.nouns.errors import NotFound
from hozon.retrieving import retrieval
from hozon.retrieving.rendering import rendered
from hozon.searching.searchable import documents
from hozon.stored import naming
from tests.fetching import Answer, Reply, html
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FEED, A

STORY = "".join(
    f"<p>Sentence {n} of the story, with its own words.</p>" for n in range(40)
)
LAST = "Sentence 39 of the story"
TEASER = f"<article><h1>T a</h1>{STORY[: len(STORY) // 4]}</article>"
LOCKED = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "T a",'
    ' "isAccessibleForFree": false}</script>'
)


def feed(content: str, title: str = "T a") -> Answer:
    item = (
        f"<item><title>{title}</title><link>{A}</link><guid>{A}</guid>"
        f"<description>In short.</description>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded></item>"
    )
    document = (
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
        f"<channel><title>News</title>{item}</channel></rss>"
    )
    return Answer(document.encode(), 200, (("Content-Type", "application/rss+xml"),))


async def run(desk: Desk, pages: dict[str, Reply]) -> None:
    await desk.run(desk.fetcher(pages))


def conversions(desk: Desk) -> list[tuple[str, str]]:
    """Return target URIs and texts of all such records, as another reader has them."""
    found = []
    for key in desk.opened.archive.warcs.keys():  # noqa: SIM118  a store
        data = desk.opened.archive.warcs.read_all(key)
        for each in ArchiveIterator(io.BytesIO(data), check_digests="raise"):
            text = each.content_stream().read().decode()
            if each.rec_type == "conversion":
                uri = each.rec_headers.get_header("WARC-Target-URI")
                found.append((uri, text))
    return found


async def test_a_paywalled_page_still_has_its_text(desk: Desk) -> None:
    """The feed carries what the page hides: it is a record, and can be read and found."""
    desk.follow(FEED)
    await run(desk, {FEED: feed(STORY), A: html(LOCKED + TEASER)})

    archive = desk.opened.archive
    [entry] = archive.index.linked(A)
    [snapshot] = archive.index.snapshots(A)
    capture = retrieval.find(A, archive)
    assert snapshot.kind == "part"
    assert [uri for uri, _ in conversions(desk)] == [naming.stated_uri(entry.key)]
    text = rendered(retrieval.read(capture, archive), "feed", archive).data.decode()
    assert text.splitlines()[-1].startswith(LAST)
    assert (
        LAST
        not in rendered(retrieval.read(capture, archive), "text", archive).data.decode()
    )
    [document] = documents(snapshot.warc_key, archive)
    assert LAST in document.text
    assert desk.dump() == desk.rebuilt()


async def test_until_its_page_is_captured_an_entry_is_found_by_it(desk: Desk) -> None:
    """All that the feed carries can be searched for, not its first lines alone."""
    desk.follow(FEED)
    await run(desk, {FEED: feed(STORY), A: Answer(b"", 503)})

    archive = desk.opened.archive
    [entry] = archive.index.linked(A)
    assert entry.content is not None
    [document] = documents(entry.content.warc_key, archive)
    assert LAST in document.text


async def test_a_summary_is_no_article(desk: Desk) -> None:
    """What is no longer than the summary that is kept gets no record; readers are told."""
    desk.follow(FEED)
    await run(desk, {FEED: feed("<p>Short.</p>"), A: html(TEASER)})

    archive = desk.opened.archive
    assert conversions(desk) == []
    with pytest.raises(NotFound, match="no feed carries"):
        retrieval.carried(retrieval.find(A, archive), archive)


async def test_what_changed_is_another_record(desk: Desk) -> None:
    """The text of the latest statement is given; what did not change is kept once."""
    desk.follow(FEED)
    await run(desk, {FEED: feed(STORY), A: html(TEASER)})
    desk.clock.advance(hours=2)
    await run(desk, {FEED: feed(STORY), A: html(TEASER)})
    assert len(conversions(desk)) == 1
    desk.clock.advance(hours=4)
    await run(desk, {FEED: feed(STORY + "<p>A correction.</p>"), A: html(TEASER)})

    archive = desk.opened.archive
    assert len(conversions(desk)) == 2
    text = retrieval.carried(retrieval.find(A, archive), archive)
    assert text.endswith("A correction.")
    assert desk.dump() == desk.rebuilt()
