"""The river as Atom with archives (RFC 5005) and as JSON Feed, as readers walk it."""

import json
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest

from hozon import feeds, wiring
from hozon.nouns.model import Holdings
from hozon.retrieving.riverfeeds import LATEST, MOST
from tests.archives import listed
from tests.fakes import a_feed, an_entry
from tests.unit.usecases.conftest import Desk, Hands
from tests.unit.usecases.test_web import ask, body

ATOM = "{http://www.w3.org/2005/Atom}"
ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"
BASE = "https://h.example"
# Every 20 minutes from 28 September 2026 on: 1 100 of them in October.
ENTRIES = 1300


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A river of three busy weeks, and of two months years before."""
    folder = tmp_path_factory.mktemp("river") / "archive"
    with wiring.embedded(folder, create=True) as opened:
        archive = opened.archive
        listed(archive, ENTRIES)
        feed = archive.feeds.all()[0]
        old = [
            an_entry(f"old{n}", feed_id=feed.id, river_at=at, seen_at=at)
            for n, at in enumerate(
                datetime(year, month, 5, tzinfo=UTC)
                for year, month in ((2024, 2), (2024, 3), (2024, 3))
            )
        ]
        archive.index.add(Holdings(entries=tuple(old)))
    return folder


@pytest.fixture
def river(stock: Path, tmp_path: Path) -> Iterator[Desk]:
    """Yield the same river to each test."""
    shutil.copytree(stock, tmp_path / "archive")
    clock = Hands(NOW)
    with wiring.embedded(tmp_path / "archive", clock=clock) as opened:
        yield Desk(opened, clock, [])


def path_of(uri: str) -> str:
    parts = urlsplit(uri)
    assert f"{parts.scheme}://{parts.netloc}" == BASE
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def root(answer: Mapping[str, Any]) -> ET.Element:
    assert 200 == answer["statusCode"]
    return ET.fromstring(body(answer))


def links(document: ET.Element) -> dict[str, str]:
    found = document.findall(f"{ATOM}link")
    return {link.get("rel", ""): link.get("href", "") for link in found}


def ids(document: ET.Element) -> list[str]:
    return [e.findtext(f"{ATOM}id") or "" for e in document.iter(f"{ATOM}entry")]


def walked(desk: Desk, path: str) -> list[tuple[str, ET.Element]]:
    """Return all documents from `path` on, as a reader of RFC 5005 finds them."""
    found = []
    while path:
        document = root(ask(desk, path))
        found.append((path, document))
        previous = links(document).get("prev-archive")
        path = path_of(previous) if previous else ""
        assert len(found) < 20
    return found


def everything(desk: Desk, feed_id: str | None = None) -> list[str]:
    entries, _ = desk.opened.archive.index.river(limit=5000, feed_id=feed_id)
    return [f"urn:hozon:entry:{each.entry.key}" for each in entries]


def test_the_whole_river(river: Desk) -> None:
    """From the latest entries back to the first: each once, in order, in archives."""
    first, *archives = walked(river, "/river.atom")

    documents = [document for _, document in (first, *archives)]
    assert everything(river) == [id_ for each in documents for id_ in ids(each)]
    assert LATEST == len(ids(first[1]))
    assert max(len(ids(each)) for each in documents) == MOST
    assert first[1].find(ARCHIVE) is None
    assert all(each.find(ARCHIVE) is not None for _, each in archives)
    assert all(f"{BASE}/river.atom" == links(d)["current"] for _, d in archives)
    paths = [path for path, _ in archives]
    assert paths[0].startswith("/river/2026-10.atom?before=")
    assert ["/river/2026-09.atom", "/river/2024-03.atom", "/river/2024-02.atom"] == (
        paths[-3:]
    )


def test_each_document_says_where_it_is(river: Desk) -> None:
    """`self` is the address that it was asked at; the feed's id is one for all."""
    documents = walked(river, "/river.atom")

    assert [path for path, _ in documents] == [
        path_of(links(document)["self"]) for _, document in documents
    ]
    assert {f"{BASE}/river.atom"} == {d.findtext(f"{ATOM}id") for _, d in documents}


def test_next_archives(river: Desk) -> None:
    """A month leads on to the next one, where that is one document."""
    february = root(ask(river, "/river/2024-02.atom"))
    march = root(ask(river, "/river/2024-03.atom"))
    september = root(ask(river, "/river/2026-09.atom"))

    assert f"{BASE}/river/2024-03.atom" == links(february)["next-archive"]
    assert "prev-archive" not in links(february)
    assert f"{BASE}/river/2024-02.atom" == links(march)["prev-archive"]
    assert "next-archive" not in links(march)
    assert "next-archive" not in links(september)


