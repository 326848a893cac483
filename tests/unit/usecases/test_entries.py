"""What is recorded of an entry, from the document to what readers are shown."""

from hozon.serving import describing
from tests.fetching import Answer, Reply, html
from tests.unit.usecases.conftest import Desk

FEED = "https://radio.example/feed"
ITEM = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Radio</title>
 <language>ja-JP</language><item><title>回</title><link>/1</link>
 <dc:creator>Ann</dc:creator><dc:creator>Ben</dc:creator>
 <category>talk</category><category>sea</category>
 <pubDate>Caturday</pubDate><atom:updated>2026-02-31</atom:updated>
 {enclosures}</item></channel></rss>"""


def feed(count: int) -> Answer:
    enclosures = "".join(
        f'<enclosure url="/{n}.mp3" type="audio/mpeg" length="{n + 1}"/>'
        for n in range(count)
    )
    body = ITEM.format(enclosures=enclosures).encode()
    return Answer(body, headers=(("Content-Type", "application/rss+xml"),))


async def test_an_entry_is_shown_whole(desk: Desk) -> None:
    """Authors, categories, language, enclosures; dates as they were written, too."""
    site: dict[str, Reply] = {
        FEED: feed(2),
        "https://radio.example/1": html("<p>1</p>"),
    }
    desk.follow(FEED)
    fetcher = desk.fetcher(site)
    await desk.run(fetcher)

    (shown,), _ = desk.opened.archive.index.river(limit=9)
    said = describing.described(shown, "Radio")

    assert ["Ann", "Ben"] == said["authors"]
    assert ["talk", "sea"] == said["categories"]
    assert "ja-JP" == said["language"]
    assert ("Caturday", None) == (said["published"], said["published_at"])
    assert ("2026-02-31", None) == (said["updated"], said["updated_at"])
    assert said["enclosures"] == [
        {"uri": "https://radio.example/0.mp3", "type": "audio/mpeg", "length": 1},
        {"uri": "https://radio.example/1.mp3", "type": "audio/mpeg", "length": 2},
    ]
    assert not [uri for uri, _ in fetcher.asked if uri.endswith(".mp3")]
    assert desk.dump() == desk.rebuilt()


async def test_very_many_enclosures_do_not_bloat_the_index(desk: Desk) -> None:
    """The index keeps five of them; the WARC object has more, and the document all."""
    desk.follow(FEED)
    await desk.run(desk.fetcher({FEED: feed(30)}))

    (shown,), _ = desk.opened.archive.index.river(limit=9)

    assert 5 == len(shown.entry.enclosures)
    assert desk.dump() == desk.rebuilt()
