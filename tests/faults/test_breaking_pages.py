"""A document that breaks its reader is not read, and harms nothing and nobody else."""

import asyncio
from collections.abc import Iterator

import pytest

from hozon.confined.reader import ConfinedReader
from hozon.nouns.claims import Extract
from hozon.nouns.errors import NotAFeed, Unread

URI = "https://e.example/a"
FEED = b"<rss version='2.0'><channel><item><title>Gates</title></item></channel></rss>"
GOOD = "<p>" + "The harbour master opened the gate at dawn. " * 20


@pytest.fixture
def reader() -> Iterator[ConfinedReader]:
    """A reader that has time: on a busy machine its children start slowly."""
    reader = ConfinedReader(
        program="tests.faults.breaking_child",
        page_s=60,
        feed_s=60,
        memory=512 * 1024 * 1024,
    )
    yield reader
    reader.close()


def hurry(reader: ConfinedReader, way: str) -> None:
    """Give a reader three seconds for what would never end."""
    reader.page_s = reader.feed_s = 3 if way in {"spin", "hang"} else 60


def process_of(reader: ConfinedReader) -> int:
    (idle,) = reader._idle
    return idle.process.pid


async def read(reader: ConfinedReader, page: str) -> Extract:
    """Return the extract of a page, or one with a note of why there is none."""
    try:
        return (await reader.page(page.encode(), uri=URI)).extract
    except Unread as e:
        return Extract(notes=(str(e),))


WAYS = [
    ("die", "its reader ended (exit code -11)"),
    ("leave", "its reader ended (exit code 0)"),
    ("babble", "its reader answered no OpenedPage"),
    ("flood", "its reader answered an answer of 4294967295 bytes"),
    ("eat", "it takes more memory than it may"),
    ("lie", "its reader answered what is no URI: 'file:///etc/passwd'"),
    ("plant", "its reader answered no OpenedPage"),
]


@pytest.mark.museum(41)
@pytest.mark.parametrize(("page", "note"), [("spin", "ended after 3 s"), *WAYS])
async def test_a_page_that_breaks_its_reader_is_told(
    reader: ConfinedReader, page: str, note: str
) -> None:
    """Nothing of it comes back but the reason; the next page is read."""
    await read(reader, GOOD)

    hurry(reader, page)
    broken = await read(reader, page)
    hurry(reader, GOOD)
    after = await read(reader, GOOD)

    assert Extract(notes=broken.notes) == broken
    assert broken.notes[0].startswith(note)
    assert after.facts.text.startswith("The harbour")


@pytest.mark.museum(33)
@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("hang", "ended after 3 s"),
        *((way, said.replace("OpenedPage", "FeedDocument")) for way, said in WAYS),
    ],
)
async def test_a_feed_that_breaks_its_reader_is_no_feed(
    reader: ConfinedReader, way: str, said: str
) -> None:
    """The refusal says what became of its reader; the next document is read."""
    hurry(reader, way)
    with pytest.raises(NotAFeed) as refusal:
        await reader.feed(FEED.replace(b"Gates", way.encode()), uri=URI)

    hurry(reader, "")
    assert str(refusal.value).startswith(
        f"this document could not be read as a feed: {said}"
    )
    assert 1 == len((await reader.feed(FEED, uri=URI)).entries)


@pytest.mark.parametrize("way", ["hang", "die"])
async def test_a_sheet_that_breaks_its_reader_is_told(
    reader: ConfinedReader, way: str
) -> None:
    """What a style sheet needs is read in bounds as well."""
    hurry(reader, way)
    with pytest.raises(Unread):
        await reader.needs(way.encode(), uri=URI, content_type=None, sheet="style")

    hurry(reader, "")
    found = await reader.needs(
        b"a{background:url(/b.png)}", uri=URI, content_type=None, sheet="style"
    )
    assert ["https://e.example/b.png"] == [one.uri for one in found]


async def test_a_document_that_is_no_feed_is_an_answer(reader: ConfinedReader) -> None:
    """A refusal comes back whole, with the feeds that are named instead; the child goes
    on.
    """
    index = b"<sitemapindex><sitemap><loc>https://e.example/s.xml</loc></sitemap>"
    with pytest.raises(NotAFeed) as refusal:
        await reader.feed(index + b"</sitemapindex>", uri=URI)

    assert ("https://e.example/s.xml",) == refusal.value.feeds
    assert 1 == len(reader._idle)


async def test_a_child_is_warm(reader: ConfinedReader) -> None:
    """One process reads page after page: starting it costs as much as fifty pages."""
    await read(reader, GOOD)
    first = process_of(reader)

    await read(reader, GOOD)

    assert first == process_of(reader)


async def test_a_child_that_ended_between_pages_costs_no_text(
    reader: ConfinedReader,
) -> None:
    """The kernel may end an idle child; the next page is no worse for it."""
    await read(reader, GOOD)
    reader._idle[0].process.kill()
    reader._idle[0].process.wait()

    assert () == (await read(reader, GOOD)).notes


async def test_who_no_longer_waits_leaves_no_child_at_work(
    reader: ConfinedReader,
) -> None:
    """A cancelled capture ends its child: an answer would be taken for another's."""
    reading = asyncio.create_task(read(reader, "spin"))
    await asyncio.sleep(0.5)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert [] == reader._idle
    assert () == (await read(reader, GOOD)).notes


async def test_a_page_too_large_is_not_read(reader: ConfinedReader) -> None:
    """Its bytes are stored; nobody needs twenty megabytes of HTML as text."""
    found = await read(reader, "<p>" + "x" * 20_000_000)

    assert ("20000003 bytes of HTML are too many",) == found.notes


def test_a_reader_serves_one_loop_after_another(reader: ConfinedReader) -> None:
    """A Lambda's invocations have a loop each and share the warm child."""
    first = asyncio.run(read(reader, GOOD))
    child = process_of(reader)

    assert first == asyncio.run(read(reader, GOOD))
    assert child == process_of(reader)


async def test_one_page_after_another_where_there_is_one_child(
    reader: ConfinedReader,
) -> None:
    """Pages wait their turn; time starts when theirs has come."""
    reader.page_s = 10
    pages = [GOOD, "hang", GOOD, GOOD]

    found = await asyncio.gather(*(read(reader, page) for page in pages))

    assert [False, True, False, False] == [bool(one.notes) for one in found]


async def test_a_child_knows_no_secret(
    reader: ConfinedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What reads strangers' pages has none of our environment."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret-of-ours")
    await read(reader, GOOD)

    with open(f"/proc/{process_of(reader)}/environ", "rb") as environment:  # noqa: ASYNC230, PTH123
        assert b"s3cret" not in environment.read()
