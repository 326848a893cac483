"""Rows 28 to 39: feed documents that are none, or want to be more."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from hozon import feeds
from hozon.confined.reader import ConfinedReader
from hozon.nouns import instants
from hozon.nouns.errors import NotAFeed
from hozon.nouns.feeddocuments import FeedDocument
from tests import effort
from tests.fetching import Answer
from tests.hostile import documents
from tests.hostile.documents import EXPANDING, EXTERNAL, item, rss
from tests.hostile.watching import watched
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FEED, A, site

URI = "https://feed.example.org/f"
XML = (("Content-Type", "application/rss+xml"),)
MANY = documents.many(20_000)


def read(document: str | bytes, content_type: str | None = None) -> FeedDocument | None:
    """Return the feed that a document is, None if it is none; and nothing else."""
    data = (
        document.encode("utf-8", "surrogatepass")
        if isinstance(document, str)
        else document
    )
    try:
        return feeds.parse(data, uri=URI, content_type=content_type)
    except NotAFeed:
        return None


def words(feed: FeedDocument | None) -> str:
    """Return all that was read."""
    return repr(feed)


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """What is imported at first use is imported, and opens nothing later."""
    read(rss("<title>&#x41;</title>").encode("shift_jis"))


@pytest.mark.museum(28)
@pytest.mark.parametrize("name", documents.FILES)
def test_nothing_is_opened_that_a_body_names(name: str) -> None:
    """A body that is the name of a file or a URI is a document that is no feed."""
    with watched() as opened:
        assert read(name) is None
        assert read(f"\n {name}\n") is None

    assert [] == opened


@pytest.mark.museum(29)
@pytest.mark.parametrize("name", EXPANDING)
def test_nothing_is_expanded(name: str) -> None:
    """A document that declares entities is not read."""
    with pytest.raises(NotAFeed, match="declares entities"):
        feeds.parse(EXPANDING[name].encode(), uri=URI)


@pytest.mark.museum(30)
@pytest.mark.parametrize("name", EXTERNAL)
def test_nothing_outside_is_asked_for(name: str) -> None:
    """No file is opened and no host looked up; no file's content gets into the feed."""
    with watched() as opened:
        found = read(EXTERNAL[name])

    assert [] == opened
    assert "root:" not in words(found)


@pytest.mark.museum(31)
@pytest.mark.parametrize("label", documents.ENCODINGS)
def test_labels_of_other_worlds_are_not_heard(label: str) -> None:
    """Python knows more codecs than the web: what they would decode stays as it is."""
    said = rss("<title>caf\\u0041 +ADw-script+AD4-</title>")
    by_declaration = read(f'<?xml version="1.0" encoding="{label}"?>{said}')
    by_header = read(said, f"application/xml; charset={label}")

    for found in (by_declaration, by_header):
        assert found is not None
        assert r"caf\u0041 +ADw-script+AD4-" == found.title


@pytest.mark.museum(32)
@pytest.mark.parametrize("reference", documents.REFERENCES, ids=lambda text: text[:20])
def test_impossible_references_raise_nothing(reference: str) -> None:
    """An entry with them is an entry; its title has no character that cannot be."""
    found = read(item(f"<title>x{reference}y</title>{reference}"))

    assert found is not None
    assert 1 == len(found.entries)
    assert found.entries[0].title.encode("utf-8")


@pytest.mark.museum(33, 34)
@pytest.mark.parametrize("name", MANY)
def test_twenty_thousand_of_anything_are_read_in_bounds(name: str) -> None:
    """A feed or none; within a few seconds of a processor, in time proportional to it."""
    document = MANY[name]().encode()
    with effort.at_most(seconds=30):
        read(document)


@pytest.fixture(scope="module")
def reader() -> Iterator[ConfinedReader]:
    reader = ConfinedReader()
    yield reader
    reader.close()


@pytest.mark.museum(33)
@pytest.mark.parametrize("name", ["attributes", "tags that end", "a long title"])
async def test_monsters_are_told_and_forgotten(
    reader: ConfinedReader, name: str
) -> None:
    """Half a million of them: whatever the parser makes of it, an answer comes back, and
    the next document is read.
    """
    document = documents.many(400_000 if "long" not in name else 190_000)[name]()
    with suppress(NotAFeed):
        await reader.feed(document.encode(), uri=URI)
    after = await reader.feed(item("").encode(), uri=URI)

    assert 1 == len(after.entries)