def test_the_month_that_goes_on(river: Desk) -> None:
    """It is no archive yet; once it is over, it is one."""
    river.clock.now = datetime(2026, 10, 20, tzinfo=UTC)
    before = ask(river, "/river/2026-10.atom")
    river.clock.now = datetime(2026, 11, 1, tzinfo=UTC)
    after = ask(river, "/river/2026-10.atom")

    assert root(before).find(ARCHIVE) is None
    assert root(after).find(ARCHIVE) is not None
    assert after["headers"]["last-modified"] == "Sun, 01 Nov 2026 00:00:00 GMT"


def test_a_late_entry_is_found(river: Desk) -> None:
    """What gets into a past month changes the document it is in, and none before it."""
    documents = [path for path, _ in walked(river, "/river.atom")]
    before = {path: ask(river, path)["headers"]["etag"] for path in documents}
    feed = river.opened.archive.feeds.all()[0]
    at = datetime(2026, 10, 12, 6, 30, tzinfo=UTC)
    late = an_entry("late", feed_id=feed.id, river_at=at, seen_at=at)

    river.opened.archive.index.add(Holdings(entries=(late,)))

    after = {path: ask(river, path)["headers"]["etag"] for path in documents[:2]}
    assert "urn:hozon:entry:late" in ids(root(ask(river, documents[1])))
    assert before[documents[0]] == after[documents[0]]
    assert before[documents[1]] != after[documents[1]]
    walked_now = [id_ for _, d in walked(river, "/river.atom") for id_ in ids(d)]
    assert everything(river) == walked_now


def test_our_own_reader_walks_it(river: Desk) -> None:
    """A Hozon that follows this one goes back by the archives, to the originals."""
    archive = "/river/2024-03.atom"
    for path, chain in (("/river.atom", "prev-archive"), (archive, "prev-archive")):
        document = root(ask(river, path))
        read = feeds.parse(body(ask(river, path)), uri=BASE + path)
        originals = [
            link.get("href")
            for entry in document.iter(f"{ATOM}entry")
            for link in entry.findall(f"{ATOM}link")[:1]
        ]
        assert originals == [entry.link for entry in read.entries]
        assert links(document)[chain] == read.older_uri
    read = feeds.parse(body(ask(river, "/river.json")), uri=f"{BASE}/river.json")
    assert (read.older_uri or "").startswith(f"{BASE}/river.json?before=")


def test_of_one_feed(river: Desk) -> None:
    """`feed` bounds all of it, and goes along in each link."""
    feed = river.opened.archive.feeds.all()[1]

    documents = walked(river, f"/river.atom?feed={feed.id}")

    assert everything(river, feed.id) == [i for _, d in documents for i in ids(d)]
    assert all(f"feed={feed.id}" in path for path, _ in documents)
    assert {f"urn:hozon:feed:{feed.id}"} == {
        document.findtext(f"{ATOM}id") for _, document in documents
    }
    assert f"Hozon: {feed.title}" == documents[0][1].findtext(f"{ATOM}title")


def test_json_pages(river: Desk) -> None:
    """`next_url` leads through all of it, each entry once."""
    path, found = "/river.json", []
    while path:
        answer = ask(river, path)
        said = json.loads(body(answer))
        assert BASE + path == said["feed_url"]
        found += [item["id"] for item in said["items"]]
        path = path_of(said["next_url"]) if "next_url" in said else ""

    assert everything(river) == found
    assert "application/feed+json; charset=utf-8" == answer["headers"]["content-type"]


def test_feedparser_finds_nothing_wrong(river: Desk) -> None:
    """Each document is well-formed Atom with what RFC 4287 demands."""
    for path in ("/river.atom", "/river/2024-03.atom"):
        read = feedparser.parse(body(ask(river, path)))
        assert not read.bozo
        assert read.feed.id
        assert read.feed.title
        assert read.feed.updated
        assert read.feed.author
        assert all(e.id and e.title and e.updated and e.link for e in read.entries)


