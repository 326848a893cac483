"""On a page in Japanese all that this program says is Japanese, whenever it was stored."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hozon import web, wiring
from hozon.nouns.instants import timestamp
from hozon.nouns.model import Feed, Holdings, Trouble
from hozon.web.problems import _STATUS
from hozon.web.request import Replay
from hozon.web.words import words
from tests.events import url_event
from tests.exhibits import BLOCKED, ENGLISH, JAPANESE, exhibit
from tests.fakes import NOON, a_feed, a_trouble, an_entry
from tests.unit.usecases.conftest import Hands, a_desk
from tests.unit.web.conftest import Door, Said
from tests.unit.web.test_pages import keys

DAYS = 2
OTHERS = "Ohne Gewähr"
TROUBLES = (
    ("status 403 from Cloudflare (challenge; kept, not tried again)", "challenge"),
    (
        "robots.txt of https://example.com disallows it (rule Disallow: /members)",
        "refused",
    ),
    ("example.com does not resolve: Name or service not known", "failed"),
    (OTHERS, "failed"),
)


def a_failing_feed() -> Feed:
    """Return a feed whose last poll led to a page."""
    why = "no feed, but an HTML page titled 'Moved': https://example.com/f1.xml"
    return a_feed(failures=3, trouble=why, polled_at=NOON)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an archive in which much could not be had."""
    place = tmp_path_factory.mktemp("troubled") / "archive"
    with a_desk(place) as desk:
        asyncio.run(exhibit(desk, DAYS))
    return place


@pytest.fixture
def troubled(folder: Path) -> Iterator[Door]:
    """Return that archive, with sentences that were stored by an older program."""
    clock = Hands()
    clock.advance(days=DAYS, minutes=30)
    with wiring.embedded(folder, clock=clock) as opened:
        archive = opened.archive
        archive.feeds.add_all([a_failing_feed()])
        for number, (why, kind) in enumerate(TROUBLES):
            key = f"{number:024x}"
            link = f"https://example.com/{key}"
            entry = an_entry(key, feed_id="f1", link=link, title="題")
            archive.index.add(Holdings(entries=(entry,)))
            archive.index.trouble(_trouble(key, link, why, kind))
        yield Door(archive)


def _trouble(key: str, link: str, why: str, kind: str) -> Trouble:
    return a_trouble(key, link=link, reason=why, kind=kind, final=True)


def told(page: str) -> list[str]:
    """Return what a page says that is marked as English."""
    return re.findall(r'<(?:span|p|dd)[^>]* lang="en"[^>]*>([^<]*)', page)


def asked(door: Door, path: str, language: str = "ja") -> str:
    """Return a page as a browser gets it."""
    return door.ask(path, accept_language=language, accept="text/html").text


def test_a_river_says_why_in_japanese(troubled: Door) -> None:
    """Also of what was stored before the program could say it; others' words stay."""
    page = asked(troubled, "/")

    assert "Cloudflareがステータス403を返しました（ボット確認。" in page
    assert "https://example.comのrobots.txtで許可されていません" in page
    assert "example.comの名前解決に失敗しました（その名前は存在しません）" in page
    assert [OTHERS] == told(page)


def test_in_english_it_stays_as_it_was_stored(troubled: Door) -> None:
    """Nothing is changed in the archive, nor on a page in English."""
    page = asked(troubled, "/", "en")

    assert all(why in page for why, _ in TROUBLES)


def test_an_entry_says_why_in_japanese(troubled: Door) -> None:
    """With its figures. What the site of this test says of a picture is not ours."""
    blocked = asked(troubled, f"/entries/{keys(troubled)[BLOCKED]}")
    lacking = asked(troubled, f"/entries/{keys(troubled)[f'{ENGLISH}/1']}")

    assert "理由: <span>サーバーの応答はステータス403でした（" in blocked
    assert [] == told(blocked)
    assert [f"not of this site: {ENGLISH}/missing.png"] == told(lacking)


def test_the_status_says_why_in_japanese(troubled: Door) -> None:
    """Of feeds and of pages."""
    page = asked(troubled, "/status")

    assert (
        "フィードではなく、&#39;Moved&#39;という題のHTMLページです: "
        "https://example.com/f1.xml" in page
    )
    assert "Cloudflareがステータス403を返しました" in page
    assert [OTHERS] == told(page)


def test_the_sources_say_why_in_japanese(troubled: Door) -> None:
    """What ails a feed is a sentence with another one in it, and the kinds of pages."""
    page = asked(troubled, "/sources")

    assert "3回続けて失敗しています: フィードではなく、" in page
    assert "ボット確認1件" in page
    assert [] == told(page)


def test_a_replay_says_in_japanese_what_came_instead(troubled: Door) -> None:
    """As what kind of page, and what could not be had for one."""
    archive = troubled.archive
    at = timestamp(archive.index.timemap(BLOCKED)[0].captured_at)
    fields = {"host": "h.example", "accept": "text/html"}
    event = url_event(f"/replay/ja/{at}/{BLOCKED}", "", headers=fields)
    stage = Replay(origin="https://r.example")
    page = Said(web.respond(event, None, archive, largest=10**6, replay=stage)).text

    assert "本来のページの代わりに届いたものです: エラーページ。" in page
    assert [] == told(page)
    assert "エラーページ" in asked(troubled, f"/captures?uri={BLOCKED}")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/captures?uri=x&day=1", 400),
        ("/?change=odd", 400),
        ("/search?q=-", 400),
        ("/search?q=a&since=odd", 400),
        ("/nothing", 404),
        ("/sources/0123456789abcdef", 404),
        ("/entries/0123456789abcdef01234567", 404),
        ("/entries/odd", 404),
        ("/web/20260101000000/https://nothing.example.org/", 404),
        (f"/web/2026/{JAPANESE}/absent", 404),
        ("/receipt/0123", 404),
        ("/log/tile/0/999", 404),
    ],
)
def test_what_went_wrong_is_said_in_japanese(
    troubled: Door, path: str, status: int
) -> None:
    """Heading, title and sentence of the page."""
    answer = troubled.ask(path, accept_language="ja", accept="text/html")
    text = answer.text

    assert status == answer.status
    assert [] == told(text)
    said = re.findall('<p dir="auto">([^<]*)</p>', text)
    assert 1 == len(said)
    assert re.search("[\u3041-\u3096]", said[0])
    assert re.search("<h1>[\u3041-\u9fff]", text)


def test_every_status_has_a_heading() -> None:
    """Also those that decisions about access come with."""
    found = {status.value for _, status in _STATUS} | {403, 405, 451}

    assert all(f"problem_{status}" in words("ja") for status in found)


def test_machines_are_told_in_english(troubled: Door) -> None:
    """A line of text or JSON is the same for everybody."""
    answer = troubled.ask("/nothing", accept_language="ja")

    assert "there is no such page\n" == answer.text