@pytest.mark.museum(34)
def test_of_a_hundred_thousand_entries_the_first_are_read() -> None:
    """In the document's order, and the cut is noted."""
    stated = "".join(f"<item><guid>{n}</guid></item>" for n in range(100_000))
    found = read(rss(stated))

    assert found is not None
    assert [str(n) for n in range(5_000)] == [entry.id for entry in found.entries]
    assert "only the first 5000 entries were read; there are more" in found.notes


NO_FEEDS: dict[str, bytes] = {
    "empty": b"",
    "white space": b" \r\n\t ",
    "a byte-order mark": b"\xef\xbb\xbf",
    "two byte-order marks": b"\xff\xfe\xff\xfe",
    "cut in its declaration": b'<?xml version="1.0',
    "cut in its root": b"<rss vers",
    "a login page": b"<!doctype html><title>Login</title><form>",
    "JSON": b'{"error": "not found"}',
    "JSON in a list": b"[1, 2]",
    "a PDF": b"%PDF-1.7\n",
    "a ZIP": b"PK\x03\x04",
    "noise": bytes(range(256)) * 8,
    "NULs": bytes(1000),
    "text": b"Service unavailable",
    "another XML": b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
    "a SOAP fault": b"<Envelope><Body><Fault/></Body></Envelope>",
}


@pytest.mark.museum(35)
@pytest.mark.parametrize("name", NO_FEEDS)
def test_what_is_no_feed_is_never_a_success(name: str) -> None:
    """It is refused with a sentence; it is no feed without entries."""
    with pytest.raises(NotAFeed) as refusal:
        feeds.parse(NO_FEEDS[name], uri=URI)

    assert 10 < len(str(refusal.value)) < 500
    assert str(refusal.value).isprintable()


@pytest.mark.museum(35)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "latin-1"])
def test_wide_and_mislabelled_feeds_are_read(encoding: str) -> None:
    """UTF-16 without its mark, and Latin-1 that is said to be UTF-8."""
    said = item("<title>caf\u00e9</title>")
    found = read(f'<?xml version="1.0" encoding="utf-8"?>{said}'.encode(encoding))

    assert found is not None
    assert "caf\u00e9" in found.entries[0].title


IDS = (
    "\x00a",
    "a\r\nb",
    "a\ud800b",
    "x" * 1_000_000,
    "../../etc/passwd",
    "<script>",
    "\u202eabc",
    " ",
    "http://[",
)


@pytest.mark.museum(36)
async def test_no_entry_is_lost_for_its_id(desk: Desk) -> None:
    """Whatever the ids are, each entry is one, in each of two feeds, also at the next
    poll; and the index is what the objects say.
    """
    other = "https://other.example.org/feed"
    document = rss(
        "".join(
            f"<item><title>{n}</title><guid isPermaLink='false'><![CDATA[{one}]]></guid>"
            "</item>"
            for n, one in enumerate(IDS)
        )
    ).encode("utf-8", "surrogatepass")
    desk.follow(FEED)
    desk.follow(other)
    served = site({FEED: Answer(document, 200, XML), other: Answer(document, 200, XML)})
    await desk.run(desk.fetcher(served))
    first = desk.opened.archive.index.counts()["entries"]
    desk.clock.advance(days=1)
    again = document.replace(b"</channel>", b"<!-- new --></channel>")
    served |= {FEED: Answer(again, 200, XML), other: Answer(again, 200, XML)}
    await desk.run(desk.fetcher(served))

    assert 2 * len(IDS) == first == desk.opened.archive.index.counts()["entries"]
    assert desk.dump() == desk.rebuilt()


LINKS = (
    "javascript:alert(1)",
    "data:text/html,x",
    "mailto:a@example.org",
    "http://[",
    "http://",
    "file:///etc/passwd",
    "https://" + "a" * 10_000 + ".org/",
    "http://e.example.org/" + "a" * 10_000,
    "vbscript:x",
    "tel:1",
    "http://\u0000/",
)


@pytest.mark.museum(37)
@pytest.mark.parametrize("link", LINKS, ids=lambda text: repr(text[:30]))
def test_a_link_that_cannot_be_followed_is_none(link: str) -> None:
    """The entry is kept, and that it has no link is noted."""
    found = read(f"<rss version='2.0'><channel><item><title>T</title><link>{link}</link>"
                 "<guid isPermaLink='false'>1</guid></item></channel></rss>")  # fmt: skip

    assert found is not None
    assert [("1", None)] == [(entry.id, entry.link) for entry in found.entries]
    assert "entries without an http(s) link: 1" in found.notes