@pytest.mark.parametrize("path", ["/river.atom", "/river/2024-03.atom", "/river.json"])
def test_what_a_reader_has_is_not_sent_again(river: Desk, path: str) -> None:
    """ETag and Last-Modified, weak or listed, answer 304 without a body."""
    first = ask(river, path)
    tag, at = (first["headers"][name] for name in ("etag", "last-modified"))

    for fields in (
        {"if-none-match": tag},
        {"if-none-match": f'"other", W/{tag}'},
        {"if-none-match": "*"},
        {"if-modified-since": at},
        {"if-none-match": tag, "if-modified-since": "Mon, 01 Jan 1990 00:00:00 GMT"},
    ):
        again = ask(river, path, headers=fields)
        assert (304, b"") == (again["statusCode"], body(again))
        assert (tag, at) == (
            again["headers"]["etag"],
            again["headers"]["last-modified"],
        )
    for fields in (
        {"if-none-match": '"other"'},
        {"if-none-match": '"other"', "if-modified-since": at},
        {"if-modified-since": "Mon, 01 Jan 1990 00:00:00 GMT"},
        {"if-modified-since": "yesterday"},
    ):
        assert 200 == ask(river, path, headers=fields)["statusCode"]


def test_it_stays_as_it_is(river: Desk) -> None:
    """Whenever it is asked for, a document is the same to the byte, until it changes."""
    before = {path: body(ask(river, path)) for path, _ in walked(river, "/river.atom")}
    river.clock.advance(hours=7)

    assert before == {path: body(ask(river, path)) for path in before}


def test_news_changes_it(river: Desk) -> None:
    """A new entry makes another ETag, and a later Last-Modified."""
    before = ask(river, "/river.atom")["headers"]
    at = river.clock.now
    new = an_entry("new", feed_id="f1", river_at=at, first_seen_at=at, seen_at=at)
    river.opened.archive.index.add(Holdings(entries=(new,)))

    after = ask(river, "/river.atom", headers={"if-none-match": before["etag"]})

    assert 200 == after["statusCode"]
    assert "Mon, 23 Nov 2026 12:00:00 GMT" == after["headers"]["last-modified"]


def test_head(river: Desk) -> None:
    """HEAD says what GET would, without a body."""
    get, head = ask(river, "/river.atom"), ask(river, "/river.atom", method="HEAD")

    assert b"" == body(head)
    assert get["headers"]["etag"] == head["headers"]["etag"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/river/2026-13.atom", 404),
        ("/river/0000-01.atom", 404),
        ("/river/2026.atom", 404),
        ("/river/2026-10.atom?before=forged", 400),
        ("/river.json?before=forged", 400),
        ("/river.atom?feed=nobody", 404),
        ("/river/9999-12.atom", 200),
        ("/river/1970-01.atom", 200),
    ],
)
def test_odd_questions(river: Desk, path: str, status: int) -> None:
    """Each is answered."""
    assert status == ask(river, path)["statusCode"]


def test_an_empty_river(desk: Desk) -> None:
    """No entry is a feed, too: of no time, and always the same."""
    one, other = ask(desk, "/river.atom"), ask(desk, "/river.atom")

    assert [] == ids(root(one))
    assert one["headers"]["etag"] == other["headers"]["etag"]
    assert [] == json.loads(body(ask(desk, "/river.json")))["items"]


def test_what_publishers_write(desk: Desk) -> None:
    """Markup, controls and surrogates of a feed stay text, and break nothing."""
    desk.opened.archive.feeds.add(a_feed(title="<b>&amp;</b>\x00 \ud800"))
    odd = an_entry(
        title="a <script>&]]>\x0b\x00 \ufffe b",
        authors=('"><x>', " "),
        categories=('a"b<c>',),
        summary="\x1b[31m\ud83d",
        language='en"x',
    )
    desk.opened.archive.index.add(Holdings(entries=(odd,)))

    (entry,) = root(ask(desk, "/river.atom")).findall(f"{ATOM}entry")
    said = json.loads(body(ask(desk, "/river.json")))

    assert "a <script>&]]>  b" == entry.findtext(f"{ATOM}title")
    names = [a.findtext(f"{ATOM}name") for a in entry.findall(f"{ATOM}author")]
    assert ['"><x>'] == names
    assert odd.title == said["items"][0]["title"]


def test_pages_name_their_feeds(desk: Desk) -> None:
    """A reader that is given the river's page finds its feeds."""
    page = body(ask(desk, "/", headers={"accept": "text/html"})).decode()

    assert 'type="application/atom+xml" href="/river.atom"' in page
    assert 'type="application/feed+json" href="/river.json"' in page