@pytest.mark.museum(37)
@pytest.mark.parametrize(
    "base",
    ["javascript:", "file:///etc/", "data:,", "http://[", "\\\\evil\\", "x" * 9_000],
)
def test_an_evil_base_leads_nowhere(base: str) -> None:
    """Relative links are resolved against it only where that gives a link of ours."""
    found = read(
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{base}"><title>t</title>'
        '<entry><id>1</id><link href="a"/></entry></feed>'
    )

    assert found is not None
    assert (found.entries[0].link or "https://").startswith(("https://", "http://"))


@pytest.mark.museum(37)
async def test_a_link_to_what_is_private_is_refused(desk: Desk) -> None:
    """It is told and not tried again; the entry stands."""
    desk.follow(FEED)
    private = "<item><link>http://169.254.169.254/latest/</link></item>"
    served = site({FEED: Answer(rss(private).encode(), 200, XML)})
    run = await desk.run(desk.fetcher(served))
    (trouble,) = desk.opened.archive.index.troubles()

    assert (1, 1) == (run.counts["refused"], run.counts["entries_new"])
    assert trouble.final


DATES = (
    "0000-00-00T00:00:00Z",
    "-0001-01-01T00:00:00Z",
    "99999-01-01",
    "2024-02-30T25:61:61Z",
    "2024-01-01T00:00:00+99:99",
    "1970-01-01",
    "2038-01-19T03:14:08Z",
    "9999-12-31T23:59:59-14:00",
    "２０２４-０１-０１",
    "2036-01-01T00:00:00Z",
    "Mon, 01 Jan 0001 00:00:00 +1400",
    "9" * 5_000,
)


@pytest.mark.museum(38)
@pytest.mark.parametrize("date", DATES, ids=lambda text: text[:30])
async def test_a_date_that_cannot_be_orders_nothing(desk: Desk, date: str) -> None:
    """It is kept as written; the entry's place is never later than when it was seen,
    and its capture has the clock's time.
    """
    desk.follow(FEED)
    dated = f"<item><link>{A}</link><pubDate>{date}</pubDate></item>"
    await desk.run(desk.fetcher(site({FEED: Answer(rss(dated).encode(), 200, XML)})))
    (shown,), _ = desk.opened.archive.index.river(limit=9)

    assert date[:20] == (shown.entry.published or "")[:20]
    assert shown.entry.river_at <= desk.clock.now
    assert shown.snapshot
    assert abs(shown.snapshot.captured_at - desk.clock.now) < timedelta(seconds=1)
    assert instants.iso(shown.entry.river_at)


@pytest.mark.museum(39)
async def test_a_title_of_megabytes_is_cut_in_the_index(desk: Desk) -> None:
    """A row stays below 4 KB; the object has all of the document."""
    desk.follow(FEED)
    huge = "T" * 5_000_000
    said = (
        f"<item><title>{huge}</title><description>{huge}</description>"
        f"<category>{huge}</category><link>{A}</link></item>"
    )
    await desk.run(desk.fetcher(site({FEED: Answer(rss(said).encode(), 200, XML)})))
    entries = [line for line in desk.dump() if line.startswith('{"entry"')]

    assert [True] == [len(line.encode()) < 4096 for line in entries]
    assert desk.dump() == desk.rebuilt()


@pytest.mark.museum(29, 33, 35)
@pytest.mark.parametrize("name", ["a billion laughs", "noise", "attributes"])
async def test_what_is_no_feed_is_stored_all_the_same(desk: Desk, name: str) -> None:
    """The bytes are in the archive, the feed says what is wrong, the others go on."""
    document = (EXPANDING.get(name) or "").encode() or NO_FEEDS.get(name)
    document = document or MANY[name]().encode()
    other = "https://other.example.org/feed"
    desk.follow(FEED)
    desk.follow(other)
    good = Answer(item("").encode(), 200, XML)
    served = site({FEED: Answer(document, 200, XML), other: good})
    run = await desk.run(desk.fetcher(served))
    state = next(f for f in desk.opened.archive.feeds.all() if f.uri == FEED)
    (capture,) = desk.opened.archive.index.timemap(FEED)

    assert 1 == state.failures
    assert state.trouble
    assert len(document) == capture.payload_length
    assert 1 == run.counts["entries_new"]
